"""Dates in a query: a year, a month, a day or a moment, or days counted from today, each as the time it names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

EARLIEST, LATEST = 1900, 2199
"""The years a search can tell apart."""
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)
_LAST: Final = re.compile(r"last (?P<count>\d{1,4}) (?P<unit>day|week|month|year)s?")
_ONE: Final = re.compile(r"(?P<which>this|last) (?P<unit>week|month|year)")
_NAMED: Final = {"today": 0, "yesterday": 1}
_DECEMBER: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class NoToday(ValueError):
    """The date is counted from today, and here no day is today."""


def stretch(text: str, zone: tzinfo, now: datetime | None = None) -> tuple[int, int]:
    """Return the first millisecond of what a date names, and the one after its last.

    ``zone`` is for dates that name none; ``now`` is what „yesterday“ and „last 30 days“ are counted from. Raises
    ValueError for what is no date, and among these NoToday.
    """
    words = " ".join(text.lower().split())
    if words in _NAMED or _LAST.fullmatch(words) or _ONE.fullmatch(words):
        if now is None:
            raise NoToday(text)
        first, end = _counted(words, now.astimezone(zone).date())
        return milliseconds(_midnight(first, zone)), milliseconds(_midnight(end, zone))
    return _written(text, zone)


def milliseconds(moment: datetime) -> int:
    """Return a moment in milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _written(text: str, zone: tzinfo) -> tuple[int, int]:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    parts = {name: int(value) for name, value in found.groupdict().items() if value is not None and name != "zone"}
    if not EARLIEST <= parts["year"] <= LATEST:
        raise ValueError(text)
    first = datetime(
        parts["year"],
        parts.get("month", 1),
        parts.get("day", 1),
        parts.get("hour", 0),
        parts.get("minute", 0),
        parts.get("second", 0),
        tzinfo=_zone(found["zone"], zone),
    )
    return milliseconds(first), milliseconds(_after(first, parts))


def _counted(words: str, today: date) -> tuple[date, date]:
    """Return the first day of what is counted from today, and the day after its last.

    „last 30 days“ begins 30 days ago and ends with today, so that nothing of that time is missing whatever the hour;
    „last month“ is the whole calendar month before this one. A week begins on Monday.
    """
    if words in _NAMED:
        day = today - timedelta(days=_NAMED[words])
        return day, day + timedelta(days=1)
    if found := _LAST.fullmatch(words):
        return _back(today, int(found["count"]), found["unit"]), today + timedelta(days=1)
    one = _ONE.fullmatch(words)
    assert one is not None, "the caller looked"
    this = _begin(today, one["unit"])
    if one["which"] == "this":
        return this, _begin(_back(this, -1, one["unit"]), one["unit"])
    return _back(this, 1, one["unit"]), this


def _begin(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _back(day: date, count: int, unit: str) -> date:
    """Return the day so many units earlier; of a shorter month the last. Raises ValueError before the year 1900."""
    if unit in {"day", "week"}:
        return _possible(day.toordinal() - count * (7 if unit == "week" else 1))
    months = day.year * _DECEMBER + day.month - 1 - count * (_DECEMBER if unit == "year" else 1)
    year, month = divmod(months, _DECEMBER)
    if year < EARLIEST:
        raise ValueError(unit)
    after = date(year + (month + 1) // _DECEMBER, (month + 1) % _DECEMBER + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def _possible(ordinal: int) -> date:
    if ordinal < date(EARLIEST, 1, 1).toordinal():
        raise ValueError(ordinal)
    return date.fromordinal(ordinal)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _zone(written: str | None, otherwise: tzinfo) -> tzinfo:
    if written is None:
        return otherwise
    return datetime.fromisoformat(f"2000-01-01T00:00:00{written}").tzinfo or UTC


def _after(first: datetime, parts: dict[str, int]) -> datetime:
    """Return the beginning of the next year, month, day, minute or second, by the calendar of its zone."""
    if "month" not in parts:
        return first.replace(year=first.year + 1)
    if "day" not in parts:
        years, month = divmod(first.month, _DECEMBER)
        return first.replace(year=first.year + years, month=month + 1)
    if "hour" not in parts:
        return datetime.combine(first.date() + timedelta(days=1), first.time(), first.tzinfo)
    return first + (timedelta(seconds=1) if "second" in parts else timedelta(minutes=1))
