"""A promise is confirmed by a person, ends once, and its end can be disputed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from audit.domain.errors import NotFound
from audit.domain.event import Event, Personal
from audit.domain.promise import (
    DueDateNotLater,
    PromiseAlreadyConfirmed,
    PromiseAlreadyDismissed,
    PromiseAlreadyDisputed,
    PromiseAlreadyKnown,
    PromiseAlreadySettled,
    PromiseBroken,
    PromiseDismissed,
    PromiseDisputed,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromiseNotConfirmed,
    PromiseNotYetDue,
    PromiseSuggested,
    PromiseWithdrawn,
    confirm,
    dismiss,
    dispute,
    evolve,
    extend,
    fail,
    keep,
    suggest,
    withdraw,
)
from audit.domain.wording import AmountUnclear, NotACode, WordsMissing
from tests.domain.given import given

DUE = date(2026, 3, 10)
suggested = PromiseSuggested(
    line=Personal("I will credit you 100 dollars by Tuesday"),
    commit="c0ffee",
    start=0,
    end=40,
    position=7,
    who="agent",
    due=DUE,
)
made = PromiseMade(wording=Personal("100 dollars are credited by Tuesday"), commit="c0ffee", position=7, due=DUE)
undated = PromiseMade(wording=Personal("we will sort this out"))
kept = PromiseKept(position=42)
broken = PromiseBroken()
withdrawn = PromiseWithdrawn(reason=Personal("promised to the wrong customer"))
dismissed = PromiseDismissed(reason="courtesy")
disputed = PromiseDisputed(words=Personal("nothing has arrived"))
REASON = Personal("the supplier is late")


def test_a_line_is_suggested_once() -> None:
    given(evolve, []).when(suggest, found=suggested).then(suggested)
    given(evolve, [suggested]).when(suggest, found=suggested).then_refused(PromiseAlreadyKnown)
    given(evolve, [suggested, dismissed]).when(suggest, found=suggested).then_refused(PromiseAlreadyKnown)


@pytest.mark.parametrize("before", [[], [suggested], [suggested, disputed], [suggested, dismissed, disputed]])
def test_a_person_confirms_what_was_suggested_or_only_said(before: list[Event]) -> None:
    given(evolve, before).when(confirm, made=made).then(made)


def test_a_promise_is_confirmed_once() -> None:
    given(evolve, [made]).when(confirm, made=made).then_refused(PromiseAlreadyConfirmed)
    given(evolve, [made, kept]).when(confirm, made=made).then_refused(PromiseAlreadyConfirmed)


@pytest.mark.parametrize("nothing", ["", " \t\n", None, b"words"])
def test_a_promise_without_words_is_no_promise(nothing: object) -> None:
    given(evolve, []).when(confirm, made=PromiseMade(wording=Personal(nothing))).then_refused(WordsMissing)


def test_a_promised_amount_is_a_number_with_its_currency() -> None:
    credited = replace(made, amount="100.00", currency="USD")
    given(evolve, []).when(confirm, made=credited).then(credited)
    given(evolve, []).when(confirm, made=replace(made, amount="100 dollars")).then_refused(AmountUnclear)


def test_a_dismissed_line_comes_back_only_by_a_dispute() -> None:
    given(evolve, [suggested, dismissed]).when(confirm, made=made).then_refused(PromiseAlreadyDismissed)
    given(evolve, [suggested, dismissed, disputed]).when(confirm, made=made).then(made)
    given(evolve, [suggested, dismissed, disputed]).when(dismiss, reason="courtesy").then(dismissed)
    given(evolve, [suggested, dismissed, disputed, dismissed]).when(confirm, made=made).then_refused(
        PromiseAlreadyDismissed
    )


def test_only_a_suggestion_is_dismissed() -> None:
    given(evolve, [suggested]).when(dismiss, reason="courtesy").then(dismissed)
    given(evolve, [suggested, dismissed]).when(dismiss, reason="courtesy").then_refused(PromiseAlreadyDismissed)
    given(evolve, [made]).when(dismiss, reason="courtesy").then_refused(PromiseAlreadyConfirmed)
    given(evolve, [made, kept]).when(dismiss, reason="courtesy").then_refused(PromiseAlreadyConfirmed)


def test_why_a_line_is_dismissed_is_a_code_because_it_stands_in_clear() -> None:
    given(evolve, [suggested]).when(dismiss, reason="Rasa never said that").then_refused(NotACode)


def test_an_extension_gives_a_later_day() -> None:
    later = date(2026, 3, 11)
    given(evolve, [made]).when(extend, due=later, reason=REASON).then(PromiseExtended(due=later, reason=REASON))
    given(evolve, [made]).when(extend, due=DUE).then_refused(DueDateNotLater)
    given(evolve, [made, PromiseExtended(due=later)]).when(extend, due=later).then_refused(DueDateNotLater)
    given(evolve, [undated]).when(extend, due=DUE).then(PromiseExtended(due=DUE))


def test_a_promise_given_more_time_after_a_disputed_end_is_open_again() -> None:
    reopened = [made, broken, disputed, PromiseExtended(due=date(2026, 4, 1))]
    given(evolve, reopened).when(keep, position=42).then(kept)
    given(evolve, reopened).when(fail, today=date(2026, 3, 20)).then_refused(PromiseNotYetDue)


def test_a_promise_is_kept_by_the_event_that_shows_it_however_late() -> None:
    given(evolve, [made]).when(keep, position=42).then(kept)
    given(evolve, [suggested, made]).when(keep, position=42, commit="beef").then(
        PromiseKept(position=42, commit="beef")
    )


def test_a_promise_is_broken_when_its_day_is_over() -> None:
    given(evolve, [made]).when(fail, today=date(2026, 3, 11)).then(broken)
    given(evolve, [made]).when(fail, today=DUE).then_refused(PromiseNotYetDue)


def test_a_promise_is_broken_before_its_day_or_without_one_only_for_a_reason() -> None:
    given(evolve, [undated]).when(fail, today=date(2030, 1, 1)).then_refused(PromiseNotYetDue)
    given(evolve, [undated]).when(fail, today=DUE, reason=REASON).then(PromiseBroken(reason=REASON))
    given(evolve, [made]).when(fail, today=DUE, reason=REASON).then(PromiseBroken(reason=REASON))


def test_a_promise_is_withdrawn_with_its_reason() -> None:
    given(evolve, [made]).when(withdraw, reason=withdrawn.reason).then(withdrawn)
    given(evolve, [made]).when(withdraw, reason=Personal("")).then_refused(WordsMissing)


@pytest.mark.parametrize("end", [kept, broken, withdrawn], ids=["kept", "broken", "withdrawn"])
def test_a_settled_promise_is_not_settled_again_until_the_customer_disputes_it(end: Event) -> None:
    settled, contested = given(evolve, [made, end]), given(evolve, [made, end, disputed])
    settled.when(keep, position=42).then_refused(PromiseAlreadySettled)
    settled.when(fail, today=date(2026, 5, 1)).then_refused(PromiseAlreadySettled)
    settled.when(withdraw, reason=REASON).then_refused(PromiseAlreadySettled)
    settled.when(extend, due=date(2026, 5, 1)).then_refused(PromiseAlreadySettled)
    contested.when(keep, position=42).then(kept)
    contested.when(fail, today=date(2026, 5, 1)).then(broken)
    given(evolve, [made, end, disputed, kept]).when(fail, today=date(2026, 5, 1)).then_refused(PromiseAlreadySettled)


@pytest.mark.parametrize("before", [[suggested], [suggested, dismissed], [suggested, dismissed, disputed]])
def test_what_nobody_confirmed_cannot_end(before: list[Event]) -> None:
    given(evolve, before).when(keep, position=42).then_refused(PromiseNotConfirmed)
    given(evolve, before).when(fail, today=date(2026, 5, 1)).then_refused(PromiseNotConfirmed)
    given(evolve, before).when(withdraw, reason=REASON).then_refused(PromiseNotConfirmed)
    given(evolve, before).when(extend, due=date(2026, 5, 1)).then_refused(PromiseNotConfirmed)


@pytest.mark.parametrize("before", [[suggested], [made], [made, kept], [suggested, dismissed]])
def test_the_customer_may_dispute_at_any_time_in_words(before: list[Event]) -> None:
    given(evolve, before).when(dispute, words=disputed.words).then(disputed)
    given(evolve, before).when(dispute, words=Personal(" ")).then_refused(WordsMissing)
    given(evolve, [*before, disputed]).when(dispute, words=disputed.words).then_refused(PromiseAlreadyDisputed)


def test_nothing_is_done_to_a_promise_that_does_not_exist() -> None:
    given(evolve, []).when(keep, position=1).then_refused(NotFound)
    given(evolve, []).when(dismiss, reason="courtesy").then_refused(NotFound)
    given(evolve, []).when(dispute, words=disputed.words).then_refused(NotFound)
