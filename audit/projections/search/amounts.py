"""Sums of money: what a text or an event names, and what a query asks for, as whole ten-thousandths of a currency."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from audit.projections.search.query import Amount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.domain.event import Event

AMOUNTS_VERSION: Final = 1
"""Rises with every change that finds other sums in the same text: the index is then made anew."""
_UNIT: Final = 10_000
_LARGEST: Final = 2**62
_LONGEST_NUMBER: Final = 40

# What people write for a currency; letters in lower case.
_CURRENCIES: Final = {
    "EUR": "eur euro euros euras eurai eurą eurų eurus eurais евро €",
    "USD": "usd dollar dollars dolerių doleriai dolerius доллар доллара долларов долари долара 美元 美金 $",
    "GBP": "gbp pound pounds £",
    "CNY": "cny rmb yuan 元 块 块钱 圆 人民币 ¥ ￥",
    "RUB": "rub rubles руб руб. рубль рубля рублей р. ₽",
    "BGN": "bgn лв лв. лев лева левове",
    "LTL": "ltl lt lt. litas litai litų litus",
    "PLN": "pln zł zloty",
    "CHF": "chf",
    "SEK": "sek",
    "NOK": "nok",
    "DKK": "dkk",
    "CZK": "czk kč",
    "UAH": "uah грн грн. гривень ₴",
    "JPY": "jpy yen 日元",
    "HKD": "hkd",
    "CAD": "cad",
    "AUD": "aud",
    "INR": "inr rupees ₹",
}
_BY_SIGN: Final = {sign: code for code, signs in _CURRENCIES.items() for sign in signs.split()}
_SIGNS: Final = "|".join(re.escape(sign) for sign in sorted(_BY_SIGN, key=len, reverse=True))
_NUMBER: Final = r"(?<![\d.,])-?\d{1,15}(?:[ \u00a0\u202f.,'\u2019]\d{3}(?!\d))*(?:[.,]\d{1,4}(?!\d))?"
# A sign made of letters ends where the word ends; Chinese writes it without a space.
_SIGN: Final = rf"(?<![a-zа-яё])(?:{_SIGNS})(?![a-zа-яё])"
_BEFORE: Final = re.compile(rf"(?P<sign>{_SIGN}) ?(?P<number>{_NUMBER})")
_AFTER: Final = re.compile(rf"(?P<number>{_NUMBER})(?:[.,]-)?[ \u00a0\u202f]?(?P<sign>{_SIGN})")
_DIGIT: Final = re.compile(r"\d")
_ANY_SIGN: Final = re.compile(_SIGN)
_ASKED: Final = re.compile(
    rf"(?P<before>{_SIGN})?\s*(?P<number>[\d][\d .,'\u00a0\u202f\u2019]*)?\s*(?P<after>{_SIGN})?"
)
_THOUSANDS: Final = 3


def amounts_in(text: str) -> list[tuple[str, int]]:
    """Return every sum with its currency that a text names, each once."""
    if _DIGIT.search(text) is None:
        return []
    lower = text.lower()
    if len(lower) != len(text) or _ANY_SIGN.search(lower) is None:
        return []
    found: dict[tuple[str, int], None] = {}
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(lower):
            value = value_of(match["number"])
            if value is not None:
                found[_BY_SIGN[match["sign"]], value] = None
    return list(found)


def amounts_of(event: Event, texts: Iterable[str]) -> list[tuple[str, int]]:
    """Return every sum an event names: in its texts, and as a charge, a price or a promise."""
    found = dict.fromkeys(pair for text in texts for pair in amounts_in(text))
    amount, currency = getattr(event, "amount", None), getattr(event, "currency", None)
    if isinstance(amount, str) and isinstance(currency, str) and (value := value_of(amount)) is not None:
        found[currency.upper(), value] = None
    return list(found)


def asked_amount(text: str) -> tuple[int | None, str | None]:
    """Return the value and the currency of an amount in a query; ValueError where it is none.

    ``100``, ``100EUR``, ``€ 100``; and a currency alone, ``EUR``.
    """
    match = _ASKED.fullmatch(" ".join(text.lower().split()))
    if match is None or not any(match.groups()) or (match["before"] and match["after"]):
        raise ValueError(text)
    sign = match["before"] or match["after"]
    if match["number"] is None:
        return None, _BY_SIGN[sign]
    value = value_of(match["number"])
    if value is None:
        raise ValueError(text)
    return value, _BY_SIGN[sign] if sign else None


def exactly(text: str) -> Amount:
    """Return what an amount in a query asks for. Raises ValueError."""
    value, currency = asked_amount(text)
    return Amount(value, value, currency)


def value_of(number: str) -> int | None:
    """Return a number as people write it in ten-thousandths, or None: too large, or no number.

    ``1,000.50``, ``1 000,50`` and ``1000.5`` are one; three digits after a lone sign are thousands.
    """
    groups = re.split(r"[ \u00a0\u202f.,'\u2019]", number.strip())
    signs = re.findall(r"[ \u00a0\u202f.,'\u2019]", number.strip())
    if len(number) > _LONGEST_NUMBER or not all(groups):
        return None
    is_fraction = bool(signs) and signs[-1] in ".," and _is_fraction(groups, signs)
    whole, fraction = ("".join(groups[:-1]), groups[-1]) if is_fraction else ("".join(groups), "0")
    try:
        value = int((Decimal(f"{whole}.{fraction}") * _UNIT).to_integral_value())
    except (InvalidOperation, ValueError):
        return None
    return value if abs(value) < _LARGEST else None


def _is_fraction(groups: list[str], signs: list[str]) -> bool:
    """Say whether what follows the last sign are cents: not three digits, or after another sign than before it."""
    if len(signs) > 1:
        return signs[-1] != signs[-2]
    return len(groups[-1]) != _THOUSANDS or len(groups[0].lstrip("-")) > _THOUSANDS or groups[0] in {"0", "-0"}
