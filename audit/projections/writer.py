"""Writing rows fast: inserts are gathered and go to the database table by table."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Compiled, Connection, CursorResult, Dialect, Executable, NestedTransaction, Table, TextClause

REPLACEMENT = "\ufffd"
"""Stands in views where a text holds U+0000, which PostgreSQL's texts cannot hold."""


class Writer:
    """A connection inside a transaction, for one projection. Every statement sees all rows inserted before it."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._new: dict[Table, list[dict[str, Any]]] = {}
        self._own: dict[TextClause, list[dict[str, Any]]] = {}
        self.on_postgresql = db.dialect.name == "postgresql"

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        """Add a row. All rows of a table name the same columns."""
        self._new.setdefault(table, []).append(storable(row))

    def insert_with(self, statement: TextClause, row: dict[str, Any]) -> None:
        """Add a row by a statement of one's own, for tables that SQLAlchemy does not know."""
        self._own.setdefault(statement, []).append(storable(row))

    def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        """Carry out a statement, after what was gathered."""
        self.flush()
        return self._db.execute(statement, storable(dict(parameters)) if parameters else None)

    def flush(self) -> None:
        """Send what was gathered to the database."""
        new, self._new = self._new, {}
        for table, rows in new.items():
            statement, order = _insertion(table, tuple(rows[0]), self._db.dialect)
            # SQLAlchemy would look at every value again; these columns need no conversion.
            self._db.exec_driver_sql(statement, [order(row) for row in rows] if order else rows)
        own, self._own = self._own, {}
        for own_statement, rows in own.items():
            statement, order = _own_insertion(own_statement, self._db.dialect)
            self._db.exec_driver_sql(statement, [order(row) for row in rows] if order else rows)

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


@lru_cache(maxsize=1_000)
def _insertion(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[str, Callable[[dict[str, Any]], Any] | None]:
    """Return the statement that inserts a row, and what puts the values into its order where it names none."""
    return _written_out(insert(table).compile(dialect=dialect, column_keys=list(columns)))


@lru_cache(maxsize=1_000)
def _own_insertion(statement: TextClause, dialect: Dialect) -> tuple[str, Callable[[dict[str, Any]], Any] | None]:
    return _written_out(statement.compile(dialect=dialect))


def _written_out(compiled: Compiled) -> tuple[str, Callable[[dict[str, Any]], Any] | None]:
    assert isinstance(compiled, SQLCompiler)
    names = compiled.positiontup
    if not names:
        return str(compiled), None
    if len(names) == 1:
        return str(compiled), lambda row: (row[names[0]],)
    return str(compiled), itemgetter(*names)
