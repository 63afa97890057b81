"""What our people decide about a ticket: reading back, escalating, sending back, accepting, judging repeats."""

from __future__ import annotations

import pytest

from audit.domain.event import Event, Personal
from audit.domain.ticket import (
    TicketAccepted,
    TicketAssigned,
    TicketBounced,
    TicketEscalated,
    TicketJudgedNew,
    TicketJudgedRepeat,
    TicketReadBack,
    TicketReworded,
)
from audit.domain.ticket_desk import (
    AnswerUnknown,
    TicketAlreadyAccepted,
    TicketAlreadyBounced,
    TicketAlreadyConfirmed,
    TicketAlreadyEscalated,
    TicketAlreadyJudged,
    TicketNotBounced,
    TicketNotReworded,
    accept,
    bounce,
    escalate,
    evolve,
    judge_new,
    judge_repeat,
    read_back,
    reword,
)
from audit.domain.wording import NotACode, WordsMissing
from audit.domain.work_order import VisitStarted
from tests.domain.given import given

bounced = TicketBounced(commit="old", as_of=9, codes=("what-failed", "since-when"), rubric=1)
accepted = TicketAccepted(commit="new", as_of=12)
confirmed = TicketReadBack(commit="old", as_of=9, answer="confirmed")
escalated = TicketEscalated(level="supervisor", reason=Personal("third call about it"))
BETTER = Personal("The red light of the modem at the window is off since Monday; the cable was changed.")


def test_a_customer_confirms_a_text_once() -> None:
    read = {"commit": "old", "as_of": 9, "answer": "confirmed"}
    given(evolve, []).when(read_back, **read).then(confirmed)
    given(evolve, [confirmed]).when(read_back, **read).then_refused(TicketAlreadyConfirmed)
    given(evolve, [confirmed]).when(read_back, commit="new", as_of=12, answer="confirmed").then(
        TicketReadBack(commit="new", as_of=12, answer="confirmed")
    )


def test_a_customer_who_corrected_or_declined_may_be_read_to_again() -> None:
    corrected = TicketReadBack(commit="old", as_of=9, answer="corrected", correction=Personal("it is the upper one"))
    given(evolve, []).when(read_back, commit="old", as_of=9, answer="corrected", correction=corrected.correction).then(
        corrected
    )
    given(evolve, [confirmed, corrected]).when(read_back, commit="old", as_of=9, answer="confirmed").then(confirmed)


def test_a_correction_says_what_was_corrected() -> None:
    given(evolve, []).when(read_back, commit="old", as_of=9, answer="corrected").then_refused(WordsMissing)


@pytest.mark.parametrize("answer", ["", "yes", "Confirmed"])
def test_there_is_no_other_answer_than_three(answer: str) -> None:
    given(evolve, []).when(read_back, commit="old", as_of=9, answer=answer).then_refused(AnswerUnknown)


def test_a_ticket_goes_to_each_level_once_with_a_reason() -> None:
    given(evolve, []).when(escalate, level="supervisor", reason=escalated.reason).then(escalated)
    given(evolve, [escalated]).when(escalate, level="supervisor", reason=escalated.reason).then_refused(
        TicketAlreadyEscalated
    )
    given(evolve, [escalated]).when(escalate, level="manufacturer", reason=escalated.reason).then(
        TicketEscalated(level="manufacturer", reason=escalated.reason)
    )
    given(evolve, []).when(escalate, level="supervisor", reason=Personal("")).then_refused(WordsMissing)
    given(evolve, []).when(escalate, level="to Rasa", reason=escalated.reason).then_refused(NotACode)


def test_the_same_text_is_sent_back_once() -> None:
    newer = TicketBounced(commit="new", as_of=12, codes=("where",), rubric=1)
    given(evolve, []).when(bounce, bounced=bounced).then(bounced)
    given(evolve, [bounced]).when(bounce, bounced=bounced).then_refused(TicketAlreadyBounced)
    given(evolve, [bounced]).when(bounce, bounced=newer).then(newer)


def test_a_ticket_is_sent_back_for_a_code_or_in_words() -> None:
    in_words = TicketBounced(commit="old", as_of=9, codes=(), rubric=1, note=Personal("which of the two houses?"))
    given(evolve, []).when(bounce, bounced=in_words).then(in_words)
    given(evolve, []).when(bounce, bounced=TicketBounced(commit="old", as_of=9, codes=(), rubric=1)).then_refused(
        WordsMissing
    )


def test_an_accepted_text_is_not_sent_back_but_a_later_one_is() -> None:
    history = [bounced, accepted]
    later = TicketBounced(commit="later", as_of=20, codes=("where",), rubric=1)
    given(evolve, history).when(
        bounce, bounced=TicketBounced(commit="new", as_of=12, codes=("where",), rubric=1)
    ).then_refused(TicketAlreadyAccepted)
    given(evolve, history).when(bounce, bounced=later).then(later)


def test_an_acceptance_ends_with_the_next_bounce() -> None:
    later = TicketBounced(commit="later", as_of=20, codes=("where",), rubric=1)
    put_back = TicketBounced(commit="new", as_of=25, codes=("where",), rubric=1)
    given(evolve, [bounced, accepted, later]).when(bounce, bounced=put_back).then(put_back)


@pytest.mark.parametrize("before", [[], [confirmed], [bounced, accepted]])
def test_only_what_was_sent_back_is_rewritten_or_accepted(before: list[Event]) -> None:
    given(evolve, before).when(accept, commit="new", as_of=12).then_refused(TicketNotBounced)
    given(evolve, before).when(reword, text=BETTER).then_refused(TicketNotBounced)


def test_a_ticket_that_was_sent_back_is_rewritten_and_accepted() -> None:
    given(evolve, [bounced]).when(reword, text=BETTER).then(TicketReworded(text=BETTER))
    given(evolve, [bounced]).when(reword, text=Personal("  ")).then_refused(WordsMissing)
    given(evolve, [bounced, TicketReworded(text=BETTER)]).when(accept, commit="new", as_of=12).then(accepted)


def test_the_very_text_that_was_sent_back_is_accepted_only_with_a_note() -> None:
    note = Personal("the address stands in the order")
    given(evolve, [bounced]).when(accept, commit="old", as_of=9).then_refused(TicketNotReworded)
    given(evolve, [bounced]).when(accept, commit="old", as_of=9, note=note).then(
        TicketAccepted(commit="old", as_of=9, note=note)
    )


def test_a_judgement_may_change_but_is_not_repeated() -> None:
    repeat, new = TicketJudgedRepeat(), TicketJudgedNew()
    given(evolve, []).when(judge_repeat).then(repeat)
    given(evolve, []).when(judge_new).then(new)
    given(evolve, [repeat]).when(judge_repeat).then_refused(TicketAlreadyJudged)
    given(evolve, [new]).when(judge_new).then_refused(TicketAlreadyJudged)
    given(evolve, [repeat]).when(judge_new).then(new)
    given(evolve, [repeat, new]).when(judge_repeat).then(repeat)


def test_a_change_of_the_ticket_on_the_same_stream_decides_nothing() -> None:
    assert given(evolve, [bounced, TicketAssigned(team="second")]).state == given(evolve, [bounced]).state


def test_an_event_of_something_else_on_the_stream_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="VisitStarted"):
        given(evolve, [VisitStarted()])
