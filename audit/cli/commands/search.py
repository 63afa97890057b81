"""``onrecord search``: find what was said."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import SearchMade
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.projections.search.find import FACETS, Asked, Hit, Results, search

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_CONTEXT = 60
_NAMED = 20


class Kind(StrEnum):
    """What a hit is."""

    MESSAGES = "messages"
    CONVERSATIONS = "conversations"
    EVENTS = "events"


class Order(StrEnum):
    """What stands first."""

    TIME = "time"
    RELEVANCE = "relevance"


Query = Annotated[str, typer.Argument(help='Words, "exact phrases", AND OR NOT, field:value.', show_default=False)]
What = Annotated[Kind, typer.Option("--kind", help="What to list.")]
Sort = Annotated[Order, typer.Option("--sort", help="Newest first, or the best of the newest 5,000.")]
Limit = Annotated[int, typer.Option("--limit", min=0, max=10_000, help="How many hits to show; 0 only counts.")]
Facets = Annotated[list[str], typer.Option("--facet", help=f"Count the hits by {', '.join(FACETS)}.")]


def find(  # the words of the command line are the contract
    session: Session,
    query: Query,
    kind: What = Kind.MESSAGES,
    sort: Sort = Order.TIME,
    limit: Limit = 20,
    facet: Facets = [],  # noqa: B006  # typer asks for a list, and nothing changes it
) -> Answer:
    """Search everything that was said; the count is exact, and the search itself goes on record.

    Examples: refund   "late delivery"~3   (router OR modem) NOT installed   customer:cust-7   channel:chat   at:2026-03
    """
    if kind is not Kind.MESSAGES:
        raise WrongUse(f"Search lists messages so far: --kind {kind.value} is not offered yet.")
    settings = session.settings
    asked = Asked(query=query, sort=sort.value, limit=limit, facets=tuple(facet), zone=settings.zone)
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        found = search(house.views, asked, tie=house.archive.names.tie)
        made = SearchMade(
            query=Personal(query),
            count=found.total,
            position=found.position,
            why=purpose(by),
            persons=persons({hit.customer for hit in found.hits if hit.customer}),
        )
        house.archive.note(made, by)
    return Answer(facts=_facts(found), words=_words(found, settings.zone))


def _facts(found: Results) -> dict[str, Any]:
    return {
        "total": found.total,
        "position": found.position,
        "hits": [
            {
                "event": hit.event,
                "kind": hit.kind,
                "conversation": hit.conversation,
                "customer": hit.customer,
                "at": hit.at.isoformat(),
                "role": hit.role,
                "text": hit.text,
                "marks": [list(mark) for mark in hit.marks],
            }
            for hit in found.hits
        ],
        "facets": found.facets,
        "ranked_among": found.ranked_among,
        "complete": not found.unread,
        "unread": list(found.unread),
    }


def _words(found: Results, zone: ZoneInfo) -> str:
    lines = [f"{found.total} found in the events up to {found.position}."]
    if found.unread:
        events = ", ".join(map(str, found.unread[:_NAMED]))
        lines.append(f"NOT COMPLETE: {len(found.unread)} events could not be searched ({events}): run onrecord doctor.")
    if found.ranked_among is not None and found.ranked_among < found.total:
        lines.append(f"The best of the newest {found.ranked_among} stand first.")
    lines += [_line(hit, zone) for hit in found.hits]
    for facet, counts in found.facets.items():
        lines.append(f"By {facet}: " + ", ".join(f"{value} {count}" for value, count in counts.items()))
    return "\n".join(lines)


def _line(hit: Hit, zone: ZoneInfo) -> str:
    where = " ".join(filter(None, (hit.customer, hit.conversation)))
    return f"#{hit.event} {hit.at.astimezone(zone):%Y-%m-%d %H:%M} {hit.role} ({where}): {_snippet(hit)}"


def _snippet(hit: Hit) -> str:
    """Return the text around the first hit, with every hit there between brackets."""
    start = max(0, hit.marks[0][0] - _CONTEXT) if hit.marks else 0
    end = min(len(hit.text), (hit.marks[0][1] if hit.marks else 0) + _CONTEXT)
    pieces, place = ["…" if start else ""], start
    for first, last in hit.marks:
        if last > end:
            break
        pieces += [hit.text[place:first], "[", hit.text[first:last], "]"]
        place = last
    pieces += [hit.text[place:end], "…" if end < len(hit.text) else ""]
    return "".join(pieces).replace("\n", " ")
