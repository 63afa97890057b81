"""Work orders: what the technician reads, signs, or reports as unclear."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import Response

from api.opening import opens
from api.pages.desk import STATES
from api.visit import Visit, path_of
from audit.bootstrap import desk as deciding
from audit.bootstrap.withheld import hiding_from_reader, shown_cases
from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.projections.work_orders import WorkOrders
from audit.reports.entries import said_text
from audit.reports.wording import wording

if TYPE_CHECKING:
    from audit.bootstrap.withheld import Hiding
    from audit.projections.case_tables import Case
    from audit.reports.wording import Wording

_SHOWN = 25


@opens("work-orders")
def work_orders(visit: Visit, done: bool = False, page: int = 1) -> Response:
    """List work orders, those written last first: a technician's own, or everybody's."""
    house = visit.house
    mine = house.archive.names.tie("staff", visit.by.login) if visit.by.role == "technician" else None
    with house.views.reading(WorkOrders) as (db, view):
        position = house.views.as_of(db, WorkOrders.name)
        first = max(0, page - 1) * _SHOWN
        found = view.listed(db, over=done, technician=mine, first=first, limit=_SHOWN + 1)
    orders = shown_cases(found[:_SHOWN], hiding_from_reader(house, visit.by.role))
    visit.looked("work orders", count=len(orders), position=position, persons={str(one) for one in _customers(*orders)})
    more = len(found) > _SHOWN
    return visit.page(
        "work/orders.html", orders=orders, done=done, states=STATES, number=page, more=more, position=position
    )


@opens("work-order")
def work_order(visit: Visit, order: UUID) -> Response:
    position, case, hiding = _case(visit, order)
    ties = [("work_order", order), *(("customer", one) for one in _customers(case))]
    now = next((one for one in reversed(case.wordings) if one.text is not None), None)
    visit.looked("work order", count=len(case.wordings) + len(case.changes), position=position, ties=ties)
    return visit.page(
        "work/order.html",
        case=case,
        now=now,
        whole=now is not None and not hiding.of(now.event),
        value=partial(_value, wording(visit.say.language)),
        paper=wording(visit.say.language),
        states=STATES,
        tickets=[tie for kind, tie, _ in case.ties if kind == "ticket"],
        signed=now is not None and case.fields.get("signed_commit") == now.commit,
        position=position,
    )


@opens("work-order-unclear")
def unclear(visit: Visit, order: UUID) -> Response:
    deciding.report_unclear(visit.house, visit.by, _written(visit, order), reason=visit.needed("reason"))
    return visit.to(path_of("work-orders", order))


@opens("work-order-sign")
def sign(visit: Visit, order: UUID) -> Response:
    signed_by, commit = visit.needed("signed_by", most=200), visit.needed("commit", most=100)
    deciding.sign(visit.house, visit.by, _written(visit, order), signed_by=signed_by, commit=commit)
    return visit.to(path_of("work-orders", order))


def _case(visit: Visit, order: UUID) -> tuple[int, Case, Hiding]:
    """Return a work order as the visitor may read it; a technician reads those that are with them."""
    house = visit.house
    hiding = hiding_from_reader(house, visit.by.role)
    with house.views.reading(WorkOrders) as (db, view):
        position = house.views.as_of(db, WorkOrders.name)
        found = view.get(db, [order])
    if visit.by.role == "technician":
        mine = house.archive.names.tie("staff", visit.by.login).hex
        found = [one for one in found if one.fields.get("technician") == mine]
    if not found:
        raise NotFound(str(visit.say("There is no such work order for you: see your list.")))
    return position, shown_cases(found, hiding)[0], hiding


def _value(paper: Wording, field: str, value: str) -> str:
    """Return what a change set, as it reads: a list line by line, a sum in the form of the language."""
    match field, value.split(" ", 2):
        case "charged" | "quoted", [currency, amount, basis]:
            return f"{paper.amount(amount)}\u00a0{currency}, {paper.code('basis', basis)}"
        case "follow_up", _:
            return paper.code("outcome", value)
        case "parts" | "fields", _:
            return said_text(field, Personal(value))
        case _:
            return paper.code(field, value)


def _written(visit: Visit, order: UUID) -> str:
    written = _case(visit, order)[1].written
    if written is None:
        raise NotFound(str(visit.say("The id of this work order is erased: nothing more can be decided about it.")))
    return written


def _customers(*cases: Case) -> list[UUID]:
    return list(dict.fromkeys(tied for case in cases for kind, tied, _ in case.ties if kind == "customer"))
