"""Legal holds: what each covers, and which are in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, Table, func, select

from audit.domain.custody import ErasureExecuted, HoldPlaced, HoldReleased
from audit.projections.columns import WORD, microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from audit.domain.event import Personal, Record
    from audit.projections.writer import Writer

_COVERED = ("customer", "conversation", "ticket", "work_order")


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A hold: ``covers`` are the ties of persons and cases, ``query`` what is searched for; ``id`` as it was given."""

    id: str | None
    stream: UUID
    event: int
    placed_at: datetime
    title: str | None
    query: str | None
    persons: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]
    covers: tuple[tuple[str, UUID], ...]
    since: date | None
    until: date | None
    released: bool

    def is_of(self, day: date) -> bool:
        """Say whether the hold is about that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Holds:
    """Every hold and its release."""

    name: ClassVar[str] = "holds"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.placed = Table(
            f"holds{suffix}",
            self.metadata,
            position_column(),
            word("hold", index=True),
            Column("at", BigInteger, nullable=False),
            personal("written"),
            personal("title"),
            personal("query"),
            personal("persons"),
            personal("cases"),
            word("since"),
            word("until"),
        )
        self.covered = Table(
            f"holds_covered{suffix}",
            self.metadata,
            Column("hold", WORD, primary_key=True),
            Column("kind", WORD, primary_key=True),
            Column("tie", WORD, primary_key=True),
        )
        self.released = Table(f"holds_released{suffix}", self.metadata, position_column(), word("hold", index=True))

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case HoldPlaced():
                self._place(db, record, record.event)
            case HoldReleased():
                db.insert(self.released, {"position": record.position, "hold": record.stream.hex})
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
            case _:
                pass

    def _place(self, db: Writer, record: Record, event: HoldPlaced) -> None:
        row = {
            "position": record.position,
            "hold": record.stream.hex,
            "at": microseconds(record.stamp.recorded_at),
            "written": record.stamp.written("hold"),
            "title": text_of(event.title),
            "query": text_of(event.query),
            "persons": _json(event.persons),
            "cases": _json(event.cases),
            "since": event.since.isoformat() if event.since else None,
            "until": event.until.isoformat() if event.until else None,
        }
        db.insert(self.placed, row)
        for kind, tied in dict.fromkeys(record.stamp.ties):
            if kind in _COVERED:
                db.insert(self.covered, {"hold": record.stream.hex, "kind": kind, "tie": tied.hex})

    # -- asking --

    def all(self, db: Connection) -> list[Hold]:
        """Return every hold, the newest first."""
        covers: dict[str, list[tuple[str, UUID]]] = {}
        for row in db.execute(select(self.covered)):
            covers.setdefault(row.hold, []).append((row.kind, UUID(hex=row.tie)))
        released = set(db.scalars(select(self.released.c.hold)))
        rows = db.execute(select(self.placed).order_by(self.placed.c.position.desc()))
        return [_hold(row, sorted(covers.get(row.hold, ())), released=row.hold in released) for row in rows]

    def count_on(self, db: Connection, customers: Collection[UUID]) -> int:
        """Return how many holds in force name any of these customers."""
        covered, released = self.covered.c, select(self.released.c.hold)
        theirs = (covered.kind == "customer") & covered.tie.in_([one.hex for one in customers])
        query = select(func.count(covered.hold.distinct())).where(theirs, covered.hold.not_in(released))
        return db.scalar(query) or 0

    def in_force(self, db: Connection) -> list[Hold]:
        """Return the holds that were placed and not released."""
        return [hold for hold in self.all(db) if not hold.released]


def _hold(row: Any, covers: list[tuple[str, UUID]], *, released: bool) -> Hold:
    return Hold(
        id=row.written,
        stream=UUID(hex=row.hold),
        event=row.position,
        placed_at=moment_of(row.at),
        title=row.title,
        query=row.query,
        persons=tuple(json.loads(row.persons or "[]")),
        cases=tuple((kind, known) for kind, known in json.loads(row.cases or "[]")),
        covers=tuple(covers),
        since=date.fromisoformat(row.since) if row.since else None,
        until=date.fromisoformat(row.until) if row.until else None,
        released=released,
    )


def _json(words: Personal | None) -> str | None:
    return None if words is None or words.erased else json.dumps(words.value, ensure_ascii=False)
