"""One page of what was found: rows or conversations, the newest or the most relevant first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, func, select

from audit.projections.portions import portions
from audit.projections.search.index import Index
from audit.projections.search.query import Node
from audit.projections.search.relevance import ranked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.projections.search.paging import Page

RANKED: Final = 5_000
"""Relevance is judged among that many of the newest hits; ``Results.ranked_among`` says among how many it was."""


@dataclass(frozen=True)
class Listed:
    """The rows of a page. ``counts`` are the hits in the conversation of a row, by its id, where these are listed."""

    rows: list[Any]
    goes_on: bool
    ranked_among: int | None = None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """What was found, to be listed; ``found`` selects the ids."""

    db: Connection
    index: Index
    found: Select[tuple[int]]
    meant: Node

    def rows(self, sort: str, page: Page | None, limit: int) -> Listed:
        """Return a page of rows."""
        if sort == "relevance":
            best, among = self._ranked()
            start = _start([row.id for row in best], page)
            return Listed(self._whole(best[start : start + limit]), len(best) > start + limit, among)
        ids = self.found.subquery()
        newest = select(ids.c.id).order_by(ids.c.id.desc()).limit(limit + 1)
        if page:
            newest = newest.where(ids.c.id < page.last)
        keys = self.db.scalars(newest).all()
        return Listed(self._by_id(keys[:limit]), len(keys) > limit)

    def conversations(self, sort: str, page: Page | None, limit: int) -> Listed:
        """Return a page of conversations, each as its newest row, or its most relevant one."""
        if sort == "relevance":
            return self._best_conversations(page, limit)
        newest = func.max(self.index.messages.c.id)
        query = self._grouped(newest.label("newest")).order_by(newest.desc()).limit(limit + 1)
        if page:
            query = query.having(newest < page.last)
        groups = self.db.execute(query).all()
        rows = self._by_id(group.newest for group in groups[:limit])
        counts = {group.conversation_id: group.hits for group in groups[:limit]}
        return Listed(rows, len(groups) > limit, None, counts)

    def conversations_in_all(self) -> tuple[int, int]:
        """Return how many conversations have a hit, and how many hits are in none."""
        messages = self.index.messages.c
        number = func.count(messages.conversation_id.distinct())
        apart = func.count() - func.count(messages.conversation_id)
        in_all, others = self.db.execute(select(number, apart).where(messages.id.in_(self.found))).one()
        return in_all, others

    def _best_conversations(self, page: Page | None, limit: int) -> Listed:
        best, among = self._ranked()
        firsts: dict[str, Any] = {}
        for row in best:
            if row.conversation_id is not None:
                firsts.setdefault(row.conversation_id, row)
        rows = list(firsts.values())
        start = _start([row.id for row in rows], page)
        mine = rows[start : start + limit]
        place = self.index.messages.c.conversation_id
        counts: dict[str, int] = {}
        for some in portions(row.conversation_id for row in mine):
            counts |= {row.conversation_id: row.hits for row in self.db.execute(self._grouped().where(place.in_(some)))}
        return Listed(self._whole(mine), len(rows) > start + limit, among, counts)

    def _grouped(self, *columns: Any) -> Select[Any]:
        messages = self.index.messages.c
        place, hits = messages.conversation_id, func.count().label("hits")
        matching = messages.id.in_(self.found) & place.is_not(None)
        return select(place, hits, *columns).where(matching).group_by(place)

    def _ranked(self) -> tuple[list[Any], int]:
        """Return the newest hits, the most relevant first, and how many they are."""
        ids, messages = self.found.subquery(), self.index.messages.c
        newest = select(ids.c.id).order_by(ids.c.id.desc()).limit(RANKED)
        columns = (messages.id, messages.x, messages.stem, messages.conversation_id)
        rows = self.db.execute(select(*columns).where(messages.id.in_(newest))).all()
        return ranked(rows, self.meant), len(rows)

    def _whole(self, rows: list[Any]) -> list[Any]:
        """Return the whole rows of these, in their order."""
        found = {row.id: row for row in self._by_id(row.id for row in rows)}
        return [found[row.id] for row in rows]

    def _by_id(self, ids: Iterable[int]) -> list[Any]:
        """Return the rows with these ids, the newest first."""
        rows: list[Any] = []
        for some in portions(ids):
            rows += self.db.execute(select(self.index.messages).where(self.index.messages.c.id.in_(some)))
        return sorted(rows, key=lambda row: row.id, reverse=True)


def _start(ids: list[int], page: Page | None) -> int:
    """Return where a page begins: after the row that ended the one before, wherever that stands now."""
    if page is None:
        return 0
    return ids.index(page.last) + 1 if page.last in ids else page.shown
