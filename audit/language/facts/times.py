"""Times of day: 17:30, half past six, from nine to five, 下午三点半."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.language.facts.lexicon import Lexicon, Match, Value
    from audit.language.facts.reading import Reading

_RANK = 60
_HOUR, _HALF_DAY, _DAY = 60, 720, 1440
_STAMP = re.compile(r"(?<=\d\dt)([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d{1,9})?)?")
_NEAR = 24
_NOON = 12
_MORNING_ENDS = 5
_NIGHT_BEGINS = 6


def find_times(reading: Reading) -> Iterator[Found]:
    """Yield the times of day a text names."""
    if reading.has_digit:
        for match in _STAMP.finditer(reading.lower):
            yield Found("time", *match.span(), f"{match.group(1)}:{match.group(2)}", _RANK + 1)
    for language in reading.languages:
        yield from _in_words(reading, lexicon(language))


def _in_words(reading: Reading, words: Lexicon) -> Iterator[Found]:
    rules = words.rules("time")
    if rules is None or not words.may_hold("time", reading.lower):
        return
    refused = words.pattern("time_refused", "before")
    for match in rules.finditer(reading.lower):
        if refused is not None and refused.search(reading.lower[max(0, match.start - 24) : match.start]):
            continue
        normal = _normal(_placed(reading.lower, words, match))
        if normal is not None:
            yield Found("time", match.start, match.end, normal, _RANK + int("sure" in match.values))


def _placed(text: str, words: Lexicon, match: Match) -> Match:
    """Return a time with the part of the day that stands near it: tomorrow evening at eight."""
    if {"part", "part2", "none"} & match.values.keys():
        return match
    before, after = words.pattern("time_of_day", "before"), words.pattern("time_of_day", "after")
    is_late = (before is not None and before.search(text[max(0, match.start - _NEAR) : match.start])) or (
        after is not None and after.search(text[match.end : match.end + _NEAR])
    )
    return replace(match, values={**match.values, "part": "pm"}) if is_late else match


def _normal(match: Match) -> str | None:
    values = match.values
    if values.get("none"):
        return None
    part = values.get("part")
    last_part = values.get("part2", part)
    if "hour2" not in values:
        return _written(_minutes(values, "", part))
    first, last = _minutes(values, "", part), _minutes(values, "2", last_part)
    if last_part == "am" and last == 0 and values.get("hour2") == _NOON and (part is None or "part2" not in values):
        last = _HALF_DAY  # from ten to twelve in the morning
    if last_part is None and first is not None and last is not None and last < first and last < _HALF_DAY:
        last += _HALF_DAY
    elif part is None and last_part is not None:
        first = _before(_minutes(values, "", last_part), last, _minutes(values, "", None))
    start, end = _written(first), _written(last)
    return None if start is None or end is None else f"{start}/{end}"


def _before(first: int | None, last: int | None, plain: int | None) -> int | None:
    """Return the first of two times whose part of the day only the last one names: 2 and 4 pm, but 9 to 5 pm."""
    return first if first is not None and last is not None and first < last else plain


def _minutes(values: Mapping[str, Value], number: str, part: Value | None) -> int | None:
    """Return the minutes since midnight, or None where there is no such time."""
    hour = int(values[f"hour{number}"])
    minute = int(values.get(f"minute{number}", 0)) + int(values.get(f"offset{number}", 0))
    minute += int(values.get("after", 0)) - int(values.get("until", 0))
    if hour > _DAY // _HOUR or not -_HOUR < minute < _HOUR:
        return None
    total = hour * _HOUR + minute
    if total >= _DAY + _HOUR:
        return None
    if hour > 0 and total < _HOUR and minute < 0:
        total += _HALF_DAY
    return _in_part(total, part) % _DAY


def _in_part(total: int, part: Value | None) -> int:
    """Return a time on the clock's face as one of the day, by the part of the day it is said to be in."""
    hour = total // _HOUR
    match part:
        case "am":
            return total - _HALF_DAY if hour == 12 else total  # noqa: PLR2004  # twelve on a clock's face
        case "pm":
            return total + _HALF_DAY if hour < 12 else total  # noqa: PLR2004  # likewise
        case "noon":
            return total + _HALF_DAY if hour < _MORNING_ENDS else total
        case "night" if hour == 12:  # noqa: PLR2004  # likewise
            return total - _HALF_DAY
        case "night" if _NIGHT_BEGINS <= hour < 12:  # noqa: PLR2004  # likewise
            return total + _HALF_DAY
        case _:
            return total


def _written(total: int | None) -> str | None:
    return None if total is None else f"{total // _HOUR:02}:{total % _HOUR:02}"
