"""Intervals of a day in a zone: every day has as many of them as it has hours, 23 and 25 included."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.errors import WrongUse
from audit.projections.columns import microseconds, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

DAY: Final = "1d"
_LENGTH: Final = re.compile(r"([1-9][0-9]{0,3})([mh])", re.ASCII)
_UNITS: Final = {"m": 60, "h": 3600}
_SECONDS_A_DAY: Final = 86_400


class Interval(NamedTuple):
    """From one moment up to, and without, another; in UTC, for two hours may have one name in a zone."""

    begins: datetime
    ends: datetime


def seconds_of(length: str) -> int:
    """Return how long an interval is. Raises WrongUse for one that does not divide a day."""
    if length == DAY:
        return _SECONDS_A_DAY
    parts = _LENGTH.fullmatch(length)
    seconds = int(parts[1]) * _UNITS[parts[2]] if parts else 0
    if not seconds or (3600 % seconds and seconds % 3600) or _SECONDS_A_DAY % seconds:
        raise WrongUse(f"--interval {length} does not divide a day: take 1m, 30m, 1h or 1d.")
    return seconds


def interval_of(at: int, length: str, zone: ZoneInfo) -> Interval:
    """Return the interval in which a moment (microseconds since 1970) lies."""
    here = moment_of(at).astimezone(zone)
    begins, ends = midnight(here.date(), zone), midnight(here.date() + timedelta(days=1), zone)
    if length == DAY:
        return Interval(begins, ends)
    # Counted from midnight in real time: where the clock goes back, an hour comes twice, each by itself.
    step = timedelta(seconds=seconds_of(length))
    start = begins + (here.astimezone(UTC) - begins) // step * step
    return Interval(start, min(start + step, ends))


def all_between(begins: datetime, ends: datetime, length: str, zone: ZoneInfo) -> Iterator[Interval]:
    """Yield every interval that has a moment from one up to, and without, another."""
    at = begins
    while at < ends:
        one = interval_of(microseconds(at), length, zone)
        yield one
        at = one.ends


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return, in UTC, the moment a day begins in a zone."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
