"""``onrecord requests``: who asked for a record, by when they are answered, and what presses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.requesting_rights import attempt
from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import NotAllowed
from audit.projections.alarms import alarms
from audit.projections.requests import Request, Requests, Step

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding
    from audit.domain.actor import Actor
    from audit.projections.alarms import Alarm

Overdue = Annotated[bool, typer.Option("--overdue", help="Only those whose day is past.")]
Pressing = Annotated[bool, typer.Option("--alarms", help="Only those that press, with the days that are left.")]

_MAY_READ = frozenset({"operator", "agent", "supervisor", "compliance officer", "data protection officer", "auditor"})


def requests(session: Session, overdue: Overdue = False, pressing: Pressing = False) -> Answer:
    """List the requests for records, the newest first; with --alarms what presses most."""
    with session.house() as house:
        by = session.actor(house)
        with attempt(house, by, "requests"):
            must_read(by)
        session.caught_up(house)
        found = _all(house)
        loud = {one.request.stream: one for one in alarms(found, house.today())}
        if overdue or pressing:
            chosen = [one for one in loud.values() if not overdue or one.level == "overdue"]
            found = [one.request for one in chosen]
        return shown(house, by, found, loud)


def must_read(by: Actor) -> None:
    """Raise NotAllowed for somebody who does not read requests."""
    if by.role not in _MAY_READ:
        raise NotAllowed(f"A {by.role} reads no requests: ask one of {', '.join(sorted(_MAY_READ))}.")


def shown(house: House, by: Actor, found: list[Request], loud: dict[Any, Alarm]) -> Answer:
    """Answer with requests, once it is recorded that they were looked at."""
    position = house.archive.head().size
    whose = persons(sorted({one.customer for one in found if one.customer}))
    viewed = RecordViewed(what="requests", count=len(found), position=position, why=purpose(by), persons=whose)
    house.archive.note(viewed, by)
    hiding = hiding_from_reader(house, by.role)
    found = [shown_request(one, hiding) for one in found]
    told = [facts_of(one, loud.get(one.stream)) for one in found]
    words = "\n".join(map(_line, told)) or "There is no such request."
    return Answer(facts={"position": position, "requests": told}, words=words)


def shown_request(one: Request, hiding: Hiding) -> Request:
    """Return a request as somebody may read it; what was withheld is said so in its place."""
    steps = tuple(replace(step, words=shown_words(step.words, step.event, hiding)) for step in one.steps)
    return replace(one, words=shown_words(one.words, one.event, hiding), steps=steps)


def facts_of(one: Request, alarm: Alarm | None = None) -> dict[str, Any]:
    """Return a request as a command shows it."""
    return {
        "request": one.id,
        "event": one.event,
        "asked_at": one.asked_at.isoformat(),
        "customer": one.customer,
        "representative": one.representative,
        "scope": one.scope,
        "channel": one.channel,
        "language": one.language,
        "from": one.since.isoformat() if one.since else None,
        "to": one.until.isoformat() if one.until else None,
        "words": one.words,
        "stage": one.stage,
        "due": one.due.isoformat() if one.due else None,
        "level": alarm.level if alarm else None,
        "days_left": alarm.days_left if alarm else None,
        "verified": one.verified,
        "digest": step.digest if (step := one.last("compiled")) else None,
        "steps": [_step(one) for one in one.steps],
    }


def _step(one: Step) -> dict[str, Any]:
    return {
        "event": one.event,
        "kind": one.kind,
        "at": one.at.isoformat(),
        "role": one.role,
        "due": one.due.isoformat() if one.due else None,
        "of": one.upto,
        "part": one.part,
        "stretch": None if one.start is None else f"{one.start}-{one.end}",
        "code": one.code,
        "words": one.words,
    }


def _line(one: dict[str, Any]) -> str:
    acting = f" by {one['representative']}" if one["representative"] else ""
    days = "" if one["days_left"] is None else f", {one['days_left']} days left"
    level = f"  {one['level'].upper()}{days}" if one["level"] else ""
    whose = f"{one['customer'] or '[erased]'}{acting}"
    return f"{one['request'] or '[erased]'}  {whose}  {one['stage']}  due {one['due']}{level}"


def _all(house: House) -> list[Request]:
    with house.views.reading(Requests) as (db, view):
        return view.all(db)
