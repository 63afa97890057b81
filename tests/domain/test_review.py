"""A review is made once, disputed once and answered by somebody else; samples can be drawn again."""

from __future__ import annotations

from uuid import UUID

import pytest

from audit.domain.errors import NotFound
from audit.domain.event import Event, Personal
from audit.domain.review import (
    ELEMENTS,
    ConversationReviewed,
    ElementsIncomplete,
    ElementWithoutLine,
    OutcomeUnknown,
    ReviewAlreadyDisputed,
    ReviewAlreadyMade,
    ReviewDisputeAnswered,
    ReviewDisputed,
    ReviewerAnswersThemselves,
    ReviewNotDisputed,
    SampleDrawn,
    SampleEmpty,
    SampleTooLarge,
    ScoreOutOfRange,
    SearchHitTagged,
    TicketReviewed,
    answer_dispute,
    dispute,
    draw_sample,
    evolve,
    review_conversation,
    review_ticket,
    tag_hit,
)
from audit.domain.wording import NotACode, WordsMissing
from tests.domain.given import given

ONE, OTHER = UUID(int=1), UUID(int=2)
WHY = Personal("the greeting is in the recording")
ticket = TicketReviewed(commit="c", as_of=9, rubric=1, score=4, out_of=10, missing=("where",))
conversation = ConversationReviewed(
    as_of=30,
    rubric=1,
    met=("greeting",),
    absent=ELEMENTS[1:],
    lines=Personal([{"element": "greeting", "position": 4, "start": 0, "end": 5, "text": "Hello"}]),
)
disputed = ReviewDisputed(reason=WHY)
upheld = ReviewDisputeAnswered(outcome="upheld", reason=WHY)


def _marked(met: tuple[str, ...], absent: tuple[str, ...]) -> ConversationReviewed:
    return ConversationReviewed(as_of=30, rubric=1, met=met, absent=absent, lines=conversation.lines)


def test_a_review_is_made_once() -> None:
    given(evolve, []).when(review_ticket, made=ticket).then(ticket)
    given(evolve, []).when(review_conversation, made=conversation).then(conversation)
    given(evolve, [ticket]).when(review_ticket, made=ticket).then_refused(ReviewAlreadyMade)
    given(evolve, [conversation]).when(review_conversation, made=conversation).then_refused(ReviewAlreadyMade)


@pytest.mark.parametrize("score", [0, 10])
def test_a_ticket_may_have_nothing_or_everything(score: int) -> None:
    made = TicketReviewed(commit="c", as_of=9, rubric=1, score=score, out_of=10)
    given(evolve, []).when(review_ticket, made=made).then(made)


@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_lies_between_nought_and_the_most_there_is(score: int) -> None:
    beside = TicketReviewed(commit="c", as_of=9, rubric=1, score=score, out_of=10)
    given(evolve, []).when(review_ticket, made=beside).then_refused(ScoreOutOfRange)


@pytest.mark.parametrize(
    ("met", "absent"),
    [
        ((), ()),
        (("greeting",), ELEMENTS[2:]),
        (("greeting",), ELEMENTS),
        (("greeting", "charm"), ELEMENTS[1:]),
        (("greeting", "greeting"), ELEMENTS[2:]),
    ],
)
def test_each_of_the_seven_elements_is_marked_once(met: tuple[str, ...], absent: tuple[str, ...]) -> None:
    given(evolve, []).when(review_conversation, made=_marked(met, absent)).then_refused(ElementsIncomplete)


def test_an_element_is_met_by_the_line_that_shows_it() -> None:
    unshown = _marked(ELEMENTS[:2], ELEMENTS[2:])
    given(evolve, []).when(review_conversation, made=unshown).then_refused(ElementWithoutLine)
    bare = ConversationReviewed(as_of=30, rubric=1, met=ELEMENTS, absent=())
    given(evolve, []).when(review_conversation, made=bare).then_refused(ElementWithoutLine)
    silent = ConversationReviewed(as_of=30, rubric=1, met=(), absent=ELEMENTS)
    given(evolve, []).when(review_conversation, made=silent).then(silent)


def test_a_review_is_disputed_once_in_words() -> None:
    given(evolve, [ticket]).when(dispute, reason=WHY).then(disputed)
    given(evolve, [ticket]).when(dispute, reason=Personal("")).then_refused(WordsMissing)
    given(evolve, [ticket, disputed]).when(dispute, reason=WHY).then_refused(ReviewAlreadyDisputed)
    given(evolve, [ticket, disputed, upheld]).when(dispute, reason=WHY).then_refused(ReviewAlreadyDisputed)
    given(evolve, []).when(dispute, reason=WHY).then_refused(NotFound)


def test_somebody_else_answers_a_dispute_once() -> None:
    answer = {"outcome": "upheld", "reviewed_by": ONE, "answered_by": OTHER, "reason": WHY}
    open_dispute = given(evolve, [ticket, disputed])
    open_dispute.when(answer_dispute, **answer).then(upheld)
    open_dispute.when(answer_dispute, **(answer | {"answered_by": ONE})).then_refused(ReviewerAnswersThemselves)
    open_dispute.when(answer_dispute, **(answer | {"outcome": "maybe"})).then_refused(OutcomeUnknown)
    open_dispute.when(answer_dispute, **(answer | {"reason": Personal(" ")})).then_refused(WordsMissing)
    given(evolve, [ticket]).when(answer_dispute, **answer).then_refused(ReviewNotDisputed)
    given(evolve, [ticket, disputed, upheld]).when(answer_dispute, **answer).then_refused(ReviewNotDisputed)


def test_a_sample_is_drawn_the_same_again_in_whatever_order_things_come() -> None:
    known = SampleDrawn(population=100, drawn=(3, 11, 36, 43, 81), seed="spring", as_of=100)
    assert draw_sample(range(1, 101), size=5, seed="spring", as_of=100) == known
    assert draw_sample(reversed(range(1, 101)), size=5, seed="spring", as_of=100) == known
    assert draw_sample(range(1, 101), size=5, seed="autumn", as_of=100).drawn != known.drawn


def test_a_sample_larger_than_what_there_is_takes_all_of_it() -> None:
    assert draw_sample([3, 1, 2, 2], size=10, seed="s", as_of=9).drawn == (1, 2, 3)
    assert draw_sample([3], size=4_000, seed="s", as_of=9).drawn == (3,)
    assert len(draw_sample([3, 1, 2], size=1, seed="s", as_of=9).drawn) == 1


def test_every_thing_has_the_same_chance() -> None:
    drawn = [place for seed in range(400) for place in draw_sample(range(10), size=3, seed=str(seed), as_of=9).drawn]
    assert all(80 <= drawn.count(place) <= 160 for place in range(10))


def test_an_empty_or_boundless_sample_is_refused() -> None:
    with pytest.raises(SampleEmpty):
        draw_sample([], size=3, seed="s", as_of=9)
    with pytest.raises(SampleEmpty):
        draw_sample([1], size=0, seed="s", as_of=9)
    with pytest.raises(SampleTooLarge):
        draw_sample([1], size=4_001, seed="s", as_of=9)


def test_a_hit_is_tagged_with_a_code() -> None:
    assert tag_hit(7, tag="fee", note=WHY) == SearchHitTagged(position=7, tag="fee", note=WHY)
    with pytest.raises(NotACode):
        tag_hit(7, tag="Rasa's fee")


@pytest.mark.parametrize("start", [disputed, upheld])
def test_a_dispute_without_a_review_is_our_mistake(start: Event) -> None:
    with pytest.raises(AssertionError):
        given(evolve, [start])
