"""Local times of the five regions, by rules written here, so that no machine's time zone tables matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

HOUR = 3600
DAY = 24 * HOUR
_EPOCH = date(1970, 1, 1).toordinal()
_SUNDAY = 6
_WITHIN_HOUR = tuple(f"{minute:02d}:{second:02d}" for minute in range(60) for second in range(60))


# Compared by identity: five zones exist, and a million moments are looked up by them.
@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """Hours from UTC in winter, and whose summer time is kept: ``europe``, ``america`` or nobody's."""

    winter: int
    summer: str | None = None


def day_start(day: date) -> int:
    """Return the second at which the day begins in UTC."""
    return (day.toordinal() - _EPOCH) * DAY


@lru_cache(maxsize=4096)
def offset(hour: int, zone: Zone) -> int:
    """Return the hours from UTC that hold in the given hour, counted from 1970."""
    moment = datetime.fromtimestamp(hour * HOUR, UTC)
    return zone.winter + _is_summer(moment, zone)


def local_day(seconds: int, zone: Zone) -> date:
    hour = seconds // HOUR
    return date.fromordinal((hour + offset(hour, zone)) // 24 + _EPOCH)


def at_local(day: date, second: int, zone: Zone) -> int:
    """Return the moment at which the clocks of the zone show that second of the day."""
    start = day_start(day)
    return start + second - offset(start // HOUR + 12, zone) * HOUR


def written(seconds: int, zone: Zone) -> str:
    """Return the moment as RFC 3339 with the offset of the zone."""
    hour, rest = divmod(seconds, HOUR)
    prefix, suffix = _hour_written(hour, zone)
    return prefix + _WITHIN_HOUR[rest] + suffix


@lru_cache(maxsize=4096)
def _hour_written(hour: int, zone: Zone) -> tuple[str, str]:
    ahead = offset(hour, zone)
    days, clock = divmod(hour + ahead, 24)
    day = date.fromordinal(days + _EPOCH).isoformat()
    return f"{day}T{clock:02d}:", f"{'-' if ahead < 0 else '+'}{abs(ahead):02d}:00"


def _is_summer(moment: datetime, zone: Zone) -> bool:
    if zone.summer == "europe":
        begin = _sunday(date(moment.year, 3, 25), 1)
        end = _sunday(date(moment.year, 10, 25), 1)
    elif zone.summer == "america":
        begin = _sunday(date(moment.year, 3, 8), 2 - zone.winter)
        end = _sunday(date(moment.year, 11, 1), 1 - zone.winter)
    else:
        return False
    return begin <= moment < end


def _sunday(earliest: date, hour: int) -> datetime:
    sunday = earliest + timedelta(days=_SUNDAY - earliest.weekday())
    return datetime(sunday.year, sunday.month, sunday.day, hour, tzinfo=UTC)
