"""The recorder of an archive in one SQLite file."""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from threading import Condition
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.sqlite import SQLiteApplicationRecorder

from audit.archive.recorders.appending import Appending
from audit.archive.recorders.errors import ArchiveExists
from audit.archive.recorders.reading import POSITION_MAX, Reading, Span
from audit.archive.recorders.recorder import Extent, Head, RawRow, Row, counted
from audit.archive.recorders.sqlite_connections import SQLiteFile
from audit.archive.recorders.sqlite_tables import TABLES, TRIGGERS
from audit.archive.recorders.subscription import Subscribable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from audit.archive.recorders.prepared import Prepared

# Older builds of SQLite take no more than 999 values.
_CHUNK = 900
NO_STREAM = UUID(int=0)


def _select(which: str) -> str:
    columns = "position, originator_id, originator_version, topic, state, sealed, leaf_hash"
    return f"SELECT {columns} FROM events WHERE {which}"  # noqa: S608 - only the constants below come here


_PAGE = _select("position > ? AND position <= ? ORDER BY position LIMIT ?")
_RAW_PAGE = _select("position > ? ORDER BY position LIMIT ?")
_TOPICS = _select(
    "position > ? AND position <= ? AND topic IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?"
)
_POSITIONS = (
    "SELECT position FROM events WHERE position > ? AND position <= ?"
    " AND topic IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?"
)
_STREAM = _select(
    "originator_id = ? AND originator_version > ? AND originator_version <= ? ORDER BY originator_version LIMIT ?"
)
_STREAM_BACK = _select(
    "originator_id = ? AND originator_version > ? AND originator_version <= ? ORDER BY originator_version DESC LIMIT ?"
)
_AT = _select("position IN ")
_KNOWN = "SELECT DISTINCT originator_id FROM events WHERE originator_id IN "
_STATES = "SELECT originator_id, state FROM events WHERE originator_version = 1 AND originator_id IN "


class SQLiteWriting:
    """An open write transaction; the write lock of the file is the lock on the head."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def reserve(self, size: int, *, erasures: int = 0) -> Head:
        """Move the head by so much and return it as it is now."""
        if size or erasures:
            self._cursor.execute("UPDATE head SET size = size + ?, erasures = erasures + ?", (size, erasures))
        return counted(self._cursor.execute("SELECT size, erasures FROM head").fetchall())

    def known(self, streams: Iterable[UUID]) -> set[UUID]:
        """Return those of the streams that have a row."""
        found = _looked_up(self._cursor, _KNOWN, [stream.bytes for stream in streams])
        return {UUID(bytes=name) for (name,) in found}

    def store(self, first: int, rows: Sequence[Prepared]) -> None:
        """Store rows from this position on."""
        self._cursor.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (position, row.originator_id.bytes, row.originator_version, *row[2:])
                for position, row in enumerate(rows, first)
            ),
        )

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        """Return the leaf hashes at these positions, both ends included."""
        self._cursor.execute("SELECT leaf_hash FROM events WHERE position BETWEEN ? AND ?", (first, last))
        return [leaf for (leaf,) in self._cursor]


class SQLiteRecorder(Subscribable, Appending, Reading, SQLiteApplicationRecorder):
    """Stores events in SQLite; see the protocol Recorder."""

    datastore: SQLiteFile

    def __init__(self, datastore: SQLiteFile) -> None:
        super().__init__(datastore, "events")
        self.woken = Condition()

    @classmethod
    def at(cls, path: Path | str) -> SQLiteRecorder:
        """Return the recorder of the archive in this file, which need not be there yet."""
        return cls(SQLiteFile(path))

    def reopening(self) -> Callable[[], SQLiteRecorder]:
        """Return what opens the same file in another process."""
        return partial(SQLiteRecorder.at, self.datastore.path.absolute())

    def create(self) -> None:
        """Make the file, its tables and triggers. Raises ArchiveExists where they are."""
        if self.exists():
            raise ArchiveExists(f"There is an archive in {self.datastore.path}: choose another place.")
        self.datastore.path.touch()
        with self.datastore.writing() as cursor:
            for statement in (*TABLES, *TRIGGERS):
                cursor.execute(statement)

    def create_table(self) -> None:
        """Make what is missing, as the library's factories expect it."""
        if not self.exists():
            self.create()

    def exists(self) -> bool:
        """Say whether the tables are there."""
        if not self.datastore.path.is_file():
            return False
        with self.datastore.reading() as cursor:
            found = cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'head'")
            return bool(found.fetchone()[0])

    def close(self) -> None:
        """Give back all connections."""
        self.datastore.close()

    def facts(self) -> dict[str, str]:
        """Return what is recorded about the archive as a whole, by name."""
        with self.datastore.reading() as cursor:
            return dict(cursor.execute("SELECT name, value FROM archive").fetchall())

    def record_fact(self, name: str, value: str) -> None:
        """Record one fact about the archive as a whole, in place of an earlier one of the name."""
        with self.datastore.writing() as cursor:
            cursor.execute("INSERT OR REPLACE INTO archive VALUES (?, ?)", (name, value))

    @contextmanager
    def writing(self) -> Iterator[SQLiteWriting]:
        """Open a write transaction."""
        with self.datastore.writing() as cursor:
            yield SQLiteWriting(cursor)

    def empty(self, positions: Iterable[int]) -> None:
        """Take the sealed boxes out of the rows at these positions."""
        with self.datastore.writing() as cursor:
            cursor.executemany("UPDATE events SET sealed = NULL WHERE position = ?", ((p,) for p in positions))

    def scrub(self) -> bool:
        """Empty the write-ahead log, where old pages are."""
        with self.datastore.reading() as cursor:
            return bool(cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def rows(self, after: int, limit: int, upto: int | None = None) -> list[Row]:
        """Return at most ``limit`` rows after a position, up to and with another."""
        return self._rows(_PAGE, (after, POSITION_MAX if upto is None else upto, limit))

    def rows_of_topics(self, topics: Sequence[str], span: Span) -> list[Row]:
        """Return the rows of these topics in a span of positions."""
        return self._rows(_TOPICS, (span.after, span.upto, json.dumps(list(topics)), span.limit))

    def positions_of(self, topics: Sequence[str], span: Span) -> list[int]:
        """Return where in a span of positions there are rows of these topics, without reading what is in them."""
        with self.datastore.reading() as cursor:
            values = (span.after, span.upto, json.dumps(list(topics)), span.limit)
            return [position for (position,) in cursor.execute(_POSITIONS, values)]

    def versions(self, originator_id: UUID, span: Span, *, desc: bool = False) -> list[Row]:
        """Return a stream's rows in a span of versions."""
        return self._rows(_STREAM_BACK if desc else _STREAM, (originator_id.bytes, *span))

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """Return the rows at these positions in the order of the log, leaving out those that are not there."""
        with self.datastore.reading() as cursor:
            return sorted(_read(_looked_up(cursor, _AT, list(set(positions)))))

    def states(self, ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """Return the state of version 1 of each of these streams that exists."""
        with self.datastore.reading() as cursor:
            found = _looked_up(cursor, _STATES, [name.bytes for name in ids])
        return {UUID(bytes=name): state for name, state in found}

    def raw_rows(self, after: int, limit: int) -> list[RawRow]:
        """Return like rows() what really lies there; bytes that are no UTF-8 come back as surrogates in a text."""
        with self.datastore.reading() as cursor:
            return [RawRow._make(values) for values in cursor.execute(_RAW_PAGE, (after, limit))]

    def extent(self) -> Extent:
        """Count the rows and find their ends."""
        with self.datastore.reading() as cursor:
            cursor.execute("SELECT count(*), min(position), max(position) FROM events")
            return Extent._make(cursor.fetchone())

    def head(self) -> Head:
        """Return what the head says."""
        with self.datastore.reading() as cursor:
            return SQLiteWriting(cursor).reserve(0)

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[Row]:
        with self.datastore.reading() as cursor:
            return _read(cursor.execute(statement, values))


def _read(found: Iterable[tuple[Any, ...]]) -> list[Row]:
    rows = list(found)
    try:
        return [Row(row[0], UUID(bytes=row[1]), *row[2:]) for row in rows]
    except (ValueError, TypeError):
        return [Row(row[0], _stream(row[1]), *row[2:]) for row in rows]


def _stream(name: Any) -> UUID:
    try:
        return UUID(bytes=name)
    except (ValueError, TypeError):
        # Somebody tampered: the row is given all the same, so that its place is named and the others are read.
        return NO_STREAM


def _looked_up(cursor: sqlite3.Cursor, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        found += cursor.execute(f"{statement}({', '.join('?' * len(chunk))})", chunk).fetchall()
    return found
