"""Days: 2026-03-05, the 5th of March, since Tuesday, in a week, from the 3rd to the 5th."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from audit.language.facts.days import day_of
from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon
from audit.language.facts.tense import is_past

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.lexicon import Lexicon, Match, Value
    from audit.language.facts.reading import Reading

_RANK, _WEAK = 70, 69
_NONE = "none"
"""The normal form of what looks like a day and is none: it keeps others from seeing one there."""
_WIDEST_JOINT = 9
_REACH = 100
_YEAR_FIRST = re.compile(r"(?<![A-Za-z\d_.:/-])((?:19|20)\d\d)([-./])(\d{1,2})\2(\d{1,2})(?![a-z\d_:/-]|\.\d)")
_YEAR_LAST = re.compile(
    r"(?<![A-Za-z\d_.:/-])(\d{1,2})([-./])(\d{1,2})\2((?:19|20)?\d\d)(?: ?г\.)?(?![a-z\d_:/-]|\.\d)"
)
_STAMP = re.compile(r"(?<![\w.:/-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?=t\d\d:\d\d)")
_MONTHS = 12
_MONTH_FIRST_REGIONS = frozenset({"US", "PH", "CA"})


def find_dates(reading: Reading) -> Iterator[Found]:
    """Yield the days a text names."""
    found = list(_in_figures(reading)) if reading.has_digit else []
    for language in reading.languages:
        found += _in_words(reading, lexicon(language))
    yield from _ranges(_without_overlaps(found), reading)


def _in_figures(reading: Reading) -> Iterator[Found]:
    for match in (*_YEAR_FIRST.finditer(reading.lower), *_STAMP.finditer(reading.lower)):
        year, month, day = (part for part in match.groups() if part.isdecimal())
        yield from _figures(match, {"year": int(year), "month": int(month), "day": int(day)})
    for match in _YEAR_LAST.finditer(reading.lower):
        first, sign, second, year = match.groups()
        day, month = int(first), int(second)
        if month > _MONTHS or (sign == "/" and day <= _MONTHS and _month_comes_first(reading)):
            day, month = month, day
        yield from _figures(match, {"year": int(year), "month": month, "day": day})


def _figures(match: re.Match[str], values: dict[str, Value]) -> Iterator[Found]:
    normal = day_of(values, at=None, past=False)
    if normal is not None:
        yield Found("date", *match.span(), normal, _RANK + 1)


def _month_comes_first(reading: Reading) -> bool:
    """Say whether 3/5/2026 is the fifth of March: in the United States, and in English nobody placed elsewhere."""
    if reading.region is not None:
        return reading.region in _MONTH_FIRST_REGIONS
    return reading.languages[0] == "en" and reading.language in {None, "en"}


def _in_words(reading: Reading, words: Lexicon) -> Iterator[Found]:
    rules = words.rules("date")
    if rules is None or not words.may_hold("date", reading.lower):
        return
    recurring = words.pattern("date_refused", "before")
    for match in rules.finditer(reading.lower):
        if recurring is not None and recurring.search(reading.lower[max(0, match.start - 24) : match.start]):
            continue
        yield from _one(reading, words, match)


def _one(reading: Reading, words: Lexicon, match: Match) -> Iterator[Found]:
    if match.values.get("none"):
        yield Found("date", match.start, match.end, _NONE, _RANK)
        return
    past = is_past(reading.lower, words, start=match.start, end=match.end)
    at = reading.at.date() if reading.at else None
    normal = day_of(match.values, at=at, past=past)
    if normal is not None:
        rank = _RANK if _is_of_a_month(match) else _WEAK
        yield Found("date", match.start, match.end, normal, rank)


def _is_of_a_month(match: Match) -> bool:
    return "month" in match.values or "day" in match.values


def _without_overlaps(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, -one.rank)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _ranges(found: list[Found], reading: Reading) -> Iterator[Found]:
    """Yield the days, two of them as one where words or signs join them to a stretch, or name the same day twice."""
    left = [one for one in found if one.normal != _NONE]
    joined: set[int] = set()
    for number, (first, last) in enumerate(pairwise(left)):
        if number in joined:
            continue
        together = _together(first, last, reading)
        if together is not None:
            joined |= {number, number + 1}
            yield together
    yield from (one for number, one in enumerate(left) if number not in joined)


def _together(first: Found, last: Found, reading: Reading) -> Found | None:
    between = reading.lower[first.end : last.start]
    if len(between) > _WIDEST_JOINT or "/" in first.normal + last.normal:
        return None
    for language in reading.languages:
        words = lexicon(language)
        is_moved = words.pattern("date_joined", "moved")
        if is_moved is not None and is_moved.search(reading.lower[max(0, first.start - _REACH) : first.start]):
            return None
        if _fits(words, "range", between) and "" < first.normal < last.normal:
            return Found("date", first.start, last.end, f"{first.normal}/{last.normal}", _RANK + 1)
        if first.rank != last.rank and _fits(words, "same", between) and _has_weekday(reading, words, first, last):
            # A weekday and the day it falls on, in either order: the day of the month is the more exact.
            exact = max(first, last, key=lambda one: one.rank)
            return Found("date", first.start, last.end, exact.normal, _RANK + 1)
    return None


def _has_weekday(reading: Reading, words: Lexicon, first: Found, last: Found) -> bool:
    bare = words.pattern("date_joined", "weekday")
    weak = min(first, last, key=lambda one: one.rank)
    return bare is not None and bare.fullmatch(reading.lower[weak.start : weak.end]) is not None


def _fits(words: Lexicon, name: str, between: str) -> bool:
    pattern = words.pattern("date_joined", name)
    return pattern is not None and pattern.fullmatch(between) is not None
