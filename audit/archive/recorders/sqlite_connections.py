"""Connections to an archive in SQLite: durable, in WAL mode, with the driver's errors in the library's words."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)
from eventsourcing.sqlite import SQLiteDatastore

from audit.archive.recorders.lending import Lender

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first that fits names the error, so subclasses stand before their parents.
_ERRORS: tuple[tuple[type[sqlite3.Error], type[PersistenceError]], ...] = (
    (sqlite3.IntegrityError, IntegrityError),
    (sqlite3.OperationalError, OperationalError),
    (sqlite3.ProgrammingError, ProgrammingError),
    (sqlite3.DataError, DataError),
    (sqlite3.InternalError, InternalError),
    (sqlite3.NotSupportedError, NotSupportedError),
    (sqlite3.InterfaceError, InterfaceError),
    (sqlite3.DatabaseError, DatabaseError),
)
_CACHE_KIBIBYTES = 16_384


class SQLiteFile(SQLiteDatastore):
    """One database file; up to ``wait_seconds`` a call waits for writers of this and other processes."""

    def __init__(self, path: Path | str, *, wait_seconds: float = 30) -> None:
        super().__init__(str(path))
        self.path = Path(path)
        self._wait_seconds = wait_seconds
        self._lender = Lender(self._connect, at_most=40, wait_seconds=wait_seconds)
        self._writer = Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor for single statements, each of them a snapshot of its own."""
        with _errors_named(), self._lender.lend(_is_clean) as connection, closing(connection.cursor()) as cursor:
            yield cursor

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor in a transaction that holds the write lock from its beginning."""
        # The threads of one process queue here, as SQLite's own waiting knows no order.
        with self._writer, self.reading() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.connection.commit()
            except BaseException:
                cursor.connection.rollback()
                raise

    def close(self) -> None:
        """Give back all connections."""
        # The library calls this for half-made objects, too.
        if hasattr(self, "_lender"):
            self._lender.close()
        super().close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            # mode=rw: a mistyped path must not become an empty archive.
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            timeout=self._wait_seconds,
        )
        connection.text_factory = _text
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _text(stored: bytes) -> str:
    # Text that was tampered with is shown, and stops nobody from reading the rest.
    return stored.decode("utf-8", "surrogateescape")


def _is_clean(connection: sqlite3.Connection) -> bool:
    return not connection.in_transaction


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        named = next((ours for theirs, ours in _ERRORS if isinstance(error, theirs)), PersistenceError)
        raise named(str(error)) from error
