"""Search: typed or put together from fields; the count is exact, and the whole question stands in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.places import place
from api.refusals import refusal
from api.visit import Visit, listed
from audit.bootstrap.producing import FORMS
from audit.bootstrap.search_context import Line, customers_in, lines_around
from audit.bootstrap.withheld import hiding_from_reader, shown_entries, shown_words
from audit.domain.access import SearchMade
from audit.domain.event import Personal
from audit.projections.directory import Directory
from audit.projections.search.address import address_of, asked_in
from audit.projections.search.examples import EXAMPLES, NOTES
from audit.projections.search.find import Asked, Results, search
from audit.projections.search.query import QueryError
from audit.projections.search.snippets import snippets
from audit.projections.search.work_strata import STRATA
from audit.projections.tags import Reviewed, Tags
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.bootstrap.withheld import Hiding
    from audit.projections.search.hits import Hit

_FACETS: Final = ("channel", "language", "agent", "customer", "kind", "month")
_OF_FACET: Final = 8
_CONTEXT: Final = 2
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
}
DECISIONS: Final = {
    "responsive": N_("belongs to the matter"),
    "not-responsive": N_("does not belong to it"),
    "privileged": N_("privileged: may not go out"),
    "escalate": N_("to be asked further up"),
    "undecided": N_("open again"),
}
PER: Final = {
    "agent": N_("agent"),
    "channel": N_("channel"),
    "language": N_("language"),
    "kind": N_("kind"),
    "role": N_("role"),
    "direction": N_("direction"),
    "source": N_("source"),
    "conversation": N_("conversation"),
    "customer": N_("customer"),
}
CHANNELS: Final = (
    "phone", "chat", "email", "sms", "messenger", "social", "forum", "web form", "self-service", "in person", "letter",
)  # fmt: skip
SPEAKERS: Final = (
    N_("customer"), N_("representative"), N_("agent"), N_("specialist"), N_("supervisor"), N_("technician"), N_("bot"),
    N_("system"),
)  # fmt: skip
_DAYS: Final = ("since", "until")
_FILE: Final = "file"
_COUNTED: Final = "counted"
_COUNTED_MOST: Final = 500
"""Of so many of the newest hits it is said at once how they divide; of all when somebody asks."""
_DONE: Final = frozenset({"noted", "saved"})
"""What was done with the hits before: said above them, and no part of the search."""
_NAMED: Final = {"of" if name == "kind" else name: name for name in FIELDS}
"""Fields that can be filled in beside the query; ``kind`` is that of the event and goes by ``of`` in the address."""

assert PER.keys() == STRATA.keys()


@opens("search")
def find(visit: Visit) -> Response:
    asked = asked_by(visit)
    if not asked.query:
        visit.shows_nobody()
        return _page(visit, asked)
    house = visit.house
    hiding = hiding_from_reader(house, visit.by.role)
    try:
        found = search(house.views, asked, tie=house.archive.names.tie, hidden=hiding.positions)
    except QueryError as wrong:
        visit.shows_nobody()
        return _page(visit, asked, wrong=wrong)
    around = lines_around(house.views, found.hits, asked.context, shown=lambda read: shown_entries(read, hiding))
    found = replace(found, facets={name: dict(_first(counts)) for name, counts in found.facets.items()})
    whose = {hit.customer for hit in found.hits if hit.customer} | found.facets["customer"].keys()
    whose |= customers_in(house.views, around.values())
    made = SearchMade(
        query=Personal(asked.query),
        count=found.total,
        position=found.position,
        why=visit.why,
        persons=listed(whose),
    )
    visit.record(made)
    return _page(visit, asked, found=found, around=around, hiding=hiding)


def _first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what is shown of a facet: nobody else's name is on record as having been seen."""
    return list(counts.items())[:_OF_FACET]


def asked_by(visit: Visit) -> Asked:
    """Read the search from the address; what stands in the fields beside the query is put into it, as if typed."""
    named = [(name, value.strip()) for name, value in visit.request.query_params.multi_items() if name not in _DONE]
    filled = [f"{_NAMED[name]}:{quoted(value)}" for name, value in named if name in _NAMED and value]
    filled += _filled(dict(named))
    others = [(name, value) for name, value in named if value and name not in {*_NAMED, *_DAYS, _FILE, _COUNTED}]
    house = visit.house
    asked = asked_in(urlencode(others), zone=house.settings.zone, now=house.world.clock())
    typed = asked.query.strip()
    query = " ".join([f"({typed})" if typed and filled else typed, *filled]).strip()
    most = None if dict(named).get(_COUNTED) == "all" else _COUNTED_MOST
    return replace(asked, query=query, facets=_FACETS, facets_of=most)


def _filled(named: Mapping[str, str]) -> list[str]:
    """Return what the days and the tick say, in words of the query."""
    since, until = (named.get(name, "") for name in _DAYS)
    days = f"at:[{since} to {until}]" if since and until else f"at:>={since}" if since else f"at:<={until}"
    return [*([days] if since or until else []), *(["has:attachment"] if named.get(_FILE) else [])]


def quoted(value: str) -> str:
    """Quote what a person filled in, unless it is a range or quoted already."""
    value = value.strip()
    plain = value.replace("-", "").replace(":", "").replace("+", "").isalnum() and value.isascii()
    return value if plain or value.startswith(("[", '"', ">", "<")) else '"{}"'.format(value.replace('"', " "))


def _page(
    visit: Visit,
    asked: Asked,
    *,
    found: Results | None = None,
    wrong: QueryError | None = None,
    around: Mapping[int, list[Line]] | None = None,
    hiding: Hiding | None = None,
) -> Response:
    facets = {name: counts.items() for name, counts in found.facets.items()} if found else {}
    usual = replace(asked, facets=(), after=None)
    return visit.page(
        "work/search.html",
        200 if wrong is None else 400,
        asked=asked,
        found=found,
        behind=found is not None and visit.rooms.misses(found.position),
        facets={name: counts for name, counts in facets.items() if counts},
        wrong=wrong,
        remedy=refusal(visit.say, wrong.message) if wrong else None,
        withheld=len(hiding.positions) if hiding else 0,
        around=around or {},
        reviewed=_reviewed(visit, found.hits, hiding) if found and hiding else {},
        kinds=KINDS,
        sorts=SORTS,
        fields=FIELDS,
        speakers=SPEAKERS,
        channels=CHANNELS,
        decisions=DECISIONS,
        per=PER,
        forms=FORMS,
        paper=wording(visit.say.language),
        place=place,
        named={field: name for name, field in _NAMED.items()},
        examples=EXAMPLES,
        notes=NOTES,
        snippets=snippets,
        done={name: visit.request.query_params.get(name, "")[:100] for name in _DONE},
        ticket=lambda hit: visit.house.archive.names.tie("ticket", hit.ticket) if hit.ticket else None,
        address=lambda **changes: "/search?" + address_of(replace(usual, **changes)),
        narrowed=lambda field, value: f"{asked.query} {field}:{quoted(value)}".strip(),
        lines=_CONTEXT,
        next_page="/search?" + address_of(replace(usual, after=found.next_page)) if found and found.next_page else None,
    )


def _reviewed(visit: Visit, hits: tuple[Hit, ...], hiding: Hiding) -> dict[int, dict[str, Any]]:
    """Return what reviewers noted on the hits, as this visitor may read it."""
    with visit.house.views.reading(Tags) as (db, tags):
        noted = tags.of(db, [hit.event for hit in hits])
    if not noted:
        return {}
    with visit.house.views.reading(Directory) as (db, directory):
        noting = [one.assigned for one in noted.values()] + [each.by for one in noted.values() for each in one.remarks]
        names = directory.names(db, noting)
    return {event: _noted(one, names, hiding) for event, one in noted.items()}


def _noted(one: Reviewed, names: Mapping[UUID, str], hiding: Hiding) -> dict[str, Any]:
    return {
        "tags": one.tags,
        "decided": one.decided,
        "assigned": names.get(one.assigned, "?") if one.assigned else None,
        "remarks": [
            (names.get(each.by, "?") if each.by else "?", each.at, shown_words(each.text, one.event, hiding))
            for each in one.remarks
        ],
    }
