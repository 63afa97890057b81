"""What a bare database does: rows of the same layout without triggers, written and read as fast as the driver can."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

from audit.archive.recorders.sqlite_tables import TABLES as SQLITE_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.benchmarks.ground import Ground

_COLUMNS = "position, originator_id, originator_version, topic, state, sealed, leaf_hash"
_TYPES = ("int8", "uuid", "int8", "text", "bytea", "bytea", "bytea")


class BareTable(Protocol):
    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows in one durable transaction."""

    def read(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        """Return rows after a position, in its order."""


class _BareSQLite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        own = [(position, stream.bytes, *others) for position, stream, *others in rows]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", own)
        self._connection.commit()

    def read(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        query = f"SELECT {_COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608 - constants
        return self._connection.execute(query, (after, limit)).fetchall()


class _BarePostgres:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        statement = f"COPY bare.events ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
        with self._connection.transaction(), self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(_TYPES)
            for row in rows:
                copy.write_row(row)

    def read(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        query = f"SELECT {_COLUMNS} FROM onrecord.events WHERE position > %s ORDER BY position LIMIT %s"  # noqa: S608 - constants
        with self._connection.cursor(binary=True) as cursor:
            return cursor.execute(query.encode(), (after, limit)).fetchall()


@contextmanager
def bare_table(ground: Ground) -> Iterator[BareTable]:
    """Give an empty table beside the archive; on PostgreSQL ``read`` reads the archive's own."""
    if ground.url is None:
        with _sqlite(ground.folder / "bare.db") as connection:
            connection.execute(SQLITE_TABLES[0])
            yield _BareSQLite(connection)
    else:
        with _postgres(ground.url) as connection:
            connection.execute("CREATE SCHEMA bare")
            connection.execute("CREATE TABLE bare.events (LIKE onrecord.events INCLUDING ALL)")
            yield _BarePostgres(connection)


@contextmanager
def bare_reader(ground: Ground) -> Iterator[BareTable]:
    """Give a reader of the archive's own table."""
    if ground.url is None:
        with _sqlite(ground.folder / "archive" / "archive.db") as connection:
            yield _BareSQLite(connection)
    else:
        with _postgres(ground.url) as connection:
            yield _BarePostgres(connection)


@contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # As durable and as forgetful as the archive's own file.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -16384"):
            connection.execute(f"PRAGMA {pragma}")
        yield connection
    finally:
        connection.close()


@contextmanager
def _postgres(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
