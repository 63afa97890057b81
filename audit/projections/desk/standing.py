"""How a ticket stands after its course: bounced or accepted, read back or not, escalated unread, visits left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.domain.ticket import (
    TicketAccepted,
    TicketAssigned,
    TicketBounced,
    TicketEscalated,
    TicketJudgedNew,
    TicketJudgedRepeat,
    TicketReadBack,
)
from audit.domain.work_order import FollowUpMade, VisitStarted, WorkOrderReportedUnclear, WorkOrderSigned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STALE: Final = "stale"
"""The text was changed after it was read back."""
CONFIRMED: Final = "confirmed"
NEW: Final = "new"
_VISIT: Final = frozenset({VisitStarted.TOPIC, WorkOrderSigned.TOPIC})


class CourseTaken(NamedTuple):
    """``read_back`` is the customer's answer, ``stale``, or None; ``repeat_of`` a ticket, ``new``, or None."""

    bounces: int
    bounced: bool
    read_back: str | None
    escalated_unread: bool
    repeat_of: str | None
    team: str | None


class Visits(NamedTuple):
    """How many visits there were; one is ``open`` without a follow-up, an order ``unclear`` until it is reworded."""

    number: int
    open: bool
    unclear: bool


def course_taken(course: Sequence[Any], wordings: Sequence[Any]) -> CourseTaken:
    """Return how a ticket stands; ``course`` and ``wordings`` are rows in reading order."""
    bounces = [row for row in course if row.topic == TicketBounced.TOPIC]
    judged = [row for row in course if row.topic in {TicketBounced.TOPIC, TicketAccepted.TOPIC}]
    repeats = [row for row in course if row.topic in {TicketJudgedRepeat.TOPIC, TicketJudgedNew.TOPIC}]
    escalations = [row for row in course if row.topic == TicketEscalated.TOPIC]
    teams = [row.code for row in course if row.topic == TicketAssigned.TOPIC and row.code]
    repeat = repeats[-1] if repeats else None
    return CourseTaken(
        bounces=len(bounces),
        bounced=bool(judged) and judged[-1].topic == TicketBounced.TOPIC,
        read_back=read_back_at(course, wordings, None),
        escalated_unread=any(read_back_at(course, wordings, row.at) != CONFIRMED for row in escalations),
        repeat_of=None if repeat is None else (repeat.other if repeat.topic == TicketJudgedRepeat.TOPIC else NEW),
        team=teams[-1] if teams else None,
    )


def read_back_at(course: Sequence[Any], wordings: Sequence[Any], at: int | None) -> str | None:
    """Return how the read-back of the text stood at a moment (None: now)."""
    said = [row for row in course if row.topic == TicketReadBack.TOPIC and (at is None or row.at <= at)]
    texts = [row for row in wordings if row.commit and (at is None or row.at <= at)]
    if not said:
        return None
    return said[-1].code if texts and texts[-1].commit == said[-1].commit else STALE


def visits_made(courses: Mapping[str, Sequence[Any]], orders: Mapping[str, Sequence[Any]]) -> Visits:
    """Return the visits of all orders of a ticket."""
    count, left_open, unclear = 0, False, False
    for order, course in courses.items():
        texts = orders.get(order, [])
        finished = [row for row in texts if row.step == "finding"]
        visited = bool(finished) or any(row.topic in _VISIT for row in course)
        count += max(len(finished), sum(row.topic == VisitStarted.TOPIC for row in course), int(visited))
        followed = any(row.topic == FollowUpMade.TOPIC for row in course)
        left_open = left_open or (visited and not followed)
        unclear = unclear or _unclear(course, [row for row in texts if row.step == "order"])
    return Visits(count, left_open, unclear)


def _unclear(course: Sequence[Any], wordings: Sequence[Any]) -> bool:
    reports = [row for row in course if row.topic == WorkOrderReportedUnclear.TOPIC]
    if not reports:
        return False
    if not wordings:
        return True
    last = reports[-1]
    return bool(last.commit == wordings[-1].commit if last.commit else last.at >= wordings[-1].at)
