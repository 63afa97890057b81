"""Writing rows fast: inserts are gathered and go to the database table by table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, CursorResult, Executable, NestedTransaction, Table

REPLACEMENT = "\ufffd"
"""Stands in views where a text holds U+0000, which PostgreSQL's texts cannot hold."""


class Writer:
    """A connection inside a transaction, for one projection. Every statement sees all rows inserted before it."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._new: dict[Table, list[dict[str, Any]]] = {}
        self._unless_there: dict[Table, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self.on_postgresql = db.dialect.name == "postgresql"

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        """Add a row. All rows of a table name the same columns."""
        self._new.setdefault(table, []).append(storable(row))

    def insert_unless_there(self, table: Table, row: dict[str, Any]) -> None:
        """Add a row, unless one with its primary key is there already."""
        key = tuple(row[column.name] for column in table.primary_key)
        self._unless_there.setdefault(table, {}).setdefault(key, storable(row))

    def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        """Carry out a statement, after what was gathered."""
        self.flush()
        return self._db.execute(statement, storable(dict(parameters)) if parameters else None)

    def flush(self) -> None:
        """Send what was gathered to the database."""
        new, self._new = self._new, {}
        for table, rows in new.items():
            self._db.execute(insert(table), rows)
        unless_there, self._unless_there = self._unless_there, {}
        for table, keyed in unless_there.items():
            dialect = postgresql if self.on_postgresql else sqlite
            self._db.execute(dialect.insert(table).on_conflict_do_nothing(), list(keyed.values()))

    def savepoint(self) -> NestedTransaction:
        """Begin something that can be undone alone."""
        self.flush()
        return self._db.begin_nested()


def storable(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row as every engine can keep it."""
    for name, value in row.items():
        if value.__class__ is str and "\0" in value:
            row[name] = value.replace("\0", REPLACEMENT)
    return row
