"""Saved searches: what somebody keeps looking for, and what came since that matches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.opening import opens
from api.visit import Visit
from audit.bootstrap import saved_searches
from audit.domain.errors import NotFound
from audit.projections.directory import Directory
from audit.projections.saved_searches import SavedSearches

if TYPE_CHECKING:
    from audit.projections.saved_searches import Alert, SavedSearch

_ALERTS: Final = 5
_LONGEST: Final = 10_000


@opens("searches")
def searches(visit: Visit, dropped: str = "") -> Response:
    house = visit.house
    with house.views.reading(SavedSearches) as (db, _):
        position = house.views.as_of(db, SavedSearches.name)
    found, told = saved_searches.listed(house, visit.by.role, dropped=dropped == "yes")
    with house.views.reading(Directory) as (db, directory):
        names = directory.names(db)
    visit.looked("searches", count=len(found), position=position)
    alerts: dict[UUID, list[Alert]] = {}
    for one in reversed(told):
        alerts.setdefault(one.search, []).append(one)
    return visit.page(
        "work/searches.html",
        found=found,
        alerts={search: some[:_ALERTS] for search, some in alerts.items()},
        names=names,
        may=lambda one: not one.dropped and one.name and saved_searches.may_change(house, visit.by, one),
        dropped=dropped == "yes",
    )


@opens("search-changed")
def changed(visit: Visit, search: UUID) -> Response:
    visit.house.follower.catch_up()
    name, known = _known(visit, search)
    query = visit.needed("query", _LONGEST)
    saved_searches.change(
        visit.house,
        visit.by,
        name,
        # The same query as before keeps the position up to which its matches are no news.
        query=query if query != known.query else None,
        title=visit.field("title", 500) or None,
        alert=bool(visit.field("alert")),
    )
    visit.house.follower.catch_up()
    return visit.to("/searches")


@opens("search-dropped")
def dropped(visit: Visit, search: UUID) -> Response:
    visit.house.follower.catch_up()
    reason = visit.field("reason") or None
    saved_searches.drop(visit.house, visit.by, _known(visit, search)[0], reason=reason)
    visit.house.follower.catch_up()
    return visit.to("/searches")


def _known(visit: Visit, search: UUID) -> tuple[str, SavedSearch]:
    with visit.house.views.reading(SavedSearches) as (db, view):
        found = next((one for one in view.all(db) if one.stream == search), None)
    if found is None or found.name is None:
        raise NotFound(str(visit.say("There is no such saved search.")))
    return found.name, found
