"""Asking the index: an exact count, the hits in order with their words marked, and how they divide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from audit.domain.errors import WrongUse
from audit.projections.search import compile_postgres, compile_sqlite
from audit.projections.search.facets import FACETS, counted, newest
from audit.projections.search.grammar import parse
from audit.projections.search.hits import Hit, hits_of
from audit.projections.search.index import Index
from audit.projections.search.listing import Listed, Listing
from audit.projections.search.paging import Page, page_of, token_of
from audit.projections.search.query import Field, Node, Not, all_of
from audit.projections.search.resolving import Resolving
from audit.projections.search.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from audit.projections.search.found import Found
    from audit.projections.search.resolving import Tie
    from audit.projections.views import Views

KINDS: Final = ("messages", "conversations", "events")
SORTS: Final = ("time", "relevance")
_SPOKEN: Final = Not(Field("silent", "yes"))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A search.

    ``kind`` is what is listed: messages are all texts that people said or wrote, conversations those with such a text,
    events whatever happened. ``zone`` is for the dates in the query, ``now`` for those counted from today; ``facets``
    are what to count the hits by, ``facets_of`` how many of the newest hits to count at most; ``after`` is the token
    under the page before; ``context`` how many lines of the conversation to show around a hit.
    """

    query: str
    kind: str = "messages"
    sort: str = "time"
    limit: int = 20
    facets: tuple[str, ...] = ()
    facets_of: int | None = None
    context: int = 0
    after: str | None = None
    zone: tzinfo = UTC
    now: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Results:
    """What was found in the events up to ``position``: ``total`` is exact, ``hits`` are one page of them.

    ``unread`` are events that the index could not take: where there are any, the result is not complete, as it
    may not be where ``attachments_unread`` files could not be read, or not to their end. ``apart`` is
    how many texts match that are in no conversation, where conversations are listed. ``facets`` count the newest
    ``facets_of`` hits, all where that is None. ``next_page`` is the token of the
    page after this one.
    """

    total: int
    position: int
    hits: tuple[Hit, ...]
    facets: dict[str, dict[str, int]]
    facets_of: int | None
    unread: tuple[int, ...]
    attachments_unread: int = 0
    ranked_among: int | None = None
    apart: int = 0
    next_page: str | None = None


def search(
    views: Views,
    asked: Asked,
    *,
    within: Node | None = None,
    hidden: Collection[int] = (),
    tie: Tie | None = None,
) -> Results:
    """Search. Raises QueryError for a query that cannot be read, WrongUse for an unknown order or facet.

    ``within`` limits what may be found at all, counts included, and ``hidden`` are positions withheld from who asks.
    ``tie`` gives an id by the id as written, for those whom no row names.
    """
    _check(asked)
    page = page_of(asked.after, _search(asked)) if asked.after else None
    now = page.now if page else asked.now
    query = _limited(parse(asked.query, asked.zone, now), asked, within)
    with views.reading(Index) as (db, index):
        at = views.as_of(db, Index.name)
        position = _position(page, at)
        upto = None if position == at else position
        meant = Resolving(db, index, tie, upto).resolved(query)
        found = _matching(db, index, meant, Scope(upto, hidden))
        in_conversations = asked.kind == "conversations"
        listing = Listing(db, index, found, meant)
        listed = (listing.conversations if in_conversations else listing.rows)(asked.sort, page, asked.limit)
        shown = (page.shown if page else 0) + len(listed.rows)
        most = asked.facets_of if asked.facets_of and listed.total > asked.facets_of and not in_conversations else None
        divided = replace(found, ids=newest(found.ids, most)) if most else found
        return Results(
            total=listed.total,
            position=position,
            hits=tuple(hits_of(db, index, listed, meant, upto=position)),
            facets=counted(db, index, divided, asked.facets, zone=asked.zone, conversations=in_conversations),
            facets_of=most,
            unread=tuple(one for one in views.unread(db, Index.name) if one <= position),
            attachments_unread=_attachments_unread(db, index, Scope(upto, hidden), within, position),
            ranked_among=listed.ranked_among,
            apart=listed.apart,
            next_page=_next_page(asked, listed, position, shown, now),
        )


def everything(
    views: Views,
    asked: Asked,
    *,
    within: Node | None = None,
    hidden: Collection[int] = (),
    tie: Tie | None = None,
) -> tuple[list[int], int]:
    """Return the positions of all events that match, in the order of the log, and the position this is true for."""
    _check(asked)
    query = _limited(parse(asked.query, asked.zone, asked.now), asked, within)
    with views.reading(Index) as (db, index):
        meant = Resolving(db, index, tie, None).resolved(query)
        position = index.messages.c.position
        found = _matching(db, index, meant, Scope(None, hidden))
        matching = select(position).where(index.messages.c.id.in_(found.ids)).order_by(position)
        return list(db.scalars(matching, found.values)), views.as_of(db, Index.name)


def _limited(query: Node, asked: Asked, within: Node | None) -> Node:
    limits = [] if asked.kind == "events" else [_SPOKEN]
    return all_of([query, *limits, *([within] if within else [])])


def _matching(db: Connection, index: Index, meant: Node, scope: Scope) -> Found:
    matching = compile_postgres.matching if db.dialect.name == "postgresql" else compile_sqlite.matching
    return matching(index, meant, lambda key: scope.limits(db, index, key))


def _attachments_unread(db: Connection, index: Index, scope: Scope, within: Node | None, position: int) -> int:
    """Return how many files could not be read, of those that may be found at all."""
    messages = index.messages
    limits = scope.limits(db, index, messages.c.id)
    if within is None and not limits:
        return index.attachments.count_all_unread(db, messages, position=position)
    if within is None:
        return index.attachments.count_unread(db, messages, *limits)
    allowed = _matching(db, index, within, Scope())
    return index.attachments.count_unread(db, messages, messages.c.id.in_(allowed.ids), *limits, **allowed.values)


def _position(page: Page | None, at: int) -> int:
    if page is None:
        return at
    if not 0 <= page.position <= at:
        raise WrongUse(f"This page is of {page.position} events, and the search has {at}: search anew.")
    return page.position


def _next_page(asked: Asked, listed: Listed, position: int, shown: int, now: datetime | None) -> str | None:
    if not listed.goes_on or not listed.rows:
        return None
    return token_of(Page(position, listed.rows[-1].id, shown, now), _search(asked))


def _search(asked: Asked) -> str:
    """Return what makes a search this one, whichever of its pages is looked at."""
    return repr((asked.query, asked.kind, asked.sort, str(asked.zone)))


def _check(asked: Asked) -> None:
    if asked.kind not in KINDS:
        raise WrongUse(f"Search lists {', '.join(KINDS)}, not {asked.kind}: take one of these.")
    if asked.sort not in SORTS:
        raise WrongUse(f"Hits cannot be sorted by {asked.sort}: take one of {', '.join(SORTS)}.")
    if asked.limit < 0 or asked.context < 0:
        raise WrongUse("The number of hits or lines to show cannot be negative: write 0 for none.")
    for facet in asked.facets:
        if facet not in FACETS:
            raise WrongUse(f"Hits cannot be counted by {facet}: take one of {', '.join(FACETS)}.")
