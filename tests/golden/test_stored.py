"""What was ever written is read for ever, and its leaf never changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from audit.archive.mapper import Mapper
from audit.archive.originals import Folder, Originals
from audit.domain.catalogue import EVENTS
from audit.domain.conversation import NoteWritten
from audit.domain.event import Damaged, Event, Personal, Record
from tests.archive.house import repeated
from tests.golden.stored import ARCHIVE_ID, KEY, kept, read, row, says

if TYPE_CHECKING:
    from pathlib import Path

LINES = {(line["topic"], line["version"]): line for line in kept()}


def test_every_topic_and_version_has_kept_bytes() -> None:
    missing = {(topic, kind.VERSION) for topic, kind in EVENTS.items()} - LINES.keys()
    assert not missing, "run python -m tests.golden.write_stored, which keeps what is new"


@pytest.mark.parametrize("name", sorted(LINES), ids=str)
def test_kept_bytes_say_what_they_always_said(name: tuple[str, int], tmp_path: Path) -> None:
    line = LINES[name]
    assert row(line).leaf_hash.hex() == line["leaf"]
    record = read(line, tmp_path)
    said = says(record.event)
    assert {field: said[field] for field in line["says"]} == line["says"]
    assert record.stamp.written("customer") == "cust-7"
    assert record.stamp.seq == 7
    assert record.stamp.zone_assumed


def _newer(line: dict[str, Any], **changes: Any) -> dict[str, Any]:
    state = json.loads(line["state"])
    return line | {"state": json.dumps(state | changes)}


def test_a_shape_of_the_future_is_named_and_not_guessed_at(tmp_path: Path) -> None:
    line = LINES["note.written", 1]
    reader = Mapper(ARCHIVE_ID, Originals(Folder(tmp_path)), repeated(), events=EVENTS, upcasts={})
    (damaged,) = reader.read([row(_newer(line, version=2))], lambda _: {KEY.id: KEY.key})
    assert isinstance(damaged, Damaged)
    assert "newer On Record" in damaged.reason


def test_an_old_shape_is_brought_up_one_version_at_a_time(tmp_path: Path) -> None:
    class NoteOfTomorrow(NoteWritten):
        VERSION = 3

    def to_two(body: dict[str, Any]) -> dict[str, Any]:
        assert isinstance(body["text"], Personal), "boxes are opened first"
        return body | {"extra": None}

    def to_three(body: dict[str, Any]) -> dict[str, Any]:
        return body | {"text": Personal(f"{body['text'].text}, upcast")}

    events: dict[str, type[Event]] = {"note.written": NoteOfTomorrow}
    upcasts = {("note.written", 1): to_two, ("note.written", 2): to_three}
    reader = Mapper(ARCHIVE_ID, Originals(Folder(tmp_path)), repeated(), events=events, upcasts=upcasts)
    line = LINES["note.written", 1]
    (record,) = reader.read([row(line)], lambda _: {KEY.id: KEY.key})
    assert isinstance(record, Record)
    assert record.event == NoteOfTomorrow(text=Personal(f"{line['says']['text']}, upcast"))


def test_no_event_has_a_field_that_the_stamp_needs_for_itself() -> None:
    for kind in EVENTS.values():
        assert "ids" not in kind.__annotations__
