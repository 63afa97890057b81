"""Customers: finding one, and what the next agent needs to know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import Response

from api.brief import brief_of
from api.opening import opens
from api.pages.desk import STATES
from api.visit import Visit
from audit.bootstrap.withheld import hiding_from_reader, shown_cases
from audit.domain.errors import NotFound
from audit.projections.customers import Customer, Customers
from audit.projections.holds import Holds
from audit.projections.tickets import Tickets
from audit.projections.ties import Ties
from audit.projections.work_orders import WorkOrders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.projections.customers import Talk

_FOUND = 50
_OVER = frozenset({"closed", "resolved", "cancelled", "signed"})


@opens("customers")
def customers(visit: Visit, q: str = "") -> Response:
    house = visit.house
    hidden = hiding_from_reader(house, visit.by.role).positions
    with house.views.reading(Customers) as (db, view):
        position = house.views.as_of(db, Customers.name)
        found = view.find(db, q, limit=_FOUND, hidden=hidden)
    visit.looked(
        "customers", count=len(found), position=position, persons={one.written for one in found if one.written}
    )
    return visit.page("people/customers.html", q=q, found=found, most=_FOUND)


@opens("customer")
def customer(visit: Visit, customer: UUID) -> Response:
    house = visit.house
    hiding = hiding_from_reader(house, visit.by.role)
    with house.views.reading(Ties) as (db, ties):
        same = sorted(ties.same_person(db, customer), key=lambda one: (one != customer, one.hex))
    with house.views.reading(Customers) as (db, view):
        position = house.views.as_of(db, Customers.name)
        known = view.get(db, same, hidden=hiding.positions)
        talks = view.conversations(db, same)
    if not known:
        raise NotFound(str(visit.say("There is no such customer: look for the name or a number.")))
    with house.views.reading(Tickets) as (db, tickets):
        cases = shown_cases((case for one in same for case in tickets.tied_to(db, one)), hiding)
    with house.views.reading(WorkOrders) as (db, orders):
        visits = shown_cases((case for one in same for case in orders.tied_to(db, one)), hiding)
    with house.views.reading(Holds) as (db, holds):
        held = holds.count_on(db, same)
    visit.looked("customer", count=len(talks) + len(cases) + len(visits), position=position, ties=_ties(known))
    return visit.page(
        "people/customer.html",
        person=known[0],
        others=known[1:],
        talks=talks,
        states=STATES,
        tickets=sorted(cases, key=lambda case: case.last_at, reverse=True),
        orders=sorted(visits, key=lambda case: case.last_at, reverse=True),
        held=held,
        open_tickets=[case for case in cases if case.fields.get("status") not in _OVER],
        latest=_latest(talks),
        brief=brief_of(house, same, hiding.positions),
        position=position,
    )


def _ties(known: Sequence[Customer]) -> list[tuple[str, str | UUID]]:
    return [("customer", one.id) for one in known]


def _latest(talks: Sequence[Talk]) -> Talk | None:
    return talks[0] if talks else None
