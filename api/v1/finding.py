"""Searching: the same language, the same counts and the same record of who searched as on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import Query

from api.v1.calling import Calling, calling
from api.v1.models import Found, Hit
from api.v1.opening import answers
from api.visit import listed
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.access import SearchMade
from audit.domain.event import Personal
from audit.projections.search.find import Asked, search

if TYPE_CHECKING:
    from audit.projections.search.hits import Hit as Matching

Facet = Literal[
    "channel",
    "direction",
    "role",
    "kind",
    "language",
    "source",
    "agent",
    "customer",
    "conversation",
    "ticket",
    "month",
]
_EXAMPLE: Final = {
    "total": 1,
    "position": 120,
    "withheld": 0,
    "unread": [],
    "attachments_unread": 0,
    "hits": [
        {
            "event": 5,
            "kind": "message",
            "topic": "message.posted",
            "at": "2026-03-01T10:00:00Z",
            "role": "customer",
            "channel": "chat",
            "author": "Ona",
            "conversation": "9d2c8f10-0b1e-5d5a-a1c8-5c2f0d1b3e77",
            "customer": "4f3a1ac2-50a8-5d7c-8f0a-f3b9d5a1d7c4",
            "text": "The line is down.",
            "marks": [[4, 8]],
            "where": ["message"],
            "hits": 1,
        }
    ],
    "facets": {"channel": {"chat": 1}},
    "next": None,
}


@answers(
    "search",
    400,
    summary="Search",
    description="The query language is that of the search page. A query that cannot be read is refused with the place.",
    response_model=Found,
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}},
)
def find(  # noqa: PLR0913  # a search has all of these
    *,
    call: Annotated[Calling, calling("search")],
    q: Annotated[str, Query(min_length=1, max_length=10_000, examples=["line channel:chat"])],
    kind: Literal["messages", "conversations", "events"] = "messages",
    sort: Literal["time", "relevance"] = "time",
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    facet: Annotated[list[Facet], Query(max_length=11)] = [],  # noqa: B006  # FastAPI copies it for each request
    after: Annotated[str | None, Query(max_length=400, description="``next`` of the page before.")] = None,
) -> Found:
    house = call.house
    asked = Asked(
        query=q,
        kind=kind,
        sort=sort,
        limit=limit,
        facets=tuple(dict.fromkeys(facet)),
        after=after,
        zone=house.settings.zone,
        now=house.world.clock(),
    )
    hidden = hiding_from_reader(house, call.by.role).positions
    found = search(house.views, asked, tie=house.archive.names.tie, hidden=hidden)
    whose = {hit.customer for hit in found.hits if hit.customer} | found.facets.get("customer", {}).keys()
    made = SearchMade(
        query=Personal(q), count=found.total, position=found.position, why=call.why, persons=listed(whose)
    )
    call.record(made)
    return Found(
        total=found.total,
        position=found.position,
        withheld=len(hidden),
        unread=list(found.unread),
        attachments_unread=found.attachments_unread,
        hits=[_hit(one) for one in found.hits],
        facets=found.facets,
        next=found.next_page,
    )


def _hit(one: Matching) -> Hit:
    return Hit(
        event=one.event,
        kind=one.kind,
        topic=one.topic,
        at=one.at,
        role=one.role,
        channel=one.channel,
        author=one.author,
        conversation=one.conversation_id,
        customer=one.customer_id,
        text=one.text,
        marks=list(one.marks),
        where=list(one.where),
        hits=one.hits,
    )
