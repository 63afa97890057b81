"""Service levels as their people ask for them: reports, rights, corrections, erasure, volumes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.levels.calls import Fate, queue_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

CALLS = [Fate(4, 5, True), Fate(2, 3, False)]


def bring(onrecord: Callable[..., Any], folder: Path, lines: Iterable[dict[str, object]], name: str = "b") -> None:
    brought = folder / f"{name}.ndjson"
    brought.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    assert onrecord("import", str(brought))["refused"] == 0


def message(number: int, minute: int, text: str, **fields: object) -> dict[str, object]:
    said: dict[str, object] = {
        "kind": "message",
        "source": "chat",
        "id": f"m{number}-{minute}",
        "conversation": f"c{number}",
        "customer": f"k{number}",
        "at": f"2026-03-02T10:{minute:02d}:00Z",
        "channel": "messenger",
        "direction": "inbound",
        "role": "customer",
        "text": text,
    }
    return said | fields


def calls(folder: Path) -> str:
    log = folder / "queue_log"
    log.write_text("".join(f"{line}\n" for line in queue_log(CALLS)))
    return str(log)


def erase(onrecord: Callable[..., Any], customer: str) -> None:
    onrecord("users", "add", "dalia", "--role", "data protection officer")
    asked = onrecord("erase", customer, "--ground", "asked to")
    done = onrecord("erase", "--execute", asked["erasure"], login="dalia")
    assert done["residue"] == []
    assert done["erased_keys"]


def test_a_report_prints_the_same_after_more_came_in_and_after_an_erasure(
    on_each_engine: Callable[..., Any], tmp_path: Path
) -> None:
    on_each_engine("import", calls(tmp_path))
    issued = on_each_engine("levels", "--interval", "1h", "--issue")
    assert issued["totals"]["offered"] == 6
    bring(on_each_engine, tmp_path, [message(1, 0, "still broken")])
    more = tmp_path / "queue_log.1"
    more.write_text("".join(f"{line}\n" for line in queue_log(CALLS, begins=1_772_400_000)))
    on_each_engine("import", str(more))
    erase(on_each_engine, "+37020000001")
    assert on_each_engine("levels", "--report", issued["report"]) == issued
    assert on_each_engine("levels")["totals"]["offered"] == 12
    on_each_engine("rebuild", "levels")
    assert on_each_engine("levels", "--report", issued["report"]) == issued
    assert "no report" in on_each_engine("levels", "--report", "feedface")


def test_an_earlier_position_knows_nothing_of_what_came_later(onrecord: Callable[..., Any], tmp_path: Path) -> None:
    onrecord("import", calls(tmp_path))
    whole = onrecord("levels")
    assert onrecord("levels", "--position", "2")["totals"]["offered"] == 0
    assert onrecord("levels", "--position", str(whole["position"]))["totals"] == whole["totals"]


def test_levels_are_narrowed_to_a_queue_a_channel_and_days(onrecord: Callable[..., Any], tmp_path: Path) -> None:
    onrecord("import", calls(tmp_path))
    bring(onrecord, tmp_path, [message(1, 0, "hi"), message(1, 9, "yes?", role="agent", author_id="rasa")])
    assert onrecord("levels", "--queue", "support")["totals"]["offered"] == 6
    assert onrecord("levels", "--queue", "none")["totals"]["says"] == "no calls"
    written = onrecord("levels", "--channel", "messenger")
    assert written["totals"]["offered"] == 1
    (reply,) = written["replies"]
    assert (reply["channel"], reply["target"], reply["mean"], reply["share"]) == ("messenger", 1800, 540.0, 100.0)
    assert onrecord("levels", "--from", "2026-03-02")["totals"]["offered"] == 0
    assert onrecord("levels", "--to", "2026-03-01")["totals"]["offered"] == 6


@pytest.mark.parametrize(
    "words",
    [
        ("--formula", "SL7"),
        ("--interval", "7m"),
        ("--from", "2026-03-02", "--to", "2026-03-01"),
        ("--from", "tomorrow"),
        ("--issue", "--report", "x"),
        ("--threshold", "-1"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_a_sentence(
    onrecord: Callable[..., Any], words: tuple[str, ...]
) -> None:
    assert onrecord("levels", *words).startswith("onrecord: ")


def test_agents_read_no_service_levels(onrecord: Callable[..., Any]) -> None:
    onrecord("users", "add", "rasa", "--role", "agent")
    assert "ask one of" in onrecord("levels", login="rasa")
    assert "ask one of" in onrecord("volume", login="rasa")


def test_an_answered_call_without_words_is_recorded_as_missing_once(
    onrecord: Callable[..., Any], tmp_path: Path
) -> None:
    onrecord("import", calls(tmp_path))
    assert onrecord("levels")["missing_conversations"] == 4
    assert onrecord("levels", "--missing")["noted_missing"] == 4
    assert onrecord("levels", "--missing")["noted_missing"] == 0
    kinds = [one["kind"] for one in onrecord("timeline", "1772362801.1")["events"]]
    assert "missing" in kinds


def test_settings_that_cannot_be_used_are_refused_with_all_that_is_wrong(
    onrecord: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "levels.toml"
    monkeypatch.setenv("ONRECORD_LEVELS", str(settings))
    assert "cannot be read" in onrecord("levels")
    settings.write_text('threshold = "soon"\nwhat = 1\n[targets]\nchat = -1\n')
    said = onrecord("levels")
    assert "threshold" in said
    assert "'what'" in said
    assert "targets" in said
    settings.write_text("threshold = 4\n")
    onrecord("import", calls(tmp_path))
    assert onrecord("levels")["totals"]["answered_within"] == 0


def test_volumes_count_by_channel_and_topics_name_nobody(onrecord: Callable[..., Any], tmp_path: Path) -> None:
    said = [message(number, 0, f"Hello, the router of Zbignew{number} blinks red") for number in range(4)]
    bring(onrecord, tmp_path, [*said, message(9, 0, "Kada ateis technikas pas Onutę?")])
    told = onrecord("volume", "--interval", "1h", "--by", "channel")
    assert told["by"]["channel"] == {"messenger": 5}
    assert told["by"]["interval"] == {"2026-03-02T10:00:00+00:00": 5}
    assert told["intervals"] == {"2026-03-02T10:00:00+00:00": {"messenger": 5}}
    terms = {one["term"]: one["conversations"] for one in told["topics"]}
    assert terms["router"] == 4
    assert not [term for term in terms if "zbignew" in term or "onut" in term]


def test_words_that_are_withheld_are_no_topic(onrecord: Callable[..., Any], tmp_path: Path) -> None:
    bring(onrecord, tmp_path, [message(number, 0, "the boiler leaks") for number in range(3)])
    onrecord("users", "add", "sigita", "--role", "supervisor")
    assert onrecord("volume", login="sigita")["topics"]
    for event in (onrecord("search", "boiler")["hits"])[:1]:
        onrecord("withhold", "place", str(event["event"]), "--reason", "third-person")
    assert onrecord("volume", login="sigita")["topics"] == []
