"""Asking the index: an exact count, the hits in order with their words marked, and how they divide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import func, select

from audit.domain.errors import WrongUse
from audit.language.analysis import Alternatives, bare_word, beginning, marks, phrase
from audit.projections.columns import moment_of
from audit.projections.portions import portions
from audit.projections.search import compile_postgres, compile_sqlite
from audit.projections.search.grammar import parse
from audit.projections.search.index import Index
from audit.projections.search.query import And, Field, Near, Node, Not, Or, Phrase, Prefix, Term, all_of, terms
from audit.projections.search.relevance import ranked
from audit.projections.search.sought import near_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Select

    from audit.projections.views import Views

RANKED: Final = 5_000
"""Relevance is judged among that many of the newest hits; ``Results.ranked_among`` says among how many it was."""
FACETS: Final = ("channel", "direction", "role", "kind", "language", "source", "customer", "conversation", "ticket")
_SORTS: Final = ("time", "relevance")
Tie = Callable[[str, str], UUID]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A search. ``zone`` is for the dates in the query; ``facets`` are columns to count the hits by."""

    query: str
    sort: str = "time"
    limit: int = 20
    facets: tuple[str, ...] = ()
    zone: tzinfo = UTC


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A text that matches: ``event`` is its position, ``marks`` the found words as [start, end) in code points."""

    event: int
    kind: str
    at: datetime
    role: str
    conversation: str | None
    conversation_id: UUID | None
    customer: str | None
    customer_id: UUID | None
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Results:
    """What was found in the events up to ``position``: ``total`` is exact, ``hits`` are the first of them.

    ``unread`` are events that the index could not take: where there are any, the result is not complete.
    """

    total: int
    position: int
    hits: tuple[Hit, ...]
    facets: dict[str, dict[str, int]]
    unread: tuple[int, ...]
    ranked_among: int | None = None


def search(views: Views, asked: Asked, *, within: Node | None = None, tie: Tie | None = None) -> Results:
    """Search. Raises QueryError for a query that cannot be read, WrongUse for an unknown order or facet.

    ``within`` limits what may be found at all, counts included. ``tie`` gives the id of staff by the id as written,
    for those whom no source names.
    """
    _check(asked)
    query = parse(asked.query, asked.zone)
    with views.reading(Index) as (db, index):
        found = _found(db, index, _limited(query, within), tie)
        total = db.scalar(select(func.count()).select_from(found.subquery())) or 0
        rows, ranked_among = _first(db, index, found.subquery(), asked, query)
        return Results(
            total=total,
            position=views.as_of(db, Index.name),
            hits=tuple(_hit(row, query) for row in rows),
            facets={facet: _facet(db, index, found, facet) for facet in asked.facets},
            unread=views.unread(db, Index.name),
            ranked_among=ranked_among,
        )


def everything(
    views: Views, asked: Asked, *, within: Node | None = None, tie: Tie | None = None
) -> tuple[list[int], int]:
    """Return the positions of all events that match, in the order of the log, and the position this is true for."""
    query = _limited(parse(asked.query, asked.zone), within)
    with views.reading(Index) as (db, index):
        found = _found(db, index, query, tie)
        position = index.messages.c.position
        matching = select(position).where(index.messages.c.id.in_(found)).order_by(position)
        return list(db.scalars(matching)), views.as_of(db, Index.name)


def _limited(query: Node, within: Node | None) -> Node:
    return all_of([query, within]) if within else query


def _found(db: Connection, index: Index, query: Node, tie: Tie | None) -> Select[tuple[int]]:
    matching = compile_postgres.matching if db.dialect.name == "postgresql" else compile_sqlite.matching
    return matching(index, _resolved(db, index, query, tie))


def _check(asked: Asked) -> None:
    if asked.sort not in _SORTS:
        raise WrongUse(f"Hits cannot be sorted by {asked.sort}: take one of {', '.join(_SORTS)}.")
    if asked.limit < 0:
        raise WrongUse("The number of hits to show cannot be negative: write 0 for the count alone.")
    for facet in asked.facets:
        if facet not in FACETS:
            raise WrongUse(f"Hits cannot be counted by {facet}: take one of {', '.join(FACETS)}.")


def _resolved(db: Connection, index: Index, node: Node, tie: Tie | None) -> Node:
    """Put the ids of staff in the place of what the searcher calls them."""
    match node:
        case And(children=children):
            return And(tuple(_resolved(db, index, child, tie) for child in children))
        case Or(children=children):
            return Or(tuple(_resolved(db, index, child, tie) for child in children))
        case Not(child=child):
            return Not(_resolved(db, index, child, tie))
        case Field(name="agent", value=value):
            ids = [*index.staff.called(db, value), *([tie("staff", value).hex] if tie else []), value]
            return Or(tuple(Field("agent", each) for each in dict.fromkeys(ids)))
        case _:
            return node


def _first(db: Connection, index: Index, ids: Any, asked: Asked, query: Node) -> tuple[Sequence[Any], int | None]:
    """Return the rows to show, and among how many they were ranked when they were."""
    newest = select(ids.c.id).order_by(ids.c.id.desc())
    if asked.sort == "time":
        return _rows(db, index, db.scalars(newest.limit(asked.limit)).all()), None
    candidates: list[Any] = []
    messages = index.messages.c
    for some in portions(db.scalars(newest.limit(RANKED)).all()):
        candidates += db.execute(select(messages.id, messages.x, messages.stem).where(messages.id.in_(some)))
    best = [row.id for row in ranked(candidates, query)[: asked.limit]]
    rows = {row.id: row for row in _rows(db, index, best)}
    return [rows[key] for key in best], len(candidates)


def _rows(db: Connection, index: Index, ids: Iterable[int]) -> list[Any]:
    """Return the rows with these ids, the newest first."""
    rows: list[Any] = []
    for some in portions(ids):
        rows += db.execute(select(index.messages).where(index.messages.c.id.in_(some)))
    return sorted(rows, key=lambda row: row.id, reverse=True)


def _facet(db: Connection, index: Index, found: Select[tuple[int]], facet: str) -> dict[str, int]:
    """Return how many hits each value of a column has, the most frequent first."""
    messages = index.messages.c
    value, count = messages[facet], func.count().label("hits")
    query = select(value, count).where(messages.id.in_(found), value.is_not(None)).group_by(value)
    return {row[0]: row[1] for row in db.execute(query.order_by(count.desc(), value))}


def _hit(row: Any, query: Node) -> Hit:
    sought = [each for term in terms(query) for each in _marked(term)]
    return Hit(
        event=row.position,
        kind=row.kind,
        at=moment_of(row.at, row.zone),
        role=row.role,
        conversation=row.conversation,
        conversation_id=UUID(hex=row.conversation_id) if row.conversation_id else None,
        customer=row.customer,
        customer_id=UUID(hex=row.customer_id) if row.customer_id else None,
        text=row.text,
        marks=tuple(marks(row.text, sought)),
    )


def _marked(term: Term) -> list[Alternatives | list[str]]:
    match term:
        case Phrase(text=words):
            return [phrase(words)]
        case Near(text=words):
            return [[token] for token in near_words(words)]
        case Prefix(text=letters):
            return [beginning(letters)]
        case _:
            return [bare_word(term.text)]
