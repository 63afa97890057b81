"""Who is who among the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from sqlalchemy import MetaData

from audit.domain.custody import ErasureExecuted
from audit.projections.projection import forget
from audit.projections.staff_names import StaffNames

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer


class Directory:
    """The names behind the pseudonymous ids of staff."""

    name: ClassVar[str] = "directory"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self._staff = StaffNames(self.metadata, f"directory{suffix}")

    def apply(self, db: Writer, record: Record) -> None:
        if isinstance(record.event, ErasureExecuted):
            forget(db, self.metadata, record.event)
        self._staff.apply(db, record)

    def names(self, db: Connection, staff: Iterable[UUID | None] | None = None) -> dict[UUID, str]:
        """Return the name of each of these who has one; of everybody where none are named."""
        if staff is None:
            return self._staff.all(db)
        named = self._staff.of(db, {one.hex for one in staff if one is not None})
        return {UUID(hex=one): name for one, name in named.items()}
