"""Alarms: which requests must be answered soon, today, or should have been."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.projections.requests import Request

LEVELS: Final = (("overdue", -1), ("today", 0), ("urgent", 3), ("soon", 7), ("coming", 14))
"""Each level with the most days that may be left; whoever has more time raises no alarm."""
UNACKNOWLEDGED: Final = "unacknowledged"
_DAYS_TO_ACKNOWLEDGE: Final = 3


class Alarm(NamedTuple):
    """A request that presses: ``due`` and ``days_left`` are None where nobody has told the requester a day yet."""

    request: Request
    level: str
    due: date | None
    days_left: int | None


def alarms(requests: Iterable[Request], today: date) -> list[Alarm]:
    """Return the requests that press on that day, those with the fewest days first."""
    found = [alarm for one in requests if not one.settled and (alarm := _alarm(one, today))]
    return sorted(found, key=lambda one: (one.days_left is not None, one.days_left or 0, one.request.event))


def level_of(days_left: int) -> str | None:
    """Return how much so many days press, or None where they do not."""
    return next((level for level, most in LEVELS if days_left <= most), None)


def _alarm(request: Request, today: date) -> Alarm | None:
    if request.due is None:
        late = request.asked_at.date() + timedelta(days=_DAYS_TO_ACKNOWLEDGE) <= today
        return Alarm(request, UNACKNOWLEDGED, None, None) if late else None
    days_left = (request.due - today).days
    level = level_of(days_left)
    return Alarm(request, level, request.due, days_left) if level else None
