"""Names of staff behind the ids that events carry; a part that views have who show names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Column, Table, bindparam, func, select

from audit.domain.directory import StaffSeen, UserRegistered
from audit.projections.columns import order_columns, order_values, personal, position_column, text_of, word
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, MetaData, Select

    from audit.domain.event import Record
    from audit.projections.writer import Writer


class StaffNames:
    """A table of names. The newest at its source is the one that holds."""

    def __init__(self, metadata: MetaData, name: str) -> None:
        columns: tuple[Column[object], ...] = (word("staff", index=True), personal("written"), personal("name"))
        self.table = Table(name, metadata, position_column(), *order_columns(), *columns)
        self._all = self._last()
        # Made once: every page asks.
        self._of = self._last(self.table.c.staff.in_(bindparam("some", expanding=True)))

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case StaffSeen(name=name) | UserRegistered(name=name):
                staff = record.stamp.tie("staff")
            case _:
                return
        if staff:
            row = {
                "position": record.position,
                **order_values(record),
                "staff": staff.hex,
                "written": record.stamp.written("staff"),
                "name": text_of(name),
            }
            db.insert(self.table, row)

    def of(self, db: Connection, staff: Iterable[str]) -> dict[str, str]:
        """Return the name that holds for each of these ids (in hexadecimal) that has one."""
        names: dict[str, str] = {}
        for some in portions(sorted(set(staff))):
            names |= {row.staff: row.name for row in db.execute(self._of, {"some": some})}
        return names

    def all(self, db: Connection) -> dict[UUID, str]:
        """Return every id that has a name."""
        return {UUID(hex=row.staff): row.name for row in db.execute(self._all)}

    def _last(self, *where: ColumnElement[bool]) -> Select[tuple[str, str]]:
        """Return the selection of staff and name, of each the last in reading order."""
        table = self.table.c
        order = [one.desc() for one in (table.at, table.source, table.seq, table.item, table.stream)]
        place = func.row_number().over(partition_by=table.staff, order_by=order).label("place")
        named = select(table.staff, table.name, place).where(table.name.is_not(None), *where).subquery()
        return select(named.c.staff, named.c.name).where(named.c.place == 1)

    def called(self, db: Connection, word: str) -> list[str]:
        """Return the ids (in hexadecimal) of whoever has this id as written, or this name, case aside."""
        wanted = word.casefold()
        table = self.table.c
        rows = db.execute(select(table.staff, table.written, table.name).distinct())
        return sorted({row.staff for row in rows if wanted in {str(row.written).casefold(), str(row.name).casefold()}})
