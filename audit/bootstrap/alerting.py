"""Alerting: new matches of saved searches become events, each match once, whoever looks and however often."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from audit.domain import saved_search
from audit.domain.actor import HOUSE
from audit.domain.errors import WrongUse
from audit.projections.saved_searches import SavedSearches
from audit.projections.search.find import Asked, everything
from audit.projections.search.index import Index

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.projections.saved_searches import SavedSearch

_log = logging.getLogger(__name__)


class Alerted(NamedTuple):
    """New matches of a search that were told of: how many, and the event that does."""

    search: str
    event: int
    matches: int


class Watch:
    """Looks for new matches whenever the index has moved; called after each look of the follower."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._seen = 0

    def __call__(self) -> None:
        position = self._house.views.position(Index.name)
        if position != self._seen:
            check_searches(self._house)
            self._seen = position


def check_searches(house: House) -> list[Alerted]:
    """Look for matches that came since each saved search was last told of, and record what there is.

    A query that can no longer be read is logged and left: its owner sees it when the searches are listed.
    """
    with house.views.reading(SavedSearches) as (db, searches):
        waiting = [one for one in searches.all(db) if one.alert and not one.dropped and one.query and one.name]
    return [alerted for one in waiting for alerted in _checked(house, one)]


def _checked(house: House, search: SavedSearch) -> list[Alerted]:
    assert search.name is not None, "only those that can be named are looked at"
    assert search.query is not None, "only those that can be asked are looked at"
    asked = Asked(query=search.query, zone=house.settings.zone, now=house.world.clock())
    try:
        found, upto = everything(house.views, asked, tie=house.archive.names.tie)
    except WrongUse as reason:
        _log.warning("A saved search cannot be read any more: %s", reason.__class__.__name__)
        return []
    fresh = [position for position in found if position > search.told]
    if not fresh:
        return []
    told: list[int] = []

    def decision(state: saved_search.SavedSearch | None) -> tuple[saved_search.SearchAlerted, ...]:
        events = saved_search.alert(state, matches=fresh, upto=upto)
        told[:] = [event.count for event in events]
        return events

    places = house.archive.decide(("search", search.name), saved_search.evolve, decision, HOUSE)
    return [Alerted(search.name, event, count) for event, count in zip(places, told, strict=True)]
