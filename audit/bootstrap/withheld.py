"""What is withheld from whoever asks: a seam for everything that shows words, searches them, or hands them out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.erasure.resealing import said_in
from audit.bootstrap.erasing_plans import records_at
from audit.domain import withholding
from audit.domain.errors import NotAllowed, NotFound
from audit.domain.event import Personal
from audit.domain.withholding import FROM_CUSTOMER, FROM_EXPORTS, FROM_READERS, SEES_ALL, WithholdingPlaced
from audit.projections.case_tables import WORDS, Case, Change, Wording
from audit.projections.promises import Promises
from audit.projections.requests import Requests
from audit.projections.ties import Ties
from audit.projections.timeline import PARTS
from audit.projections.withholdings import Hidden, Withholdings, hides_all, of_part, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.timeline import Entry, Version

_ID_BYTES: Final = 6


class Hiding(NamedTuple):
    """What is withheld of each event, by its position; nothing of an event that is not here."""

    by_position: Mapping[int, Sequence[Hidden]]

    @property
    def positions(self) -> frozenset[int]:
        """Return the events in which a search must find nothing: a count would tell what stands there."""
        return frozenset(self.by_position)

    def of(self, position: int) -> Sequence[Hidden]:
        return self.by_position.get(position, ())

    def and_also(self, other: Hiding) -> Hiding:
        """Return what is withheld by either."""
        both = {position: list(some) for position, some in self.by_position.items()}
        for position, some in other.by_position.items():
            known = both.setdefault(position, [])
            known += [one for one in some if one not in known]
        return Hiding(both)


class Repeated(NamedTuple):
    """Where withheld words stand once more: in another version of the same message."""

    event: int
    part: str
    start: int
    end: int


def hiding_from_reader(house: House, role: str) -> Hiding:
    """Return what somebody in this role may not read."""
    return Hiding({}) if role in SEES_ALL else hiding_from(house, FROM_READERS)


def hiding_from(house: House, whom: str) -> Hiding:
    """Return what is withheld from ``readers``, ``exports`` or the ``customer-record``.

    The views must have been brought to the head. Copies of withheld words, and what belongs to withheld events (their
    edits and attachments), are withheld with them.
    """
    with house.views.reading(Withholdings) as (db, view):
        in_force = view.in_force(db, whom)
        found: dict[int, list[Hidden]] = {}
        for one in in_force:
            found.setdefault(one.position, []).append(one.hidden)
        whole = {one.stream: one.hidden for one in in_force if one.hidden.part is None and one.stream}
    if whom == FROM_CUSTOMER:
        # What a request for their record keeps from a customer does not reach them by a slip or a letter either.
        with house.views.reading(Requests) as (db, requests):
            for place, reason in requests.withheld(db):
                found.setdefault(place.position, []).append(Hidden(reason, place.part, place.start, place.end))
    if found:
        # What follows from what is withheld need not be asked for where nothing is.
        _follow(house, found, whole)
    return Hiding(found)


def _follow(house: House, found: dict[int, list[Hidden]], whole: Mapping[UUID, Hidden]) -> None:
    """Add what is withheld with these: what belongs to events withheld whole, copies, and promises that quote them."""
    with house.views.reading(Withholdings) as (db, view):
        own = view.decisions(db) if whole else set()
    with house.views.reading(Ties) as (db, ties):
        for stream, hidden in whole.items():
            for position in set(ties.tied(db, [stream], "of")) - own:
                found.setdefault(position, []).append(Hidden(hidden.reason))
    with house.views.reading(Withholdings) as (db, view):
        for copy, original in view.copies_of(db, found).items():
            # A copy may lack words, and views show it in the place of its original: a stretch would point elsewhere.
            whole_of_it = Hidden(found[original][0].reason)
            found.setdefault(copy, []).append(whole_of_it)
            found[original].append(whole_of_it)
    with house.views.reading(Promises) as (db, promises):
        # What somebody found or confirmed in a withheld text says it once more.
        for position, quoting in promises.quoting(db, found).items():
            found.setdefault(position, []).extend(quoting)


def hiding_from_exporter(house: House, role: str) -> Hiding:
    """Return what somebody in this role may not hand out: what is withheld from exports, and from themselves."""
    return hiding_from(house, FROM_EXPORTS).and_also(hiding_from_reader(house, role))


def must_see_all(house: House, by: Actor, positions: Iterable[int]) -> None:
    """Raise NotAllowed where somebody would hand out words that are withheld from themselves."""
    if not hiding_from_reader(house, by.role).positions.isdisjoint(positions):
        roles = " or ".join(sorted(SEES_ALL))
        raise NotAllowed(f"Words in this are withheld from a {by.role}, who cannot hand them out: ask a {roles}.")


def shown_cases(cases: Iterable[Case], hiding: Hiding) -> list[Case]:
    """Return tickets or work orders as somebody may read them; what was withheld is said so in its place."""
    return [_shown_case(case, hiding) for case in cases]


def shown_words(words: str | None, position: int, hiding: Hiding) -> str | None:
    """Return what others wrote about an event; where anything of the event is withheld, so is all that."""
    hidden = hiding.of(position)
    return _shown_text(words, [Hidden(hidden[0].reason)]) if hidden else words


def shown_entries(entries: Iterable[Entry], hiding: Hiding) -> list[Entry]:
    """Return the lines of a transcript as somebody may read them; the lines stay, withheld words do not."""
    return [_shown_entry(entry, hiding) for entry in entries]


def opened(hiding: Hiding, position: int, parts: Iterable[str]) -> frozenset[str]:
    """Return those of the parts of an event that may be opened whole: an evidence bundle cannot cut a stretch."""
    hidden = hiding.of(position)
    return frozenset(part for part in parts if not of_part(hidden, part))


# -- deciding --


def place(house: House, placed: WithholdingPlaced, by: Actor) -> tuple[str, list[Repeated]]:
    """Withhold words; return the id of that, and where the same words stand in other versions of the message."""
    record = next(records_at(house, [placed.position]), None)
    if record is None:
        raise NotFound(f"There is no event {placed.position} that can be read: take the number from a hit.")
    said = said_in(record)
    lengths = {name: len(value) if isinstance(value, str) else None for name, value in said.items()}
    written = house.world.random(_ID_BYTES).hex()
    decision = partial(withholding.place, placed=placed, lengths=lengths)
    ties = [("of", record.stream)]
    house.archive.decide(("withholding", written), withholding.evolve, decision, by, ties=ties)
    house.follower.catch_up()
    return written, _repeated(house, placed, said)


def lift(house: House, written: str, reason: str, by: Actor) -> None:
    """Let words be shown again."""
    records = house.archive.stream(house.archive.names.decided("withholding", written))
    ties = [("of", tied) for one in records[:1] if (tied := one.stamp.tie("of"))]
    decision = partial(withholding.lift, reason=Personal(reason))
    house.archive.decide(("withholding", written), withholding.evolve, decision, by, ties=ties)
    house.follower.catch_up()


def _repeated(house: House, placed: WithholdingPlaced, said: Mapping[str, object]) -> list[Repeated]:
    text = said.get(placed.part or "")
    if not isinstance(text, str) or placed.start is None or placed.end is None:
        return []
    words = text[placed.start : placed.end]
    found = []
    for record in records_at(house, _versions(house, placed.position)):
        for part, value in said_in(record).items():
            at = value.find(words) if isinstance(value, str) else -1
            while at >= 0:
                if (record.position, part, at) != (placed.position, placed.part, placed.start):
                    found.append(Repeated(record.position, part, at, at + len(words)))
                at = value.find(words, at + len(words))
    return found


def _versions(house: House, position: int) -> list[int]:
    """Return the event, the message it edits, and all edits of that."""
    (record,) = records_at(house, [position])
    root = record.stamp.tie("of") or record.stream
    with house.views.reading(Ties) as (db, ties):
        return sorted({position, *ties.tied(db, [root], "of"), *(one.position for one in house.archive.stream(root))})


def _shown_entry(entry: Entry, hiding: Hiding) -> Entry:
    versions = tuple(_shown_version(one, entry.kind, hiding) for one in entry.versions)
    newest = next((one for one in reversed(versions) if one.kind != "deletion"), None)
    hidden = hiding.of(entry.event)
    own = of_part(hidden, PARTS.get(entry.kind, ""))
    text = newest.text if newest is not None else _shown_text(entry.text, own)
    return replace(
        entry,
        text=text,
        author=_shown_text(entry.author, of_part(hidden, "author")) if not hides_all(hidden) else None,
        versions=versions,
    )


def _shown_version(version: Version, kind: str, hiding: Hiding) -> Version:
    part = PARTS.get(version.kind) or PARTS.get(kind, "")
    return replace(version, text=_shown_text(version.text, of_part(hiding.of(version.event), part)))


def _shown_case(case: Case, hiding: Hiding) -> Case:
    return replace(
        case,
        wordings=tuple(_shown_wording(one, hiding.of(one.event)) for one in case.wordings),
        changes=tuple(_shown_change(one, hiding.of(one.event)) for one in case.changes),
    )


def _shown_wording(wording: Wording, hidden: Sequence[Hidden]) -> Wording:
    text = _shown_text(wording.text, [*of_part(hidden, "text"), *of_part(hidden, "reason")])
    return replace(wording, subject=_shown_text(wording.subject, of_part(hidden, "subject")), text=text)


def _shown_change(change: Change, hidden: Sequence[Hidden]) -> Change:
    """Withhold what a field was set to whole: it may be shown as JSON, where no stretch fits."""
    beside = [Hidden(one.reason) for one in hidden if any(one.covers(part) for part in WORDS)]
    told = [
        Hidden(one.reason) for one in hidden if any(one.covers(part) for part in ("value", change.field or "value"))
    ]
    return replace(change, value=_shown_text(change.value, told), text=_shown_text(change.text, beside))


def _shown_text(text: str | None, hidden: Sequence[Hidden]) -> str | None:
    return text if text is None or not hidden else shown(text, hidden).text
