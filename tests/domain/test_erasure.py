"""An erasure takes two persons, bows to holds and duties, and its authority names everything, however long."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from audit.domain.custody import (
    ErasureAsked,
    ErasureExecuted,
    ErasureIdentified,
    ErasureNarrowed,
    ErasureReceipt,
    ErasureRefused,
    SpanErasureAsked,
)
from audit.domain.erasure import (
    Erasure,
    ErasureAlreadyAsked,
    ErasureAlreadyExecuted,
    ErasureAlreadyReceipted,
    ErasureAlreadyRefused,
    ErasureNotExecuted,
    Hands,
    IdentityAlreadyVerified,
    IdentityNotVerified,
    LegalHoldInForce,
    NothingLeftToErase,
    Obstacles,
    RetentionDutyRunning,
    SecondPersonNeeded,
    Stage,
    StretchUnclear,
    ask,
    ask_span,
    evolve,
    execute,
    give_receipt,
    identify,
    refuse,
)
from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.domain.spans import ranges_of
from audit.domain.wording import NotACode, WordsMissing
from tests.domain.given import given

ONE, OTHER = UUID(int=1), UUID(int=2)
WHY = Personal("they closed their account")
asked = ErasureAsked(ground="asked-by-person", reason=WHY)
identified = ErasureIdentified(how="passport-shown")
refused = ErasureRefused(ground="legal-duty", reason=WHY)
executed = ErasureExecuted(keys=("k1", "k2"), spans=("3", "7-9"), ground="asked-by-person")
receipt = ErasureReceipt(keys=2, positions=4)
TODAY = date(2026, 6, 1)
READY: dict[str, Any] = {
    "hands": Hands(asked=ONE, executes=OTHER),
    "today": TODAY,
    "obstacles": Obstacles(),
    "keys": ["k2", "k1", "k1"],
    "positions": [9, 3, 8, 7, 7],
}


def test_an_erasure_is_asked_once_on_a_ground_that_has_a_code() -> None:
    given(evolve, []).when(ask, ground="asked-by-person", reason=WHY).then(asked)
    given(evolve, [asked]).when(ask, ground="asked-by-person").then_refused(ErasureAlreadyAsked)
    given(evolve, []).when(ask, ground="Rasa asked for it").then_refused(NotACode)


def test_a_second_person_executes_what_was_asked() -> None:
    given(evolve, [asked, identified]).when(execute, **READY).then(executed)


@pytest.mark.parametrize("hands", [Hands(asked=ONE, executes=ONE), Hands(asked=None, executes=ONE)])
def test_nobody_forgets_a_person_alone(hands: Hands) -> None:
    given(evolve, [asked, identified]).when(execute, **(READY | {"hands": hands})).then_refused(SecondPersonNeeded)


def test_a_legal_hold_prevents_it() -> None:
    held = READY | {"obstacles": Obstacles(holds=1)}
    given(evolve, [asked, identified]).when(execute, **held).then_refused(LegalHoldInForce)


def test_a_duty_to_keep_prevents_it_to_the_day() -> None:
    until = READY | {"obstacles": Obstacles(kept_until=TODAY)}
    since = READY | {"obstacles": Obstacles(kept_until=date(2026, 5, 31))}
    given(evolve, [asked, identified]).when(execute, **until).then_refused(RetentionDutyRunning)
    given(evolve, [asked, identified]).when(execute, **since).then(executed)


def test_what_was_refused_or_executed_is_not_executed_again() -> None:
    given(evolve, []).when(execute, **READY).then_refused(NotFound)
    given(evolve, [asked, refused]).when(execute, **READY).then_refused(ErasureAlreadyRefused)
    given(evolve, [asked, executed]).when(execute, **READY).then_refused(ErasureAlreadyExecuted)
    given(evolve, [asked, executed, receipt]).when(execute, **READY).then_refused(ErasureAlreadyExecuted)


def test_a_refusal_has_a_ground_and_words_and_comes_before_the_execution() -> None:
    given(evolve, [asked]).when(refuse, ground="legal-duty", reason=WHY).then(refused)
    given(evolve, [asked]).when(refuse, ground="legal-duty", reason=Personal("")).then_refused(WordsMissing)
    given(evolve, [asked]).when(refuse, ground="No!", reason=WHY).then_refused(NotACode)
    given(evolve, [asked, refused]).when(refuse, ground="legal-duty", reason=WHY).then_refused(ErasureAlreadyRefused)
    given(evolve, [asked, executed]).when(refuse, ground="legal-duty", reason=WHY).then_refused(ErasureAlreadyExecuted)


def test_a_receipt_is_given_once_for_what_was_done() -> None:
    given(evolve, [asked, executed]).when(give_receipt, receipt=receipt).then(receipt)
    given(evolve, [asked]).when(give_receipt, receipt=receipt).then_refused(ErasureNotExecuted)
    given(evolve, [asked, refused]).when(give_receipt, receipt=receipt).then_refused(ErasureNotExecuted)
    given(evolve, [asked, executed, receipt]).when(give_receipt, receipt=receipt).then_refused(ErasureAlreadyReceipted)


def test_somebody_of_whom_nothing_is_kept_is_forgotten_all_the_same() -> None:
    nothing = READY | {"keys": [], "positions": []}
    given(evolve, [asked, identified]).when(execute, **nothing).then(
        ErasureExecuted(keys=(), spans=(), ground="asked-by-person")
    )


def test_a_long_authority_is_several_events_that_each_fit_and_together_name_all() -> None:
    keys = [f"{number:032x}" for number in range(3_000)]
    positions = range(1, 60_000, 3)
    asked_for = Erasure(Stage.ASKED, "x", identified=True)
    events = execute(asked_for, **(READY | {"keys": keys, "positions": positions}))
    made = [event for event in events if isinstance(event, ErasureExecuted)]
    assert len(made) == len(events)
    assert all(len(json.dumps([event.keys, event.spans])) < 60_000 for event in made)
    assert [event.continues for event in made] == [True] * (len(made) - 1) + [False]
    assert [key for event in made for key in event.keys] == keys
    assert [place for event in made for run in ranges_of(event.spans) for place in run] == list(positions)


def test_a_long_authority_is_executed_once_it_is_recorded() -> None:
    part = ErasureExecuted(keys=("k1",), spans=("3",), ground="asked-by-person", continues=True)
    given(evolve, [asked, part, executed]).when(give_receipt, receipt=receipt).then(receipt)


def test_nobody_is_forgotten_before_it_is_known_who_asks() -> None:
    given(evolve, [asked]).when(execute, **READY).then_refused(IdentityNotVerified)
    given(evolve, [asked]).when(identify, how="passport-shown").then(identified)
    given(evolve, [asked, identified]).when(identify, how="passport-shown").then_refused(IdentityAlreadyVerified)
    given(evolve, [asked]).when(identify, how="saw the passport").then_refused(NotACode)
    given(evolve, []).when(identify, how="passport-shown").then_refused(NotFound)
    given(evolve, [asked, refused]).when(identify, how="passport-shown").then_refused(ErasureAlreadyRefused)


@pytest.mark.parametrize("ground", ["retention-limit", "court-order"])
def test_a_ground_on_which_nobody_asks_for_themselves_needs_no_identity(ground: str) -> None:
    given(evolve, [ErasureAsked(ground=ground)]).when(execute, **READY).then(
        ErasureExecuted(keys=("k1", "k2"), spans=("3", "7-9"), ground=ground)
    )


def test_what_a_duty_keeps_is_named_before_the_authority_for_the_rest() -> None:
    kept = ErasureNarrowed(classes=("invoices",), until=date(2027, 1, 1), keys=2, events=5)
    narrowed = READY | {"obstacles": Obstacles(narrowed=kept)}
    given(evolve, [asked, identified]).when(execute, **narrowed).then(kept, executed)
    nothing = narrowed | {"keys": [], "positions": []}
    given(evolve, [asked, identified]).when(execute, **nothing).then_refused(NothingLeftToErase)
    held = READY | {"obstacles": Obstacles(holds=1, narrowed=kept)}
    given(evolve, [asked, identified]).when(execute, **held).then_refused(LegalHoldInForce)
    given(evolve, [asked, identified, kept]).when(execute, **READY).then(executed)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 3), (0, 11), (10, 12)])
def test_a_stretch_lies_within_its_words(start: int, end: int) -> None:
    span = SpanErasureAsked(position=3, part="text", start=start, end=end, ground="third-person")
    given(evolve, []).when(ask_span, span=span, length=10).then_refused(StretchUnclear)


def test_a_stretch_is_asked_for_once_and_then_takes_the_same_course() -> None:
    span = SpanErasureAsked(position=3, part="text", start=0, end=10, ground="third-person")
    given(evolve, []).when(ask_span, span=span, length=10).then(span)
    given(evolve, [span]).when(ask_span, span=span, length=10).then_refused(ErasureAlreadyAsked)
    given(evolve, [span]).when(execute, **READY).then_refused(IdentityNotVerified)
