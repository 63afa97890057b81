"""Alerting: new matches of saved searches become events, each match once, whoever looks and however often."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from audit.bootstrap.withheld import hiding_from_reader
from audit.domain import directory, saved_search
from audit.domain.actor import HOUSE
from audit.domain.errors import WrongUse
from audit.projections.columns import newest
from audit.projections.saved_searches import SavedSearches
from audit.projections.search.find import Asked, everything
from audit.projections.search.index import Index
from audit.projections.withholdings import Withholdings

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
    """Looks for new matches when something came that can match; called after each look of the follower.

    That somebody looked at a page is an event too, and matches nothing: it is not worth asking every search again.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._seen = (0, 0, 0)

    def __call__(self) -> None:
        position = _newest(self._house)
        if position != self._seen:
            check_searches(self._house)
            self._seen = position


def _newest(house: House) -> tuple[int, int, int]:
    """Return the newest event that can be found, that says what is searched for, and that withholds or gives back."""
    with house.views.reading(Index) as (db, index):
        found = newest(db, index.messages)
    with house.views.reading(SavedSearches) as (db, searches):
        saved = newest(db, searches.states)
    with house.views.reading(Withholdings) as (db, withholdings):
        return found, saved, newest(db, withholdings.placed, withholdings.lifted)


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
        hidden = hiding_from_reader(house, _role(house, search)).positions
        found, upto = everything(house.views, asked, hidden=hidden, tie=house.archive.names.tie)
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


def _role(house: House, search: SavedSearch) -> str:
    """Return the role of whoever a search is for: what is withheld from them is not told of to them either."""
    user: directory.User | None = None
    for record in house.archive.stream(search.owner) if search.owner is not None else ():
        user = directory.evolve(user, record.event)  # type: ignore[arg-type]  # the stream of a user holds nothing else
    return user.role if user is not None else ""
