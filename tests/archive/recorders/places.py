"""Archives on either engine, and events to put into them."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent

from audit.archive.frame import frame
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.evidence.leaf import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.archive.recorders.recorder import Recorder


def recorder_at(place: str) -> Recorder:
    """Open the archive in a file or under a URL; it need not be there yet."""
    return PostgresRecorder.at(place) if place.startswith("postgresql:") else SQLiteRecorder.at(place)


@contextmanager
def opened(place: str) -> Iterator[Recorder]:
    with closing(recorder_at(place)) as recorder:
        yield recorder


def made(place: str) -> str:
    with opened(place) as recorder:
        recorder.create()
    return place


def event(
    stream: UUID | None = None, version: int = 1, state: bytes = b"{}", sealed: bytes | None = None
) -> StoredEvent:
    return StoredEvent(stream or uuid4(), version, "test.happened", frame(state, sealed))


def events(count: int, size: int = 2) -> list[StoredEvent]:
    return [event(state=b"{}".ljust(size)) for _ in range(count)]


def behind_our_back(place: str, statement: str) -> None:
    """Run a statement as somebody would who has the database open beside us."""
    if place.startswith("postgresql:"):
        with psycopg.connect(place, autocommit=True, options="-c search_path=onrecord") as connection:
            connection.execute(statement.encode())
    else:
        with closing(sqlite3.connect(place)) as file, file:
            file.execute(statement)


def assert_whole(recorder: Recorder) -> None:
    """Positions are dense, the head knows how many there are, and every row has the hash of its content."""
    size = recorder.head().size
    assert recorder.extent() == ((size, 1, size) if size else (0, None, None))
    rows = recorder.rows(0, size)
    assert [row.position for row in rows] == list(range(1, size + 1))
    assert all(
        row.leaf_hash == leaf_hash(row.originator_id, row.originator_version, row.topic, row.state) for row in rows
    )
