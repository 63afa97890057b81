"""Entries put together into the things a reader looks for: contacts, tickets, work orders, promises, requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from audit.domain import call
from audit.domain.conversation import (
    AttachmentKept,
    ConversationOpened,
    MessageDeletedAtSource,
    MessageEditedAtSource,
    MessagePosted,
)
from audit.domain.record_request import StatementDisputed
from audit.domain.ticket import TicketOpened, TicketReworded
from audit.domain.work_order import ChargeMade, PriceQuoted, WorkOrderIssued, WorkOrderReworded
from audit.reports.model import Contact, Entry, Fate, Matter
from audit.reports.placing import CONTACT, OTHERS, PARTICULARS, PROMISE, REQUEST, TICKET, WORK_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from audit.domain.event import Record
    from audit.reports.closure import Closure
    from audit.reports.entries import Reading
    from audit.reports.judging import Judged
    from audit.reports.placing import Place

_TEXTS: Final = (TicketOpened, TicketReworded, WorkOrderIssued, WorkOrderReworded)
_CHARGES: Final = (PriceQuoted, ChargeMade)
_VERSIONS: Final = (MessageEditedAtSource, MessageDeletedAtSource)
_NAMED_BY: Final = {CONTACT: ("conversation", "ticket", "work_order"), TICKET: ("ticket",), WORK_ORDER: ("work_order",),
                    PROMISE: ("promise",), REQUEST: ("request",)}  # fmt: skip

Member = tuple["Judged", Entry]


class Groups:
    """Everything that is printed in its place, built once from what was judged fit to be shown."""

    def __init__(self, judged: Sequence[Judged], closure: Closure, reading: Reading) -> None:
        shown = [one for one in judged if one.fate in {Fate.SHOWN, Fate.ERASED}]
        self._groups = _groups(_joined(shown, closure, reading))

    def entries(self, part: str) -> tuple[Entry, ...]:
        """Return what stands in particulars or among the others, one after another."""
        assert part in {PARTICULARS, OTHERS}
        return tuple(entry for place, group in self._groups.items() if place.part == part for _, entry in group)

    def contacts(self, *, calls: bool) -> tuple[Contact, ...]:
        """Return the conversations, or the calls."""
        groups = (group for place, group in self._groups.items() if place.part == CONTACT)
        return tuple(_contact(group) for group in groups if _is_call(group) is calls)

    def matters(self, part: str) -> tuple[Matter, ...]:
        """Return the tickets, work orders, promises or requests."""
        return tuple(_matter(group, part) for place, group in self._groups.items() if place.part == part)


def _joined(shown: Iterable[Judged], closure: Closure, reading: Reading) -> list[Member]:
    """Return the entries that stand on their own, with edits, deletions and attachments put to their words."""
    shown = list(shown)
    numbers = {one.record.position for one in shown}
    below: dict[int, list[Member]] = {}
    own: list[Member] = []
    for one in shown:
        root = closure.root(one.record)
        member = (one, reading.entry(one.record, one.cuts))
        if root is not one.record and root.position in numbers:
            below.setdefault(root.position, []).append(member)
        else:
            own.append(member)
    disputes = _disputes(shown)
    return [(one, _with(entry, below.get(entry.number, ()), disputes)) for one, entry in own]


def _with(entry: Entry, below: Iterable[Member], disputes: Mapping[int, tuple[int, ...]]) -> Entry:
    under = [(one.record.event, replace(it, disputed_by=disputes.get(it.number, ()))) for one, it in below]
    return replace(
        entry,
        versions=tuple(it for event, it in under if isinstance(event, _VERSIONS)),
        attachments=tuple(it for event, it in under if isinstance(event, AttachmentKept)),
        disputed_by=disputes.get(entry.number, ()),
    )


def _disputes(shown: Iterable[Judged]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for one in shown:
        event = one.record.event
        if isinstance(event, StatementDisputed):
            found[event.position] = (*found.get(event.position, ()), one.record.position)
    return found


def _groups(members: Iterable[Member]) -> dict[Place, list[Member]]:
    groups: dict[Place, list[Member]] = {}
    for one, entry in members:
        groups.setdefault(one.place, []).append((one, entry))
    return groups


def _is_call(group: Sequence[Member]) -> bool:
    kinds = {type(one.record.event).__module__ for one, _ in group}
    return call.__name__ in kinds or _channel(group) == "phone"


def _channel(group: Sequence[Member]) -> str | None:
    events = [one.record.event for one, _ in group]
    opened = next((event.channel for event in events if isinstance(event, ConversationOpened)), None)
    return opened or next(
        (event.channel for event in events if isinstance(event, MessagePosted) and event.channel), None
    )


def _contact(group: Sequence[Member]) -> Contact:
    return Contact(
        id=_id(group, CONTACT),
        channel=_channel(group),
        title=_titled(group, "title") or _titled(group, "subject"),
        entries=tuple(entry for _, entry in group),
    )


def _matter(group: Sequence[Member], part: str) -> Matter:
    texts = [entry for one, entry in group if isinstance(one.record.event, _TEXTS)]
    charges = [entry for one, entry in group if isinstance(one.record.event, _CHARGES)]
    course = [entry for one, entry in group if not isinstance(one.record.event, (*_TEXTS, *_CHARGES))]
    return Matter(
        id=_id(group, part),
        title=_titled(group, "subject") or _titled(group, "wording"),
        versions=tuple(texts),
        course=tuple(course),
        charges=tuple(charges),
    )


def _id(group: Sequence[Member], part: str) -> str | None:
    """Return the id people use for it, as it was written, where it is still to be had."""
    return next((found for one, _ in group for kind in _NAMED_BY[part] if (found := _written(one.record, kind))), None)


def _written(record: Record, kind: str) -> str | None:
    return record.stamp.written(kind)


def _titled(group: Sequence[Member], field: str) -> str | None:
    return next(
        (words.text for _, entry in group for words in entry.words if words.field == field and words.text), None
    )
