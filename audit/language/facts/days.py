"""Working out which day is meant, from what the words of a date are worth and the day they were written on."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.language.facts.lexicon import Value

_WEEK = 7
_FARTHEST_AHEAD = 300
"""A day without a year is the next of its name, unless that is so far ahead that the last one must be meant."""
_SOON = 60
_CENTURY = 100
_WEEKEND = 6


def day_of(values: Mapping[str, Value], *, at: date | None, past: bool) -> str | None:
    """Return the ISO day or ``from/to``, empty where only ``at`` could tell it, None where there is no such day."""
    try:
        return _day_of(dict(values), at, past)
    except (ValueError, OverflowError):
        return None


def _day_of(values: dict[str, Value], at: date | None, past: bool) -> str | None:
    if "day2" in values:
        return _stretch(values, at, past)
    if "month" in values:
        return _in_a_month(values, at, past)
    if at is None:
        return ""
    return _relative(values, at, past)


def _stretch(values: dict[str, Value], at: date | None, past: bool) -> str | None:
    """Return from/to of two days of one month; the last is never before the first."""
    last_day = values.pop("day2")
    first = _day_of(values, at, past)
    if not first:
        return first
    if int(last_day) < int(values["day"]):
        return None
    if first.startswith("--"):
        return f"{first}/{first[:5]}{int(last_day):02}"
    return f"{first}/{date.fromisoformat(first).replace(day=int(last_day)).isoformat()}"


def _in_a_month(values: Mapping[str, Value], at: date | None, past: bool) -> str | None:
    month, day = int(values["month"]), int(values["day"])
    if "year" in values:
        year = int(values["year"])
        return date(year + 2000 if year < _CENTURY else year, month, day).isoformat()
    if at is None:
        date(2000, month, day)
        return f"--{month:02}-{day:02}"
    return _nearest(month, day, at, past).isoformat()


def _nearest(month: int, day: int, at: date, past: bool) -> date:
    years = [at.year - 4 + step for step in range(9)]
    days = [date(year, month, day) for year in years if day <= monthrange(year, month)[1]]
    before = max(found for found in days if found <= at)
    ahead = min(found for found in days if found >= at)
    is_near = (ahead - at).days <= _SOON and (at - before).days > _FARTHEST_AHEAD
    return before if (past and not is_near) or (ahead - at).days > _FARTHEST_AHEAD else ahead


def _relative(values: Mapping[str, Value], at: date, past: bool) -> str | None:
    if "shift" in values:
        return (at + timedelta(days=int(values["shift"]))).isoformat()
    if "count" in values:
        return _counted(values, at).isoformat()
    if "weekday" in values:
        return _weekday(values, at, past).isoformat()
    if "week" in values:
        monday = at - timedelta(days=at.weekday()) + timedelta(days=_WEEK * int(values["week"]))
        first = monday + timedelta(days=int(values.get("from", 0)))
        return f"{first.isoformat()}/{(monday + timedelta(days=_WEEKEND)).isoformat()}"
    return _day_of_month(values, at, past).isoformat()


def _counted(values: Mapping[str, Value], at: date) -> date:
    step = int(values["count"]) * int(values.get("direction", 1))
    match values.get("unit", "day"):
        case "month":
            return _months_away(at, step)
        case "week":
            return at + timedelta(days=_WEEK * step)
        case _:
            return at + timedelta(days=step)


def _months_away(at: date, step: int) -> date:
    year, month = divmod(at.year * 12 + at.month - 1 + step, 12)
    return date(year, month + 1, min(at.day, monthrange(year, month + 1)[1]))


def _weekday(values: Mapping[str, Value], at: date, past: bool) -> date:
    weekday = int(values["weekday"])
    if "week" in values:
        monday = at - timedelta(days=at.weekday())
        return monday + timedelta(days=_WEEK * int(values["week"]) + weekday - 1)
    backwards = int(values.get("direction", -1 if past else 1)) < 0
    if backwards:
        return at - timedelta(days=(at.isoweekday() - weekday - 1) % _WEEK + 1)
    return at + timedelta(days=(weekday - at.isoweekday() - 1) % _WEEK + 1)


def _day_of_month(values: Mapping[str, Value], at: date, past: bool) -> date:
    day = int(values["day"])
    if "months" in values:
        return _months_away(at.replace(day=1), int(values["months"])).replace(day=day)
    step = -1 if past else 1
    found = at.replace(day=1)
    for _ in range(3):
        fits = day <= monthrange(found.year, found.month)[1]
        if fits and (found.replace(day=day) - at).days * step >= 0:
            break
        found = _months_away(found, step)
    return found.replace(day=day)
