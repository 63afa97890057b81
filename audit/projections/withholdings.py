"""Withholdings: which words are not shown to whom, and how a text looks without them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, select

from audit.domain.custody import ErasureExecuted
from audit.domain.withholding import WithholdingLifted, WithholdingPlaced
from audit.projections.columns import PLACE, microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.copies import copied
from audit.projections.portions import portions
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer

Marks = tuple[tuple[int, int], ...]


class Hidden(NamedTuple):
    """What of an event is not shown, and why: all of it, a part of it, or [start, end) in code points of a part."""

    reason: str
    part: str | None = None
    start: int | None = None
    end: int | None = None

    def covers(self, part: str) -> bool:
        """Say whether anything of that part is meant."""
        return self.part is None or self.part == part


@dataclass(frozen=True, kw_only=True)
class Withholding:
    """One withholding: ``event`` is its own position, ``position`` that of what is withheld, ``stream`` its stream."""

    id: str | None
    event: int
    placed_at: datetime
    position: int
    stream: UUID | None
    hidden: Hidden
    whom: tuple[str, ...]
    note: str | None
    lifted: bool


class Withholdings:
    """Every withholding and its lifting, and the copies of withheld words, which are withheld with them."""

    name: ClassVar[str] = "withholdings"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.placed = Table(
            f"withholdings{suffix}",
            self.metadata,
            position_column(),
            word("withholding", index=True),
            Column("at", BigInteger, nullable=False),
            Column("target", PLACE, nullable=False, index=True),
            word("stream"),
            word("reason"),
            word("whom"),
            word("part"),
            Column("first", Integer),
            Column("last", Integer),
            personal("written"),
            personal("note"),
        )
        self.lifted = Table(
            f"withholdings_lifted{suffix}", self.metadata, position_column(), word("withholding", index=True)
        )
        self.copies = Table(
            f"withholdings_copies{suffix}",
            self.metadata,
            position_column(),
            Column("original", PLACE, nullable=False, index=True),
        )

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case WithholdingPlaced():
                self._place(db, record, record.event)
            case WithholdingLifted():
                db.insert(self.lifted, {"position": record.position, "withholding": record.stream.hex})
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
            case _:
                original = copied(record.event)
                if original is not None:
                    db.insert(self.copies, {"position": record.position, "original": original})

    def _place(self, db: Writer, record: Record, event: WithholdingPlaced) -> None:
        of = record.stamp.tie("of")
        row = {
            "position": record.position,
            "withholding": record.stream.hex,
            "at": microseconds(record.stamp.recorded_at),
            "target": event.position,
            "stream": of.hex if of else None,
            "reason": event.reason,
            "whom": " ".join(event.whom),
            "part": event.part,
            "first": event.start,
            "last": event.end,
            "written": record.stamp.written("withholding"),
            "note": text_of(event.note),
        }
        db.insert(self.placed, row)

    # -- asking --

    def all(self, db: Connection) -> list[Withholding]:
        """Return every withholding, the newest first."""
        lifted = set(db.scalars(select(self.lifted.c.withholding)))
        rows = db.execute(select(self.placed).order_by(self.placed.c.position.desc()))
        return [_withholding(row, lifted=row.withholding in lifted) for row in rows]

    def in_force(self, db: Connection, whom: str | None = None) -> list[Withholding]:
        """Return the withholdings that were not lifted, those from ``whom`` alone where somebody is named."""
        standing = self.placed.c.withholding.not_in(select(self.lifted.c.withholding))
        rows = db.execute(select(self.placed).where(standing).order_by(self.placed.c.position.desc()))
        found = [_withholding(row, lifted=False) for row in rows]
        return [one for one in found if whom is None or whom in one.whom]

    def decisions(self, db: Connection) -> set[int]:
        """Return the positions of the withholdings and liftings themselves, which are tied to what is withheld."""
        return {position for table in (self.placed, self.lifted) for position in db.scalars(select(table.c.position))}

    def copies_of(self, db: Connection, positions: Iterable[int]) -> dict[int, int]:
        """Return the positions of copies of these events, each with what it is a copy of."""
        found: dict[int, int] = {}
        for some in portions(sorted(set(positions))):
            copies = select(self.copies).where(self.copies.c.original.in_(some))
            found |= {row.position: row.original for row in db.execute(copies)}
        return found


class Shown(NamedTuple):
    """A text as it is shown, and the marks in it as they stand there."""

    text: str
    marks: Marks = ()


def shown(text: str, hidden: Iterable[Hidden], marks: Iterable[tuple[int, int]] = ()) -> Shown:
    """Return a text with everything that is withheld of it replaced by ``[withheld: reason]``, and its marks moved.

    ``hidden`` is what is withheld of this very part. A mark that touches withheld words is gone, and a stretch that
    does not fit the text withholds all of it.
    """
    cuts = _merged(text, hidden)
    pieces, moved, at = list[str](), list[tuple[int, int]](), 0
    left = sorted(marks)
    offset = 0
    for start, end, reason in [*cuts, (len(text), len(text), "")]:
        moved += [(first + offset, last + offset) for first, last in left if at <= first and last <= start]
        sign = f"[withheld: {reason}]" if reason else ""
        pieces += [text[at:start], sign]
        offset += len(sign) - (end - start)
        at = end
    return Shown("".join(pieces), tuple(moved))


def of_part(hidden: Iterable[Hidden], part: str) -> list[Hidden]:
    """Return what is withheld of one part of an event."""
    return [one for one in hidden if one.covers(part)]


def hides_all(hidden: Iterable[Hidden]) -> bool:
    """Say whether a whole event is withheld."""
    return any(one.part is None for one in hidden)


def _merged(text: str, hidden: Iterable[Hidden]) -> list[tuple[int, int, str]]:
    """Return what is cut, in order, without overlaps; of two that overlap the first one's reason is said."""
    cuts = sorted((*_limits(text, one), one.reason) for one in hidden)
    merged: list[tuple[int, int, str]] = []
    for start, end, reason in cuts:
        if merged and start < merged[-1][1]:
            first, last, said = merged[-1]
            merged[-1] = (first, max(last, end), said)
        else:
            merged.append((start, end, reason))
    return merged


def _limits(text: str, one: Hidden) -> tuple[int, int]:
    if one.part is None or one.start is None or one.end is None:
        return 0, len(text)
    return (one.start, one.end) if 0 <= one.start < one.end <= len(text) else (0, len(text))


def _withholding(row: Any, *, lifted: bool) -> Withholding:
    return Withholding(
        id=row.written,
        event=row.position,
        placed_at=moment_of(row.at),
        position=row.target,
        stream=UUID(hex=row.stream) if row.stream else None,
        hidden=Hidden(row.reason, row.part, row.first, row.last),
        whom=tuple(row.whom.split()),
        note=row.note,
        lifted=lifted,
    )
