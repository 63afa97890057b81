"""Card numbers in a text: found by their ranges, lengths and check digit, and shown by first six and last four only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# What nobody sees between two digits: soft hyphens, marks of direction, spaces of no width.
UNSEEN: Final = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_GAP: Final = rf"[\s{UNSEEN}\u2010-\u2015\u2212\ufe63\uff0d\u00b7\u30fb._/-]{{0,3}}"
_BEFORE: Final = r"(?:(?<![0-9A-Za-z])|(?<=[Cc][Aa][Rr][Dd])|(?<=[Vv][Ii][Ss][Aa]))"
# Atomic, so that a page of digits is looked through once; what a letter follows is left out afterwards.
_RUN: Final = re.compile(rf"{_BEFORE}\d(?>(?:{_GAP}\d){{12,}})")
_GROUP: Final = re.compile(rf"\d(?:[{UNSEEN}]*\d)*")
# The country and check digits of an IBAN (ISO 13616) before the run.
_IBAN: Final = re.compile(r"(?<![A-Za-z])[A-Z]{2}\d{2}[ \u00a0]?[0-9A-Z \u00a0]*$")
_NEIGHBOURHOOD: Final = 48
_PRINTED: Final = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 13), (4, 4, 5), (8, 8)}
)
_SHOWN_FIRST, _SHOWN_LAST = 6, 4
_SHORTEST, _LONGEST = 13, 19

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


class _Group(NamedTuple):
    """Digits that stand together: where, and which."""

    start: int
    end: int
    digits: str


def _in_run(text: str, run: re.Match[str], before: str) -> Iterator[Masked]:
    leading = text[max(0, run.start() - _NEIGHBOURHOOD) : run.start()]
    if leading.endswith("+") or _IBAN.search(leading):
        return
    found = _GROUP.finditer(text, run.start(), run.end())
    groups = [_Group(group.start(), group.end(), _digits(group.group())) for group in found]
    following = text[run.end() : run.end() + 1]
    if following.isascii() and following.isalnum():
        groups.pop()
    first = 0
    while first < len(groups):
        last = next((last for last in _lasts(groups, first) if _is_card(text, groups[first:last], before)), None)
        if last is None:
            first += 1
            continue
        written = text[groups[first].start : groups[last - 1].end]
        yield Masked(written, _shown(_digits(written)))
        first = last


def _lasts(groups: list[_Group], first: int) -> list[int]:
    """Return where a card number that begins with a group may end, the longest first."""
    found, digits = list[int](), ""
    for last in range(first, len(groups)):
        digits += groups[last].digits
        if len(digits) > _LONGEST:
            break
        if len(digits) >= _SHORTEST and _in_known_range(digits) and _has_check_digit(digits):
            found.append(last + 1)
    return found[::-1]


def _is_card(text: str, groups: list[_Group], before: str) -> bool:
    """Say whether digits that might be a card's are: by how they are grouped, and by the words before them."""
    start = groups[0].start
    around = f"{before} {text[max(0, start - _NEIGHBOURHOOD) : start]}"
    card, order = _last_end(CARD_WORD, around), _last_end(_ORDER_WORD, around)
    if card == order == -1:
        sizes = tuple(len(group.digits) for group in groups)
        spelled = len(sizes) == 1 or set(sizes) == {1}
        return sizes in _PRINTED or (spelled and sum(sizes) != _SHORTEST)  # many goods are numbered with so many
    return card > order


def _digits(written: str) -> str:
    """Return the digits of a number in ASCII, whatever script they are written in."""
    return "".join(str(int(one)) for one in written if one.isdecimal())


def _in_known_range(digits: str) -> bool:
    return _is_known(digits[:4], len(digits))


@lru_cache(maxsize=10_000)
def _is_known(first: str, length: int) -> bool:
    return any(length in lengths and low <= int(first[: len(str(low))]) <= high for low, high, lengths in _RANGES)


def _has_check_digit(digits: str) -> bool:
    return (sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))) % 10 == 0


_DOUBLED: Final = str.maketrans("0123456789", "0246813579")
"""Each digit doubled, and the two digits of what has two added up (ISO/IEC 7812-1 annex B)."""


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
