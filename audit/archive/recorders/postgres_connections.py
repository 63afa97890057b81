"""Connections to an archive in PostgreSQL: durable, with the driver's errors in the library's words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
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
from eventsourcing.postgres import PostgresDatastore
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL

from audit.archive.recorders.errors import ConnectionLost
from audit.archive.recorders.lending import Lender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection, Cursor

# The first that fits names the error, so subclasses stand before their parents.
_ERRORS: tuple[tuple[type[psycopg.Error], type[PersistenceError]], ...] = (
    (psycopg.IntegrityError, IntegrityError),
    (psycopg.OperationalError, OperationalError),
    (psycopg.ProgrammingError, ProgrammingError),
    (psycopg.DataError, DataError),
    (psycopg.InternalError, InternalError),
    (psycopg.NotSupportedError, NotSupportedError),
    (psycopg.InterfaceError, InterfaceError),
    (psycopg.DatabaseError, DatabaseError),
)
_NAME_BYTES_MAX = 63
# A peer that fell silent is noticed within a minute, unless the URL says otherwise.
_DEFAULTS: dict[str, str | int | None] = {
    "client_encoding": "utf8",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


class PostgresServer(PostgresDatastore):
    """One database; up to ``wait_seconds`` a call waits for another writer."""

    def __init__(self, url: str, *, schema: str = "onrecord", wait_seconds: float = 30) -> None:
        if len(schema.encode()) > _NAME_BYTES_MAX:
            raise ProgrammingError(f"The schema {schema} has too long a name: {_NAME_BYTES_MAX} bytes are allowed.")
        self.url = url
        given = conninfo_to_dict(url)
        missing = {name: value for name, value in _DEFAULTS.items() if name not in given}
        self._conninfo = make_conninfo(url, **missing)
        super().__init__(dbname="", host="", port="", user="", password="", schema=schema)
        self._limits = SQL(
            "SET LOCAL lock_timeout = {milliseconds}; SET LOCAL idle_in_transaction_session_timeout = {milliseconds}"
        ).format(milliseconds=int(wait_seconds * 1000))
        self._lender = Lender(self._connect, at_most=20, wait_seconds=wait_seconds)

    def register_type_adapters(self) -> None:
        """Register nothing: the composite types of the library's own insert are not used."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Lend a connection that commits every statement by itself."""
        lost = False
        try:
            with self._lender.lend(_is_clean) as connection:
                try:
                    yield connection
                finally:
                    lost = connection.broken
        except psycopg.Error as error:
            if lost:
                # Those that waited beside it have most likely lost their server, too.
                self._lender.forget()
                raise ConnectionLost(str(error)) from error
            named = next((ours for theirs, ours in _ERRORS if isinstance(error, theirs)), PersistenceError)
            raise named(str(error)) from error

    @contextmanager
    def transaction(self, *, commit: bool = False) -> Iterator[Cursor[DictRow]]:
        """Give a cursor in a transaction that waits for no lock for ever, and holds none for ever."""
        with (
            self.get_connection() as connection,
            connection.transaction(force_rollback=not commit),
            connection.cursor() as cursor,
        ):
            cursor.execute(self._limits)
            yield cursor

    def close(self) -> None:
        """Give back all connections."""
        # The library calls this for half-made objects, too.
        if hasattr(self, "_lender"):
            self._lender.close()

    def _connect(self) -> Connection[DictRow]:
        connection = psycopg.connect(self._conninfo, autocommit=True, row_factory=dict_row)
        try:
            connection.isolation_level = IsolationLevel.READ_COMMITTED
            # What was answered as stored must be on disk, whatever the server is set to.
            connection.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        except psycopg.Error:
            connection.close()
            raise
        return connection


def _is_clean(connection: Connection[DictRow]) -> bool:
    return connection.info.transaction_status == TransactionStatus.IDLE
