"""Copying the events out of an archive in use, as they stood at one moment, and back into an empty place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from audit.archive.faults import database_faults
from audit.archive.log.earlier_checkpoints import POSTGRESQL_TABLE, POSTGRESQL_TRIGGERS
from audit.archive.log.log import store_of
from audit.archive.recorders.postgres import PostgresRecorder
from audit.domain.errors import Refused, Unavailable
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from psycopg import Connection

    from audit.archive.recorders.recorder import Recorder

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ARCHIVE_FILE: Final = "archive.db"
# The head is one row, which the manifest holds; views are never copied.
TABLES: Final = {
    "events": "position, originator_id, originator_version, topic, state, sealed, leaf_hash",
    "archive": "name, value",
    "checkpoints": "size, root, note, signed_at",
    "tiles": "level, number, hashes",
    "earlier_checkpoints": "size, root, note, signed_at",
    "time_stamps": "size, covers, response, stamped_at",
}
_PORTION: Final = 1 << 20
_LEAVES: Final = 10_000


class Copied(NamedTuple):
    """What was copied: how many events and erasures, the root over the events, the newest checkpoint among them."""

    size: int
    erasures: int
    root: bytes
    checkpoint: str | None


_HEAD: Final = "SELECT size, erasures FROM head"
_ROOTS: Final = "SELECT leaf_hash FROM events ORDER BY position"
_NEWEST: Final = "SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1"


def engine_of(recorder: Recorder) -> str:
    return POSTGRESQL if isinstance(recorder, PostgresRecorder) else SQLITE


# -- SQLite --


def copy_file(source: Path, target: Path) -> Copied:
    """Copy an embedded archive by SQLite's own backup, which gives one moment of it while others write."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode = DELETE")
            leaves = (leaf for (leaf,) in writing.execute(_ROOTS))
            size, erasures = writing.execute(_HEAD).fetchone()
            newest = writing.execute(_NEWEST).fetchone()
            return Copied(size, erasures, _root(leaves), newest[0] if newest else None)
    except sqlite3.Error as error:
        raise Unavailable(f"The events could not be copied ({error}): make room, or run onrecord doctor.") from error


# -- PostgreSQL --


def copy_out(recorder: PostgresRecorder, folder: Path) -> Copied:
    """Copy an archive in PostgreSQL table by table, all in one snapshot, which hinders no writer."""
    schema = recorder.datastore.schema
    with database_faults(), recorder.datastore.get_connection() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            for table in _tables(connection, schema):
                _copy_table(connection, schema, table, folder / f"{table}.copy")
            with connection.cursor(row_factory=tuple_row) as cursor:
                cursor.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(schema)))
                size, erasures = cursor.execute(_HEAD).fetchall()[0]
                newest = cursor.execute(_NEWEST).fetchall()
                root = _root(bytes(leaf) for (leaf,) in cursor.stream(_ROOTS, size=_LEAVES))
            return Copied(size, erasures, root, newest[0][0] if newest else None)
        finally:
            connection.execute("ROLLBACK")


def copy_in(recorder: PostgresRecorder, folder: Path, *, size: int, erasures: int) -> None:
    """Make the tables of an archive in the recorder's empty schema, and fill them."""
    recorder.create()
    store_of(recorder).prepare()
    schema = Identifier(recorder.datastore.schema)
    with database_faults(), recorder.datastore.get_connection() as connection, connection.transaction():
        for table, columns in TABLES.items():
            path = folder / f"{table}.copy"
            if not path.exists():
                continue
            if table == "earlier_checkpoints":
                for made in (POSTGRESQL_TABLE, *POSTGRESQL_TRIGGERS):
                    connection.execute(SQL(made).format(schema=schema))
            statement = SQL("COPY {}.{} ({}) FROM STDIN (FORMAT BINARY)").format(
                schema, Identifier(table), SQL(", ").join(map(Identifier, columns.split(", ")))
            )
            with path.open("rb") as file, connection.cursor() as cursor, cursor.copy(statement) as writing:
                while portion := file.read(_PORTION):
                    writing.write(portion)
        connection.execute(SQL("UPDATE {}.head SET size = %s, erasures = %s").format(schema), (size, erasures))


def _copy_table(connection: Connection[dict[str, object]], schema: str, table: str, path: Path) -> None:
    columns = SQL(", ").join(map(Identifier, TABLES[table].split(", ")))
    statement = SQL("COPY {}.{} ({}) TO STDOUT (FORMAT BINARY)").format(Identifier(schema), Identifier(table), columns)
    with path.open("xb") as file, connection.cursor() as cursor, cursor.copy(statement) as reading:
        for portion in reading:
            file.write(portion)


def _tables(connection: Connection[dict[str, object]], schema: str) -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)).fetchall()
    names = {str(row["tablename"]) for row in found} - {"head"}
    if names - TABLES.keys():
        strange = ", ".join(sorted(names - TABLES.keys()))
        raise Refused(f"The schema {schema} has tables that are not the archive's ({strange}): move them elsewhere.")
    return sorted(names)


def _root(leaves: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()
