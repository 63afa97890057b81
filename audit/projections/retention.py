"""How long the words of each class must be kept, and when they must be gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import Column, Integer, MetaData, Table, select

from audit.domain.custody import RetentionClassSet
from audit.projections.columns import position_column, word

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer


@dataclass(frozen=True, kw_only=True)
class RetentionClass:
    """A class as it was set last, by the event at ``event``; ``limit_days`` None is without limit."""

    name: str
    keep_days: int
    limit_days: int | None
    event: int


class Retention:
    """Every setting of every class; the last one of each holds."""

    name: ClassVar[str] = "retention"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.classes = Table(
            f"retention{suffix}",
            self.metadata,
            position_column(),
            word("name"),
            Column("keep_days", Integer, nullable=False),
            Column("limit_days", Integer),
        )

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case RetentionClassSet(name=name, keep_days=keep_days, limit_days=limit_days):
                row = {"position": record.position, "name": name, "keep_days": keep_days, "limit_days": limit_days}
                db.insert(self.classes, row)
            case _:
                pass

    def all(self, db: Connection) -> dict[str, RetentionClass]:
        """Return the classes that were set, by name."""
        return {
            row.name: RetentionClass(
                name=row.name, keep_days=row.keep_days, limit_days=row.limit_days, event=row.position
            )
            for row in db.execute(select(self.classes).order_by(self.classes.c.position))
        }
