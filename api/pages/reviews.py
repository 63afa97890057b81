"""Reviews: the elements of a good call, the machine's marks beside people's, disputes, samples and agreement."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from audit.bootstrap import reviewing
from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.domain.errors import WrongUse
from audit.domain.review import ELEMENTS, OVERTURNED, UPHELD
from audit.domain.wording import require_code
from audit.language.elements.scorecard import scored
from audit.projections.directory import Directory
from audit.projections.levels.view import Levels
from audit.projections.reviews import Reviews, agreements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from audit.bootstrap.withheld import Hiding
    from audit.projections.reviews import Review, Sample

NAMES: Final = {
    "greeting": N_("Greeting"),
    "listening": N_("Listening"),
    "empathy": N_("Empathy"),
    "clarity": N_("Clarity"),
    "resolution": N_("Resolution"),
    "follow_up": N_("Follow-up"),
    "close": N_("Close"),
}
VERDICTS: Final = {"met": N_("met"), "not met": N_("not met"), "not applicable": N_("does not apply")}
BECAUSE: Final = {
    "no-agent": N_("nobody of ours spoke"),
    "no-trouble-told": N_("the customer told of no trouble"),
    "customer-silent": N_("the customer said nothing"),
}
OUTCOMES: Final = {UPHELD: N_("upheld"), OVERTURNED: N_("overturned")}
_SHOWN: Final = 50
_SAMPLES: Final = 10
_DRAWN_MOST: Final = 200
_DIGITS: Final = 15

assert tuple(NAMES) == ELEMENTS


@opens("reviews")
def reviews(visit: Visit, one: str = "", other: str = "") -> Response:
    """List reviews and samples; agents see reviews of their own conversations, and no samples."""
    house = visit.house
    is_agent, compared = visit.by.role == "agent", []
    with house.views.reading(Reviews) as (db, view):
        position = house.views.as_of(db, Reviews.name)
        if is_agent:
            own = reviewing.own_among(house, visit.by, view.places(db))
            told, count, samples = view.at(db, own[-_SHOWN:]), len(own), []
        else:
            told, count, samples = view.newest(db, limit=_SHOWN), view.count(db), view.drawn(db, limit=_SAMPLES)
        if one and other and visit.may("review-drawn"):
            first, second = (house.archive.names.tie("staff", each) for each in (one, other))
            compared = agreements(view.by(db, {first, second}), first, second)
    names, hiding = _names(visit, told), hiding_from_reader(house, visit.by.role)
    visit.looked("reviews", count=count, position=position)
    return visit.page(
        "work/reviews.html",
        reviews=[_facts(each, names, hiding) for each in reversed(told)],
        count=count,
        samples=list(zip(samples, _conversations(visit, samples), strict=True)),
        compared=compared,
        one=one,
        other=other,
        elements=NAMES,
        position=position,
    )


@opens("review")
def review(visit: Visit, conversation: UUID) -> Response:
    """Show the lines of a conversation, the machine's marks and people's beside them."""
    house = visit.house
    heard = reviewing.heard(house, visit.by, conversation)
    card = reviewing.scorecard(house.settings.scorecard)
    with house.views.reading(Reviews) as (db, view):
        position, told = house.views.as_of(db, Reviews.name), view.of(db, conversation)
    names, hiding = _names(visit, told), hiding_from_reader(house, visit.by.role)
    tied = [("conversation", conversation)]
    visit.looked("review", count=len(told) + len(heard.entries), position=position, ties=tied)
    machine = reviewing.machine_marks(heard.marks, heard.entries)
    return visit.page(
        "work/review.html",
        conversation=conversation,
        entries=heard.entries,
        ours=[one for one in heard.entries if one.actor in heard.staff],
        staff=heard.staff,
        machine=machine,
        first={one["element"]: _first(one) for one in machine},
        score=scored(heard.marks, card.card),
        card=card,
        reviews=[_facts(one, names, hiding) for one in told],
        own=house.archive.names.tie("staff", visit.by.login) in heard.staff,
        elements=NAMES,
        verdicts=VERDICTS,
        because=BECAUSE,
        outcomes=OUTCOMES,
        me=house.archive.names.tie("staff", visit.by.login),
        position=position,
    )


@opens("review-marked")
def marked(visit: Visit, conversation: UUID) -> Response:
    """Record a person's marks: an element is met where the line that shows it is named."""
    visit.house.follower.catch_up()
    met = {element: _events(visit, element) for element in ELEMENTS}
    met = {element: events for element, events in met.items() if events}
    reviewing.mark(visit.house, visit.by, conversation, met=met, note=visit.field("note") or None)
    return visit.to(f"/reviews/{conversation}")


@opens("review-disputed")
def disputed(visit: Visit, conversation: UUID) -> Response:
    reviewing.dispute(visit.house, visit.by, visit.needed("review", 100), visit.needed("reason"))
    visit.house.follower.catch_up()
    return visit.to(f"/reviews/{conversation}")


@opens("review-answered")
def answered(visit: Visit, conversation: UUID) -> Response:
    written, outcome = visit.needed("review", 100), visit.needed("outcome", 40)
    reviewing.answer(visit.house, visit.by, written, outcome=outcome, reason=visit.needed("reason"))
    visit.house.follower.catch_up()
    return visit.to(f"/reviews/{conversation}")


@opens("review-drawn")
def drawn(visit: Visit) -> Response:
    """Draw conversations to review; they stand on the page of reviews from then on."""
    size = _number(visit, visit.field("size", 9) or "10")
    if not 0 < size <= _DRAWN_MOST:
        raise WrongUse(str(visit.say("A sample holds from 1 to {most} conversations.", most=_DRAWN_MOST)))
    if seed := visit.field("seed", 100):
        require_code(seed, "the seed")
    reviewing.draw(
        visit.house,
        visit.by,
        size=size,
        seed=seed or None,
        agent=visit.field("agent", 200) or None,
        between=(_day(visit, "from"), _day(visit, "to")),
        zone=visit.house.settings.zone,
    )
    visit.house.follower.catch_up()
    return visit.to("/reviews")


def _first(one: Mapping[str, Any]) -> int | str:
    """Return the event of the first line the machine names, to begin a person's marks with."""
    return one["lines"][0]["position"] if one["lines"] and one["verdict"] == "met" else ""


def _events(visit: Visit, element: str) -> list[int]:
    written = visit.field(f"met-{element}", 200).replace(",", " ").split()
    return sorted({_number(visit, one) for one in written})


def _number(visit: Visit, written: str) -> int:
    if written.isascii() and written.isdecimal() and len(written) <= _DIGITS:
        return int(written)
    raise WrongUse(str(visit.say("{written} is no whole number.", written=written[:20])))


def _day(visit: Visit, name: str) -> date | None:
    written = visit.field(name, 20)
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise WrongUse(str(visit.say("Write the day like 2026-03-01."))) from None


def _names(visit: Visit, told: Sequence[Review]) -> Mapping[UUID, str]:
    staff = {one.by for one in told} | {step.by for one in told for step in one.steps}
    with visit.house.views.reading(Directory) as (db, directory):
        return directory.names(db, staff)


def _conversations(visit: Visit, samples: Sequence[Sample]) -> list[list[tuple[int, UUID]]]:
    """Return what was drawn in each of these, as the conversations that these events began."""
    with visit.house.views.reading(Levels) as (db, view):
        places = view.conversations_at(db, [one for sample in samples for one in sample.drawn])
    return [[(one, places[one]) for one in sample.drawn if one in places] for sample in samples]


def _facts(one: Review, names: Mapping[UUID, str], hiding: Hiding) -> dict[str, Any]:
    """Return a review as this visitor may read it."""
    lines: Mapping[str, list[int]] = _by_element(one.lines)
    return {
        "id": one.id,
        "event": one.event,
        "conversation": one.conversation,
        "at": one.at,
        "reviewer": one.by,
        "by": names.get(one.by, "?") if one.by else "?",
        "met": one.met,
        "lines": lines,
        "rubric": one.rubric,
        "note": shown_words(one.note, one.event, hiding),
        "has_note": one.note is not None,
        "disputed": one.disputed,
        "may_be_disputed": not one.steps,
        "counts": one.counts,
        "steps": [
            (step, names.get(step.by, "?") if step.by else "?", shown_words(step.text, step.event, hiding))
            for step in one.steps
        ],
    }


def _by_element(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        found[str(line.get("element"))].append(int(line.get("position", 0)))
    return found
