"""Reasons say something; codes name nobody."""

from __future__ import annotations

import pytest

from audit.domain.event import ERASED, Personal
from audit.domain.wording import AmountUnclear, NotACode, WordsMissing, require_amount, require_code, require_words


@pytest.mark.parametrize("code", ["x", "third-person", "sl1", "gdpr-17-1-b", "a" * 60])
def test_a_code_is_small_letters_digits_and_hyphens(code: str) -> None:
    require_code(code, "the code")


@pytest.mark.parametrize(
    "code", ["", "Third", "third person", "-a", "a-", "a--b", "1a", "a\n", "ačiū", "за", "a" * 61, "a_b", "rasa@x"]
)
def test_nothing_else_is_a_code(code: str) -> None:
    with pytest.raises(NotACode, match="Give the ground as a code"):
        require_code(code, "the ground")


def test_words_may_be_in_any_language() -> None:
    require_words(Personal("因为"), "the reason")


@pytest.mark.parametrize("value", ["", " \n\u00a0", None, ["a"], b"a", ERASED])
def test_what_is_no_words_is_refused(value: object) -> None:
    with pytest.raises(WordsMissing, match="Say the reason in words"):
        require_words(Personal(value), "the reason")


@pytest.mark.parametrize(
    ("amount", "currency"), [(None, None), ("0", "EUR"), ("12.50", "BGN"), ("-3", "USD"), ("100000000", "CNY")]
)
def test_an_amount_is_a_decimal_number_with_its_currency(amount: str | None, currency: str | None) -> None:
    require_amount(amount, currency=currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("12.50", None),
        (None, "EUR"),
        ("", "EUR"),
        ("12,50", "EUR"),
        ("1e3", "EUR"),
        ("NaN", "EUR"),
        ("١٢", "EUR"),
        ("12.", "EUR"),
        ("9" * 16, "EUR"),
        ("12\n", "EUR"),
        ("12", "eur"),
        ("12", "Euro"),
        ("12", "€"),
    ],
)
def test_nothing_else_is_an_amount(amount: str | None, currency: str | None) -> None:
    with pytest.raises(AmountUnclear, match=r"as 12\.50 and the currency as EUR"):
        require_amount(amount, currency=currency)
