"""Stored shapes only grow: what was ever written can be read for ever."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from audit.domain.catalogue import EVENTS
from audit.domain.event import Event, Personal
from tests.golden import write_shapes
from tests.golden.shapes import RECORDED, broken, grown, recorded, shapes_of, unrecorded

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Whistled(Event):
    TOPIC = "tune.whistled"
    tune: Personal
    minutes: int = 3


@dataclass(frozen=True, kw_only=True)
class WhistledLouder(Event):
    TOPIC = "tune.whistled"
    tune: Personal
    minutes: int = 3
    loudness: int | None = None


@dataclass(frozen=True, kw_only=True)
class WhistledRenamed(Event):
    TOPIC = "tune.whistled"
    melody: Personal
    minutes: int = 3


@dataclass(frozen=True, kw_only=True)
class WhistledRetyped(Event):
    TOPIC = "tune.whistled"
    tune: str
    minutes: int = 3


@dataclass(frozen=True, kw_only=True)
class WhistledLonger(Event):
    TOPIC = "tune.whistled"
    tune: Personal
    minutes: int = 5


@dataclass(frozen=True, kw_only=True)
class WhistledWithMore(Event):
    TOPIC = "tune.whistled"
    tune: Personal
    listeners: int
    minutes: int = 3


@dataclass(frozen=True, kw_only=True)
class WhistledRequired(Event):
    TOPIC = "tune.whistled"
    tune: Personal
    minutes: int


@dataclass(frozen=True, kw_only=True)
class WhistledAnew(Event):
    TOPIC = "tune.whistled"
    VERSION = 2
    melody: Personal


FIRST = shapes_of([Whistled])


def test_no_stored_shape_has_changed() -> None:
    assert list(broken(recorded(), shapes_of(EVENTS.values()))) == []


def test_every_shape_is_recorded() -> None:
    missing = list(unrecorded(recorded(), shapes_of(EVENTS.values())))
    assert missing == [], "run python -m tests.golden.write_shapes"


def test_a_shape_names_types_and_defaults() -> None:
    assert FIRST == {"tune.whistled": {"1": {"minutes": {"type": "int", "default": 3}, "tune": {"type": "Personal"}}}}


@pytest.mark.parametrize(
    "changed", [WhistledRenamed, WhistledRetyped, WhistledLonger, WhistledWithMore, WhistledRequired]
)
def test_a_changed_shape_is_noticed(changed: type[Event]) -> None:
    assert list(broken(FIRST, shapes_of([changed])))


def test_an_event_that_is_gone_is_noticed() -> None:
    assert list(broken(FIRST, {})) == ["tune.whistled is gone, but stored events have it for ever"]


def test_going_back_to_an_older_version_is_noticed() -> None:
    assert list(broken(shapes_of([WhistledAnew]), FIRST))


def test_a_new_optional_field_or_a_new_version_may_come_and_is_to_be_recorded() -> None:
    for changed in (WhistledLouder, WhistledAnew):
        assert list(broken(FIRST, shapes_of([changed]))) == []
        assert list(unrecorded(FIRST, shapes_of([changed])))


def test_recording_keeps_what_is_there_and_adds_what_is_new() -> None:
    anew = grown(FIRST, shapes_of([WhistledAnew]))
    assert anew["tune.whistled"].keys() == {"1", "2"}
    assert anew["tune.whistled"]["1"] == FIRST["tune.whistled"]["1"]
    assert grown(FIRST, shapes_of([WhistledLonger])) == FIRST
    assert list(unrecorded(grown(FIRST, shapes_of([WhistledLouder])), shapes_of([WhistledLouder]))) == []


def test_the_script_writes_nothing_when_a_shape_has_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "shapes.json"
    before = json.dumps(recorded() | FIRST)
    file.write_text(before)
    assert write_shapes.write(file) == 1
    assert "tune.whistled is gone" in capsys.readouterr().err
    assert file.read_text() == before


def test_the_script_writes_what_is_recorded_to_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "shapes.json"
    assert write_shapes.write(file) == 0
    assert file.read_text() == RECORDED.read_text()
    assert write_shapes.write(file) == 0
    assert file.read_text() == RECORDED.read_text()
