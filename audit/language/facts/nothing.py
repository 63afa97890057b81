"""What looks like a fact and is none: links, addresses of machines, versions, the last digits of a card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.reading import Reading

_RANK = 98
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'\u3000-\u9fff\uff0c]{1,500}")
_MACHINE = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5}|/\d{1,2})?(?![\w]|\.\d)")
_HARDWARE = re.compile(r"(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])")
_VERSION = re.compile(
    r"(?<![\w.])v ?\d{1,4}(?:\.\d{1,6}){1,4}(?![\w])"
    r"|(?<![\w.])(?!\d{3}\.\d{3}\.\d{4}(?!\d))\d{1,3}\.\d{1,4}\.\d{1,6}(?:\.\d{1,6}){0,2}(?:[-+]\w{1,16})?(?![\w.])"
)
_MASKED = re.compile(r"[*x•\u2022.]{3,16}[ -]?\d{2,4}(?!\d)")
_QUANTITY = re.compile(
    r"(?<![\w.,])\d{1,9}(?:[.,]\d{1,3})? ?(?:%|[kmgt]?bit/?s|[kmg]bps|[kmgt]b(?:/s|ps)?|мбит(?:/с)?|гбит(?:/с)?"
    r"|мб|гб|тб|км/ч|км|mhz|ghz|dbm?|°c|kg|кг|km/h|km|wh|w(?! (?:\d|[a-z]+ (?:st|ave|road|blvd)))"
    r"|kwh|квт|kw|mah|兆|公里|平米)(?!\w)"
)
_WIDE = (_MACHINE, _HARDWARE, _QUANTITY, _MASKED)
_DAY_PARTS, _LAST_DAY, _FEWEST_DIGITS = 3, 31, 3


def find_nothing(reading: Reading) -> Iterator[Found]:
    """Yield what must not be taken for a fact."""
    text = reading.lower
    if "://" in text or "www." in text:
        yield from _all(_LINK, text)
    if not reading.has_digit:
        return
    for pattern in _WIDE:
        yield from _all(pattern, text)
    yield from (one for one in _all(_VERSION, text) if not _is_day(text[one.start : one.end]))
    for language in reading.languages:
        yield from _named(text, language)


def _all(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    for match in pattern.finditer(text):
        yield Found(None, *match.span(), "", _RANK)


def _named(text: str, language: str) -> Iterator[Found]:
    """Yield the digits that the words before them make the last ones of a card."""
    pattern = lexicon(language).pattern("nothing", "before")
    for match in pattern.finditer(text) if pattern is not None else ():
        name = "value" if match.group("value") else "value2"
        yield Found(None, *match.span(name), "", _RANK)


def _is_day(text: str) -> bool:
    """Say whether three parts between dots are a day rather than a version: the last has a year's digits."""
    parts = text.split(".")
    if len(parts) != _DAY_PARTS or not parts[0].isdecimal():
        return False
    day, month, year = parts
    return len(year) in {2, 4} and 1 <= int(day) <= _LAST_DAY and len(day) + len(month) >= _FEWEST_DIGITS
