"""Card numbers in a text: found by their ranges, lengths and check digit, and shown by first six and last four only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP: Final = r"[ \u00a0\u2007\u2009\u202f\u2010-\u2013-]"
_RUN: Final = re.compile(rf"(?<![0-9A-Za-z])\d(?:{_GAP}?\d){{12,}}(?![0-9A-Za-z])")
_GROUP: Final = re.compile(r"\d+")
# The country and check digits of an IBAN (ISO 13616) before the run.
_IBAN: Final = re.compile(r"(?<![A-Za-z])[A-Z]{2}\d{2}[ \u00a0]?[0-9A-Z \u00a0]*$")
_NEIGHBOURHOOD: Final = 48
_PRINTED: Final = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 13), (4, 4, 5), (8, 8)}
)
_SHOWN_FIRST, _SHOWN_LAST = 6, 4

CARD_WORD: Final = re.compile(
    r"\b(?:cards?|credit|debit|visa|master ?card|maestro|amex|american express|discover|diners|jcb|pan|"
    r"kortel\w*|kredit\w*|debet\w*|банков\w* карт\w*|карт[аиуыоеа]\w*|кредитн\w*|дебитн\w*|дебетов\w*|мир)\b"
    r"|信用卡|借记卡|储蓄卡|银行卡|银联|卡号|卡片",
    re.IGNORECASE,
)
_ORDER_WORD: Final = re.compile(
    r"(?<![^\W_])(?:orders?|invoices?|tracking|parcel|shipment|tickets?|references?|ref|imei|serial|account|booking|"
    r"customer|contract|transaction|case|meter|sku|barcode|ean|phone|tel|užsak\w*|sąskait\w*|siunt\w*|sutart\w*|"
    r"mokėtoj\w*|skaitikl\w*|поръчк\w*|фактур\w*|пратк\w*|договор\w*|сметк\w*|заказ\w*|счет\w*|счёт\w*|накладн\w*|"
    r"отправлени\w*|посылк\w*|заявк\w*)(?![^\W_])"
    r"|订单|发票|运单|快递|单号|合同|账号|序列号|电话",
    re.IGNORECASE,
)


class Masked(NamedTuple):
    """A card number as it was written, and what stands in its place."""

    written: str
    shown: str


def card_numbers(text: str, before: str = "") -> list[Masked]:
    """Return the card numbers in a text, in order; ``before`` is what introduces it, like the name of its field.

    A number counts when its range (ISO/IEC 7812), its length and its check digit (Luhn, ISO/IEC 7812-1 annex B) are a
    card's. The nearest word before it decides where it could be something else: an order number is left alone. A
    number that is grouped as no card is, or that has thirteen digits, needs a word that speaks of cards.
    """
    return [found for run in _RUN.finditer(text) for found in _in_run(text, run, before)]


def masked(text: str, before: str = "") -> str:
    """Return the text with every card number cut down to its first six and last four digits."""
    for found in card_numbers(text, before):
        text = text.replace(found.written, found.shown)
    return text


def _in_run(text: str, run: re.Match[str], before: str) -> Iterator[Masked]:
    leading = text[: run.start()]
    if leading.endswith("+") or _IBAN.search(leading[-_NEIGHBOURHOOD:]):
        return
    groups = [(group.start(), group.end()) for group in _GROUP.finditer(text, run.start(), run.end())]
    first = 0
    while first < len(groups):
        last = next(
            (last for last in range(len(groups), first, -1) if _is_card(text, groups[first:last], before)), None
        )
        if last is None:
            first += 1
            continue
        written = text[groups[first][0] : groups[last - 1][1]]
        yield Masked(written, _shown(_digits(written)))
        first = last


def _is_card(text: str, groups: list[tuple[int, int]], before: str) -> bool:
    start, end = groups[0][0], groups[-1][1]
    digits = _digits(text[start:end])
    if not (13 <= len(digits) <= 19 and _in_known_range(digits) and _has_check_digit(digits)):  # noqa: PLR2004 - ISO/IEC 7812
        return False
    around = f"{before} {text[max(0, start - _NEIGHBOURHOOD) : start]}"
    card, order = _last_end(CARD_WORD, around), _last_end(_ORDER_WORD, around)
    if card == order == -1:
        sizes = tuple(one_end - one_start for one_start, one_end in groups)
        return sizes in _PRINTED or (len(sizes) == 1 and len(digits) != 13)  # noqa: PLR2004 - many goods are numbered so
    return card > order


def _digits(written: str) -> str:
    """Return the digits of a number in ASCII, whatever script they are written in."""
    return "".join(str(int(one)) for one in written if one.isdecimal())


def _in_known_range(digits: str) -> bool:
    return any(len(digits) in lengths and low <= int(digits[: len(str(low))]) <= high for low, high, lengths in _RANGES)


def _has_check_digit(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)  # noqa: PLR2004 - the digits of a number of two digits, added
    return total % 10 == 0


def _last_end(word: re.Pattern[str], around: str) -> int:
    return max((found.end() for found in word.finditer(around)), default=-1)


def _shown(digits: str) -> str:
    hidden = len(digits) - _SHOWN_FIRST - _SHOWN_LAST
    return digits[:_SHOWN_FIRST] + "*" * hidden + digits[-_SHOWN_LAST:]


# First digits from and to, and the lengths in use: Visa, Mastercard, American Express, Diners, Discover, JCB, Maestro,
# UnionPay, Mir.
_RANGES: Final = (
    (4, 4, frozenset({13, 16, 19})),
    (51, 55, frozenset({16})),
    (2221, 2720, frozenset({16})),
    (34, 34, frozenset({15})),
    (37, 37, frozenset({15})),
    (300, 305, frozenset({14, 16})),
    (36, 36, frozenset({14, 16})),
    (38, 39, frozenset({14, 16})),
    (6011, 6011, frozenset({16, 17, 18, 19})),
    (644, 659, frozenset({16, 17, 18, 19})),
    (3528, 3589, frozenset({16, 17, 18, 19})),
    (5018, 5020, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (5038, 5038, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (5612, 5612, frozenset({16})),
    (5893, 5893, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (6304, 6304, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (6759, 6763, frozenset({13, 14, 15, 16, 17, 18, 19})),
    (62, 62, frozenset({16, 17, 18, 19})),
    (81, 81, frozenset({16, 17, 18, 19})),
    (2200, 2204, frozenset({16, 17, 18, 19})),
)
