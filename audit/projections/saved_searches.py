"""Saved searches: which there are, whose, and which new matches they gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, select

from audit.domain.custody import ErasureExecuted
from audit.domain.saved_search import SearchAlerted, SearchChanged, SearchDropped, SearchSaved
from audit.projections.columns import microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.projection import forget

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer


@dataclass(frozen=True, kw_only=True)
class SavedSearch:
    """A saved search as it stands; ``name`` and ``query`` are None once they are erased.

    ``event`` is what gave it these words, ``told`` the position up to which matches are no news, ``alerts`` how many
    matches were told of.
    """

    event: int
    stream: UUID
    name: str | None
    owner: UUID | None
    title: str | None
    query: str | None
    alert: bool
    told: int
    alerts: int
    saved_at: datetime
    dropped: bool


@dataclass(frozen=True, kw_only=True)
class Alert:
    """New matches of a saved search, and the event that tells of them."""

    event: int
    search: UUID
    at: datetime
    after: int
    upto: int
    count: int
    spans: tuple[str, ...]


class SavedSearches:
    """What was saved, changed and dropped, row by row, and every alert; ready for whoever sends them out."""

    name: ClassVar[str] = "saved_searches"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.states = Table(
            f"saved_searches{suffix}",
            self.metadata,
            position_column(),
            word("search", index=True),
            word("owner"),
            Column("at", BigInteger, nullable=False),
            personal("written"),
            personal("title"),
            personal("query"),
            Column("alert", Boolean, nullable=False),
            Column("told", BigInteger, nullable=False),
            Column("dropped", Boolean, nullable=False),
        )
        self.alerts = Table(
            f"saved_searches_alerts{suffix}",
            self.metadata,
            position_column(),
            word("search", index=True),
            Column("at", BigInteger, nullable=False),
            Column("after", BigInteger, nullable=False),
            Column("upto", BigInteger, nullable=False),
            Column("count", BigInteger, nullable=False),
            word("spans"),
        )

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case SearchSaved() | SearchChanged() | SearchDropped():
                self._state(db, record, record.event)
            case SearchAlerted():
                self._alert(db, record, record.event)
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
            case _:
                pass

    def _state(self, db: Writer, record: Record, event: SearchSaved | SearchChanged | SearchDropped) -> None:
        stands = None if isinstance(event, SearchDropped) else event
        row = {
            "position": record.position,
            "search": record.stream.hex,
            "owner": record.stamp.actor.hex if record.stamp.actor else None,
            "at": microseconds(record.stamp.recorded_at),
            "written": record.stamp.written("search"),
            "title": text_of(stands.title) if stands else None,
            "query": text_of(stands.query) if stands else None,
            "alert": stands.alert if stands else False,
            "told": stands.position if stands else 0,
            "dropped": stands is None,
        }
        db.insert(self.states, row)

    def _alert(self, db: Writer, record: Record, event: SearchAlerted) -> None:
        row = {
            "position": record.position,
            "search": record.stream.hex,
            "at": microseconds(record.stamp.recorded_at),
            "after": event.after,
            "upto": event.upto,
            "count": event.count,
            "spans": " ".join(event.spans),
        }
        db.insert(self.alerts, row)

    # -- asking --

    def all(self, db: Connection) -> list[SavedSearch]:
        """Return every search that was saved, dropped ones too, the newest first."""
        history: dict[str, list[Any]] = {}
        for row in db.execute(select(self.states).order_by(self.states.c.position)):
            history.setdefault(row.search, []).append(row)
        told: dict[str, list[Any]] = {}
        for row in db.execute(select(self.alerts).order_by(self.alerts.c.position)):
            told.setdefault(row.search, []).append(row)
        found = [_search(rows, told.get(search, [])) for search, rows in history.items()]
        return sorted(found, key=lambda one: (one.saved_at, one.stream.hex), reverse=True)

    def told(self, db: Connection, *, after: int = 0) -> list[Alert]:
        """Return the alerts recorded after a position, in the order of the log."""
        query = select(self.alerts).where(self.alerts.c.position > after).order_by(self.alerts.c.position)
        return [_alert(row) for row in db.execute(query)]


def _search(rows: list[Any], alerts: list[Any]) -> SavedSearch:
    """Return a search from its rows in order; one that was dropped and saved anew is another person's, maybe."""
    beginning = max((n for n, row in enumerate(rows) if n == 0 or rows[n - 1].dropped), default=0)
    words = next(row for row in reversed(rows) if not row.dropped)
    mine = [row for row in alerts if row.position > rows[beginning].position]
    return SavedSearch(
        event=words.position,
        stream=UUID(hex=words.search),
        name=words.written,
        owner=UUID(hex=rows[beginning].owner) if rows[beginning].owner else None,
        title=words.title,
        query=words.query,
        alert=words.alert,
        told=max([words.told, *(row.upto for row in mine if row.position > words.position)]),
        alerts=sum(row.count for row in mine),
        saved_at=moment_of(rows[beginning].at),
        dropped=rows[-1].dropped,
    )


def _alert(row: Any) -> Alert:
    return Alert(
        event=row.position,
        search=UUID(hex=row.search),
        at=moment_of(row.at),
        after=row.after,
        upto=row.upto,
        count=row.count,
        spans=tuple(row.spans.split()),
    )
