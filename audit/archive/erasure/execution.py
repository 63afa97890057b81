"""The execution of an erasure, step by step: each may be cut short, and all be done again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from eventsourcing.persistence import IntegrityError

from audit.archive.erasure import stored_words
from audit.archive.erasure.keys import KeyCare, Wrapped
from audit.archive.erasure.register import Emptied
from audit.archive.faults import database_faults
from audit.archive.mapper import Draft
from audit.archive.recorders.prepared import Item
from audit.archive.stamping import HERE
from audit.domain.actor import HOUSE
from audit.domain.custody import (
    ErasureExecuted,
    ErasureNarrowed,
    ErasureReceipt,
    HoldPlaced,
    RetentionClassSet,
)
from audit.domain.customer import CustomersLinked, CustomersUnlinked, TieCorrected
from audit.domain.erasure import ErasureAlreadyExecuted
from audit.domain.event import Record, Stamp
from audit.domain.spans import ranges_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from audit.archive.archive import Parts
    from audit.archive.erasure.plan import Plan
    from audit.archive.erasure.register import ErasedRegister
    from audit.archive.erasure.stored_words import StoredWords
    from audit.archive.recorders.prepared import Prepared
    from audit.archive.recorders.recorder import Head, Row
    from audit.domain.actor import Actor

_PAGE: Final = 500
_EMPTIED: Final = 2_000
_CHANGES_THE_PLAN: Final = frozenset(
    kind.TOPIC for kind in (HoldPlaced, RetentionClassSet, CustomersLinked, CustomersUnlinked, TieCorrected)
)
_Made = TypeVar("_Made")


class PlanOutdated(Exception):
    """Something came in since the plan was made that changes it: plan anew."""


class Stream(NamedTuple):
    """Where the erasure is decided, and how many events are there already."""

    id: UUID
    length: int


def authorise(
    parts: Parts,
    plan: Plan,
    stream: Stream,
    by: Actor,
    decide: Callable[[Plan, frozenset[int]], Sequence[ErasureNarrowed | ErasureExecuted]],
) -> list[int]:
    """Append the authority under the lock on the head, with all positions there are by then; return its own.

    The keys are closed first: from there on nothing new is sealed under them, and what was until the lock is taken is
    found under it. Raises PlanOutdated when the plan must be made anew.
    """
    KeyCare(parts.keyring).close(plan.keys)

    def made(head: Head) -> list[Prepared]:
        late = _late(parts, plan, head)
        events = decide(plan, plan.positions | late)
        now = parts.clock()
        # No customer's id as written stands here: it would need the very key that goes.
        ties = (("erasure", stream.id), *(("customer", one) for one in sorted(plan.customers)))
        stamp = Stamp(
            role=by.role,
            happened_at=now,
            recorded_at=now,
            source=HERE,
            actor=parts.names.tie("staff", by.login),
            ties=ties,
        )
        return [
            parts.mapper.store(Draft(stream.id, stream.length + number, event, stamp), None)
            for number, event in enumerate(events, 1)
        ]

    try:
        with database_faults():
            return parts.recorder.append_erasing(made)
    except IntegrityError:
        raise ErasureAlreadyExecuted("Somebody else has just decided about this erasure: look at it again.") from None


def _late(parts: Parts, plan: Plan, head: Head) -> frozenset[int]:
    """Return what was sealed under the plan's keys since the plan was made. Raises PlanOutdated for all else."""
    late = set()
    for rows in _pages(parts, plan.at, head.size):
        if any(row.topic in _CHANGES_THE_PLAN for row in rows):
            raise PlanOutdated
        for one in stored_words.of(rows):
            if one.key in plan.keys and plan.keys[one.key].owner in plan.customers:
                late.add(one.position)
            elif one.key in plan.keys or _concerns(plan, one):
                raise PlanOutdated
    return frozenset(late)


def _concerns(plan: Plan, one: StoredWords) -> bool:
    return not plan.owners.isdisjoint(tied for _, tied in one.ties)


def _pages(parts: Parts, after: int, upto: int) -> Iterator[list[Row]]:
    while after < upto:
        with database_faults():
            rows = parts.recorder.rows(after, _PAGE, upto)
        if not rows:
            return
        yield rows
        after = rows[-1].position


@dataclass(frozen=True, kw_only=True)
class Authorised:
    """What the events of an erasure authorise; ``kept`` are the retention classes that stay."""

    stream: Stream
    keys: tuple[str, ...]
    spans: tuple[str, ...]
    receipted: bool
    kept: tuple[str, ...] = ()

    @property
    def positions(self) -> list[int]:
        return [position for span in ranges_of(self.spans) for position in span]


def authorised(stream: UUID, records: Sequence[Record]) -> Authorised | None:
    """Return what the records of an erasure authorise; None while it was not executed."""
    executed = [one.event for one in records if isinstance(one.event, ErasureExecuted)]
    if not executed:
        return None
    return Authorised(
        stream=Stream(stream, len(records)),
        keys=tuple(key for event in executed for key in event.keys),
        spans=tuple(span for event in executed for span in event.spans),
        receipted=any(isinstance(one.event, ErasureReceipt) for one in records),
        kept=tuple(name for one in records if isinstance(one.event, ErasureNarrowed) for name in one.event.classes),
    )


def destroy(parts: Parts, authority: Authorised, register: ErasedRegister) -> list[Wrapped]:
    """Destroy the keys; return how those lay in the database that were still there."""
    keys = frozenset(authority.keys)
    emptied = (one for one in stored_words.at(parts.recorder, authority.positions) if one.key not in keys)
    register.add(keys, [Emptied(one.position, one.leaf.hex()) for one in emptied])
    return KeyCare(parts.keyring).destroy(authority.keys)


def empty(parts: Parts, authority: Authorised) -> list[str]:
    """Take the words out of the rows; return the names of the originals that belong to them."""
    positions = authority.positions
    originals = [name for one in stored_words.at(parts.recorder, positions) for name in one.originals]
    for start in range(0, len(positions), _EMPTIED):
        with database_faults():
            parts.recorder.empty(positions[start : start + _EMPTIED])
    with database_faults():
        parts.recorder.scrub()
    return originals


def give_receipt(parts: Parts, authority: Authorised, receipt: ErasureReceipt) -> None:
    """Append the receipt; nothing happens when another process was faster.

    The head counts once more: a process that read a key between its authority and its end lets go of it now.
    """
    now = parts.clock()
    stamp = Stamp(
        role=HOUSE.role,
        happened_at=now,
        recorded_at=now,
        source=HERE,
        actor=parts.names.tie("staff", HOUSE.login),
        ties=(("erasure", authority.stream.id),),
    )
    row = parts.mapper.store(Draft(authority.stream.id, authority.stream.length + 1, receipt, stamp), None)
    try:
        with database_faults():
            parts.recorder.append([Item([row], False)], erasing=True)
    except IntegrityError:
        return


def retried(attempt: Callable[[], _Made], times: int) -> _Made:
    """Try until the plan holds; the last PlanOutdated is raised."""
    for _ in range(times - 1):
        try:
            return attempt()
        except PlanOutdated:
            continue
    return attempt()
