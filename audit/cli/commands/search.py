"""``onrecord search``: find what was said."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.search_context import Line, customers_in, lines_around
from audit.bootstrap.withheld import hiding_from_reader, shown_entries
from audit.cli.commands.search_words import said
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import SearchMade
from audit.domain.event import Personal
from audit.projections.search.address import address_of
from audit.projections.search.examples import shown
from audit.projections.search.facets import FACETS
from audit.projections.search.find import Asked, Results, search

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.projections.search.hits import Hit


class Kind(StrEnum):
    """What a hit is."""

    MESSAGES = "messages"
    CONVERSATIONS = "conversations"
    EVENTS = "events"


class Order(StrEnum):
    """What stands first."""

    TIME = "time"
    RELEVANCE = "relevance"


Query = Annotated[str, typer.Argument(help="What to find; see the language below.", show_default=False)]
What = Annotated[
    Kind, typer.Option("--kind", help="List texts, the conversations that hold them, or whatever happened.")
]
Sort = Annotated[Order, typer.Option("--sort", help="Newest first, or the best of the newest 5,000.")]
Limit = Annotated[int, typer.Option("--limit", min=0, max=10_000, help="How many hits to show; 0 only counts.")]
Facets = Annotated[list[str], typer.Option("--facet", help=f"Count the hits by {', '.join(FACETS)}.")]
Context = Annotated[int, typer.Option("--context", min=0, max=100, help="Lines to show before and after each hit.")]
After = Annotated[str | None, typer.Option("--after", help="The token of the page before: go on from there.")]


def find(  # noqa: PLR0913  # the words of the command line are the contract
    session: Session,
    query: Query,
    *,
    kind: What = Kind.MESSAGES,
    sort: Sort = Order.TIME,
    limit: Limit = 20,
    facet: Facets = [],  # noqa: B006  # typer asks for a list, and nothing changes it
    context: Context = 0,
    after: After = None,
) -> Answer:
    with session.house() as house:
        asked = Asked(
            query=query,
            kind=kind.value,
            sort=sort.value,
            limit=limit,
            facets=tuple(facet),
            context=context,
            after=after,
            zone=session.settings.zone,
            now=house.world.clock(),
        )
        by = session.actor(house)
        session.caught_up(house)
        hiding = hiding_from_reader(house, by.role)
        found = search(house.views, asked, tie=house.archive.names.tie, hidden=hiding.positions)
        around = lines_around(house.views, found.hits, context, shown=lambda read: shown_entries(read, hiding))
        whose = {hit.customer for hit in found.hits if hit.customer} | customers_in(house.views, around.values())
        made = SearchMade(
            query=Personal(query),
            count=found.total,
            position=found.position,
            why=purpose(by),
            persons=persons(whose),
        )
        house.archive.note(made, by)
    facts = _facts(asked, found, around) | {"withheld": len(hiding.positions)}
    return Answer(facts=facts, words=said(asked, found, around, withheld=len(hiding.positions)))


_LANGUAGE = shown().replace("\n\n", "\n\n\b\n")
find.__doc__ = f"""Search everything that was said; the count is exact, and the search itself goes on record.

\b
{_LANGUAGE}
"""


def _facts(asked: Asked, found: Results, around: Mapping[int, list[Line]]) -> dict[str, Any]:
    return {
        "total": found.total,
        "position": found.position,
        "kind": asked.kind,
        "hits": [_hit(asked, hit, around.get(hit.event, [])) for hit in found.hits],
        "facets": found.facets,
        "ranked_among": found.ranked_among,
        "apart": found.apart,
        "next": found.next_page,
        "address": address_of(asked),
        "complete": not found.unread,
        "unread": list(found.unread),
        "attachments_unread": found.attachments_unread,
    }


def _hit(asked: Asked, hit: Hit, around: list[Line]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "event": hit.event,
        "original": hit.original,
        "kind": hit.kind,
        "topic": hit.topic,
        "conversation": hit.conversation,
        "customer": hit.customer,
        "ticket": hit.ticket,
        "at": hit.at.isoformat(),
        "role": hit.role,
        "author": hit.author,
        "channel": hit.channel,
        "text": hit.text,
        "marks": [list(mark) for mark in hit.marks],
        "where": list(hit.where),
        "version": None,
    }
    if hit.version:
        version = hit.version
        facts["version"] = {"number": version.number, "of": version.count, "deleted": version.deleted}
    if asked.kind == "conversations":
        facts["hits"] = hit.hits
    if asked.context:
        facts["context"] = [
            {"event": line.event, "at": line.at.isoformat(), "role": line.role, "text": line.text, "hit": line.is_hit}
            for line in around
        ]
    return facts
