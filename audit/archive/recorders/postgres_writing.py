"""One open write transaction of the PostgreSQL recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.archive.recorders.recorder import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from psycopg import Cursor

    from audit.archive.recorders.postgres_statements import Statements
    from audit.archive.recorders.prepared import Prepared
    from audit.archive.recorders.recorder import Head

# From so many rows on COPY is quicker than arrays.
COPY_FROM = 5_000
_TYPES = ("int8", "uuid", "int8", "text", "bytea", "bytea", "bytea")


class PostgresWriting:
    """Holds the lock on the row of the head from its first reserve, so that other writers wait until it ends."""

    def __init__(self, cursor: Cursor[tuple[Any, ...]], statements: Statements) -> None:
        self._cursor = cursor
        self._statements = statements

    def reserve(self, size: int, *, erasures: int = 0) -> Head:
        """Move the head by so much, take the lock on it, and return it as it is now."""
        return counted(self._cursor.execute(self._statements.reserve, (size, erasures)).fetchall())

    def known(self, streams: Iterable[UUID]) -> set[UUID]:
        """Return those of the streams that have a row."""
        return {stream for (stream,) in self._cursor.execute(self._statements.known, (list(streams),))}

    def store(self, first: int, rows: Sequence[Prepared]) -> None:
        """Store rows at positions that were just reserved, the first one given."""
        if len(rows) >= COPY_FROM:
            self._copy(first, rows)
        elif rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self._cursor.execute(self._statements.insert, (len(rows), *columns))

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        """Return the leaf hashes at these positions, both ends included."""
        return [leaf for (leaf,) in self._cursor.execute(self._statements.leaf_hashes, (first, last))]

    def _copy(self, first: int, rows: Sequence[Prepared]) -> None:
        with self._cursor.copy(self._statements.copy) as copy:
            copy.set_types(_TYPES)
            for position, row in enumerate(rows, first):
                copy.write_row((position, *row))
