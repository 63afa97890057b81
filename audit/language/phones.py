"""Phone numbers in any spelling: two are the same if the country's number is, and the country where both name it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audit.language.words import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BETWEEN = "(?: ?[-/.\u2010-\u2013] ?| {0,2})"
_DIGITS = re.compile(
    f"(?:\\+ ?|(?<!{LETTER})(?<!{LETTER}[-/])(?<!\\d[.,]))\\(?\\+?\\d++\\)?(?>(?:{_BETWEEN}\\(?\\d++\\)?)*)"
)
_GROUP = re.compile(r"\d+")
SHORTEST, _LONGEST = 7, 15  # ITU-T E.164: fifteen digits at most
_FEWEST_WITH_COUNTRY = 8
_MOST_GROUPS = 8

# The country codes of one and two digits (ITU-T E.164); all others have three.
_ONE_DIGIT = frozenset("17")
_TWO_DIGITS = re.compile("2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
# A trunk prefix stands in place of the country: 0 nearly everywhere, 8 in Lithuania (nine digits) and Russia (eleven).
_LENGTHS_WITH_EIGHT = frozenset({9, 11})


def phones(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the keys of everything in a folded text that may be a phone number, with its span."""
    for match in _DIGITS.finditer(text):
        groups = [(found.group(), *found.span()) for found in _GROUP.finditer(match.group())]
        written = match.group().lstrip(" (")
        if written.startswith("+") or (written.startswith("00") and len(written) > SHORTEST):
            runs: Sequence[int] = (0,)
        else:
            runs = range(len(groups))
        for first in runs:
            yield from _numbers_from(groups[first : first + _MOST_GROUPS], written.startswith("+"), match.start())


def sought_phone(text: str) -> list[str]:
    """Return the keys of a folded word if it reads as a phone number, else nothing."""
    if re.fullmatch(r"\+?[\d\s()/.\u2010-\u2013-]+", text) is None:
        return []
    digits = "".join(_GROUP.findall(text))
    if not SHORTEST <= len(digits) <= _LONGEST + 2:
        return []
    country, rest = _parted(digits, named=text.startswith("+"))
    if country:
        return [f"teli{country}{rest}", f"teln{rest}", f"teln{country}{rest}"]
    return [kind + spelling for spelling in _national(rest) for kind in ("teln", "telm")]


def _numbers_from(groups: Sequence[tuple[str, int, int]], named: bool, offset: int) -> Iterator[tuple[str, int, int]]:
    """Yield the number that begins with the first group, for every group it may end with."""
    digits = ""
    for group, _, end in groups[:_MOST_GROUPS]:
        digits += group
        if len(digits) > _LONGEST + 2:
            return
        if len(digits) >= SHORTEST:
            for key in _stored(digits, named):
                yield key, offset + groups[0][1], offset + end


def _stored(digits: str, named: bool) -> list[str]:
    country, rest = _parted(digits, named=named)
    if country:
        return [f"teli{country}{rest}", f"telm{rest}", f"telm{country}{rest}"]
    return [f"teln{spelling}" for spelling in _national(rest)]


def _national(digits: str) -> list[str]:
    """Return a number named without its country, and the same without its trunk prefix."""
    has_trunk = digits[0] == "0" or (digits[0] == "8" and len(digits) in _LENGTHS_WITH_EIGHT)
    return [digits, digits[1:]] if has_trunk and len(digits) > SHORTEST else [digits]


def _parted(digits: str, *, named: bool) -> tuple[str, str]:
    """Part a number into its country code, empty where none is named, and the number within the country."""
    if not named and digits.startswith("00") and len(digits) > _FEWEST_WITH_COUNTRY + 1:
        named, digits = True, digits[2:]
    if not named or len(digits) < _FEWEST_WITH_COUNTRY:
        return "", digits
    size = 1 if digits[0] in _ONE_DIGIT else 2 if _TWO_DIGITS.match(digits) else 3
    return digits[:size], digits[size:]
