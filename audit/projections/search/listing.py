"""One page of what was found: rows or conversations, the newest or the most relevant first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, Select, bindparam, exists, func, null, select

from audit.projections.portions import portions
from audit.projections.search.found import Found
from audit.projections.search.index import Index
from audit.projections.search.query import Node
from audit.projections.search.relevance import needs_forms, ranked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.projections.search.paging import Page

RANKED: Final = 5_000
"""Relevance is judged among that many of the newest hits; ``Results.ranked_among`` says among how many it was."""


class Row(NamedTuple):
    """What a reader needs of a row; ``revised`` says whether there is more of what it is a version of."""

    id: int
    position: int
    at: int
    zone: int
    item: int | None
    original: int | None
    kind: str
    topic: str
    channel: str | None
    role: str
    conversation_id: str | None
    customer_id: str | None
    conversation: str | None
    customer: str | None
    ticket: str | None
    author: str | None
    text: str
    parts: str | None
    revised: bool


@dataclass(frozen=True)
class Listed:
    """The rows of a page; ``total`` is how many rows or conversations there are in all, ``apart`` hits in none.

    ``counts`` are the hits in the conversation of a row, by its id, where conversations are listed.
    """

    rows: list[Row]
    goes_on: bool
    total: int
    ranked_among: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    apart: int = 0


@dataclass(frozen=True)
class Listing:
    """What was found, to be listed."""

    db: Connection
    index: Index
    found: Found
    meant: Node

    def rows(self, sort: str, page: Page | None, limit: int) -> Listed:
        """Return a page of rows."""
        if sort == "relevance":
            best, among = self._ranked()
            start = _start(best, page)
            total = among if among < RANKED else self._count()
            return Listed(self._whole(best[start : start + limit]), len(best) > start + limit, total, among)
        if limit == 0:
            total = self._count()
            return Listed([], total > 0, total)
        query = _page(self.index, self.found.ids, onwards=page is not None, at_once=self._at_once)
        asked = {**self.found.values, "most": limit + 1} | ({"before": page.last} if page else {})
        rows = self.db.execute(query, asked).all()
        total = rows[0].total if rows else self._count() if page else 0
        return Listed([Row._make(row[:-1]) for row in rows[:limit]], len(rows) > limit, total)

    def conversations(self, sort: str, page: Page | None, limit: int) -> Listed:
        """Return a page of conversations, each as its newest row, or its most relevant one."""
        if sort == "relevance":
            return self._best_conversations(page, limit)
        newest = func.max(self.index.messages.c.id)
        query = self._grouped(newest.label("newest")).order_by(newest.desc()).limit(limit + 1)
        if page:
            query = query.having(newest < page.last)
        groups = self.db.execute(query, self.found.values).all()
        rows = self._by_id(group.newest for group in groups[:limit])
        counts = {group.conversation_id: group.hits for group in groups[:limit]}
        total, apart = self._conversations_in_all()
        return Listed(rows, len(groups) > limit, total, None, counts, apart)

    @property
    def _at_once(self) -> bool:
        """Say whether the engine finds all ids before it can give the newest: then it should find them only once."""
        return self.db.dialect.name == "postgresql"

    def _count(self) -> int:
        return self.db.scalar(_count(self.found.ids), self.found.values) or 0

    def _conversations_in_all(self) -> tuple[int, int]:
        """Return how many conversations have a hit, and how many hits are in none."""
        messages = self.index.messages.c
        number = func.count(messages.conversation_id.distinct())
        apart = func.count() - func.count(messages.conversation_id)
        query = select(number, apart).where(messages.id.in_(self.found.ids))
        in_all, others = self.db.execute(query, self.found.values).one()
        return in_all, others

    def _best_conversations(self, page: Page | None, limit: int) -> Listed:
        best, among = self._ranked()
        firsts: dict[str, Any] = {}
        for row in best:
            if row.conversation_id is not None:
                firsts.setdefault(row.conversation_id, row)
        rows = list(firsts.values())
        start = _start(rows, page)
        mine = rows[start : start + limit]
        place = self.index.messages.c.conversation_id
        counts: dict[str, int] = {}
        for some in portions(row.conversation_id for row in mine):
            groups = self.db.execute(self._grouped().where(place.in_(some)), self.found.values)
            counts |= {row.conversation_id: row.hits for row in groups}
        total, apart = self._conversations_in_all()
        return Listed(self._whole(mine), len(rows) > start + limit, total, among, counts, apart)

    def _grouped(self, *columns: Any) -> Select[Any]:
        messages = self.index.messages.c
        place, hits = messages.conversation_id, func.count().label("hits")
        matching = messages.id.in_(self.found.ids) & place.is_not(None)
        return select(place, hits, *columns).where(matching).group_by(place)

    def _ranked(self) -> tuple[list[Any], int]:
        """Return the newest hits, the most relevant first, and how many they are."""
        newest = _newest(self.index, self.found.ids, forms=needs_forms(self.meant))
        rows = self.db.execute(newest, self.found.values).all()
        return ranked(rows, self.meant), len(rows)

    def _whole(self, rows: list[Any]) -> list[Row]:
        """Return the whole rows of these, in their order."""
        found = {row.id: row for row in self._by_id(row.id for row in rows)}
        return [found[row.id] for row in rows]

    def _by_id(self, ids: Iterable[int]) -> list[Row]:
        """Return the rows with these ids, the newest first."""
        rows: list[Row] = []
        for some in portions(ids):
            asked = _rows(self.index).where(self.index.messages.c.id.in_(some))
            rows += map(Row._make, self.db.execute(asked))
        return sorted(rows, key=lambda row: row.id, reverse=True)


def _start(rows: list[Any], page: Page | None) -> int:
    """Return where a page begins: after the row that ended the one before, wherever that stands now."""
    if page is None:
        return 0
    ids = [row.id for row in rows]
    return ids.index(page.last) + 1 if page.last in ids else page.shown


# The statements below are made once for each selection, and most queries share theirs.


@lru_cache(maxsize=100)
def _count(ids: Select[tuple[int]]) -> Select[Any]:
    return select(func.count()).select_from(ids.subquery())


@lru_cache(maxsize=100)
def _newest(index: Index, ids: Select[tuple[int]], *, forms: bool) -> Select[Any]:
    """Return the selection of what relevance is judged by, of the newest hits; the forms only where they are needed."""
    messages, found = index.messages.c, ids.subquery()
    newest = select(found.c.id).order_by(found.c.id.desc()).limit(RANKED)
    stem = messages.stem if forms else null().label("stem")
    return select(messages.id, messages.x, stem, messages.conversation_id).where(messages.id.in_(newest))


@lru_cache(maxsize=100)
def _page(index: Index, ids: Select[tuple[int]], *, onwards: bool, at_once: bool) -> Select[Any]:
    """Return the selection of the newest rows, the number of all hits beside each."""
    key = index.messages.c.id
    found, all_of_them = (ids.cte("found"),) * 2 if at_once else (ids.subquery(), ids.subquery())
    newest = select(found.c.id).order_by(found.c.id.desc()).limit(bindparam("most", type_=Integer))
    if onwards:
        newest = newest.where(found.c.id < bindparam("before", type_=BigInteger))
    total = select(func.count()).select_from(all_of_them).scalar_subquery()
    return _rows(index).add_columns(total.label("total")).where(key.in_(newest)).order_by(key.desc())


@lru_cache(maxsize=100)
def _rows(index: Index) -> Select[Any]:
    """Return the selection of what a reader needs of a row."""
    messages, other = index.messages.c, index.messages.alias("other")
    same = (other.c.item == messages.item) & (other.c.id != messages.id) & other.c.original.is_(None)
    columns = [messages[name] for name in Row._fields if name != "revised"]
    return select(*columns, exists().where(same).label("revised"))
