"""Search: typed or put together from fields; the count is exact, and the whole question stands in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.visit import Visit, listed
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.access import SearchMade
from audit.domain.event import Personal
from audit.projections.search.address import address_of, asked_in
from audit.projections.search.examples import EXAMPLES, NOTES
from audit.projections.search.find import Asked, Results, search
from audit.projections.search.query import QueryError
from audit.projections.search.snippets import snippets

_FACETS: Final = ("channel", "language", "agent", "customer", "kind", "month")
_OF_FACET: Final = 8
KINDS: Final = {"messages": N_("Messages"), "conversations": N_("Conversations"), "events": N_("Everything")}
SORTS: Final = {"time": N_("Newest first"), "relevance": N_("Best first")}
FIELDS: Final = {
    "customer": N_("Customer"),
    "agent": N_("Agent"),
    "channel": N_("Channel"),
    "role": N_("Role"),
    "kind": N_("Kind"),
    "language": N_("Language"),
    "ticket": N_("Ticket"),
    "order": N_("Work order"),
    "at": N_("When"),
}
MONTH: Final = N_("Month")
"""Fields that can be filled in beside the query; ``kind`` is that of the event and goes by ``of`` in the address."""
_NAMED: Final = {"of" if name == "kind" else name: name for name in FIELDS}


@opens("search")
def find(visit: Visit) -> Response:
    asked = _asked(visit)
    if not asked.query:
        visit.shows_nobody()
        return _page(visit, asked, None)
    hiding = hiding_from_reader(visit.house, visit.by.role)
    try:
        found = search(visit.house.views, asked, tie=visit.house.archive.names.tie, hidden=hiding.positions)
    except QueryError as wrong:
        visit.shows_nobody()
        return _page(visit, asked, None, wrong=wrong)
    whose = {hit.customer for hit in found.hits if hit.customer} | found.facets["customer"].keys()
    made = SearchMade(
        query=Personal(asked.query),
        count=found.total,
        position=found.position,
        why=visit.why,
        persons=listed(whose),
    )
    visit.record(made)
    return _page(visit, asked, found, withheld=len(hiding.positions))


def _asked(visit: Visit) -> Asked:
    """Read the search from the address; what stands in the fields beside the query is put into it, as if typed."""
    named = visit.request.query_params.multi_items()
    filled = [f"{_NAMED[name]}:{_value(value)}" for name, value in named if name in _NAMED and value.strip()]
    others = [(name, value) for name, value in named if name not in _NAMED and value]
    house = visit.house
    asked = asked_in(urlencode(others), zone=house.settings.zone, now=house.world.clock())
    typed = asked.query.strip()
    query = " ".join([f"({typed})" if typed and filled else typed, *filled]).strip()
    return replace(asked, query=query, facets=_FACETS)


def _value(value: str) -> str:
    """Quote what a person filled in, unless it is a range or quoted already."""
    value = value.strip()
    plain = value.replace("-", "").replace(":", "").replace("+", "").isalnum() and value.isascii()
    return value if plain or value.startswith(("[", '"', ">", "<")) else '"{}"'.format(value.replace('"', " "))


def _page(
    visit: Visit, asked: Asked, found: Results | None, *, wrong: QueryError | None = None, withheld: int = 0
) -> Response:
    facets = {name: list(counts.items())[:_OF_FACET] for name, counts in found.facets.items()} if found else {}
    return visit.page(
        "work/search.html",
        200 if wrong is None else 400,
        asked=asked,
        found=found,
        facets={name: counts for name, counts in facets.items() if counts},
        wrong=wrong,
        withheld=withheld,
        kinds=KINDS,
        sorts=SORTS,
        fields=FIELDS,
        named={field: name for name, field in _NAMED.items()},
        examples=EXAMPLES,
        notes=NOTES,
        snippets=snippets,
        address=lambda **changes: "/search?" + address_of(replace(asked, facets=(), after=None, **changes)),
        narrowed=lambda field, value: f"{asked.query} {field}:{_value(value)}".strip(),
        next_page="/search?" + address_of(replace(asked, facets=(), after=found.next_page))
        if found and found.next_page
        else None,
    )
