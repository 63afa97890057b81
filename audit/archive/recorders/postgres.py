"""The recorder of an archive in one schema of a PostgreSQL database."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from threading import Condition
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from audit.archive.recorders.appending import Appending
from audit.archive.recorders.errors import ArchiveExists, ConnectionLost
from audit.archive.recorders.postgres_connections import PostgresServer
from audit.archive.recorders.postgres_statements import Statements
from audit.archive.recorders.postgres_tables import TABLES, TRIGGERS
from audit.archive.recorders.postgres_writing import PostgresWriting
from audit.archive.recorders.reading import POSITION_MAX, Reading, Span
from audit.archive.recorders.recorder import Extent, Head, RawRow, Row, counted
from audit.archive.recorders.subscription import Subscribable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from uuid import UUID

    from psycopg import Cursor
    from psycopg.errors import Diagnostic
    from psycopg.rows import RowFactory

_CHUNK = 5_000
_MAINTAIN_FROM = 170_000
"""From PostgreSQL 17 on the owner may let somebody else clear old rows away; to ask for it earlier is an error."""
_OWNER = (
    "SELECT current_user::text AS role, r.rolsuper OR pg_has_role(c.relowner, 'USAGE')"
    " OR pg_has_role(d.datdba, 'USAGE') AS may FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
    " pg_roles r, pg_database d WHERE n.nspname = %s AND c.relname = 'events' AND r.rolname = current_user"
    " AND d.datname = current_database()"
)
_MAINTAINER = "SELECT has_table_privilege(%s, 'MAINTAIN') AS may"

Found = TypeVar("Found", bound=tuple[Any, ...])


class PostgresRecorder(Subscribable, Appending, Reading, PostgresApplicationRecorder):
    """Stores events in PostgreSQL; see the protocol Recorder."""

    # One try for a server that was started anew, one for the acknowledgement that got lost on the way.
    tries: ClassVar[int] = 3

    datastore: PostgresServer

    def __init__(self, datastore: PostgresServer, *, eraser: PostgresServer | None = None) -> None:
        super().__init__(datastore, events_table_name="events")
        self.woken = Condition()
        self._statements = Statements(datastore.schema)
        self._eraser = eraser or datastore

    @classmethod
    def at(cls, url: str, *, schema: str = "onrecord", eraser_url: str | None = None) -> PostgresRecorder:
        """Return the recorder of the archive in this schema, which need not be there yet; connects when used.

        ``eraser_url`` is for the role that alone may take sealed boxes out, where there is one.
        """
        eraser = PostgresServer(eraser_url, schema=schema) if eraser_url else None
        return cls(PostgresServer(url, schema=schema), eraser=eraser)

    def reopening(self) -> Callable[[], PostgresRecorder]:
        """Return what opens the same schema in another process."""
        return partial(PostgresRecorder.at, self.datastore.url, schema=self.datastore.schema)

    def create(self) -> None:
        """Make the schema where it is not there, tables and triggers. Raises ArchiveExists where they are."""
        if self.exists():
            raise ArchiveExists(f"There is an archive in the schema {self.datastore.schema}: choose another.")
        schema = Identifier(self.datastore.schema)
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT to_regnamespace(quote_ident(%s)) IS NULL AS missing", (self.datastore.schema,))
            if cursor.fetchall()[0]["missing"]:
                cursor.execute(SQL("CREATE SCHEMA {schema}").format(schema=schema))
            for statement in (*TABLES, *TRIGGERS):
                cursor.execute(statement.format(schema=schema))

    def create_table(self) -> None:
        """Make what is missing, as the library's factories expect it."""
        if not self.exists():
            self.create()

    def exists(self) -> bool:
        """Say whether the tables are there."""
        statement = b"SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = %s AND tablename = 'head')"
        return bool(self._read(statement, (self.datastore.schema,), _plain)[0][0])

    def close(self) -> None:
        """Give back all connections."""
        self._eraser.close()
        self.datastore.close()

    def facts(self) -> dict[str, str]:
        """Return what is recorded about the archive as a whole, by name."""
        return dict(self._read(self._statements.facts, (), _plain))

    def record_fact(self, name: str, value: str) -> None:
        """Record one fact about the archive as a whole, in place of an earlier one of the name."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(self._statements.record_fact, (name, value))

    @contextmanager
    def writing(self) -> Iterator[PostgresWriting]:
        """Open a write transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            tuples = cursor.connection.cursor(binary=True, row_factory=tuple_row)
            yield PostgresWriting(tuples, self._statements)

    def empty(self, positions: Iterable[int]) -> None:
        """Take the sealed boxes out of the rows at these positions."""
        with self._eraser.transaction(commit=True) as cursor:
            cursor.execute(self._statements.empty, (list(positions),))

    def scrub(self) -> bool:
        """Give back the room of old rows; False where the server does not let this role do that."""
        told: list[Diagnostic] = []
        listen = told.append
        with self._eraser.get_connection() as connection:
            connection.add_notice_handler(listen)
            try:
                connection.execute(SQL("VACUUM {schema}.events").format(schema=Identifier(self.datastore.schema)))
            finally:
                connection.remove_notice_handler(listen)
        # Before PostgreSQL 17 only the owner of a table may: the server skips it, and says no more than that.
        return all(one.severity_nonlocalized != "WARNING" for one in told)

    def scrubber(self) -> tuple[str, bool]:
        """Return the role that takes sealed words out, and whether the server lets it clear old rows away."""
        with self._eraser.transaction() as cursor:
            (found,) = cursor.execute(_OWNER, (self.datastore.schema,)).fetchall()
            may = found["may"]
            if not may and cursor.connection.info.server_version >= _MAINTAIN_FROM:
                (granted,) = cursor.execute(_MAINTAINER, (f'"{self.datastore.schema}".events',)).fetchall()
                may = granted["may"]
        return found["role"], may

    def rows(self, after: int, limit: int, upto: int | None = None) -> list[Row]:
        """Return at most ``limit`` rows after a position, up to and with another."""
        return self._read(self._statements.page, (after, POSITION_MAX if upto is None else upto, limit), _row)

    def rows_of_topics(self, topics: Sequence[str], span: Span) -> list[Row]:
        """Return the rows of these topics in a span of positions."""
        return self._read(self._statements.topics, (list(topics), *span), _row)

    def positions_of(self, topics: Sequence[str], span: Span) -> list[int]:
        """Return where in a span of positions there are rows of these topics, without reading what is in them."""
        found = self._read(self._statements.positions, (list(topics), *span), _plain)
        return [position for (position,) in found]

    def versions(self, originator_id: UUID, span: Span, *, desc: bool = False) -> list[Row]:
        """Return a stream's rows in a span of versions."""
        statement = self._statements.stream_back if desc else self._statements.stream
        return self._read(statement, (originator_id, *span), _row)

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """Return the rows at these positions in the order of the log, leaving out those that are not there."""
        return sorted(self._looked_up(self._statements.at, list(set(positions)), _row))

    def states(self, ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """Return the state of version 1 of each of these streams that exists."""
        return dict(self._looked_up(self._statements.states, ids, _plain))

    def raw_rows(self, after: int, limit: int) -> list[RawRow]:
        """Return like rows() what really lies there, without believing in any type."""
        return self._read(self._statements.page, (after, POSITION_MAX, limit), _raw_row)

    def extent(self) -> Extent:
        """Count the rows and find their ends."""
        return Extent._make(self._read(self._statements.extent, (), _plain)[0])

    def head(self) -> Head:
        """Return what the head says."""
        return counted(self._read(self._statements.head, (), _plain))

    def _looked_up(self, statement: bytes, values: Sequence[object], made: RowFactory[Found]) -> list[Found]:
        found: list[Found] = []
        for start in range(0, len(values), _CHUNK):
            found += self._read(statement, (list(values[start : start + _CHUNK]),), made)
        return found

    def _read(self, statement: bytes, values: tuple[object, ...], made: RowFactory[Found]) -> list[Found]:
        try:
            return self._read_once(statement, values, made)
        except ConnectionLost:
            # The server was started anew behind our back; the other connections were forgotten with this one.
            return self._read_once(statement, values, made)

    def _read_once(self, statement: bytes, values: tuple[object, ...], made: RowFactory[Found]) -> list[Found]:
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(binary=True, row_factory=made) as cursor,
        ):
            return cursor.execute(statement, values).fetchall()


def _row(_: Cursor[Any]) -> Callable[[Sequence[Any]], Row]:
    return Row._make


def _raw_row(_: Cursor[Any]) -> Callable[[Sequence[Any]], RawRow]:
    return RawRow._make


def _plain(_: Cursor[Any]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    return tuple
