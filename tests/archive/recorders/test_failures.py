"""When a database fails: a clear word, nothing half-done, and everything works again afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from eventsourcing.persistence import DatabaseError, InterfaceError, OperationalError

from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.postgres_connections import PostgresServer
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.archive.recorders.sqlite_connections import SQLiteFile
from tests.archive.recorders.cutting import Cut, cuttable_line
from tests.archive.recorders.places import assert_whole, behind_our_back, event, events, made, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres_server import PostgresServer as Server


@pytest.fixture
def file(tmp_path: Path) -> str:
    return made(str(tmp_path / "archive.db"))


def test_a_missing_file_is_said_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.db"
    with opened(str(path)) as recorder, pytest.raises(OperationalError, match="unable to open"):
        recorder.insert_events(events(1))
    assert not path.exists()


def test_a_file_that_comes_back_works_again(file: str, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    with opened(file) as recorder:
        (tmp_path / "archive.db").rename(aside)
        with pytest.raises(OperationalError):
            recorder.insert_events(events(1))
        aside.rename(tmp_path / "archive.db")
        assert recorder.insert_events(events(1)) == [1]


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"Dear Sir or Madam, " * 100)
    with opened(str(path)) as recorder, pytest.raises(DatabaseError, match="not a database"):
        recorder.head()


def test_a_full_disk_stores_nothing_and_room_helps(file: str) -> None:
    with opened(file) as recorder:
        assert isinstance(recorder, SQLiteRecorder)
        recorder.insert_events(events(1))
        with recorder.datastore.reading() as cursor:
            cursor.execute("PRAGMA max_page_count = 20")
        with pytest.raises(OperationalError, match="full"):
            recorder.insert_events(events(100, size=10_000))
        with pytest.raises(OperationalError, match="full"):
            recorder.insert_new([events(100, size=10_000)])
        assert_whole(recorder)
        with recorder.datastore.reading() as cursor:
            cursor.execute("PRAGMA max_page_count = 100000")
        assert recorder.insert_events(events(100, size=10_000))[0] == 2
        assert_whole(recorder)


def test_a_file_locked_by_somebody_else_is_said(file: str) -> None:
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as other,
        closing(SQLiteRecorder(SQLiteFile(file, wait_seconds=0.01))) as recorder,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            recorder.insert_events(events(1))
        other.execute("ROLLBACK")
        assert recorder.insert_events(events(1)) == [1]


def test_a_head_locked_by_somebody_else_is_said(postgres_url: str) -> None:
    made(postgres_url)
    with (
        psycopg.connect(postgres_url) as other,
        closing(PostgresRecorder(PostgresServer(postgres_url, wait_seconds=0.01))) as recorder,
    ):
        other.execute("SELECT * FROM onrecord.head FOR UPDATE")
        with pytest.raises(OperationalError, match="lock timeout"):
            recorder.insert_events(events(1))
        other.rollback()
        assert recorder.insert_events(events(1)) == [1]


def test_a_server_that_is_down_is_said(postgres_server: Server) -> None:
    url = postgres_server.url().replace(f":{postgres_server.port}", ":1")
    with opened(url) as recorder:
        with pytest.raises(OperationalError, match="refused"):
            recorder.insert_events(events(1))
        with pytest.raises(OperationalError, match="refused"):
            recorder.rows(0, 10)


def test_a_server_started_anew_is_not_noticed(postgres_url: str) -> None:
    with opened(made(postgres_url)) as recorder:
        recorder.insert_events(events(1))
        _cut_connections_off(postgres_url)
        assert recorder.insert_events(events(1)) == [2]
        _cut_connections_off(postgres_url)
        assert recorder.extent() == (2, 1, 2)


def test_a_lost_acknowledgement_is_ours(postgres_url: str) -> None:
    with cuttable_line(made(postgres_url)) as (url, line), opened(url) as recorder:
        there = event(state=b'{"salt":1}')
        recorder.insert_events([there])
        line.cut = Cut.AFTER_COMMIT
        assert recorder.insert_events(events(3)) == [2, 3, 4]
        line.cut = Cut.AFTER_COMMIT
        assert recorder.insert_new([[there], events(2), [event()]]) == [None, [5, 6], [7]]
        assert line.cut is Cut.NOWHERE
        assert_whole(recorder)
        assert recorder.head().size == 7


def test_a_commit_that_never_arrived_is_made_again(postgres_url: str) -> None:
    with cuttable_line(made(postgres_url)) as (url, line), opened(url) as recorder:
        line.cut = Cut.BEFORE_COMMIT
        assert recorder.insert_events(events(3), erasing=True) == [1, 2, 3]
        line.cut = Cut.BEFORE_COMMIT
        assert recorder.insert_new([[event()], events(2)]) == [[4], [5, 6]]
        assert line.cut is Cut.NOWHERE
        assert recorder.head() == (6, 1)
        assert_whole(recorder)


def test_durability_does_not_hang_on_the_settings_of_the_server(postgres_url: str) -> None:
    made(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE postgres IN DATABASE {_name(postgres_url)} SET synchronous_commit = off")
    with opened(postgres_url) as recorder:
        assert isinstance(recorder, PostgresRecorder)
        with recorder.datastore.transaction() as cursor:
            assert cursor.execute("SHOW synchronous_commit").fetchall() == [{"synchronous_commit": "on"}]


def test_a_file_is_flushed_at_every_commit(file: str) -> None:
    with opened(file) as recorder:
        assert isinstance(recorder, SQLiteRecorder)
        with recorder.datastore.reading() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_closed_recorder_refuses(place: str) -> None:
    with opened(place) as recorder:
        recorder.insert_events(events(1))
    with pytest.raises(InterfaceError, match="closed"):
        recorder.insert_events(events(1))
    with pytest.raises(InterfaceError, match="closed"):
        recorder.rows(0, 1)


def test_a_table_that_is_not_there_is_said_and_can_be_made(empty_place: str) -> None:
    with opened(empty_place) as recorder:
        with pytest.raises(DatabaseError):
            recorder.insert_events(events(1))
        recorder.create()
        assert recorder.insert_events(events(1)) == [1]


def _cut_connections_off(url: str) -> None:
    behind_our_back(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def _name(url: str) -> str:
    return url.rsplit("/", 1)[1]
