"""Who may ask the desk what: refusals are recorded, withheld words stay hidden, and names run from right to left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from audit.bootstrap.house import build
from audit.bootstrap.settings import Settings
from audit.domain.access import AccessRefused
from audit.domain.event import Record
from tests.levels.conftest import speaking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "\u05e9\u05e8\u05d4 \u05db\u05d4\u05df"
SAID = "\u05d4\u05e0\u05ea\u05d1 \u05dc\u05d0 \u05e2\u05d5\u05d1\u05d3, +972 52 555 0123, \u200f4711\u200e"
ORDER = "\u05d4\u05d7\u05dc\u05e3 \u05d0\u05ea \u05d4\u05e0\u05ea\u05d1"
LINES = (
    {
        "kind": "message",
        "source": "chat",
        "id": "m1",
        "conversation": "c1",
        "customer": NAME,
        "at": "2026-03-01T10:00:00Z",
        "channel": "chat",
        "direction": "inbound",
        "role": "customer",
        "text": "My router is dead. Call +44 20 7946 0123.",
    },
    {
        "kind": "ticket",
        "source": "desk",
        "id": "T1",
        "conversation": "c1",
        "customer": NAME,
        "at": "2026-03-01T11:00:00Z",
        "role": "agent",
        "author_id": "rasa",
        "text": SAID,
        "category": "fault",
    },
    {
        "kind": "work_order",
        "source": "desk",
        "id": "W1",
        "ticket": "T1",
        "customer": NAME,
        "at": "2026-03-01T12:00:00Z",
        "text": ORDER,
    },
)


@pytest.fixture
def onrecord(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    said = speaking(["--data", str(tmp_path / "data")], capsys)
    said("init", "--origin", "example.com/archive")
    brought = tmp_path / "brought.ndjson"
    brought.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    assert said("import", str(brought))["refused"] == 0
    return said


def refusals(folder: Path) -> list[str]:
    """Return what somebody was turned away from, as the log tells it."""
    settings = Settings(folder=folder, keys_url=f"sqlite:///{folder / 'keys.db'}", root_key=folder / "root.key")
    house = build(settings)
    try:
        records = house.archive.read(0, 1_000)
    finally:
        house.close()
    events = [one.event for one in records if isinstance(one, Record)]
    return [one.what for one in events if isinstance(one, AccessRefused) and one.reason == "role"]


def test_an_administrator_is_refused_the_desk_and_that_is_recorded(
    onrecord: Callable[..., Any], tmp_path: Path
) -> None:
    onrecord("users", "add", "antanas", "--role", "administrator")
    refused = onrecord("tickets", login="antanas")
    assert isinstance(refused, str)
    assert "The role administrator does not look at the desk" in refused
    assert refusals(tmp_path / "data") == ["look at the desk"]


@pytest.mark.long
def test_who_may_not_look_is_refused_everywhere_and_that_is_recorded(
    onrecord: Callable[..., Any], tmp_path: Path
) -> None:
    looks = (("tickets",), ("ticket", "show", "T1"), ("ticket", "compare", "T1"), ("feedback",))
    for login, role in (("petras", "technician"), ("antanas", "administrator"), ("marija", "customer")):
        onrecord("users", "add", login, "--role", role)
        for words in looks:
            refused = onrecord(*words, login=login)
            assert isinstance(refused, str), words
            assert f"role {role} does not" in refused
            assert "+972" not in refused
    assert isinstance(onrecord("order", "show", "W1", login="antanas"), str)
    assert onrecord("order", "show", "W1", login="petras")["text"] == ORDER
    assert isinstance(onrecord("ticket", "bounce", "T1", "--code", "contact", login="petras"), str)
    found = refusals(tmp_path / "data")
    assert len(found) == 3 * len(looks) + 1
    assert found.count("read feedback") == 3


@pytest.mark.long
def test_names_and_words_from_right_to_left_come_back_as_they_were_written(onrecord: Callable[..., Any]) -> None:
    shown = onrecord("ticket", "show", "T1")
    assert shown["texts"][0]["text"] == SAID
    assert onrecord("ticket", "bounce", "T1", "--code", "since", "--sentence", SAID.partition(",")[0])["bounces"] == 1
    assert onrecord("ticket", "rewrite", "T1", SAID + " \u202e4712\u202c")["versions"] == 2
    pieces = onrecord("ticket", "compare", "T1")["pieces"]
    assert "".join(one["text"] for one in pieces if one["sign"] != "+") == SAID
    assert onrecord("feedback", "--customer", NAME)["repeated"] == []


@pytest.mark.long
def test_withheld_words_are_nowhere_on_the_desk(onrecord: Callable[..., Any]) -> None:
    onrecord("users", "add", "sigita", "--role", "supervisor")
    event = next(one for one in onrecord("ticket", "show", "T1")["texts"])["event"]
    assert "+972" in json.dumps(onrecord("tickets", login="sigita"))
    onrecord("withhold", "place", str(event), "--reason", "third-person")
    for words in (("tickets",), ("tickets", "--orphans"), ("ticket", "show", "T1"), ("ticket", "compare", "T1")):
        told = onrecord(*words, login="sigita")
        assert isinstance(told, dict), words
        assert "+972" not in json.dumps(told, ensure_ascii=False), words
