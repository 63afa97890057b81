"""``onrecord searches``: searches that are kept under a name, and what came that matches them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.alerting import check_searches
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain import saved_search as deciding
from audit.domain.access import RecordViewed
from audit.domain.event import Personal
from audit.domain.saved_search import SearchChanged, SearchSaved
from audit.domain.spans import ranges_of, spans_of
from audit.projections.saved_searches import SavedSearches
from audit.projections.search.find import Asked, search
from audit.projections.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
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

_MAY_CHANGE_ALL: Final = frozenset({"operator", "compliance officer", "data protection officer"})


def save(session: Session, name: Name, query: Query, title: Title = None, alert: Alerts = False) -> Answer:
    """Keep a search under a name; with --alert, matches that come from now on are told of."""
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        saved = SearchSaved(
            title=Personal(title or name), query=Personal(query), position=_readable(session, house, query), alert=alert
        )
        decision = partial(deciding.save, saved=saved)
        (event,) = house.archive.decide(("search", name), deciding.evolve, decision, by)
    return Answer(facts={"search": name, "event": event, "alert": alert}, words=f"{name} is saved.")


def change(session: Session, name: Name, query: Other = None, title: Title = None, alert: MaybeAlerts = None) -> Answer:
    """Change the query, the title or the alerts of a search you saved."""
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        known = _known(house, name)
        wanted = query if query is not None else (known.query if known else None) or ""
        changed = SearchChanged(
            title=Personal(title or (known.title if known else None) or name),
            query=Personal(wanted),
            position=_readable(session, house, wanted) if query is not None or known is None else known.told,
            alert=known.alert if alert is None and known else bool(alert),
        )
        decision = partial(deciding.change, changed=changed, owner=_owner(known, by), by=_id(house, by))
        (event,) = house.archive.decide(("search", name), deciding.evolve, decision, by)
    return Answer(facts={"search": name, "event": event, "alert": changed.alert}, words=f"{name} is changed.")


def drop(session: Session, name: Name, reason: Reason = None) -> Answer:
    """Give up a search you saved; what was told of it stays on record."""
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        words = Personal(reason) if reason else None
        decision = partial(deciding.drop, reason=words, owner=_owner(_known(house, name), by), by=_id(house, by))
        (event,) = house.archive.decide(("search", name), deciding.evolve, decision, by)
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
        with house.views.reading(SavedSearches) as (db, searches):
            found = [one for one in searches.all(db) if dropped or not one.dropped]
            told = searches.told(db, after=after)
        hidden = hiding_from_reader(house, by.role).positions
        found, told = _without(found, told, hidden)
        viewed = RecordViewed(what="searches", count=len(found), position=position, why=purpose(by))
        house.archive.note(viewed, by)
    names = {one.stream: one.name for one in found}
    facts = {
        "position": position,
        "searches": [_facts(one) for one in found],
        "alerts": [_told(one, names) for one in told if one.search in names],
    }
    return Answer(facts=facts, words="\n".join(_lines(facts)) or "There is no saved search.")


def _readable(session: Session, house: House, query: str) -> int:
    """Return the position matches are known up to. Raises QueryError for what cannot be searched for."""
    search(house.views, Asked(query=query, limit=0, zone=session.settings.zone), tie=house.archive.names.tie)
    return house.views.position(Index.name)


def _known(house: House, name: str) -> SavedSearch | None:
    stream = house.archive.names.decided("search", name)
    with house.views.reading(SavedSearches) as (db, searches):
        return next((one for one in searches.all(db) if one.stream == stream), None)


def _owner(known: SavedSearch | None, by: Actor) -> UUID | None:
    """Return whose search it is, None for those who may change the searches of others."""
    return None if known is None or by.role in _MAY_CHANGE_ALL else known.owner


def _id(house: House, by: Actor) -> UUID:
    return house.archive.names.tie("staff", by.login)


def _without(
    found: list[SavedSearch], told: list[Alert], hidden: Collection[int]
) -> tuple[list[SavedSearch], list[Alert]]:
    """Return the searches and alerts without the events that are withheld from who asks, in the counts too."""
    if not hidden:
        return found, told
    fewer: Counter[UUID] = Counter()
    shown = []
    for one in told:
        left = [place for span in ranges_of(one.spans) for place in span if place not in hidden]
        fewer[one.search] += one.count - len(left)
        if left:
            shown.append(replace(one, count=len(left), spans=spans_of(left)))
    return [replace(one, alerts=one.alerts - fewer[one.stream]) for one in found], shown


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
