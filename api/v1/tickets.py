"""Tickets as the desk sees them, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query

from api.v1.calling import Calling, calling
from api.v1.models import Ticket, Tickets
from api.v1.opening import answers
from audit.bootstrap.withheld import hiding_from_reader
from audit.projections.desk.asking import Asked, Place, page_of
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk

if TYPE_CHECKING:
    from collections.abc import Collection

    from audit.projections.desk.asking import Ticket as Seen

_EXAMPLE: Final = {
    "position": 120,
    "total": 31,
    "tickets": [
        {
            "id": "27d7a1de-22d0-5cf6-8b3a-9d5c6f1c2f10",
            "ticket": "T-100234",
            "customer": "4f3a1ac2-50a8-5d7c-8f0a-f3b9d5a1d7c4",
            "score": 20,
            "category": "internet",
            "team": "field",
            "missing": ["since", "tried"],
            "flags": ["unread-back"],
            "lost": 2,
            "versions": 1,
            "bounces": 0,
            "visits": 0,
            "read_back": None,
            "opened": "2026-03-01T10:25:00Z",
        }
    ],
    "next": "20:27d7a1de22d05cf68b3a9d5c6f1c2f10",
}


@answers(
    "tickets",
    summary="Tickets, the worst first",
    description="Each queue of the desk is a filter; several together narrow further.",
    response_model=Tickets,
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}},
)
def tickets(  # noqa: PLR0913  # one parameter for each filter
    *,
    call: Annotated[Calling, calling("tickets")],
    weak: bool = False,
    bounced: bool = False,
    unread_back: bool = False,
    orphans: bool = False,
    unclear: bool = False,
    open_visits: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[
        str | None, Query(pattern=r"^[0-9]{1,4}:[0-9a-f]{32}$", description="``next`` of the page before.")
    ] = None,
) -> Tickets:
    house = call.house
    asked = Asked(
        rubric=rubric(house.settings.rubric),
        weak=weak,
        bounced=bounced,
        unread=unread_back,
        orphans=orphans,
        unclear=unclear,
        open_visits=open_visits,
        limit=limit,
        after=_place(after),
    )
    hidden = hiding_from_reader(house, call.by.role).positions
    with house.views.reading(Desk) as (db, desk):
        position = house.views.as_of(db, Desk.name)
        page = page_of(db, desk, asked)
    whose = sorted({one.customer for one in page.tickets if one.customer is not None})
    call.looked("tickets", count=len(page.tickets), position=position, ties=[("customer", one) for one in whose])
    return Tickets(
        position=position,
        total=page.total,
        tickets=[_ticket(one, hidden) for one in page.tickets],
        next=f"{page.next.score}:{page.next.thing}" if page.next else None,
    )


def _place(after: str | None) -> Place | None:
    if after is None:
        return None
    score, _, thing = after.partition(":")
    return Place(int(score), thing)


def _ticket(one: Seen, hidden: Collection[int]) -> Ticket:
    return Ticket(
        id=one.id,
        ticket=one.written,
        customer=one.customer,
        score=one.score,
        category=one.category,
        team=one.team,
        missing=list(one.missing),
        flags=list(one.flags),
        lost=sum(loss.counts for loss in one.lost if loss.event not in hidden),
        versions=one.versions,
        bounces=one.bounces,
        visits=one.visits,
        read_back=one.read_back,
        opened=one.first_at,
    )
