"""``onrecord retention`` and ``onrecord dispose``: how long words are kept, and what goes when their time is over."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from audit.bootstrap import erasing
from audit.bootstrap.erasing_plans import due_by_month
from audit.cli.commands.erase import done
from audit.cli.session import Answer, Session
from audit.domain import retention as deciding
from audit.domain.erasure import LIMIT
from audit.domain.errors import NotAllowed
from audit.projections.retention import Retention

Class = Annotated[str, typer.Argument(metavar="CLASS", help="A retention class.", show_default=False)]
Keep = Annotated[int, typer.Option("--keep-days", help="How many days its words must be kept.")]
Limit = Annotated[int | None, typer.Option("--limit-days", help="After how many days they must be gone.")]
Execute = Annotated[str | None, typer.Option("--execute", metavar="ID", help="Execute what somebody else was shown.")]

_MAY_SET = frozenset({"operator", "compliance officer", "data protection officer"})


def set_class(session: Session, name: Class, keep_days: Keep = 0, limit_days: Limit = None) -> Answer:
    """Set how long the words of a class must be kept, and when they must be gone."""
    with session.house() as house:
        by = session.actor(house)
        if by.role not in _MAY_SET:
            raise NotAllowed(f"A {by.role} sets no retention: ask one of {', '.join(sorted(_MAY_SET))}.")
        decision = partial(deciding.set_class, name=name, keep_days=keep_days, limit_days=limit_days)
        house.archive.decide(("retention-class", name), deciding.evolve, decision, by)
    facts = {"class": name, "keep_days": keep_days, "limit_days": limit_days}
    return Answer(facts=facts, words=f"{name}: {_spelled(keep_days, limit_days)}.")


def show(session: Session) -> Answer:
    """List the retention classes that were set."""
    with session.house() as house:
        session.actor(house)
        position = session.caught_up(house)
        with house.views.reading(Retention) as (db, view):
            found = sorted(view.all(db).values(), key=lambda one: one.name)
    classes = [{"class": one.name, "keep_days": one.keep_days, "limit_days": one.limit_days} for one in found]
    words = "\n".join(f"{one.name}: {_spelled(one.keep_days, one.limit_days)}" for one in found)
    return Answer(facts={"position": position, "classes": classes}, words=words or "No class was set: all is kept.")


def dispose(session: Session, execute: Execute = None) -> Answer:
    """Show what is past its limit and would go, and put it on record; --execute ID --as OTHER does it.

    What a legal hold covers is left out.
    """
    with session.house() as house:
        if execute is not None:
            return done(erasing.execute(house, execute, session.second_person(house), only=LIMIT))
        by = session.actor(house)
        try:
            written, plan = erasing.ask_disposal(house, by)
        except erasing.NothingDue as nothing:
            return Answer(facts={"erasure": None, "keys": 0, "events": 0, "due": []}, words=str(nothing))
    due = [
        {"class": one.retention, "month": one.month, "keys": one.keys, "events": one.events}
        for one in due_by_month(plan)
    ]
    facts = {"erasure": written, "keys": len(plan.keys), "events": len(plan.positions), "due": due}
    lines = [f"{one['class']} {one['month']}: {one['events']} events under {one['keys']} keys" for one in due]
    lines.append(f"A second person executes it: onrecord dispose --execute {written} --as OTHER")
    return Answer(facts=facts, words="\n".join(lines))


def _spelled(keep_days: int, limit_days: int | None) -> str:
    limit = "without a limit" if limit_days is None else f"gone after {limit_days} days"
    return f"kept {keep_days} days, {limit}"
