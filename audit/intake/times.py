"""Times as sources write them: RFC 3339 with an offset, or without one and then in the zone that was given."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from audit.intake.source import NotTaken

_DATE_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt ](?P<minute>\d\d:\d\d):(?P<second>\d\d)(?P<fraction>\.\d{1,30})?"
    r"(?P<offset>[Zz]|[+-]\d\d:\d\d)?",
    re.ASCII,
)


class Moment(NamedTuple):
    """A time, and whether its zone is our assumption."""

    at: datetime
    zone_assumed: bool = False


def moment(written: str, zone: tzinfo | None = None) -> Moment:
    """Return a time of RFC 3339. Raises ``NotTaken`` when it is none, or has no offset and there is no ``zone``."""
    parts = _DATE_TIME.fullmatch(written)
    if parts is None:
        raise NotTaken("is no time as in 2026-03-01T10:00:00Z")
    if parts["offset"] is None and zone is None:
        raise NotTaken("has no offset (write Z or +02:00 at its end)")
    # RFC 3339 section 5.6 knows a 60th second, our clocks do not: it is the first moment of the next minute.
    leap = parts["second"] == "60"
    second = "59" if leap else parts["second"]
    offset = "+00:00" if (parts["offset"] or "").lower() in {"z", "-00:00"} else parts["offset"] or ""
    fraction = (parts["fraction"] or "")[:7]
    try:
        at = datetime.fromisoformat(f"{parts['day']}T{parts['minute']}:{second}{fraction}{offset}")
        at = at.replace(microsecond=0) + timedelta(seconds=1) if leap else at
    except (ValueError, OverflowError):
        raise NotTaken("is a time that does not exist") from None
    return in_range(Moment(at if at.tzinfo else at.replace(tzinfo=zone), zone_assumed=at.tzinfo is None))


def in_range(found: Moment) -> Moment:
    """Return the moment. Raises ``NotTaken`` where it cannot be counted in UTC, at the ends of the calendar."""
    try:
        utc = found.at.astimezone(UTC)
    except (OverflowError, ValueError):
        raise NotTaken("is a time outside the years 1 to 9999") from None
    offset = found.at.utcoffset() or timedelta()
    # Zones of long ago were off by odd seconds, which an offset of RFC 3339 cannot say.
    return found if offset.seconds % 60 == 0 else found._replace(at=utc)
