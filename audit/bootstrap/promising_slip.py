"""What a slip shows of one promise: the lines and events as they were known at a position, and their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from audit.bootstrap.promising import zones_of
from audit.bootstrap.promising_decisions import known
from audit.bootstrap.withheld import Hiding, hiding_from, hiding_from_exporter, opened
from audit.domain.errors import NotFound, Refused, WrongUse
from audit.domain.event import Damaged, Personal, Record
from audit.domain.fact import STAFF_ROLES
from audit.domain.withholding import FROM_CUSTOMER
from audit.evidence.bundle_form import Bundle
from audit.evidence.checkpoint import Checkpoint
from audit.projections.ties import NAMING_A_CUSTOMER, Ties
from audit.projections.timeline import Timeline
from audit.projections.withholdings import of_part, shown
from audit.reports.bundling import bundle_of
from audit.reports.slip_model import Cited, Proof, Quote, Slip

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from audit.archive.mapper import Disclosed
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.promises import Promised, Step
    from audit.projections.timeline import Entry, Version

_PARTS: Final = frozenset({"text", "wording", "line", "deadline", "amount", "reason", "words"})
"""What a slip prints, and opens in its evidence; notes are for our own people."""
_JUDGEMENT: Final = frozenset({"suggested", "dismissed"})
"""Steps in which our own people or the rules judge a line: a customer is shown what came of it."""


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A slip, the bundle that proves what it shows, and what the access event says of it."""

    slip: Slip
    evidence: bytes
    position: int
    customer: UUID | None
    events: int
    withheld: int


def gather_slip(house: House, written: str, by: Actor, *, position: int | None, around: int) -> Gathered:
    """Gather what a slip shows: the promise as it stood at a position, with ``around`` lines before and after.

    What is withheld now from whoever hands it out, from exports or from the customer's record is not shown, whenever
    that was decided. The views must have been brought to the head.
    """
    head = house.archive.head().size
    upto = head if position is None else position
    if not 1 <= upto <= head:
        raise WrongUse(f"There is no event {upto}: the archive ends at {head}.")
    one = known(house, written, upto=upto)
    if not one.confirmed and not one.disputed:
        raise Refused("Nobody has confirmed this promise: confirm it first, and then prove it.")
    hiding = hiding_from_exporter(house, by.role).and_also(hiding_from(house, FROM_CUSTOMER))
    zone = zones_of(house, [one])[one.stream]
    quotes = _quotes(house, one, upto, around, hiding)
    steps = [step for step in one.steps if step.kind not in _JUDGEMENT]
    shown_by = one.kept_by if one.kept_by is not None and one.kept_by <= upto else None
    positions = {quote.event for quote in quotes} | {step.event for step in one.steps}
    # The leaf of an event tells its clear fields: one of which words are withheld is left out whole.
    positions -= {step.event for step in one.steps if hiding.of(step.event)}
    positions |= {shown_by} if shown_by is not None else set()
    # What shows that it was kept is proven by its clear fields alone: it may be a note for our own people.
    closed = {step.event for step in one.steps if step.kind in _JUDGEMENT}
    closed |= {shown_by} - {quote.event for quote in quotes} if shown_by is not None else set()
    # Evidence never opens a part that the paper shows with a stretch left out.
    bundled = bundle_of(house, positions, lambda each: _opens(each, hiding, closed))
    bundle = Bundle.parse(bundled.content)
    tree = Checkpoint.parse(bundle.checkpoint.text)
    sum_shown = not _is_hidden(one, hiding)
    slip = Slip(
        id=one.id or str(one.stream),
        customer=one.customer_written,
        status="disputed" if one.disputed else one.status,
        wording=_wording(one, hiding),
        due=one.due,
        amount=one.amount if sum_shown else None,
        currency=one.currency if sum_shown else None,
        conditional=one.conditional,
        quotes=tuple(quotes),
        steps=tuple(_cited(step, hiding) for step in steps),
        zone=zone,
        kept_by=shown_by,
        as_of=_recorded_at(house, upto),
        proof=Proof(
            origin=tree.origin,
            position=upto,
            size=tree.size,
            root=tree.root,
            key=str(house.log.key_history().in_force(tree.size).key),
        ),
    )
    withheld = sum(bool(hiding.of(place)) for place in positions | {step.event for step in one.steps})
    return Gathered(
        slip=slip,
        evidence=bundled.content,
        position=upto,
        customer=one.customer,
        events=len(positions),
        withheld=withheld,
    )


def _opens(disclosed: Disclosed, hiding: Hiding, closed: Collection[int]) -> frozenset[str]:
    if disclosed.position in closed:
        return frozenset()
    return opened(hiding, disclosed.position, disclosed.declared & _PARTS)


def _quotes(house: House, one: Promised, upto: int, around: int, hiding: Hiding) -> list[Quote]:
    """Return the text a promise rests on in every version known then, among the lines that stood around it."""
    if one.quoted is None:
        return []
    entries: list[Entry] = []
    if one.conversation is not None:
        with house.views.reading(Timeline) as (db, timeline):
            entries = [each for each in timeline.read(db, one.conversation) if each.kind == "message"]
    entries = [each for each in entries if each.event <= upto and _concerns(house, one, each)]
    place = next((n for n, each in enumerate(entries) if _holds(each, one.quoted)), None)
    if place is None:
        return [_alone(house, one, hiding)]
    said = entries[place]
    quotes = [_quote(each, hiding) for each in entries[max(0, place - around) : place]]
    for version in (each for each in said.versions if each.event <= upto):
        mark = (one.start, one.end) if version.event == one.quoted else None
        quotes.append(_version(said, version, mark, hiding))
    return quotes + [_quote(each, hiding) for each in entries[place + 1 : place + 1 + around]]


def _concerns(house: House, one: Promised, entry: Entry) -> bool:
    """Say whether a line is of this customer: of a conversation with several, the others' lines are not theirs."""
    if _holds(entry, one.quoted or 0):
        return True
    with house.views.reading(Ties) as (db, ties):
        customers = {tie for kind, tie in ties.of(db, entry.event) if kind in NAMING_A_CUSTOMER}
        same = ties.same_person(db, one.customer) if one.customer is not None else set()
    return not customers or bool(customers & same)


def _holds(entry: Entry, quoted: int) -> bool:
    return quoted in {entry.event, *(each.event for each in entry.versions)}


def _quote(entry: Entry, hiding: Hiding) -> Quote:
    """Return a line that stood around, as it was first written: later wordings are not what was answered to."""
    first = entry.versions[0] if entry.versions else None
    text = first.text if first is not None else entry.text
    return Quote(
        event=entry.event,
        at=entry.at,
        role=entry.role,
        author=_author(entry, hiding),
        text=_shown(text, hiding, entry.event)[0],
    )


def _version(entry: Entry, version: Version, mark: tuple[int | None, int | None] | None, hiding: Hiding) -> Quote:
    start, end = mark or (None, None)
    marks = [(start, end)] if start is not None and end is not None else []
    text, moved = _shown(version.text, hiding, version.event, marks)
    return Quote(
        event=version.event,
        at=version.at,
        role=entry.role,
        author=_author(entry, hiding),
        text=text,
        kind=version.kind,
        rests_here=mark is not None,
        mark=moved[0] if moved else None,
    )


def _alone(house: House, one: Promised, hiding: Hiding) -> Quote:
    """Return the text where it stands in no conversation, as what was told at the end of a ticket."""
    found = house.archive.read_at([one.quoted or 0])
    if not found or isinstance(found[0], Damaged):
        raise NotFound(f"Event {one.quoted} cannot be read: run onrecord verify.")
    record: Record = found[0]
    part = getattr(record.event, "text", None)
    words = part.text if isinstance(part, Personal) else None
    marks = [(one.start, one.end)] if one.start is not None and one.end is not None else []
    text, moved = _shown(words, hiding, record.position, marks)
    return Quote(
        event=record.position,
        at=record.stamp.happened_at,
        role=record.stamp.role,
        author=None,
        text=text,
        rests_here=True,
        mark=moved[0] if moved else None,
    )


def _author(entry: Entry, hiding: Hiding) -> str | None:
    """Return the name of a customer as their source wrote it; of our people a slip names the role alone.

    What they are called may have changed since, and a slip made anew has to be the same.
    """
    if entry.role in STAFF_ROLES or not entry.author or of_part(hiding.of(entry.event), "author"):
        return None
    return entry.author


def _shown(
    text: str | None, hiding: Hiding, event: int, marks: Sequence[tuple[int, int]] = ()
) -> tuple[str | None, tuple[tuple[int, int], ...]]:
    if text is None:
        return None, ()
    told = shown(text, of_part(hiding.of(event), "text"), marks)
    return told.text, told.marks


def _is_hidden(one: Promised, hiding: Hiding) -> bool:
    return any(of_part(hiding.of(step.event), "wording") for step in one.steps if step.kind == "open")


def _wording(one: Promised, hiding: Hiding) -> str | None:
    made = next((step for step in reversed(one.steps) if step.kind == "open"), None)
    if made is None or made.words is None:
        return None
    hidden = of_part(hiding.of(made.event), "wording")
    return shown(made.words, hidden).text if hidden else made.words


def _cited(step: Step, hiding: Hiding) -> Cited:
    hidden = of_part(hiding.of(step.event), step.part or "")
    words = step.words if step.words is None or not hidden else shown(step.words, hidden).text
    return Cited(
        event=step.event,
        kind=step.kind,
        at=step.at,
        role=step.role,
        due=step.due,
        words=None if step.kind == "open" else words,
        shown_by=step.shown_by,
    )


def _recorded_at(house: House, position: int) -> datetime:
    (record,) = house.archive.read_closed(position - 1, 1)
    if isinstance(record, Damaged):
        raise Refused(f"Event {position} cannot be read ({record.reason}): run onrecord verify.")
    return record.stamp.recorded_at
