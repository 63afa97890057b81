"""Promises by rule: lines that sound like one are suggested once, and what was not kept is broken when its day ends."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.bootstrap.promising_due import due_day, zone_of_customer
from audit.domain import promise
from audit.domain.actor import HOUSE
from audit.domain.conversation import MessageEditedAtSource, MessagePosted
from audit.domain.errors import Refused
from audit.domain.event import Damaged, Event, Personal, Record
from audit.domain.fact import STAFF_ROLES
from audit.domain.promise import PromiseSuggested
from audit.domain.ticket import OutcomeTold
from audit.language.commitments.find import commitments
from audit.language.detect import language_of
from audit.projections.prices import Prices
from audit.projections.promises import Promises
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, tzinfo
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.language.commitments.find import Commitment
    from audit.projections.promises import Promised

READ: Final[tuple[type[Event], ...]] = (MessagePosted, MessageEditedAtSource, OutcomeTold)
"""What our side says to a customer; notes beside a conversation are ours alone, and bind nobody."""
CASES: Final = ("customer", "conversation", "ticket", "work_order")
_PAGE: Final = 200
_BETWEEN: Final = timedelta(minutes=1)
_log = logging.getLogger(__name__)


class Found(NamedTuple):
    """How many texts of ours were read, how many lines were suggested, and how many were known."""

    read: int
    suggested: int
    known: int


class Watch:
    """Looks for promises in what came, and for days that ended; called after each look of the follower."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._read = 0
        self._looked: datetime | None = None

    def __call__(self) -> None:
        head = self._house.views.position(Promises.name)
        if head > self._read:
            find_promises(self._house, after=self._read)
            self._read = head
        now = self._house.world.clock()
        if self._looked is None or now - self._looked >= _BETWEEN:
            break_overdue(self._house)
            self._looked = now


# -- suggestions --


def find_promises(
    house: House, *, after: int = 0, again: bool = False, on_progress: Callable[[int], None] | None = None
) -> Found:
    """Suggest every line of ours that sounds like a promise and was not suggested before.

    Texts are read in the order of the log, so that all before the last one with a suggestion were read; ``again``
    reads all of them, as after a change of what counts as a promise. The views must have been brought to the head.
    """
    upto = house.archive.head().size
    with house.views.reading(Promises) as (db, promises):
        after = 0 if again else max(after, promises.read_to(db) - 1)
    read = suggested = known = 0
    for record in _said_by_us(house, after, upto):
        read += 1
        for subject, event, ties in suggestions(house, record):
            try:
                decision = partial(promise.suggest, found=event)
                house.archive.decide(subject, promise.evolve, decision, HOUSE, ties=ties)
                suggested += 1
            except promise.PromiseAlreadyKnown:
                known += 1
        if on_progress is not None:
            on_progress(record.position)
    return Found(read, suggested, known)


Suggestion = tuple[tuple[str, str], PromiseSuggested, list[tuple[str, "str | UUID"]]]


def suggestions(house: House, record: Record) -> Iterator[Suggestion]:
    """Yield what names each promise in a text, its event, and its ties."""
    part: Personal = record.event.text  # type: ignore[attr-defined]  # each of ``READ`` has a text
    text = part.text
    if not text or part.commit is None:
        return
    earlier = _earlier_wordings(house, record)
    at = record.stamp.happened_at.astimezone(zone_of_customer(record.stamp, house.settings.zone))
    language = getattr(record.event, "language", None) or language_of(text)
    for found in commitments(text, language=language):
        line = text[found.spans[0].start : found.spans[0].end]
        if not any(line.strip() in wording for wording in earlier):
            event = _suggested(found, line, record=record, at=at, language=language)
            yield ("promise", _name(record, found)), event, ties_of(house, record)


def ties_of(house: House, record: Record) -> list[tuple[str, str | UUID]]:
    """Return what a text is about as that stands now, by the ids as they were written where these still say so."""
    with house.views.reading(Ties) as (db, ties):
        standing = ties.of(db, record.position)
    tied: list[tuple[str, str | UUID]] = []
    for kind in CASES:
        for tie in (one for known, one in standing if known == kind):
            written = record.stamp.written(kind)
            same = written is not None and house.archive.names.tie(kind, written) == tie
            tied.append((kind, written if same and written is not None else tie))
    return tied


def _said_by_us(house: House, after: int, upto: int) -> Iterator[Record]:
    topics = [kind.TOPIC for kind in READ]
    while page := [one.id for one in house.recorder.select_notifications(after + 1, _PAGE, upto, topics)]:
        for record in house.archive.read_at(page):
            if isinstance(record, Record) and _is_ours(house, record):
                yield record
        after = page[-1]


def _is_ours(house: House, record: Record) -> bool:
    """Say whether our side speaks: an edit names no role of its own, so that of its message decides."""
    if isinstance(record.event, MessagePosted) and record.event.automatic:
        return False
    first = _first(house, record)
    return (first.stamp.role if first is not None else record.stamp.role) in STAFF_ROLES


def _first(house: House, record: Record) -> Record | None:
    """Return the message that this one edits, None where it is no edit or its message never came."""
    of = record.stamp.tie("of")
    if of is None or not isinstance(record.event, MessageEditedAtSource):
        return None
    return next(iter(house.archive.stream(of)), None)


def _earlier_wordings(house: House, record: Record) -> list[str]:
    """Return the other wordings of the same message that stand before this one: their lines were suggested then."""
    of = record.stamp.tie("of") if isinstance(record.event, MessageEditedAtSource) else record.stream
    if of is None:
        return []
    with house.views.reading(Ties) as (db, ties):
        edits = ties.tied(db, [of], "of", upto=record.position)
    before = [one for one in house.archive.read_at(edits) if not isinstance(one, Damaged)]
    if record.stream != of:
        before += house.archive.stream(of)
    others = [one for one in before if one.position < record.position and isinstance(one.event, READ)]
    return [text for one in others if (text := one.event.text.text)]  # type: ignore[attr-defined]  # as above


def _name(record: Record, found: Commitment) -> str:
    """Return the id of a promise: the same line of the same text has the same."""
    (span,) = found.spans
    named = f"{record.stream.hex} {record.version} {span.start}-{span.end}"
    return f"p-{sha256(named.encode()).hexdigest()[:16]}"


def _suggested(found: Commitment, line: str, *, record: Record, at: datetime, language: str | None) -> PromiseSuggested:
    (span,) = found.spans
    commit = record.event.text.commit  # type: ignore[attr-defined]  # each of ``READ`` has a text
    return PromiseSuggested(
        line=Personal(line),
        commit=commit,
        start=span.start,
        end=span.end,
        position=record.position,
        who=found.who,
        conditional=found.conditional,
        deadline=Personal(found.deadline) if found.deadline else None,
        amount=Personal(found.amount) if found.amount else None,
        due=due_day(line, found.deadline, at=at, language=language),
        language=language,
    )


# -- days that end --


def break_overdue(house: House) -> list[int]:
    """Record as broken what is open past the end of its day in the customer's zone; return the events.

    Left to a person are promises that hang on a condition, and those for whose sum a credit was made in time.
    """
    now = house.world.clock().astimezone(UTC)
    with house.views.reading(Promises) as (db, promises):
        # In the zone furthest east it may be the next day already.
        due = promises.standings.due_before(db, now.date() + timedelta(days=1))
        waiting = [one for one in promises.these(db, due) if not one.conditional]
    zones = zones_of(house, waiting)
    places: list[int] = []
    for one in waiting:
        today = now.astimezone(zones[one.stream]).date()
        if one.id is None or one.disputed or one.due is None or today <= one.due or _may_be_kept(house, one):
            continue
        ties = standing_ties(one)
        with suppress(Refused):
            decision = partial(promise.fail, today=today)
            places += house.archive.decide(("promise", one.id), promise.evolve, decision, HOUSE, ties=ties)
    return places


def standing_ties(one: Promised) -> list[tuple[str, str | UUID]]:
    """Return what a promise is about, for a further event of it."""
    customer: str | UUID | None = one.customer_written or one.customer
    tied = (
        ("customer", customer),
        ("conversation", one.conversation),
        ("ticket", one.ticket),
        ("work_order", one.work_order),
    )
    return [(kind, tie) for kind, tie in tied if tie is not None]


def zones_of(house: House, promised: Sequence[Promised]) -> dict[UUID, tzinfo]:
    """Return the zone of the customer of each promise, by the text it rests on; that of the settings without one."""
    quoted = sorted({one.quoted for one in promised if one.quoted})
    zones: dict[int, tzinfo] = {}
    for start in range(0, len(quoted), _PAGE):
        for record in house.archive.read_at(quoted[start : start + _PAGE]):
            if isinstance(record, Record):
                zones[record.position] = zone_of_customer(record.stamp, house.settings.zone)
    return {one.stream: zones.get(one.quoted or 0, house.settings.zone) for one in promised}


def _may_be_kept(house: House, one: Promised) -> bool:
    if one.customer is None or one.amount is None:
        return False
    with house.views.reading(Prices) as (db, prices):
        credited = prices.credits(db, [one.customer], amount=one.amount, currency=one.currency)
    return any(credit.event > (one.quoted or one.first) for credit in credited)
