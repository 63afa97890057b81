"""Reviewing conversations: the machine's marks, people's beside them, disputes, and samples to look at."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from audit.bootstrap.desk import require
from audit.bootstrap.levels import steps_between
from audit.bootstrap.withheld import hiding_from_reader, shown_entries
from audit.domain import review
from audit.domain.errors import NotAllowed, NotFound, WrongUse
from audit.domain.event import Personal
from audit.domain.review import ConversationReviewed
from audit.language.elements.conversation import Line, Marks, judged
from audit.language.elements.scorecard import Scorecard, ScorecardUnreadableError, read_scorecard
from audit.projections.levels.contacts import contacts
from audit.projections.levels.view import Levels
from audit.projections.reviews import Reviews
from audit.projections.ties import Ties
from audit.projections.timeline import Entry, Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.reviews import Review

READERS: Final = frozenset({"operator", "agent", "supervisor", "auditor", "compliance officer"})
REVIEWERS: Final = frozenset({"operator", "agent", "supervisor"})
JUDGES: Final = frozenset({"operator", "supervisor"})
_ID_BYTES: Final = 6
_SEED_BYTES: Final = 8


@dataclass(frozen=True)
class Card:
    """A scorecard and the version of it that a review names."""

    card: Scorecard
    version: int


@dataclass(frozen=True)
class Heard:
    """A conversation as somebody may read it, with the machine's marks; ``staff`` are those of ours who spoke in it."""

    conversation: UUID
    entries: tuple[Entry, ...]
    marks: Marks
    staff: frozenset[UUID]


def scorecard(path: Path | None) -> Card:
    """Return the scorecard of the settings, ours where there is none. Raises WrongUse for one that cannot be used."""
    try:
        if path is None:
            text = resources.files("audit.bootstrap").joinpath("scorecard.toml").read_text("utf-8")
        else:
            text = path.read_text("utf-8")
        version = tomllib.loads(text).get("version", 1)
        card = read_scorecard(text)
    except OSError as error:
        raise WrongUse(f"The scorecard {path} cannot be read ({error.strerror}): check ONRECORD_SCORECARD.") from None
    except (ScorecardUnreadableError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongUse(f"The scorecard {path} cannot be used: {error}") from None
    if type(version) is not int or version < 1:
        raise WrongUse(f"The scorecard {path} cannot be used: its version is no whole number from 1 up.")
    return Card(card, version)


def heard(house: House, by: Actor, place: UUID) -> Heard:
    """Return a conversation with the machine's marks, from the words that somebody may read.

    Raises NotFound where nothing was said, NotAllowed for an agent who took no part.
    """
    require(by, READERS, "look at reviews")
    with house.views.reading(Timeline) as (db, timeline):
        entries = shown_entries(timeline.read(db, place), hiding_from_reader(house, by.role))
    said = tuple(one for one in entries if one.kind == "message" and one.text is not None)
    if not said:
        raise NotFound("There is no such conversation, or nothing of what was said in it can be read.")
    lines = [Line(text=one.text or "", role=one.role, at=one.at) for one in said]
    staff = frozenset(one.actor for one in entries if one.actor is not None and one.role not in _OUTSIDE)
    me = house.archive.names.tie("staff", by.login)
    if by.role == "agent" and me not in staff and not _reviewed(house, place, me):
        raise NotAllowed("Agents look at reviews of their own conversations: ask a supervisor for this one.")
    return Heard(place, said, judged(lines), staff)


def mark(
    house: House, by: Actor, written: str | UUID, *, met: Mapping[str, Sequence[int]], note: str | None = None
) -> str:
    """Record which elements somebody finds met, each by the events whose lines show it; return the review's id.

    The elements that are not named are absent. Whoever took part in a conversation does not review it.
    """
    require(by, REVIEWERS, "review conversations")
    place = written if isinstance(written, UUID) else house.archive.names.tie("conversation", written)
    if house.archive.names.tie("staff", by.login) in _staff_of(house, place):
        raise NotAllowed("You took part in this conversation: let somebody else review it.")
    as_of = house.follower.catch_up()
    said = _lines(house, by, place)
    unknown = [element for element in met if element not in review.ELEMENTS]
    if unknown:
        raise WrongUse(f"There is no element {unknown[0]}: take of {', '.join(review.ELEMENTS)}.")
    lines = [_cited(element, event, said) for element, events in met.items() for event in events]
    made = ConversationReviewed(
        as_of=as_of,
        rubric=scorecard(house.settings.scorecard).version,
        met=tuple(one for one in review.ELEMENTS if one in met),
        absent=tuple(one for one in review.ELEMENTS if one not in met),
        lines=Personal(lines) if lines else None,
        note=Personal(note) if note else None,
    )
    written_review = house.world.random(_ID_BYTES).hex()
    decision = partial(review.review_conversation, made=made)
    ties: list[tuple[str, str | UUID]] = [*_owners(house, place), ("conversation", written)]
    house.archive.decide(("review", written_review), review.evolve, decision, by, ties=ties)
    house.follower.catch_up()
    return written_review


def dispute(house: House, by: Actor, written: str, reason: str) -> None:
    """Record that somebody who was reviewed sees it otherwise."""
    require(by, REVIEWERS, "dispute reviews")
    found = review_of(house, written)
    if house.archive.names.tie("staff", by.login) not in _staff_of(house, found.conversation):
        raise NotAllowed("Only who took part in the conversation disputes a review of it.")
    _decide(house, by, found, written, partial(review.dispute, reason=Personal(reason)))


def answer(house: House, by: Actor, written: str, *, outcome: str, reason: str) -> None:
    """Uphold or overturn a disputed review. Neither its author nor who took part in the conversation does that."""
    require(by, JUDGES, "answer disputes")
    found, me = review_of(house, written), house.archive.names.tie("staff", by.login)
    if me in _staff_of(house, found.conversation):
        raise NotAllowed("You took part in this conversation: let somebody else answer.")
    decision = partial(
        review.answer_dispute, outcome=outcome, reviewed_by=found.by, answered_by=me, reason=Personal(reason)
    )
    _decide(house, by, found, written, decision)


def review_of(house: House, written: str) -> Review:
    """Return a review by its id. Raises NotFound."""
    house.follower.catch_up()
    with house.views.reading(Reviews) as (db, reviews):
        found = reviews.one(db, house.archive.names.decided("review", written))
    if found is None:
        raise NotFound(f"There is no review {written}: see onrecord review list.")
    return found


def draw(  # noqa: PLR0913  # a draw says all of this
    house: House,
    by: Actor,
    *,
    size: int,
    seed: str | None = None,
    agent: str | None = None,
    between: tuple[date | None, date | None] = (None, None),
    zone: ZoneInfo,
) -> tuple[review.SampleDrawn, int]:
    """Draw conversations with an agent for review, by a chance anybody can repeat; return what was drawn, and where.

    Conversations are drawn by the event that began them; of one agent where ``agent`` is named.
    """
    require(by, JUDGES | {"auditor"}, "draw samples")
    as_of = house.follower.catch_up()
    steps, (begins, ends) = steps_between(house, *between, zone, upto=as_of)
    spoke = {step.conversation for step in steps if step.kind == "out"}
    if agent is not None:
        with house.views.reading(Levels) as (db, view):
            spoke &= view.taken_part(db, house.archive.names.tie("staff", agent).hex)
    population: dict[str | None, int] = {}
    for one in contacts(steps):
        if one.conversation in spoke and begins <= one.offered < ends:
            population.setdefault(one.conversation, one.event)
    chance = seed or f"s{house.world.random(_SEED_BYTES).hex()}"
    drawn = review.draw_sample(population.values(), size=size, seed=chance, as_of=as_of)
    return drawn, house.archive.note(drawn, by)


def own_conversations(house: House, by: Actor) -> set[str]:
    """Return the conversations (in hexadecimal) in which somebody took part."""
    with house.views.reading(Levels) as (db, view):
        return view.taken_part(db, house.archive.names.tie("staff", by.login).hex)


def own_among(house: House, by: Actor, reviews: Sequence[tuple[int, str]]) -> list[int]:
    """Return those of the reviews, by position and conversation, that are of conversations somebody took part in."""
    with house.views.reading(Levels) as (db, view):
        own = view.taken_part(db, house.archive.names.tie("staff", by.login).hex, among={one for _, one in reviews})
    return [position for position, conversation in reviews if conversation in own]


def machine_marks(marks: Marks, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the machine's marks, each with the events and words it rests on."""
    return [
        {
            "element": name,
            "verdict": one.verdict.value,
            "because": one.because,
            "lines": [
                {
                    "position": entries[cited.line].event,
                    "start": cited.start,
                    "end": cited.end,
                    "text": (entries[cited.line].text or "")[cited.start : cited.end],
                }
                for cited in one.lines
            ],
        }
        for name, one in marks.marks.items()
    ]


_OUTSIDE: Final = frozenset({"customer", "representative", "bot", "system"})


def _reviewed(house: House, place: UUID, staff: UUID) -> bool:
    with house.views.reading(Reviews) as (db, reviews):
        return any(one.by == staff for one in reviews.of(db, place))


def _staff_of(house: House, place: UUID) -> frozenset[UUID]:
    house.follower.catch_up()
    with house.views.reading(Timeline) as (db, timeline):
        entries = timeline.read(db, place)
    if not entries:
        raise NotFound("There is no such conversation: find one with onrecord search.")
    return frozenset(one.actor for one in entries if one.actor is not None and one.role not in _OUTSIDE)


def _lines(house: House, by: Actor, place: UUID) -> dict[int, Entry]:
    with house.views.reading(Timeline) as (db, timeline):
        entries = shown_entries(timeline.read(db, place), hiding_from_reader(house, by.role))
    return {one.event: one for one in entries if one.kind == "message"}


def _cited(element: str, event: int, said: Mapping[int, Entry]) -> dict[str, Any]:
    line = said.get(event)
    if line is None or line.text is None:
        raise WrongUse(f"Event {event} is no line of this conversation: take the numbers from onrecord review.")
    if line.role in _OUTSIDE:
        raise WrongUse(f"Event {event} is no line of ours: an element is shown by what the agent says.")
    return {"element": element, "position": event, "start": 0, "end": len(line.text), "text": line.text}


def _owners(house: House, place: UUID) -> list[tuple[str, UUID]]:
    """Return the customers of a conversation: a review quotes their words' answers, and is theirs to be erased with."""
    with house.views.reading(Ties) as (db, ties):
        positions = ties.tied(db, [place], "conversation")
        found = {tie for position in positions[:1] for kind, tie in ties.of(db, position) if kind == "customer"}
    return [("customer", tie) for tie in sorted(found, key=lambda tie: tie.hex)]


def _decide(house: House, by: Actor, found: Review, written: str, decision: Any) -> None:
    ties = [*_owners(house, found.conversation), ("conversation", found.conversation)]
    house.archive.decide(("review", written), review.evolve, decision, by, ties=ties)
    house.follower.catch_up()
