"""The database itself refuses what may never happen to events."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import ProgrammingError

from audit.archive.recorders.postgres_writing import COPY_FROM
from tests.archive.recorders.places import behind_our_back, event, events, made, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres_server import PostgresServer

ON_BOTH = [
    "DELETE FROM events",
    "DELETE FROM events WHERE position = 2",
    "UPDATE events SET state = sealed",
    "UPDATE events SET position = position + 10",
    "UPDATE events SET topic = 'test.else'",
    "UPDATE events SET leaf_hash = state",
    "UPDATE events SET originator_version = 9",
    "UPDATE events SET sealed = state",
    "UPDATE events SET sealed = NULL, topic = 'test.else'",
    "DELETE FROM head",
    "UPDATE head SET size = size - 1",
    "UPDATE head SET erasures = -1",
    "INSERT INTO head SELECT * FROM head",
]
ON_SQLITE = [
    "INSERT OR REPLACE INTO events SELECT 1, x'00', 1, topic, state, sealed, leaf_hash FROM events WHERE position = 2",
    "INSERT OR REPLACE INTO events SELECT 9, originator_id, 1, 'test.else', state, sealed, leaf_hash FROM events",
    "UPDATE OR REPLACE events SET position = 1 WHERE position = 2",
    "INSERT OR REPLACE INTO head VALUES (1, 0, 0)",
]
ON_POSTGRES = [
    "TRUNCATE events",
    "TRUNCATE head",
    "SET session_replication_role = replica; DELETE FROM events",
    "SET session_replication_role = replica; UPDATE head SET size = 0",
    "INSERT INTO events SELECT * FROM events ON CONFLICT (position) DO UPDATE SET topic = 'test.else'",
    "INSERT INTO head VALUES (false, 0, 0)",
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An archive in SQLite that refuses every change the tests of this module try."""
    return _filled(str(tmp_path_factory.mktemp("refusing") / "archive.db"))


@pytest.fixture(scope="module")
def database(postgres_server: PostgresServer) -> Iterator[str]:
    """The same in PostgreSQL."""
    with postgres_server.database() as url:
        yield _filled(url)


@pytest.mark.parametrize("statement", [*ON_BOTH, *ON_SQLITE])
def test_sqlite_refuses(statement: str, file: str) -> None:
    _assert_refused(file, statement, sqlite3.IntegrityError)


@pytest.mark.parametrize("statement", [*ON_BOTH, *ON_POSTGRES])
def test_postgres_refuses(statement: str, database: str) -> None:
    _assert_refused(database, statement, psycopg.IntegrityError)


def test_taking_a_box_out_is_allowed(place: str) -> None:
    with opened(place) as recorder:
        recorder.insert_events([event(sealed=b"box"), event(sealed=b"box")])
        behind_our_back(place, "UPDATE events SET sealed = NULL WHERE position = 1")
        assert [row.sealed for row in recorder.rows(0, 2)] == [None, b"box"]


def test_a_role_that_may_only_append_can_do_all_the_rest(postgres_url: str) -> None:
    made(postgres_url)
    with _role(postgres_url) as (name, url), opened(url) as recorder:
        behind_our_back(
            postgres_url,
            f"GRANT USAGE ON SCHEMA onrecord TO {name}; GRANT INSERT, SELECT ON events TO {name};"
            f"GRANT SELECT, UPDATE ON head TO {name}; GRANT SELECT ON archive TO {name}",
        )
        assert recorder.exists()
        recorder.insert_events(events(3))
        recorder.insert_new([[one] for one in events(COPY_FROM)])
        assert recorder.extent() == (COPY_FROM + 3, 1, COPY_FROM + 3)
        with pytest.raises(ProgrammingError, match="permission denied"):
            recorder.empty([1])


@contextmanager
def _role(url: str) -> Iterator[tuple[str, str]]:
    name = f"appender_{uuid4().hex}"
    behind_our_back(url, f"CREATE ROLE {name} LOGIN")
    try:
        yield name, url.replace("postgres@", f"{name}@")
    finally:
        behind_our_back(url, f"DROP OWNED BY {name}; DROP ROLE {name}")


def _filled(place: str) -> str:
    with opened(made(place)) as recorder:
        recorder.insert_events([event(state=b"one", sealed=b"box"), event(state=b"two")])
    return place


def _assert_refused(place: str, statement: str, error: type[Exception]) -> None:
    with opened(place) as recorder:
        before = recorder.raw_rows(0, 10), recorder.head()
        with pytest.raises(error):
            behind_our_back(place, statement)
        assert (recorder.raw_rows(0, 10), recorder.head()) == before
