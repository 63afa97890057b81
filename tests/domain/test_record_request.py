"""A record request runs its course: nothing leaves unverified or unapproved, and the clock is kept."""

from __future__ import annotations

from datetime import date

import pytest

from audit.domain.errors import NotFound
from audit.domain.event import Event, Personal
from audit.domain.record_request import (
    InternalReviewAsked,
    ItemRestored,
    ItemWithheld,
    RecordApproved,
    RecordCompiled,
    RecordDelivered,
    RecordRequested,
    RequestAcknowledged,
    RequesterVerified,
    RequestEscalated,
    RequestExtended,
    RequestRefused,
    StatementDisputed,
)
from audit.domain.request_course import (
    ExtensionGivesNoTime,
    ExtensionTooLong,
    FirstMonthOver,
    PeriodBackwards,
    RequestAlreadyAcknowledged,
    RequestAlreadyExtended,
    RequestAlreadyMade,
    RequestAlreadySettled,
    RequesterAlreadyVerified,
    RequestNotYetAcknowledged,
    RequestNotYetSettled,
    acknowledge,
    ask,
    ask_internal_review,
    dispute_statement,
    evolve,
    extend,
    refuse,
    verify_requester,
)
from audit.domain.request_regime import months_after
from audit.domain.request_release import (
    NotWithheld,
    Place,
    RecordNotYetCompiled,
    RecordOutdated,
    RequesterNotVerified,
    RequestNotYetApproved,
    SecondReaderNeeded,
    StretchIncomplete,
    approve,
    compile_record,
    deliver,
    restore,
    withhold,
)
from audit.domain.wording import NotACode, WordsMissing
from tests.domain.given import given

RECEIVED, DUE = date(2026, 1, 31), date(2026, 2, 28)
WHY = Personal("because of the many letters")
asked = RecordRequested(scope="all")
acknowledged = RequestAcknowledged(received=RECEIVED, due=DUE)
escalated = RequestEscalated(level="supervisor")
verified = RequesterVerified(how="identity-card")
extended = RequestExtended(due=date(2026, 4, 30), reason=WHY)
compiled = RecordCompiled(digest="d1", count=12, withheld=0, position=40)
withheld = ItemWithheld(position=8, reason="third-person")
approved = RecordApproved(digest="d1")
delivered = RecordDelivered(digest="d1", how="post")
refused = RequestRefused(ground="excessive", reason=WHY)
review = InternalReviewAsked(reason=WHY)
OPENED: list[Event] = [asked, acknowledged, escalated]
READY: list[Event] = [*OPENED, verified, compiled]
DONE: list[Event] = [*READY, approved, delivered]


def test_a_request_is_made_once_for_days_that_go_forward() -> None:
    backwards = RecordRequested(scope="all", since=DUE, until=RECEIVED)
    one_day = RecordRequested(scope="all", since=DUE, until=DUE)
    given(evolve, []).when(ask, asked=one_day).then(one_day)
    given(evolve, [asked]).when(ask, asked=asked).then_refused(RequestAlreadyMade)
    given(evolve, []).when(ask, asked=backwards).then_refused(PeriodBackwards)
    given(evolve, []).when(ask, asked=RecordRequested(scope="All of it!")).then_refused(NotACode)


def test_escalation_always_follows_acknowledgement() -> None:
    given(evolve, [asked]).when(acknowledge, received=RECEIVED).then(acknowledged, escalated)
    given(evolve, OPENED).when(acknowledge, received=RECEIVED).then_refused(RequestAlreadyAcknowledged)
    given(evolve, [asked, refused]).when(acknowledge, received=RECEIVED).then_refused(RequestAlreadySettled)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last_there_is(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_a_requester_is_verified_once_by_a_way_that_has_a_code() -> None:
    given(evolve, [asked]).when(verify_requester, how="identity-card").then(verified)
    given(evolve, [asked, verified]).when(verify_requester, how="identity-card").then_refused(RequesterAlreadyVerified)
    given(evolve, [asked]).when(verify_requester, how="by her daughter").then_refused(NotACode)


def test_more_time_is_taken_inside_the_first_month_only() -> None:
    given(evolve, OPENED).when(extend, today=DUE, due=extended.due, reason=WHY).then(extended)
    given(evolve, OPENED).when(extend, today=date(2026, 3, 1), due=extended.due, reason=WHY).then_refused(
        FirstMonthOver
    )


def test_more_time_is_at_most_two_months_and_given_once_with_a_reason() -> None:
    today = date(2026, 2, 1)
    opened = given(evolve, OPENED)
    opened.when(extend, today=today, due=date(2026, 5, 1), reason=WHY).then_refused(ExtensionTooLong)
    opened.when(extend, today=today, due=DUE, reason=WHY).then_refused(ExtensionGivesNoTime)
    opened.when(extend, today=today, due=extended.due, reason=Personal("")).then_refused(WordsMissing)
    given(evolve, [*OPENED, extended]).when(extend, today=today, due=extended.due, reason=WHY).then_refused(
        RequestAlreadyExtended
    )
    given(evolve, [asked]).when(extend, today=today, due=extended.due, reason=WHY).then_refused(
        RequestNotYetAcknowledged
    )


def test_nothing_is_made_before_the_requester_has_a_day() -> None:
    given(evolve, [asked, verified]).when(compile_record, compiled=compiled).then_refused(RequestNotYetAcknowledged)
    given(evolve, [asked]).when(withhold, item=withheld).then_refused(RequestNotYetAcknowledged)
    given(evolve, OPENED).when(compile_record, compiled=compiled).then(compiled)


def test_what_was_made_last_is_approved_for_a_verified_requester() -> None:
    given(evolve, READY).when(approve, digest="d1").then(approved)
    given(evolve, READY).when(approve, digest="d0").then_refused(RecordOutdated)
    given(evolve, [*OPENED, verified]).when(approve, digest="d1").then_refused(RecordNotYetCompiled)
    given(evolve, [*OPENED, compiled]).when(approve, digest="d1").then_refused(RequesterNotVerified)


def test_withholding_something_makes_the_record_anew() -> None:
    given(evolve, READY).when(withhold, item=withheld).then(withheld)
    given(evolve, [*READY, withheld]).when(approve, digest="d1").then_refused(RecordNotYetCompiled)
    given(evolve, [*READY, approved, withheld]).when(deliver, delivered=delivered).then_refused(RequestNotYetApproved)


def test_what_was_withheld_is_given_free_with_a_reason_and_read_again() -> None:
    place = Place(position=8)
    restored = ItemRestored(position=8, reason=WHY)
    withholding = given(evolve, [*READY, withheld])
    withholding.when(restore, place=place, reason=WHY, withheld={place}).then(restored)
    withholding.when(restore, place=place, reason=Personal(" "), withheld={place}).then_refused(WordsMissing)
    withholding.when(restore, place=place._replace(part="text"), reason=WHY, withheld={place}).then_refused(NotWithheld)
    given(evolve, DONE).when(restore, place=place, reason=WHY, withheld={place}).then_refused(RequestAlreadySettled)
    given(evolve, [*READY, approved, restored]).when(deliver, delivered=delivered).then_refused(RequestNotYetApproved)
    given(evolve, [*READY, restored, compiled]).when(approve, digest="d1").then_refused(SecondReaderNeeded)


@pytest.mark.parametrize(
    "stretch",
    [{"start": 1}, {"part": "text", "end": 4}, {"start": 1, "end": 4}, {"part": "text", "start": 4, "end": 4}],
)
def test_a_withheld_stretch_is_given_whole(stretch: dict[str, object]) -> None:
    item = ItemWithheld(position=8, reason="third-person", **stretch)  # type: ignore[arg-type]  # made up by the cases
    given(evolve, OPENED).when(withhold, item=item).then_refused(StretchIncomplete)


def test_a_withheld_stretch_has_a_part_a_start_and_an_end() -> None:
    item = ItemWithheld(position=8, reason="third-person", part="text", start=0, end=4)
    given(evolve, OPENED).when(withhold, item=item).then(item)
    given(evolve, OPENED).when(withhold, item=ItemWithheld(position=8, reason="names Rasa")).then_refused(NotACode)


def test_nothing_leaves_unapproved() -> None:
    again = RecordCompiled(digest="d2", count=13, withheld=0, position=50)
    given(evolve, READY).when(deliver, delivered=delivered).then_refused(RequestNotYetApproved)
    given(evolve, [*READY, approved, again]).when(deliver, delivered=delivered).then_refused(RequestNotYetApproved)
    given(evolve, [*READY, approved]).when(deliver, delivered=RecordDelivered(digest="d2", how="post")).then_refused(
        RecordOutdated
    )
    given(evolve, [*READY, approved]).when(deliver, delivered=delivered).then(delivered)


def test_a_record_lost_in_the_post_is_handed_over_again() -> None:
    given(evolve, DONE).when(deliver, delivered=delivered).then(delivered)


def test_a_refused_record_is_not_handed_over_even_if_it_was_approved() -> None:
    given(evolve, [*READY, approved, refused]).when(deliver, delivered=delivered).then_refused(RequestAlreadySettled)


@pytest.mark.parametrize("answer", [DONE, [asked, refused]], ids=["delivered", "refused"])
def test_an_answered_request_stands_still(answer: list[Event]) -> None:
    settled = given(evolve, answer)
    settled.when(compile_record, compiled=compiled).then_refused(RequestAlreadySettled)
    settled.when(withhold, item=withheld).then_refused(RequestAlreadySettled)
    settled.when(approve, digest="d1").then_refused(RequestAlreadySettled)
    settled.when(refuse, ground="excessive", reason=WHY).then_refused(RequestAlreadySettled)
    settled.when(verify_requester, how="identity-card").then_refused(RequestAlreadySettled)


def test_a_refusal_has_a_ground_and_words() -> None:
    given(evolve, OPENED).when(refuse, ground="excessive", reason=WHY).then(refused)
    given(evolve, OPENED).when(refuse, ground="excessive", reason=Personal("")).then_refused(WordsMissing)
    given(evolve, OPENED).when(refuse, ground="Too much.", reason=WHY).then_refused(NotACode)


def test_an_internal_review_opens_an_answered_request_again() -> None:
    given(evolve, OPENED).when(ask_internal_review, reason=WHY).then_refused(RequestNotYetSettled)
    given(evolve, DONE).when(ask_internal_review, reason=WHY).then(review)
    given(evolve, DONE).when(ask_internal_review, reason=Personal(" ")).then_refused(WordsMissing)
    given(evolve, [*OPENED, refused]).when(ask_internal_review, reason=WHY).then(review)
    given(evolve, [*DONE, review]).when(deliver, delivered=delivered).then_refused(RequestNotYetApproved)
    given(evolve, [*DONE, review]).when(approve, digest="d1").then_refused(RecordNotYetCompiled)
    given(evolve, [*DONE, review]).when(compile_record, compiled=compiled).then(compiled)
    given(evolve, [*DONE, review, compiled]).when(approve, digest="d1").then(approved)


@pytest.mark.parametrize("before", [[asked], OPENED, DONE])
def test_a_customer_puts_their_words_beside_a_statement_at_any_time(before: list[Event]) -> None:
    words = Personal("I never said that I was not at home")
    given(evolve, before).when(dispute_statement, position=8, text=words, commit="c").then(
        StatementDisputed(position=8, text=words, commit="c")
    )
    given(evolve, before).when(dispute_statement, position=8, text=Personal("")).then_refused(WordsMissing)


def test_what_was_not_asked_for_goes_nowhere() -> None:
    nothing = given(evolve, [])
    nothing.when(acknowledge, received=RECEIVED).then_refused(NotFound)
    nothing.when(deliver, delivered=delivered).then_refused(NotFound)
    nothing.when(refuse, ground="excessive", reason=WHY).then_refused(NotFound)
    nothing.when(dispute_statement, position=8, text=WHY).then_refused(NotFound)
