"""The record of a customer, folded from their events up to a position for one audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.domain.customer import CustomerNamed
from audit.reports.closure import Closure, close, concerns, personal_parts
from audit.reports.entries import Reading
from audit.reports.grouping import Groups
from audit.reports.judging import Judged, judge
from audit.reports.model import Counts, Cover, CustomerRecord, Fate, Listed, Moment, Scope
from audit.reports.placing import OTHERS, PARTICULARS, PROMISE, REQUEST, TICKET, WORK_ORDER
from audit.reports.wording import Wording, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from audit.domain.event import Damaged, Record


def compile_record(
    records: Sequence[Record | Damaged], scope: Scope, *, staff: Mapping[UUID, str] | None = None
) -> CustomerRecord:
    """Fold the customer's events into their record.

    ``records`` are all events of the closure of ``scope.customers`` up to ``scope.position``, in any order; ``staff``
    gives the names of our people by their tie. Nothing an audience may not have is in the result. Same events, same
    record: the order in which they were imported shows in their numbers alone.
    """
    assert scope.customers, "a record is somebody's"
    assert all(one.position <= scope.position for one in records), "an event after the position of the record"
    closure = close(records, scope.customers)
    judged = judge(closure, scope)
    phrases = wording(scope.language)
    groups = Groups(judged, closure, _reading(closure, scope, phrases, staff or {}))
    return CustomerRecord(
        cover=_cover(judged, scope, phrases),
        counts=_counts(judged, closure),
        particulars=groups.entries(PARTICULARS),
        contacts=groups.contacts(calls=False),
        calls=groups.contacts(calls=True),
        tickets=groups.matters(TICKET),
        work_orders=groups.matters(WORK_ORDER),
        promises=groups.matters(PROMISE),
        requests=groups.matters(REQUEST),
        others=groups.entries(OTHERS),
        withheld=_listed((one.reason, one.record.position) for one in judged if one.fate is Fate.WITHHELD),
        withheld_parts=_withheld_parts(judged),
        counted=_listed((one.record.event.TOPIC, one.record.position) for one in judged if one.fate is Fate.COUNTED),
        erased=_numbers(judged, Fate.ERASED),
        outside=_numbers(judged, Fate.OUTSIDE),
        unreadable=closure.damaged,
        missing=closure.missing,
    )


def _reading(closure: Closure, scope: Scope, phrases: Wording, staff: Mapping[UUID, str]) -> Reading:
    positions = {
        part.commit: one.record.position
        for one in reversed(closure.records)
        for _, part in personal_parts(one.record.event)
        if part.commit
    }
    return Reading(wording=phrases, zone=scope.zone, staff=staff, positions=positions)


def _cover(judged: Sequence[Judged], scope: Scope, phrases: Wording) -> Cover:
    printed = phrases.moment(scope.as_of, scope.zone)
    return Cover(
        names=_names(judged),
        ids=_ids(judged, scope.customers),
        origin=scope.origin,
        position=scope.position,
        as_of=Moment(at=scope.as_of, recorded=scope.as_of, printed=printed),
        audience=scope.audience,
        language=phrases.language,
        language_asked=scope.language,
        zone=scope.zone.key or "UTC",
        since=scope.since,
        until=scope.until,
    )


def _names(judged: Iterable[Judged]) -> tuple[str, ...]:
    """Return the names the customer goes by, the newest first, each once."""
    named = [one.record.event for one in judged if one.fate is Fate.SHOWN]
    names = [event.name.text for event in named if isinstance(event, CustomerNamed) and event.name.text]
    return tuple(dict.fromkeys(reversed(names)))


def _ids(judged: Iterable[Judged], customers: frozenset[UUID]) -> tuple[str, ...]:
    """Return the ids of the customer as they were written, in the order of the alphabet."""
    found = set()
    for one in judged:
        stamp = one.record.stamp
        if one.fate in {Fate.SHOWN, Fate.COUNTED} and concerns(stamp, customers):
            written = zip(stamp.ties, stamp.ids.value if stamp.ids and not stamp.ids.erased else (), strict=False)
            found |= {str(known) for (_, tied), (_, known) in written if tied in customers}
    return tuple(sorted(found))


def _counts(judged: Sequence[Judged], closure: Closure) -> Counts:
    of = {fate: sum(one.fate is fate for one in judged) for fate in Fate}
    return Counts(
        total=len(judged) + len(closure.damaged),
        shown=of[Fate.SHOWN],
        withheld=of[Fate.WITHHELD],
        erased=of[Fate.ERASED],
        counted=of[Fate.COUNTED],
        outside=of[Fate.OUTSIDE],
        unreadable=len(closure.damaged),
    )


def _withheld_parts(judged: Iterable[Judged]) -> tuple[Listed, ...]:
    found: dict[tuple[str, str], set[int]] = {}
    for one in judged:
        if one.fate is not Fate.SHOWN:
            continue
        for field, reason in one.cuts.parts.items():
            found.setdefault((reason, field), set()).add(one.record.position)
        for field, stretches in one.cuts.stretches.items():
            for cut in stretches:
                found.setdefault((cut.reason, field), set()).add(one.record.position)
    return tuple(Listed(code=key[0], field=key[1], numbers=tuple(sorted(found[key]))) for key in sorted(found))


def _listed(pairs: Iterable[tuple[str, int]]) -> tuple[Listed, ...]:
    found: dict[str, list[int]] = {}
    for code, number in pairs:
        found.setdefault(code, []).append(number)
    return tuple(Listed(code=code, numbers=tuple(sorted(found[code]))) for code in sorted(found))


def _numbers(judged: Iterable[Judged], fate: Fate) -> tuple[int, ...]:
    return tuple(sorted(one.record.position for one in judged if one.fate is fate))
