"""Prices: found in what was said in five languages, and compared with what was charged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.projections.prices import Prices
from audit.projections.prices_compared import compared
from audit.projections.prices_said import prices_in
from tests.promises.conftest import CUSTOMER

if TYPE_CHECKING:
    from audit.projections.prices_compared import Compared
    from tests.promises.conftest import Told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The call-out fee is 45 EUR, and 60 EUR per hour.",
            [("45.00", "EUR", "call-out-fee"), ("60.00", "EUR", "hourly")],
        ),
        ("We charge a flat 120 euros for that.", [("120.00", "EUR", "flat")]),
        ("The trip charge is $30.", [("30.00", "USD", "call-out-fee")]),
        ("Our commission is 10% of the value.", [("10", "%", "commission")]),
        ("Meistro iškvietimas kainuoja 40 eurų.", [("40.00", "EUR", "call-out-fee")]),
        ("Valandinis įkainis – 35 eurai.", [("35.00", "EUR", "hourly")]),
        ("Таксата за посещение е 30 лева.", [("30.00", "BGN", "call-out-fee")]),
        ("Выезд мастера стоит 900 рублей.", [("900.00", "RUB", "call-out-fee")]),
        ("Фиксированная цена 5000 рублей.", [("5000.00", "RUB", "flat")]),
        ("上门费50元。", [("50.00", "CNY", "call-out-fee")]),
        ("每小时收费80元。", [("80.00", "CNY", "hourly")]),
        ("I will credit you 100 dollars.", []),
        ("You have 3 visits left.", []),
        ("", []),
    ],
)
def test_a_price_has_a_sum_and_what_it_is_for(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(one.amount, one.currency, one.basis) for one in prices_in(text)] == found


def test_a_price_stands_where_its_offsets_say() -> None:
    text = "Ačiū. Iškvietimas kainuoja 40 eurų."
    (one,) = prices_in(text)
    assert text[one.start : one.end] == "40 eurų"


def judged(told: Told) -> list[Compared]:
    with told.house.views.reading(Prices) as (db, view):
        return compared(view.all(db))


def charge(name: str, amount: str, basis: str, **more: str) -> dict[str, str]:
    line = {
        "kind": "charge", "source": "desk", "id": name, "customer": CUSTOMER, "at": "2026-03-05T09:00:00+02:00",
        "amount": amount, "currency": "EUR", "basis": basis, "work_order": "W-1",
    }  # fmt: skip
    return line | more


def test_charges_are_compared_with_what_was_told_before(told: Told) -> None:
    told.tell(
        told.say("The call-out fee is 45 EUR, and 60 EUR per hour."),
        charge("c1", "60.00", "call-out-fee"),
        charge("c2", "45", "call-out-fee"),
        charge("c3", "60.00", "hourly"),
        charge("c4", "99.00", "flat"),
        charge("c5", "10.00", "credit"),
        charge("c6", "45", "call-out-fee", at="2026-03-01T09:00:00+02:00"),
        charge("c7", "45", "call-out-fee", customer="cust-9"),
    )
    assert [(one.charge.amount, one.verdict, one.difference) for one in judged(told)] == [
        ("45", "never-quoted", None),
        ("60.00", "differs", "15.00"),
        ("45", "as-quoted", "0.00"),
        ("60.00", "cannot-tell", None),
        ("99.00", "never-quoted", None),
        ("45", "never-quoted", None),
    ]
