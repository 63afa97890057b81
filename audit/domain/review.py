"""A review: how well a ticket or a conversation was done, by whose eye, and samples to look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from audit.domain.errors import NotFound, Refused
from audit.domain.event import Event, Personal
from audit.domain.wording import require_code, require_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class TicketReviewed(Event):
    """A text of a ticket, by its commitment, against the rubric of that version.

    ``missing`` are the rubric's codes; ``lines`` a JSON list of {code, start, end, text}.
    """

    TOPIC = "ticket.reviewed"
    commit: str
    as_of: int
    rubric: int
    score: int
    out_of: int
    missing: tuple[str, ...] = ()
    lines: Personal | None = None
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationReviewed(Event):
    """The seven call elements, each met or absent.

    ``lines`` is a JSON list of {element, position, start, end, text}: the line that shows each element met.
    """

    TOPIC = "conversation.reviewed"
    as_of: int
    rubric: int
    met: tuple[str, ...]
    absent: tuple[str, ...]
    lines: Personal | None = None
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewDisputed(Event):
    TOPIC = "review.disputed"
    reason: Personal


@dataclass(frozen=True, kw_only=True)
class ReviewDisputeAnswered(Event):
    """``outcome`` is upheld (the review stands) or overturned (it no longer counts)."""

    TOPIC = "review-dispute.answered"
    outcome: str
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(Event):
    """``drawn`` are positions, taken from ``population`` things by ``seed`` so that anyone can draw them again."""

    TOPIC = "sample.drawn"
    population: int
    drawn: tuple[int, ...]
    seed: str
    as_of: int
    query: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SearchHitTagged(Event):
    """``tag`` is a code chosen for the matter; ``position`` the event that was hit."""

    TOPIC = "search-hit.tagged"
    position: int
    tag: str
    query: Personal | None = None
    note: Personal | None = None


ReviewEvent: TypeAlias = TicketReviewed | ConversationReviewed | ReviewDisputed | ReviewDisputeAnswered

ELEMENTS: Final = ("greeting", "listening", "empathy", "clarity", "resolution", "follow_up", "close")
"""What a good call has."""

UPHELD, OVERTURNED = "upheld", "overturned"

_SAMPLE_MAX: Final = 4_000
"""So many positions fit into one event."""


class ReviewAlreadyMade(Refused):
    """A review is made once."""


class ScoreOutOfRange(Refused):
    """A score lies between nought and the most there is."""


class ElementsIncomplete(Refused):
    """Each of the seven elements is met or absent."""


class ElementWithoutLine(Refused):
    """An element counts as met by the line that shows it."""


class ReviewAlreadyDisputed(Refused):
    """A review is disputed once."""


class ReviewNotDisputed(Refused):
    """Only a dispute can be answered."""


class OutcomeUnknown(Refused):
    """A disputed review is upheld or overturned."""


class ReviewerAnswersThemselves(Refused):
    """Who reviewed does not judge the dispute about it."""


class SampleTooLarge(Refused):
    """A sample fits into one event."""


class SampleEmpty(Refused):
    """A sample is at least one."""


@dataclass(frozen=True)
class Review:
    disputed: bool = False
    outcome: str | None = None


def evolve(review: Review | None, event: ReviewEvent) -> Review:
    """Return the review as it stands after the event. Decides nothing."""
    match event:
        case TicketReviewed() | ConversationReviewed():
            return Review()
        case ReviewDisputed():
            assert review is not None, "a review begins by being made"
            return replace(review, disputed=True)
        case ReviewDisputeAnswered(outcome=outcome):
            assert review is not None, "a review begins by being made"
            return replace(review, outcome=outcome)
        case _:
            assert_never(event)


def review_ticket(review: Review | None, *, made: TicketReviewed) -> TicketReviewed:
    """Record how well a ticket is written."""
    _not_made(review)
    if not 0 <= made.score <= made.out_of:
        raise ScoreOutOfRange(f"The score lies between 0 and {made.out_of}: {made.score} does not.")
    return made


def review_conversation(review: Review | None, *, made: ConversationReviewed) -> ConversationReviewed:
    """Record which of the seven elements a conversation has, each by its line."""
    _not_made(review)
    if sorted(made.met + made.absent) != sorted(ELEMENTS):
        raise ElementsIncomplete(f"Mark each element once as met or absent: {', '.join(ELEMENTS)}.")
    shown = {line.get("element") for line in (made.lines.value if made.lines else ())}
    for element in made.met:
        if element not in shown:
            raise ElementWithoutLine(f"Point at the line that shows the element {element}.")
    return made


def dispute(review: Review | None, *, reason: Personal) -> ReviewDisputed:
    """Record that the one who was reviewed sees it otherwise."""
    current = _existing(review)
    require_words(reason, "the reason")
    if current.disputed:
        raise ReviewAlreadyDisputed("This review was disputed before: see the answer to that.")
    return ReviewDisputed(reason=reason)


def answer_dispute(
    review: Review | None, *, outcome: str, reviewed_by: UUID | None, answered_by: UUID, reason: Personal
) -> ReviewDisputeAnswered:
    """Uphold or overturn a disputed review; ``reviewed_by`` is the actor in the stamp of the review."""
    current = _existing(review)
    if not current.disputed or current.outcome is not None:
        raise ReviewNotDisputed("There is no open dispute about this review: there is nothing to answer.")
    if outcome not in {UPHELD, OVERTURNED}:
        raise OutcomeUnknown("Say whether the review is upheld or overturned.")
    if reviewed_by == answered_by:
        raise ReviewerAnswersThemselves("You made this review: let somebody else answer the dispute.")
    require_words(reason, "the reason")
    return ReviewDisputeAnswered(outcome=outcome, reason=reason)


def draw_sample(
    population: Iterable[int], *, size: int, seed: str, as_of: int, query: Personal | None = None
) -> SampleDrawn:
    """Draw events by chance that anyone can repeat: those whose SHA-256 of ``seed:position`` comes first."""
    everything = set(population)
    if not everything or size < 1:
        raise SampleEmpty("There is nothing to draw: ask for at least one of something.")
    if size > _SAMPLE_MAX:
        raise SampleTooLarge(f"A sample holds at most {_SAMPLE_MAX}: draw a smaller one.")
    by_chance = sorted(everything, key=lambda position: sha256(f"{seed}:{position}".encode()).digest())
    drawn = tuple(sorted(by_chance[:size]))
    return SampleDrawn(population=len(everything), drawn=drawn, seed=seed, as_of=as_of, query=query)


def tag_hit(position: int, *, tag: str, query: Personal | None = None, note: Personal | None = None) -> SearchHitTagged:
    """Mark a hit for a matter; the tag is a code."""
    require_code(tag, "the tag")
    return SearchHitTagged(position=position, tag=tag, query=query, note=note)


def _not_made(review: Review | None) -> None:
    if review is not None:
        raise ReviewAlreadyMade("This review is on record already: make a new one.")


def _existing(review: Review | None) -> Review:
    if review is None:
        raise NotFound("There is no such review: make it first.")
    return review
