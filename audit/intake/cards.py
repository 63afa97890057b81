"""Card numbers in a text: found by their ranges, lengths and check digit, and shown by first six and last four only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# What nobody sees between two digits: soft hyphens, marks of direction, spaces of no width.
UNSEEN: Final = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_GAP: Final = rf"[\s{UNSEEN}\u2010-\u2015\u2212\ufe63\uff0d\u00b7\u30fb._/,*|~-]{{0,3}}"
# Atomic, so that a page of digits is looked through once.
_RUN: Final = re.compile(rf"(?<!\d)\d(?>(?:{_GAP}\d){{12,}})")
_GROUP: Final = re.compile(rf"\d(?:[{UNSEEN}]*\d)*")
# The country and check digits of an IBAN (ISO 13616) before the run.
_IBAN: Final = re.compile(r"(?<![A-Za-z])[A-Z]{2}\d{2}[ \u00a0]?[0-9A-Z \u00a0]*$")
_COUNTRY: Final = re.compile(r"(?<![A-Za-z])[A-Z]{2}$")
_HEX: Final = re.compile(r"[A-Fa-f]+")
_GLUED_BEFORE: Final = re.compile(r"[A-Za-z]+$")
_GLUED_AFTER: Final = re.compile(r"[A-Za-z]+")
_HYPHEN: Final = re.compile(r"[\u2010-\u2015\u2212\ufe63\uff0d-]")
_LISTED: Final = re.compile(r",\s")
_NEIGHBOURHOOD: Final = 48
_PRINTED: Final = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 13), (4, 4, 5), (8, 8)}
)
_SHOWN_FIRST, _SHOWN_LAST = 6, 4
_SHORTEST, _LONGEST = 13, 19
_PREFIX: Final = 4
_HALVED: Final = frozenset({15, 16})
_IBAN_LONGEST, _CHECK_DIGITS = 34, 2

CARD_WORD: Final = re.compile(
    r"\b(?:cards?|credit|debit|visa|master ?card|maestro|amex|american express|discover|diners|jcb|pan|"
    r"kortel\w*|kredit\w*|debet\w*|банков\w* карт\w*|карт[аиуыоеа]\w*|кредитн\w*|дебитн\w*|дебетов\w*|мир)\b"
    r"|信用卡|借记卡|储蓄卡|银行卡|银联|卡号|卡片",
    re.IGNORECASE,
)
_ORDER_WORD: Final = re.compile(
    r"(?<![^\W_])(?:orders?|invoices?|tracking|parcel|shipment|tickets?|references?|ref|imei|serial|account|booking|"
    r"customer|contract|transaction|case|meter|sku|barcode|ean|phone|tel|ord|inv|sn|užsak\w*|sąskait\w*|siunt\w*|sutart\w*|"
    r"mokėtoj\w*|skaitikl\w*|поръчк\w*|фактур\w*|пратк\w*|договор\w*|сметк\w*|заказ\w*|счет\w*|счёт\w*|накладн\w*|"
    r"отправлени\w*|посылк\w*|заявк\w*)(?![^\W\d_])"
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
    number that is grouped as no card is, or that has thirteen digits, needs a word that speaks of cards. Letters that
    stand close to the digits do not matter, unless all of it could be a number in hexadecimal or an IBAN.
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
    if _is_something_else(leading, groups, text[run.end() : run.end() + _NEIGHBOURHOOD]):
        return
    first = 0
    while first < len(groups):
        last = next((last for last in _lasts(groups, first) if _is_card(text, groups[first:last], before)), None)
        if last is None:
            first += 1
            continue
        written = text[groups[first].start : groups[last - 1].end]
        yield Masked(written, _shown(_digits(written)))
        first = last


def _is_something_else(leading: str, groups: list[_Group], following: str) -> bool:
    """Say whether the letters close to digits make them a number in hexadecimal, or an IBAN (ISO 13616)."""
    before, after = _GLUED_BEFORE.search(leading), _GLUED_AFTER.match(following)
    letters = (before[0] if before else "") + (after[0] if after else "")
    if letters and len(groups) == 1 and _HEX.fullmatch(letters):
        return True
    if _COUNTRY.search(leading) is None:
        return False
    return len(groups[0].digits) == _CHECK_DIGITS or _is_iban(leading[-2:] + "".join(one.digits for one in groups))


def _is_iban(written: str) -> bool:
    if len(written) > _IBAN_LONGEST:
        return False
    return int("".join(str(int(one, 36)) for one in written[4:] + written[:4])) % 97 == 1  # ISO 7064, mod 97-10


def _lasts(groups: list[_Group], first: int) -> list[int]:
    """Return where a card number that begins with a group may end, the longest first."""
    begun, last = "", first
    while len(begun) < _PREFIX and last < len(groups):
        begun += groups[last].digits
        last += 1
    lengths = _lengths(begun[:_PREFIX])
    found, digits = list[int](), ""
    for last in range(first, len(groups) if lengths else first):
        digits += groups[last].digits
        if len(digits) > _LONGEST:
            break
        if len(digits) in lengths and _has_check_digit(digits):
            found.append(last + 1)
    return found[::-1]


def _is_card(text: str, groups: list[_Group], before: str) -> bool:
    """Say whether digits that might be a card's are: by how they are grouped, and by the words before them."""
    start = groups[0].start
    around = f"{before} {text[max(0, start - _NEIGHBOURHOOD) : start]}"
    card, order = _last_end(CARD_WORD, around), _last_end(_ORDER_WORD, around)
    if card == order == -1:
        if _LISTED.search(text, start, groups[-1].end):
            return False  # numbers in a list, one after the other
        sizes = tuple(len(group.digits) for group in groups)
        if _is_halved(text, groups, sum(sizes)):
            return True
        spelled = len(sizes) == 1 or set(sizes) == {1}
        return sizes in _PRINTED or (spelled and sum(sizes) != _SHORTEST)  # many goods are numbered with so many
    return card > order


def _is_halved(text: str, groups: list[_Group], length: int) -> bool:
    """Say whether one hyphen alone stands somewhere in a number as long as a card's."""
    if len(groups) != 2 or length not in _HALVED:  # noqa: PLR2004  # a half and a half
        return False
    shorter = min(len(group.digits) for group in groups)
    return shorter >= _PREFIX and _HYPHEN.fullmatch(text, groups[0].end, groups[1].start) is not None


def _digits(written: str) -> str:
    """Return the digits of a number in ASCII, whatever script they are written in."""
    if written.isascii() and written.isdecimal():
        return written
    return "".join(str(int(one)) for one in written if one.isdecimal())


@lru_cache(maxsize=10_000)
def _lengths(first: str) -> frozenset[int]:
    """Return how long the numbers of cards are that begin so."""
    known = [lengths for low, high, lengths in _RANGES if first and low <= int(first[: len(str(low))]) <= high]
    return frozenset[int]().union(*known)


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
