"""Who looked: what was viewed, searched and exported, by whom and why, and who was turned away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.doors import COMPLIANCE
from api.looked_at import looked_at
from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from audit.domain.errors import NotFound, WrongUse
from audit.projections.customers import Customers
from audit.projections.search.looks import Looks
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from audit.projections.customers import Customer

_SHOWN: Final = 100
HOW: Final = {
    "viewed": N_("viewed"),
    "searched": N_("searched"),
    "exported": N_("exported"),
    "refused": N_("turned away"),
}


@opens("access")
def access(visit: Visit, user: str = "", day: str = "", how: str = "", before: int = 0) -> Response:
    """Show the latest looks, of one user or on one day where that is asked."""
    house = visit.house
    actor = house.archive.names.tie("staff", user.strip()) if user.strip() else None
    with house.views.reading(Looks) as (db, view):
        position = house.views.as_of(db, Looks.name)
        found = view.newest(
            db,
            actor=actor,
            how=how if how in HOW else None,
            between=_between(visit, day),
            before=min(before, position + 1) if before > 0 else None,
            limit=_SHOWN + 1,
        )
    shown = found[:_SHOWN]
    visit.looked("looks", count=len(shown), position=position)
    return visit.page(
        "custody/access.html",
        looks=shown,
        person=None,
        user=user,
        day=day,
        how=how,
        hows=HOW,
        what=partial(looked_at, visit.say),
        words=True,
        next=shown[-1].event if len(found) > _SHOWN else None,
    )


@opens("customer-access")
def of_customer(visit: Visit, customer: UUID, before: int = 0) -> Response:
    """Show who looked at a customer, under whichever of their ids, the latest first."""
    house = visit.house
    person, same, written = _person(visit, customer)
    with house.views.reading(Looks) as (db, view):
        position = house.views.as_of(db, Looks.name)
        places = [one for one in view.places_at(db, same, written) if before <= 0 or one < before]
        shown = view.told(db, places[:_SHOWN])
    visit.looked("looks", count=len(shown), position=position, ties=[("customer", customer)])
    return visit.page(
        "custody/access.html",
        looks=shown,
        person=person,
        user="",
        day="",
        how="",
        hows=HOW,
        what=partial(looked_at, visit.say),
        words=visit.by.role in COMPLIANCE,
        next=shown[-1].event if len(places) > _SHOWN else None,
    )


def _person(visit: Visit, customer: UUID) -> tuple[Customer, set[UUID], set[str]]:
    house = visit.house
    with house.views.reading(Ties) as (db, ties):
        same = set(ties.same_person(db, customer))
    with house.views.reading(Customers) as (db, view):
        known = view.get(db, sorted(same, key=lambda one: (one != customer, one.hex)))
    if not known:
        raise NotFound(str(visit.say("There is no such customer: look for the name or a number.")))
    # Long lists of persons hold ids as written, or where these are not at hand the ties.
    return known[0], same, {*(one.written for one in known if one.written), *map(str, same)}


def _between(visit: Visit, day: str) -> tuple[datetime, datetime] | None:
    if not day:
        return None
    try:
        begin = datetime.combine(date.fromisoformat(day), time(), visit.house.settings.zone)
        return begin, begin + timedelta(days=1)
    except (ValueError, OverflowError):
        raise WrongUse(str(visit.say("Write the day like 2026-03-01."))) from None
