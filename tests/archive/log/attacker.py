"""Somebody who administers the database and everything in it, and takes the triggers out of the way first."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from audit.evidence.leaf import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.bootstrap.house import House

_POSTGRES_TABLES = ("events", "head", "checkpoints", "tiles", "time_stamps")


class Attacker:
    """Runs statements in the archive's own database; ``?`` stands for a value on both engines."""

    def __init__(self, connection: Any, *, sqlite: bool) -> None:
        self._connection = connection
        self.sqlite = sqlite

    def run(self, statement: str, *values: object) -> list[Any]:
        if not self.sqlite:
            statement = statement.replace("?", "%s")
        cursor = self._connection.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []

    def size(self) -> int:
        return int(self.run("SELECT count(*) FROM events")[0][0])

    def row(self, position: int) -> tuple[Any, ...]:
        """Return stream, version, topic, state, sealed and leaf hash."""
        (found,) = self.run("SELECT * FROM events WHERE position = ?", position)
        return tuple(found[1:])

    def put(self, position: int, row: Sequence[Any]) -> None:
        self.run("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", position, *row)

    def rewrite(self, position: int) -> None:
        """Change who said it, with the leaf hash that belongs to that."""
        stream, version, topic, written, *_ = self.row(position)
        state = bytes(written).replace(b'"role":"customer"', b'"role":"agent"')
        assert state != written, "this event was a customer's"
        leaf = _leaf(stream, version, topic, state)
        self.run("UPDATE events SET state = ?, leaf_hash = ? WHERE position = ?", state, leaf, position)

    def renumber(self, after: int, by: int) -> None:
        """Move all events after a position, and let the head count them again."""
        self.run("UPDATE events SET position = -(position + ?) WHERE position > ?", by, after)
        self.run("UPDATE events SET position = -position WHERE position < 0")
        self.run("UPDATE head SET size = (SELECT count(*) FROM events)")

    def delete(self, position: int) -> None:
        self.run("DELETE FROM events WHERE position = ?", position)

    def cut_off(self, after: int) -> None:
        self.run("DELETE FROM events WHERE position > ?", after)
        self.run("UPDATE head SET size = ?", after)

    def forget_checkpoints(self, after: int = 0) -> None:
        self.run("DELETE FROM checkpoints WHERE size > ?", after)

    def forget_tiles(self) -> None:
        self.run("DELETE FROM tiles")


def _leaf(stream: Any, version: int, topic: str, state: bytes) -> bytes:
    return leaf_hash(UUID(bytes=stream) if isinstance(stream, bytes) else stream, version, topic, bytes(state))


@contextmanager
def attacking(house: House, *, through_triggers: bool = False) -> Iterator[Attacker]:
    """Open the database behind the house's back; what is done is there at the end."""
    url = house.settings.database_url
    if url is None:
        connection = sqlite3.connect(house.settings.folder / "archive.db", isolation_level=None)
        try:
            if not through_triggers:
                _drop_triggers(connection)
            yield Attacker(connection, sqlite=True)
        finally:
            connection.close()
        return
    with psycopg.connect(url, autocommit=True, options="-c search_path=onrecord") as server:
        for table in () if through_triggers else _POSTGRES_TABLES:
            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        yield Attacker(server, sqlite=False)


def _drop_triggers(connection: sqlite3.Connection) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
