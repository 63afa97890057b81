"""A legal hold is placed once over something, and released once with a reason."""

from __future__ import annotations

from datetime import date

import pytest

from audit.domain.custody import HoldPlaced, HoldReleased
from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.domain.hold import (
    HoldAlreadyPlaced,
    HoldAlreadyReleased,
    HoldCoversNothing,
    HoldEndsBeforeItBegins,
    evolve,
    place,
    release,
)
from audit.domain.wording import WordsMissing
from tests.domain.given import given

TITLE, WHY = Personal("the meter case"), Personal("the case is closed")
placed = HoldPlaced(title=TITLE, persons=Personal(["cust-7"]))
released = HoldReleased(reason=WHY)


@pytest.mark.parametrize(
    "hold", [placed, HoldPlaced(title=TITLE, query=Personal("fee"), since=date(2026, 1, 1), until=date(2026, 1, 1))]
)
def test_a_hold_covers_persons_or_a_query(hold: HoldPlaced) -> None:
    given(evolve, []).when(place, placed=hold).then(hold)


def test_a_hold_that_covers_nothing_is_refused() -> None:
    given(evolve, []).when(place, placed=HoldPlaced(title=TITLE)).then_refused(HoldCoversNothing)
    nobody = HoldPlaced(title=TITLE, persons=Personal([]))
    given(evolve, []).when(place, placed=nobody).then_refused(HoldCoversNothing)
    empty = HoldPlaced(title=TITLE, query=Personal(""))
    given(evolve, []).when(place, placed=empty).then_refused(HoldCoversNothing)
    blank = HoldPlaced(title=TITLE, query=Personal(" "), persons=Personal(["cust-7"]))
    given(evolve, []).when(place, placed=blank).then_refused(WordsMissing)
    unnamed = HoldPlaced(title=Personal(""), query=Personal("fee"))
    given(evolve, []).when(place, placed=unnamed).then_refused(WordsMissing)
    backwards = HoldPlaced(title=TITLE, query=Personal("fee"), since=date(2026, 1, 2), until=date(2026, 1, 1))
    given(evolve, []).when(place, placed=backwards).then_refused(HoldEndsBeforeItBegins)


def test_a_hold_is_placed_once_even_after_its_release() -> None:
    given(evolve, [placed]).when(place, placed=placed).then_refused(HoldAlreadyPlaced)
    given(evolve, [placed, released]).when(place, placed=placed).then_refused(HoldAlreadyPlaced)


def test_a_hold_is_released_once_with_a_reason() -> None:
    given(evolve, [placed]).when(release, reason=WHY).then(released)
    given(evolve, [placed, released]).when(release, reason=WHY).then_refused(HoldAlreadyReleased)
    given(evolve, [placed]).when(release, reason=Personal("")).then_refused(WordsMissing)
    given(evolve, []).when(release, reason=WHY).then_refused(NotFound)
