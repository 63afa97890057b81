"""A customer's events are counted once more from the log, however they came to be theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.domain.customer import CustomersLinked, CustomersUnlinked, TieCorrected
from audit.domain.errors import NotFound
from audit.reports.gathering import gather
from audit.reports.reconciling import counted_again, counting
from tests.archive.recorders.places import behind_our_back
from tests.requests.given import (
    DAUGHTER,
    OPERATOR,
    REGINA,
    STRANGER,
    acknowledged,
    position_of,
)

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.reports.gathering import Gathered


def _gathered(house: House, customer: str, position: int | None = None) -> Gathered:
    house.follower.catch_up()
    return gather(house.archive, house.views, customer, position=position)


def _same_from_the_log(house: House, customer: str, position: int | None = None) -> set[int]:
    gathered = _gathered(house, customer, position)
    counted = counted_again(house.archive, customer, gathered)
    assert counted == {one.position for one in gathered.records}
    with counting(house.archive, gathered.position) as count:
        assert count(customer) == counted
    return counted


def test_what_the_views_say_is_what_the_log_says(house: House) -> None:
    acknowledged(house)
    alone = _same_from_the_log(house, REGINA)
    before = house.archive.head().size
    house.archive.note(CustomersLinked(), OPERATOR, ties=[("customer", REGINA), ("linked", DAUGHTER)])
    house.archive.note(CustomersLinked(), OPERATOR, ties=[("customer", STRANGER), ("linked", DAUGHTER)])
    together = _same_from_the_log(house, REGINA)
    assert together > alone
    assert position_of(house, "Labas.") in together
    house.archive.note(CustomersUnlinked(), OPERATOR, ties=[("customer", STRANGER), ("linked", DAUGHTER)])
    moved = position_of(house, "Labas.")
    assert moved not in _same_from_the_log(house, REGINA)
    house.archive.note(TieCorrected(position=moved, kind="customer"), OPERATOR, ties=[("customer", REGINA)])
    assert moved in _same_from_the_log(house, REGINA)
    assert moved not in _same_from_the_log(house, STRANGER)
    assert _same_from_the_log(house, REGINA, before) == alone
    with pytest.raises(NotFound):
        _gathered(house, "cust-404")


def test_a_link_that_a_view_lacks_is_missed(embedded: House) -> None:
    embedded.archive.note(CustomersLinked(), OPERATOR, ties=[("customer", REGINA), ("linked", DAUGHTER)])
    whole = _gathered(embedded, REGINA)
    behind_our_back(str(embedded.settings.folder / "views.db"), "DELETE FROM ties_links")
    partial = _gathered(embedded, REGINA)
    assert len(partial.records) < len(whole.records)
    assert counted_again(embedded.archive, REGINA, partial) == {one.position for one in whole.records}
