"""Reading back: pages, streams, states, and what really lies there."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import ProgrammingError

from audit.archive.frame import frame
from audit.archive.recorders.errors import ArchiveExists
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.postgres_writing import COPY_FROM
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.evidence.leaf import leaf_hash
from tests.archive.recorders.places import behind_our_back, event, events, made, opened

if TYPE_CHECKING:
    from pathlib import Path

    from audit.archive.recorders.recorder import Recorder


def test_an_archive_is_made_once(empty_place: str) -> None:
    with opened(empty_place) as recorder:
        assert not recorder.exists()
        recorder.create()
        assert recorder.exists()
        with pytest.raises(ArchiveExists):
            recorder.create()


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "Kundų įrašai #1 ?mode=ro%41 'x'.db"
    with opened(made(str(path))) as recorder:
        assert recorder.insert_events(events(1)) == [1]
    assert path.is_file()


def test_a_schema_whose_name_would_be_cut_is_refused(postgres_url: str) -> None:
    with pytest.raises(ProgrammingError, match="too long"):
        PostgresRecorder.at(postgres_url, schema="s" * 64)


def test_an_empty_archive_says_so(recorder: Recorder) -> None:
    assert recorder.head() == (0, 0)
    assert recorder.extent() == (0, None, None)
    assert recorder.rows(0, 10) == []
    assert recorder.raw_rows(0, 10) == []
    assert recorder.facts() == {}


def test_state_and_box_come_back_apart_as_rows_and_together_as_events(recorder: Recorder) -> None:
    stream = uuid4()
    recorder.insert_events([event(stream, 1, b'{"a":1}', b"box"), event(stream, 2, b"{}")])
    first, second = recorder.stream(stream)
    assert first == (
        1,
        stream,
        1,
        "test.happened",
        b'{"a":1}',
        b"box",
        leaf_hash(stream, 1, "test.happened", b'{"a":1}'),
    )
    assert second.sealed is None
    assert [stored.state for stored in recorder.select_events(stream)] == [frame(b'{"a":1}', b"box"), b"{}"]
    assert [told.state for told in recorder.select_notifications(1, 10)] == [frame(b'{"a":1}', b"box"), b"{}"]


def test_rows_come_page_by_page_up_to_a_position(recorder: Recorder) -> None:
    recorder.insert_events(events(7))
    assert [row.position for row in recorder.rows(0, 3)] == [1, 2, 3]
    assert [row.position for row in recorder.rows(3, 3)] == [4, 5, 6]
    assert [row.position for row in recorder.rows(3, 10, upto=5)] == [4, 5]
    assert recorder.rows(7, 10) == []
    assert recorder.raw_rows(2, 4) == [tuple(row) for row in _as_stored(recorder, 2, 4)]


def test_rows_are_found_by_position(recorder: Recorder) -> None:
    recorder.insert_events(events(3))
    assert [row.position for row in recorder.rows_at([3, 1, 9, 3])] == [1, 3]
    assert recorder.rows_at([]) == []


def test_states_of_thousands_of_streams_are_found_at_once(recorder: Recorder) -> None:
    there = events(6_000)
    recorder.insert_events(there)
    ids = [stored.originator_id for stored in there if isinstance(stored.originator_id, UUID)]
    assert recorder.states([uuid4(), *ids, uuid4()]) == dict.fromkeys(ids, b"{}")
    assert recorder.states([]) == {}


def test_a_state_is_the_one_of_the_first_version_without_its_box(recorder: Recorder) -> None:
    stream = uuid4()
    recorder.insert_events([event(stream, 1, b"first", b"box"), event(stream, 2, b"second")])
    assert recorder.states([stream]) == {stream: b"first"}


def test_a_box_taken_out_leaves_the_rest_of_the_row(recorder: Recorder) -> None:
    recorder.insert_events([event(state=b"{}", sealed=b"box") for _ in range(3)])
    before = recorder.rows(0, 3)
    recorder.empty([1, 3])
    assert recorder.rows(0, 3) == [before[0]._replace(sealed=None), before[1], before[2]._replace(sealed=None)]


def test_facts_about_the_archive_are_kept_by_name(place: str) -> None:
    with opened(place) as recorder:
        recorder.record_fact("origin", "example.com/archive")
        recorder.record_fact("format", "1")
        recorder.record_fact("origin", "example.com/restored")
    with opened(place) as recorder:
        assert recorder.facts() == {"origin": "example.com/restored", "format": "1"}


def test_both_engines_give_the_same_rows(tmp_path: Path, postgres_url: str) -> None:
    appended = [event(state=bytes([n]) * n, sealed=None if n % 2 else bytes(n)) for n in range(200)]
    with opened(made(str(tmp_path / "archive.db"))) as one, opened(made(postgres_url)) as other:
        one.insert_events(appended)
        other.insert_events(appended)
        assert one.rows(0, 200) == other.rows(0, 200)


def test_copied_rows_equal_inserted_ones(postgres_url: str) -> None:
    appended = [
        event(version=n, state=bytes([n % 256]) * (n % 300), sealed=bytes(n % 7) or None) for n in range(COPY_FROM)
    ]
    with (
        closing(PostgresRecorder.at(postgres_url, schema='Copied "7"')) as copied,
        closing(PostgresRecorder.at(postgres_url, schema="inserted")) as inserted,
    ):
        copied.create()
        inserted.create()
        copied.insert_events(appended)
        inserted.insert_events(appended[:-1])
        inserted.insert_events(appended[-1:])
        assert copied.raw_rows(0, COPY_FROM) == inserted.raw_rows(0, COPY_FROM)
        assert copied.head() == inserted.head()


def test_a_tampered_row_comes_back_as_whatever_it_is(tmp_path: Path) -> None:
    place = made(str(tmp_path / "archive.db"))
    with opened(place) as recorder:
        recorder.insert_events([event(state=b"state", sealed=b"box")])
        behind_our_back(place, "DROP TRIGGER events_no_update")
        behind_our_back(place, "UPDATE events SET state = CAST(state AS TEXT), originator_id = 7, sealed = 1.5")
        behind_our_back(place, "UPDATE events SET topic = CAST(x'ff41' AS TEXT), originator_version = 'one'")
        (row,) = recorder.raw_rows(0, 10)
        assert row[:6] == (1, 7, "one", "\udcffA", "state", 1.5)


def test_a_tampered_row_does_not_hide_the_others(tmp_path: Path) -> None:
    place = made(str(tmp_path / "archive.db"))
    with opened(place) as recorder:
        recorder.insert_events(events(3))
        before = recorder.rows(0, 10)
        behind_our_back(place, "DROP TRIGGER events_no_update")
        behind_our_back(place, "UPDATE events SET originator_id = 7, topic = CAST(x'ff' AS TEXT) WHERE position = 2")
        first, second, third = recorder.rows(0, 10)
        assert (first, third) == (before[0], before[2])
        assert (second.position, second.originator_id) == (2, UUID(int=0))


def test_what_was_taken_away_shows_in_the_extent(place: str) -> None:
    with opened(place) as recorder:
        recorder.insert_events(events(5))
        trigger = (
            "ALTER TABLE events DISABLE TRIGGER USER" if place.startswith("p") else "DROP TRIGGER events_no_delete"
        )
        behind_our_back(place, trigger)
        behind_our_back(place, "DELETE FROM events WHERE position IN (1, 3)")
        assert recorder.extent() == (3, 2, 5)
        assert recorder.head().size == 5


def test_a_subscription_hears_of_appends_by_other_recorders(place: str) -> None:
    with opened(place) as writer, opened(place) as reader, reader.subscribe(gt=0) as subscription:
        writer.insert_events(events(2))
        assert [next(subscription).id, next(subscription).id] == [1, 2]
        writer.insert_events(events(1))
        assert next(subscription).id == 3


def _as_stored(recorder: Recorder, after: int, limit: int) -> list[tuple[object, ...]]:
    stream_bytes = isinstance(recorder, SQLiteRecorder)
    return [(row[0], row[1].bytes if stream_bytes else row[1], *row[2:]) for row in recorder.rows(after, limit)]
