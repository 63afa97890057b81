"""Saved searches: kept, changed and dropped by their owners, and shown without what is withheld from who asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.domain import saved_search as deciding
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
    from audit.bootstrap.withheld import Hiding
    from audit.domain.actor import Actor
    from audit.projections.saved_searches import Alert, SavedSearch

MAY_CHANGE_ALL: Final = frozenset({"operator", "compliance officer", "data protection officer"})


def save(house: House, by: Actor, name: str, *, query: str, title: str | None = None, alert: bool = False) -> int:
    """Keep a search under a name; return the event. The views must have been brought to the head."""
    saved = SearchSaved(
        title=Personal(title or name), query=Personal(query), position=_readable(house, query), alert=alert
    )
    decision = partial(deciding.save, saved=saved)
    (event,) = house.archive.decide(("search", name), deciding.evolve, decision, by)
    return event


def change(  # what one may change
    house: House,
    by: Actor,
    name: str,
    *,
    query: str | None = None,
    title: str | None = None,
    alert: bool | None = None,
) -> tuple[int, bool]:
    """Put something else in the place of a search's words; what is None stays. Return the event, and whether it tells.

    Raises NotFound, and NotYourSearch for somebody else's.
    """
    known = _known(house, name)
    wanted = query if query is not None else (known.query if known else None) or ""
    changed = SearchChanged(
        title=Personal(title or (known.title if known else None) or name),
        query=Personal(wanted),
        position=_readable(house, wanted) if query is not None or known is None else known.told,
        alert=known.alert if alert is None and known else bool(alert),
    )
    decision = partial(deciding.change, changed=changed, owner=_owner(known, by), by=_id(house, by))
    (event,) = house.archive.decide(("search", name), deciding.evolve, decision, by)
    return event, changed.alert


def drop(house: House, by: Actor, name: str, *, reason: str | None = None) -> int:
    """Give a search up; return the event. What was told of it stays on record."""
    words = Personal(reason) if reason else None
    decision = partial(deciding.drop, reason=words, owner=_owner(_known(house, name), by), by=_id(house, by))
    (event,) = house.archive.decide(("search", name), deciding.evolve, decision, by)
    return event


def listed(house: House, role: str, *, dropped: bool = False, after: int = 0) -> tuple[list[SavedSearch], list[Alert]]:
    """Return the saved searches and the alerts after a position, as somebody in this role may see them."""
    with house.views.reading(SavedSearches) as (db, searches):
        found = [one for one in searches.all(db) if dropped or not one.dropped]
        told = searches.told(db, after=after)
    hiding = hiding_from_reader(house, role)
    found, told = _without(found, told, hiding.positions)
    return [_shown(one, hiding) for one in found], told


def may_change(house: House, by: Actor, one: SavedSearch) -> bool:
    """Say whether somebody may change a search or drop it."""
    return by.role in MAY_CHANGE_ALL or one.owner == _id(house, by)


def _readable(house: House, query: str) -> int:
    """Return the position matches are known up to. Raises QueryError for what cannot be searched for."""
    search(house.views, Asked(query=query, limit=0, zone=house.settings.zone), tie=house.archive.names.tie)
    return house.views.position(Index.name)


def _known(house: House, name: str) -> SavedSearch | None:
    stream = house.archive.names.decided("search", name)
    with house.views.reading(SavedSearches) as (db, searches):
        return next((one for one in searches.all(db) if one.stream == stream), None)


def _owner(known: SavedSearch | None, by: Actor) -> UUID | None:
    """Return whose search it is, None for those who may change the searches of others."""
    return None if known is None or by.role in MAY_CHANGE_ALL else known.owner


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


def _shown(one: SavedSearch, hiding: Hiding) -> SavedSearch:
    title, query = (shown_words(words, one.event, hiding) for words in (one.title, one.query))
    return replace(one, title=title, query=query)
