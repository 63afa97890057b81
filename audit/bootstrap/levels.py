"""Service levels: asked of the view at a position, issued as a report, and printed again as they were."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from math import inf
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.bootstrap.desk import require
from audit.domain import service_level
from audit.domain.conversation import ConversationMissing
from audit.domain.errors import NotFound, Refused
from audit.domain.service_level import LevelsIssued
from audit.projections.columns import microseconds, moment_of
from audit.projections.levels.contacts import SECOND, contacts
from audit.projections.levels.figures import RULES, asked_in, bounds, figures
from audit.projections.levels.intervals import midnight
from audit.projections.levels.view import Levels

if TYPE_CHECKING:
    from datetime import date

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.levels.figures import Asked
    from audit.projections.levels.view import Step

READERS: Final = frozenset({"operator", "supervisor", "auditor", "compliance officer", "administrator"})
ISSUERS: Final = frozenset({"operator", "supervisor"})
DAYS: Final = 31
"""So many days are counted where nobody names a first one."""
_ID_BYTES: Final = 6
_DAY: Final = 86_400 * SECOND
_MISSING: Final = "answered-call"


class ReportNotTheSame(Refused):
    """A report prints the same for ever; where it cannot, it does not print."""


@dataclass(frozen=True)
class Issued:
    """An answer that was handed out, and the id under which it is printed again."""

    id: str
    answer: dict[str, Any]


def ask(house: House, asked: Asked, position: int) -> dict[str, Any]:
    """Return service levels as of a position, which the view must have come to."""
    zone = ZoneInfo(asked.zone)
    return {"position": position, **figures(_steps(house, asked, position), asked, zone)}


def in_period(house: House, asked: Asked, position: int) -> Asked:
    """Return a question with its first and last day; where no first day is named, 31 days up to the last.

    Where no last day is named either, it is that of the newest call or chat: an old archive that was brought in is
    not empty. A question without an end would read every message there is.
    """
    if asked.since is not None:
        return asked
    last = asked.until
    if last is None:
        with house.views.reading(Levels) as (db, view):
            newest = view.newest_at(db, upto=position, before=microseconds(house.world.clock()))
        if newest is None:
            return asked
        last = moment_of(newest).astimezone(ZoneInfo(asked.zone)).date()
    return replace(asked, since=last - timedelta(days=DAYS - 1), until=last)


def issue(house: House, by: Actor, asked: Asked, position: int) -> Issued:
    """Hand out service levels as a report."""
    require(by, ISSUERS, "issue reports of service levels")
    answer = ask(house, asked, position)
    written = house.world.random(_ID_BYTES).hex()
    issued = LevelsIssued(as_of=position, asked=asked.written(), rules=RULES, digest=_digest(answer))
    decision = partial(service_level.issue, issued=issued)
    house.archive.decide(("levels_report", written), service_level.evolve, decision, by)
    return Issued(written, answer)


def print_again(house: House, written: str) -> Issued:
    """Return a report as it was issued. Raises ReportNotTheSame where the answer would be another one."""
    records = house.archive.stream(house.archive.names.decided("levels_report", written))
    issued = records[0].event if records else None
    if not isinstance(issued, LevelsIssued):
        raise NotFound(f"There is no report {written}: issue one with onrecord levels --issue.")
    answer = ask(house, asked_in(issued.asked), issued.as_of)
    if _digest(answer) != issued.digest:
        raise ReportNotTheSame(
            f"The report {written} was counted by rules {issued.rules} and these are rules {RULES}: run onrecord "
            "verify, and print it with the version of On Record that issued it."
        )
    return Issued(written, answer)


def note_missing(house: House, by: Actor, position: int) -> list[int]:
    """Record of each call that was answered a day ago or longer, and of which no word came, that those are missing."""
    require(by, ISSUERS, "record what is missing")
    with house.views.reading(Levels) as (db, view):
        steps = view.between(db, None, None, upto=position)
    known = {step.conversation for step in steps if step.kind in {"in", "out", "bot", "missing"}}
    before = microseconds(house.world.clock()) - _DAY
    silent = {
        one.conversation: one
        for one in contacts(steps)
        if one.channel == "phone" and one.answered is not None and one.answered <= before and one.conversation
    }
    event = ConversationMissing(reason=_MISSING)
    return [
        house.archive.note(event, by, [("conversation", UUID(hex=written))])
        for written in sorted(silent.keys() - known)
    ]


def _steps(house: House, asked: Asked, position: int) -> list[Step]:
    begins, ends = bounds(asked, ZoneInfo(asked.zone))
    # Who came back is seen after the period too.
    further = None if ends is None else ends + int(asked.fcr_days * _DAY)
    with house.views.reading(Levels) as (db, view):
        return view.between(db, begins, further, upto=position)


def steps_between(
    house: House, since: date | None, until: date | None, zone: ZoneInfo, *, upto: int
) -> tuple[list[Step], tuple[float, float]]:
    """Return the steps of conversations between two days, both included, and the moments they lie between."""
    begins = microseconds(midnight(since, zone)) if since else None
    ends = microseconds(midnight(until + timedelta(days=1), zone)) if until else None
    with house.views.reading(Levels) as (db, view):
        steps = view.between(db, begins, ends, upto=upto)
    return steps, (-inf if begins is None else begins, inf if ends is None else ends)


def _digest(answer: dict[str, Any]) -> str:
    return sha256(json.dumps(answer, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
