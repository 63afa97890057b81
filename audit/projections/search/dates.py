"""Dates in a query: a year, a month, a day or a moment, each as the stretch of time it names."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

EARLIEST, LATEST = 1900, 2199
"""The years a search can tell apart."""
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)
_DECEMBER: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def stretch(text: str, zone: tzinfo) -> tuple[int, int]:
    """Return the first millisecond of what a date names, and the one after its last.

    ``zone`` is for dates that name none. Raises ValueError for what is no date.
    """
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


def milliseconds(moment: datetime) -> int:
    """Return a moment in milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


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
