"""Customers and what was said with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from fastapi import Query

from api.v1.calling import Calling, calling
from api.v1.models import Contact, Conversation, Customer, CustomerRecord, Customers, Entry, Talk, Wording
from api.v1.opening import answers
from audit.bootstrap.withheld import hiding_from_reader, shown_entries
from audit.domain.errors import NotFound
from audit.projections.customers import Customers as CustomersView
from audit.projections.tickets import Tickets
from audit.projections.ties import Ties
from audit.projections.timeline import Timeline
from audit.projections.work_orders import WorkOrders

if TYPE_CHECKING:
    from audit.projections.customers import Customer as Known
    from audit.projections.timeline import Entry as Line

_CUSTOMER: Final = {
    "id": "4f3a1ac2-50a8-5d7c-8f0a-f3b9d5a1d7c4",
    "customer": "cust-7",
    "names": ["Ona Petraitė"],
    "contacts": [{"kind": "email", "value": "ona@example.org"}],
    "accounts": ["A-1001"],
    "language": "lt",
    "messages": 12,
    "conversations": 3,
    "first_contact": "2026-02-01T08:00:00Z",
    "last_contact": "2026-03-01T10:00:00Z",
}
_TALK: Final = {
    "id": "9d2c8f10-0b1e-5d5a-a1c8-5c2f0d1b3e77",
    "first": "2026-03-01T10:00:00Z",
    "last": "2026-03-01T10:20:00Z",
    "messages": 4,
}
_CONVERSATION: Final = {
    "position": 120,
    "id": "9d2c8f10-0b1e-5d5a-a1c8-5c2f0d1b3e77",
    "customers": ["4f3a1ac2-50a8-5d7c-8f0a-f3b9d5a1d7c4"],
    "withheld": 0,
    "entries": [
        {
            "event": 5,
            "kind": "message",
            "at": "2026-03-01T10:00:00Z",
            "role": "customer",
            "author": "Ona",
            "text": "The line is down.",
            "code": "chat",
            "deleted": False,
            "erased": False,
            "versions": [{"event": 5, "kind": "message", "at": "2026-03-01T10:00:00Z", "text": "The line is down."}],
        }
    ],
}


@answers(
    "customers",
    summary="Find customers",
    description="By name, contact point, account or id as written; without a query those with the latest contact.",
    response_model=Customers,
    responses={200: {"content": {"application/json": {"example": {"position": 120, "customers": [_CUSTOMER]}}}}},
)
def customers(
    *,
    call: Annotated[Calling, calling("customers")],
    q: Annotated[str, Query(max_length=1_000, examples=["petraite"])] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
) -> Customers:
    house = call.house
    hidden = hiding_from_reader(house, call.by.role).positions
    with house.views.reading(CustomersView) as (db, view):
        position = house.views.as_of(db, CustomersView.name)
        found = view.find(db, q, limit=limit, hidden=hidden)
    call.looked("customers", count=len(found), position=position, ties=[("customer", one.id) for one in found])
    return Customers(position=position, customers=[_customer(one) for one in found])


@answers(
    "customer",
    404,
    summary="One customer, and what there is of them",
    response_model=CustomerRecord,
    responses={
        200: {
            "content": {
                "application/json": {
                    "example": {
                        "position": 120,
                        "customer": _CUSTOMER,
                        "same_as": [],
                        "conversations": [_TALK],
                        "tickets": ["27d7a1de-22d0-5cf6-8b3a-9d5c6f1c2f10"],
                        "work_orders": [],
                    }
                }
            }
        }
    },
)
def customer(*, call: Annotated[Calling, calling("customer")], customer: UUID) -> CustomerRecord:
    house = call.house
    hidden = hiding_from_reader(house, call.by.role).positions
    with house.views.reading(Ties) as (db, ties):
        same = sorted(ties.same_person(db, customer), key=lambda one: (one != customer, one.hex))
    with house.views.reading(CustomersView) as (db, view):
        position = house.views.as_of(db, CustomersView.name)
        known = view.get(db, same, hidden=hidden)
        talks = view.conversations(db, same)
    if not known:
        raise NotFound("There is no such customer: look for a name or a number at /api/v1/customers.")
    with house.views.reading(Tickets) as (db, tickets):
        cases = [case.id for one in same for case in tickets.tied_to(db, one)]
    with house.views.reading(WorkOrders) as (db, orders):
        visits = [case.id for one in same for case in orders.tied_to(db, one)]
    count = len(talks) + len(cases) + len(visits)
    call.looked("customer", count=count, position=position, ties=[("customer", one.id) for one in known])
    return CustomerRecord(
        position=position,
        customer=_customer(known[0]),
        same_as=[_customer(one) for one in known[1:]],
        conversations=[Talk(id=one.id, first=one.first, last=one.last, messages=one.messages) for one in talks],
        tickets=cases,
        work_orders=visits,
    )


@answers(
    "conversation",
    404,
    summary="A conversation with every version",
    description="Edits and deletions at the source stand as versions; what was withheld is counted and left out.",
    response_model=Conversation,
    responses={200: {"content": {"application/json": {"example": _CONVERSATION}}}},
)
def conversation(*, call: Annotated[Calling, calling("conversation")], conversation: UUID) -> Conversation:
    house = call.house
    with house.views.reading(Timeline) as (db, view):
        position = house.views.as_of(db, Timeline.name)
        entries = view.read(db, conversation)
    if not entries:
        raise NotFound("There is no such conversation: look for words of it at /api/v1/search.")
    hiding = hiding_from_reader(house, call.by.role)
    events = {entry.event for entry in entries} | {one.event for entry in entries for one in entry.versions}
    shown = shown_entries(entries, hiding)
    with house.views.reading(Ties) as (db, ties):
        about = ties.of_these(db, [one.event for one in shown])
    whose = sorted({tie for some in about.values() for kind, tie in some if kind == "customer"})
    tied = [("conversation", conversation), *(("customer", one) for one in whose)]
    call.looked("timeline", count=len(shown), position=position, ties=tied)
    return Conversation(
        position=position,
        id=conversation,
        customers=whose,
        withheld=len(events & hiding.positions),
        entries=[_entry(one) for one in shown],
    )


def _customer(one: Known) -> Customer:
    return Customer(
        id=one.id,
        customer=one.written,
        names=list(one.names),
        contacts=[Contact(kind=each.kind, value=each.value) for each in one.contacts],
        accounts=list(one.accounts),
        language=one.language,
        messages=one.messages,
        conversations=one.conversations,
        first_contact=one.first_contact,
        last_contact=one.last_contact,
    )


def _entry(one: Line) -> Entry:
    return Entry(
        event=one.event,
        kind=one.kind,
        at=one.at,
        role=one.role,
        author=one.author,
        text=one.text,
        code=one.code,
        deleted=one.deleted,
        erased=one.erased,
        versions=[Wording(event=each.event, kind=each.kind, at=each.at, text=each.text) for each in one.versions],
    )
