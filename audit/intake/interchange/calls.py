"""Calls, as our interchange writes them: one line tells when it was offered, answered and over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.domain.call import CallAbandoned, CallAnswered, CallEnded, CallOffered
from audit.intake.interchange.conversations import direction_of
from audit.intake.interchange.telling import Telling, telling
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from datetime import datetime

    from audit.intake.interchange.line import Line

_ABANDONED = "abandoned"


def call(line: Line) -> Telling:
    """Tell of a call; one that nobody answered and that ended without another outcome was abandoned."""
    told = telling(line)
    queue, outcome = line.code("queue"), line.code("outcome")
    offered = line.moment("offered_at") or line.at
    answered, ended = line.moment("answered_at"), line.moment("ended_at")
    _in_order(offered, answered, ended)
    told.add(CallOffered(queue=queue, direction=direction_of(line)), at=offered)
    if answered is not None:
        if outcome == _ABANDONED:
            raise NotTaken("outcome says abandoned, but answered_at is there")
        told.add(CallAnswered(queue=queue, wait_seconds=_seconds(offered, answered)), at=answered)
    if answered is None and outcome in {_ABANDONED, None}:
        if ended is not None or outcome is not None:
            wait = None if ended is None else _seconds(offered, ended)
            told.add(CallAbandoned(queue=queue, wait_seconds=wait, place=line.count("place")), at=ended or offered)
    elif ended is not None or outcome is not None:
        seconds = None if ended is None else _seconds(answered or offered, ended)
        told.add(CallEnded(outcome=outcome, seconds=seconds), at=ended or answered or offered)
    return told


def _in_order(offered: datetime, answered: datetime | None, ended: datetime | None) -> None:
    if answered is not None and answered < offered:
        raise NotTaken("answered_at is before the call was offered")
    if ended is not None and ended < (answered or offered):
        raise NotTaken(f"ended_at is before {'answered_at' if answered else 'the call was offered'}")


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())
