"""Appending: dense positions, all or nothing, nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, NotSupportedError, StoredEvent

from audit.archive.frame import MAGIC
from audit.archive.recorders.errors import KeysOutdated, NotStorable, TooMuchAtOnce
from tests.archive.recorders.places import assert_whole, event, events, opened

if TYPE_CHECKING:
    from audit.archive.recorders.recorder import Recorder


def test_positions_count_from_one_without_gaps(recorder: Recorder) -> None:
    assert recorder.insert_events(events(3)) == [1, 2, 3]
    assert recorder.insert_events(events(2)) == [4, 5]
    assert_whole(recorder)


def test_no_events_take_no_position(recorder: Recorder) -> None:
    assert recorder.insert_events([]) == []
    assert recorder.insert_new([]) == []
    assert recorder.insert_new([[]]) == [[]]
    assert recorder.head() == (0, 0)


def test_a_rejected_insert_leaves_no_gap(recorder: Recorder) -> None:
    there = event()
    recorder.insert_events([there])
    for _ in range(3):
        with pytest.raises(IntegrityError):
            recorder.insert_events([*events(5), there])
    assert recorder.insert_events(events(1)) == [2]
    assert_whole(recorder)


def test_a_version_taken_twice_in_one_call_is_rejected(recorder: Recorder) -> None:
    twice = event()
    with pytest.raises(IntegrityError):
        recorder.insert_events([twice, twice])
    assert_whole(recorder)


def test_a_known_item_is_not_stored_twice(recorder: Recorder) -> None:
    known, new = [event()], [event()]
    assert recorder.insert_new([known]) == [[1]]
    assert recorder.insert_new([known, new, known]) == [None, [2], None]
    assert_whole(recorder)


def test_an_item_that_is_known_in_part_is_not_stored_at_all(recorder: Recorder) -> None:
    known, new = event(), event()
    recorder.insert_new([[known]])
    assert recorder.insert_new([[new, known]]) == [None]
    assert recorder.states([new.originator_id, known.originator_id]) == {known.originator_id: b"{}"}  # type: ignore[list-item]  # ours are UUIDs


def test_what_came_only_with_a_known_item_can_still_be_stored(recorder: Recorder) -> None:
    known, new = event(), event()
    recorder.insert_new([[known]])
    assert recorder.insert_new([[known, new], [new]]) == [None, [2]]


def test_an_item_that_came_earlier_in_the_call_is_known(recorder: Recorder) -> None:
    item = [event(), event()]
    assert recorder.insert_new([item, [event()], item, [item[1]]]) == [[1, 2], [3], None, None]
    assert_whole(recorder)


def test_a_stream_is_known_by_any_of_its_versions(recorder: Recorder) -> None:
    stream = uuid4()
    recorder.insert_events([event(stream, 1), event(stream, 2)])
    assert recorder.insert_new([[event(stream, 3)]]) == [None]


def test_an_item_may_hold_several_versions_of_a_new_stream(recorder: Recorder) -> None:
    stream = uuid4()
    assert recorder.insert_new([[event(stream, 1), event(stream, 2)]]) == [[1, 2]]


def test_keys_taken_before_an_erasure_store_nothing(recorder: Recorder) -> None:
    taken_at = recorder.head().erasures
    recorder.insert_events(events(1), erasures=taken_at, erasing=True)
    with pytest.raises(KeysOutdated):
        recorder.insert_events(events(1), erasures=taken_at)
    with pytest.raises(KeysOutdated):
        recorder.insert_new([events(1)], erasures=taken_at)
    with pytest.raises(KeysOutdated):
        recorder.insert_events(events(1), erasures=taken_at, erasing=True)
    assert recorder.head() == (1, taken_at + 1)
    assert recorder.insert_new([events(1)], erasures=taken_at + 1) == [[2]]
    assert_whole(recorder)


def test_more_events_than_the_cap_are_refused(recorder: Recorder) -> None:
    with pytest.raises(TooMuchAtOnce):
        recorder.insert_events(events(20_001))
    with pytest.raises(TooMuchAtOnce):
        recorder.insert_new([events(10_000), events(10_001)])
    assert recorder.head().size == 0


def test_more_bytes_than_the_cap_are_refused(recorder: Recorder) -> None:
    with pytest.raises(TooMuchAtOnce):
        recorder.insert_events([event(sealed=bytes(4_000_000))])
    with pytest.raises(TooMuchAtOnce):
        recorder.insert_events(events(80, size=50_000))
    assert recorder.head().size == 0


UNFIT = {
    "a long state": event(state=bytes(65_000)),
    "a negative version": event(version=-1),
    "a huge version": event(version=2**63),
    "no UUID": StoredEvent("chat-1", 1, "test.happened", b"{}"),
    "zero in the topic": StoredEvent(uuid4(), 1, "test.\x00", b"{}"),
    "half a character": StoredEvent(uuid4(), 1, "test.\ud800", b"{}"),
    "a broken frame": StoredEvent(uuid4(), 1, "test.happened", MAGIC + b"broken"),
}


def test_what_cannot_be_stored_is_refused_whole(recorder: Recorder) -> None:
    for unfit in UNFIT.values():
        with pytest.raises(NotStorable):
            recorder.insert_events([event(), unfit])
        with pytest.raises(NotStorable):
            recorder.insert_new([[event()], [unfit]])
    assert recorder.head().size == 0


def test_the_longest_state_and_the_highest_version_are_stored(recorder: Recorder) -> None:
    stream = uuid4()
    recorder.insert_events([event(stream, 2**63 - 1, bytes(64_999)), event(stream, 0, b"")])
    assert [(row.originator_version, len(row.state)) for row in recorder.stream(stream)] == [
        (0, 0),
        (2**63 - 1, 64_999),
    ]
    assert_whole(recorder)


def test_a_call_as_large_as_the_caps_is_stored(recorder: Recorder) -> None:
    recorder.insert_events(events(20_000, size=180))
    recorder.insert_events(events(61, size=64_000))
    recorder.insert_events([event(sealed=bytes(262_144)) for _ in range(15)])
    assert_whole(recorder)


def test_nothing_beside_events_is_taken(recorder: Recorder) -> None:
    with pytest.raises(NotSupportedError):
        recorder.insert_events(events(1), tracking="view")


def test_what_was_appended_is_there_after_opening_again(place: str) -> None:
    with opened(place) as recorder:
        recorder.insert_events(events(3))
    with opened(place) as recorder:
        assert recorder.head().size == 3
        assert_whole(recorder)
