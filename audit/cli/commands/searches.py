"""``onrecord searches``: searches that are kept under a name, and what came that matches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import saved_searches
from audit.bootstrap.alerting import check_searches
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed

if TYPE_CHECKING:
    from uuid import UUID

    from audit.projections.saved_searches import Alert, SavedSearch

Name = Annotated[str, typer.Argument(help="The name of a saved search.", show_default=False)]
Query = Annotated[str, typer.Argument(help="As in onrecord search.", show_default=False)]
Other = Annotated[str | None, typer.Option("--query", help="Another query.")]
Title = Annotated[str | None, typer.Option("--title", help="What it is for; the name by default.")]
Alerts = Annotated[bool, typer.Option("--alert/--no-alert", help="Tell of matches that come from now on.")]
MaybeAlerts = Annotated[bool | None, typer.Option("--alert/--no-alert", help="Whether to tell of new matches.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; kept with the event.")]
All = Annotated[bool, typer.Option("--all", help="Those that were dropped, too.")]
After = Annotated[int, typer.Option("--after", min=0, help="Only alerts recorded after this event.")]


def save(session: Session, name: Name, query: Query, title: Title = None, alert: Alerts = False) -> Answer:
    """Keep a search under a name; with --alert, matches that come from now on are told of."""
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        event = saved_searches.save(house, by, name, query=query, title=title, alert=alert)
    return Answer(facts={"search": name, "event": event, "alert": alert}, words=f"{name} is saved.")


def change(session: Session, name: Name, query: Other = None, title: Title = None, alert: MaybeAlerts = None) -> Answer:
    """Change the query, the title or the alerts of a search you saved."""
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        event, alerts = saved_searches.change(house, by, name, query=query, title=title, alert=alert)
    return Answer(facts={"search": name, "event": event, "alert": alerts}, words=f"{name} is changed.")


def drop(session: Session, name: Name, reason: Reason = None) -> Answer:
    """Give up a search you saved; what was told of it stays on record."""
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        event = saved_searches.drop(house, by, name, reason=reason)
    return Answer(facts={"search": name, "event": event}, words=f"{name} is dropped.")


def check(session: Session) -> Answer:
    """Look for new matches of the searches that ask for alerts, and record them; each match is told of once."""
    with session.house() as house:
        session.actor(house)
        position = session.caught_up(house)
        alerted = check_searches(house)
    facts = {
        "position": position,
        "alerts": [{"search": one.search, "event": one.event, "count": one.matches} for one in alerted],
    }
    words = [f"{one.matches} new matches of a saved search, told of in event {one.event}." for one in alerted]
    return Answer(facts=facts, words="\n".join(words) or "There are no new matches.")


def show(session: Session, dropped: All = False, after: After = 0) -> Answer:
    """List saved searches, and the alerts they gave."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        found, told = saved_searches.listed(house, by.role, dropped=dropped, after=after)
        viewed = RecordViewed(what="searches", count=len(found), position=position, why=purpose(by))
        house.archive.note(viewed, by)
    names = {one.stream: one.name for one in found}
    facts = {
        "position": position,
        "searches": [_facts(one) for one in found],
        "alerts": [_told(one, names) for one in told if one.search in names],
    }
    return Answer(facts=facts, words="\n".join(_lines(facts)) or "There is no saved search.")


def _facts(one: SavedSearch) -> dict[str, Any]:
    return {
        "search": one.name,
        "title": one.title,
        "query": one.query,
        "owner": str(one.owner) if one.owner else None,
        "alert": one.alert,
        "told": one.told,
        "alerts": one.alerts,
        "saved_at": one.saved_at.isoformat(),
        "dropped": one.dropped,
    }


def _told(one: Alert, names: dict[UUID, str | None]) -> dict[str, Any]:
    return {
        "search": names[one.search],
        "event": one.event,
        "at": one.at.isoformat(),
        "count": one.count,
        "events": list(one.spans),
    }


def _lines(facts: Any) -> list[str]:
    lines = []
    for one in facts["searches"]:
        state = (
            "dropped" if one["dropped"] else f"{one['alerts']} matches told of" if one["alert"] else "without alerts"
        )
        lines.append(f"{one['search']}: {one['query']} ({one['title']}; {state})")
    lines += [
        f"  {one['at']} {one['search']}: {one['count']} new matches, events {', '.join(one['events'])}"
        for one in facts["alerts"]
    ]
    return lines
