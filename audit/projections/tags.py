"""What reviewers noted on events: tags, comments, who is to look, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, Table, select

from audit.domain.custody import ErasureExecuted
from audit.domain.hit_review import (
    UNDECIDED,
    SearchHitAssigned,
    SearchHitCommented,
    SearchHitDecided,
    SearchHitUntagged,
)
from audit.domain.review import SearchHitTagged
from audit.projections.columns import microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.portions import portions
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer

_TAG, _UNTAG, _COMMENT, _ASSIGN, _DECIDE = "tag", "untag", "comment", "assign", "decide"


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A comment, or the note somebody gave with a tag, an assignment or a decision; None where it is erased."""

    event: int
    kind: str
    at: datetime
    by: UUID | None
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """An event that was found, by its position, as its review stands."""

    event: int
    tags: tuple[str, ...] = ()
    decided: str | None = None
    assigned: UUID | None = None
    remarks: tuple[Remark, ...] = field(default=())


class Tags:
    """Every remark as it was made; how an event stands is read off them in order."""

    name: ClassVar[str] = "tags"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.remarks = Table(
            f"tags{suffix}",
            self.metadata,
            position_column(),
            Column("hit", BigInteger, nullable=False, index=True),
            word("kind"),
            word("code", index=True),
            word("actor"),
            Column("at", BigInteger, nullable=False),
            personal("text"),
        )

    def apply(self, db: Writer, record: Record) -> None:
        staff = record.stamp.tie("staff")
        match record.event:
            case SearchHitTagged(position=hit, tag=tag, note=note):
                self._remark(db, record, hit, _TAG, code=tag, text=text_of(note))
            case SearchHitUntagged(position=hit, tag=tag, note=note):
                self._remark(db, record, hit, _UNTAG, code=tag, text=text_of(note))
            case SearchHitCommented(position=hit, comment=comment):
                self._remark(db, record, hit, _COMMENT, text=text_of(comment))
            case SearchHitAssigned(position=hit, note=note):
                self._remark(db, record, hit, _ASSIGN, code=staff.hex if staff else None, text=text_of(note))
            case SearchHitDecided(position=hit, outcome=outcome, note=note):
                self._remark(db, record, hit, _DECIDE, code=outcome, text=text_of(note))
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
            case _:
                pass

    def _remark(
        self, db: Writer, record: Record, hit: int, kind: str, *, code: str | None = None, text: str | None = None
    ) -> None:
        actor = record.stamp.actor
        row = {
            "position": record.position,
            "hit": hit,
            "kind": kind,
            "code": code,
            "actor": actor.hex if actor else None,
            "at": microseconds(record.stamp.recorded_at),
            "text": text,
        }
        db.insert(self.remarks, row)

    # -- asking --

    def of(self, db: Connection, hits: Iterable[int]) -> dict[int, Reviewed]:
        """Return how the review of each of these events stands; those nobody looked at are left out."""
        rows: list[Any] = []
        for some in portions(sorted(set(hits))):
            rows += db.execute(select(self.remarks).where(self.remarks.c.hit.in_(some)))
        return _reviewed(rows)

    def all(self, db: Connection) -> dict[int, Reviewed]:
        """Return how every event that was ever remarked upon stands."""
        return _reviewed(db.execute(select(self.remarks)).all())


def _reviewed(rows: Iterable[Any]) -> dict[int, Reviewed]:
    by_hit: dict[int, list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.position):
        by_hit.setdefault(row.hit, []).append(row)
    return {hit: _standing(hit, told) for hit, told in sorted(by_hit.items())}


def _standing(hit: int, rows: list[Any]) -> Reviewed:
    tags: dict[str, None] = {}
    newest: dict[str, str | None] = {}
    for row in rows:
        if row.kind == _TAG:
            tags[row.code] = None
        elif row.kind == _UNTAG:
            tags.pop(row.code, None)
        else:
            newest[row.kind] = row.code
    decided, assigned = newest.get(_DECIDE), newest.get(_ASSIGN)
    return Reviewed(
        event=hit,
        tags=tuple(sorted(tags)),
        decided=None if decided == UNDECIDED else decided,
        assigned=UUID(hex=assigned) if assigned else None,
        remarks=tuple(_remark(row) for row in rows if row.kind == _COMMENT or row.text is not None),
    )


def _remark(row: Any) -> Remark:
    by = UUID(hex=row.actor) if row.actor else None
    return Remark(event=row.position, kind=row.kind, at=moment_of(row.at), by=by, text=row.text)
