"""``onrecord follow`` and ``onrecord rebuild``: bring views up to date, or make them anew."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from audit.bootstrap.alerting import Watch, check_searches
from audit.cli.session import Answer, Session, say

Once = Annotated[bool, typer.Option("--once", help="Bring the views to the head, then end.")]
View = Annotated[str | None, typer.Argument(help="A view by name; without one, all of them.")]


def follow(session: Session, once: Once = False) -> Answer:
    """Bring all views up to date; without --once, keep them so until stopped."""
    with session.house() as house:
        session.actor(house)
        position = session.caught_up(house)
        alerted = check_searches(house)
        if alerted:
            position = session.caught_up(house)
        if not once:
            say("Following; stop with Ctrl+C.")
            stop = threading.Event()
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            try:
                house.follower.run(stop, after=Watch(house))
            except KeyboardInterrupt:
                stop.set()
            position = house.archive.head().size
        standings = {one.name: one.position for one in house.views.standings() if one.active}
        alarms = house.views.alarms()
    facts = {
        "position": position,
        "views": standings,
        "searches": [{"search": one.search, "count": one.matches} for one in alerted],
        "alarms": [{"view": one.view, "position": one.position, "reason": one.reason} for one in alarms],
    }
    words = [f"{name} stands at event {at}." for name, at in standings.items()]
    words += [f"{one.matches} new matches of a saved search: see onrecord searches list." for one in alerted]
    words += [f"ALARM: {one.view} could not take event {one.position}: {one.reason}" for one in alarms]
    return Answer(facts=facts, words="\n".join(words))


def rebuild(session: Session, view: View = None) -> Answer:
    """Make views anew from the events, while the old ones serve."""
    with session.house() as house:
        session.actor(house)
        with session.progress("rebuilding", house.archive.head().size) as on_progress:
            names = house.follower.rebuild(view, on_progress=lambda done, _: on_progress(done))
    return Answer(facts={"views": names}, words=f"Made anew: {', '.join(names)}.")
