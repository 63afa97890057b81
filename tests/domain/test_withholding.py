"""A withholding names a reason, from whom, and a stretch that is there; it is lifted once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.domain.withholding import (
    StretchUnclear,
    WithheldFromNobody,
    WithholdingAlreadyLifted,
    WithholdingAlreadyPlaced,
    WithholdingLifted,
    WithholdingPlaced,
    evolve,
    lift,
    place,
)
from audit.domain.wording import NotACode, WordsMissing
from tests.domain.given import given

placed = WithholdingPlaced(position=7, reason="third-person", whom=("readers",), part="text", start=2, end=5)
LENGTHS = {"text": 10, "extra": None}
WHY = Personal("they agreed")
lifted = WithholdingLifted(reason=WHY)


def test_a_stretch_a_part_or_all_of_an_event_is_withheld() -> None:
    whole = replace(placed, part=None, start=None, end=None)
    for one in (placed, replace(placed, start=None, end=None), whole, replace(whole, part="extra")):
        given(evolve, []).when(place, placed=one, lengths=LENGTHS).then(one)


@pytest.mark.parametrize(
    "changed",
    [
        {"start": 5, "end": 5},
        {"start": -1},
        {"end": 11},
        {"end": None},
        {"start": None},
        {"part": None},
        {"part": "subject"},
        {"part": "extra"},
    ],
)
def test_a_stretch_that_is_not_there_is_not_withheld(changed: dict[str, Any]) -> None:
    given(evolve, []).when(place, placed=replace(placed, **changed), lengths=LENGTHS).then_refused(StretchUnclear)


def test_a_reason_is_a_code_and_somebody_is_named() -> None:
    named = replace(placed, reason="because of Rasa")
    given(evolve, []).when(place, placed=named, lengths=LENGTHS).then_refused(NotACode)
    for whom in ((), ("everybody",), ("readers", "x")):
        nobody = replace(placed, whom=whom)
        given(evolve, []).when(place, placed=nobody, lengths=LENGTHS).then_refused(WithheldFromNobody)


def test_it_is_placed_once_and_lifted_once_with_a_reason() -> None:
    given(evolve, [placed]).when(place, placed=placed, lengths=LENGTHS).then_refused(WithholdingAlreadyPlaced)
    given(evolve, [placed]).when(lift, reason=WHY).then(lifted)
    given(evolve, [placed, lifted]).when(lift, reason=WHY).then_refused(WithholdingAlreadyLifted)
    given(evolve, [placed]).when(lift, reason=Personal(" ")).then_refused(WordsMissing)
    given(evolve, []).when(lift, reason=WHY).then_refused(NotFound)
