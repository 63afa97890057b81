"""The course of requests by the command line: laws, last days, alarms, a rectification, a refusal and its review."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.requests.commands import Commands, opened
from tests.requests.story import LINES, PROMISED, REGINA

if TYPE_CHECKING:
    from pathlib import Path

HER_WORDS = "Jie žadėjo 150 dolerių, ne 100."


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def onrecord(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    laws = tmp_path / "laws.toml"
    laws.write_text("[ours]\ndays = 10\nmore_days = 5\n")
    monkeypatch.setenv("ONRECORD_REGIMES", str(laws))
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return opened(capsys, tmp_path, url, LINES)


def _day(after: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=after)).isoformat()


def _acknowledged(onrecord: Commands, days_ago: int, law: str = "ours") -> dict[str, Any]:
    request = onrecord.done("petras", "request", "ask", REGINA, "--channel", "letter")["request"]
    words = ["request", "acknowledge", request, "--received", _day(-days_ago), "--law", law]
    facts: dict[str, Any] = onrecord.done("petras", *words)
    return facts


@pytest.mark.long
def test_alarms_come_before_the_day_and_more_time_once(onrecord: Commands) -> None:
    near, late, far = _acknowledged(onrecord, 8), _acknowledged(onrecord, 11), _acknowledged(onrecord, 0, "ccpa")
    assert (near["due"], late["due"], far["due"]) == (_day(2), _day(-1), _day(45))
    pressing = onrecord.done("simona", "requests", "--alarms")["requests"]
    assert [(one["request"], one["level"], one["days_left"]) for one in pressing] == [
        (late["request"], "overdue", -1),
        (near["request"], "urgent", 2),
    ]
    assert [one["request"] for one in onrecord.done("simona", "requests", "--overdue")["requests"]] == [late["request"]]
    extend = ["request", "extend", near["request"], "--reason", "many letters", "--due"]
    assert onrecord("petras", *extend, _day(7)).code == 1
    assert onrecord("simona", *extend, _day(8)).code == 1
    assert onrecord.done("simona", *extend, _day(7))["due"] == _day(7)
    assert onrecord("simona", *extend, _day(7)).code == 1
    too_late = ["request", "extend", late["request"], "--reason", "many letters", "--due", _day(3)]
    assert "first" in onrecord("simona", *too_late).errors
    request = onrecord.done("petras", "request", "ask", REGINA)["request"]
    assert onrecord("petras", "request", "acknowledge", request, "--law", "nowhere").code == 64


def test_her_words_stand_beside_ours_and_a_refusal_can_be_reviewed(onrecord: Commands, tmp_path: Path) -> None:
    request = _acknowledged(onrecord, 0)["request"]
    lines = onrecord.done("simona", "timeline", "c1")["events"]
    event = next(one["event"] for one in lines if one["text"] == PROMISED)
    onrecord.done("petras", "request", "dispute", request, "--event", str(event), "--text", HER_WORDS)
    data = tmp_path / "record.json"
    assert onrecord.done("simona", "record", REGINA, "-o", str(data))["complete"]
    record = json.loads(data.read_text())
    entries = [entry for contact in record["contacts"] for entry in contact["entries"]]
    (ours,) = [entry for entry in entries if entry["disputed_by"]]
    assert (ours["number"], ours["words"][0]["text"]) == (event, PROMISED)
    (matter,) = record["requests"]
    (hers,) = [entry for entry in matter["course"] if entry["number"] in ours["disputed_by"]]
    assert HER_WORDS in [words["text"] for words in hers["words"]]
    refuse = ["request", "refuse", request, "--ground", "excessive", "--reason", "the third this month"]
    assert onrecord("petras", *refuse).code == 1
    assert onrecord.done("simona", *refuse)["stage"] == "refused"
    assert onrecord("simona", "request", "compile", request).code == 1
    assert onrecord.done("petras", "request", "review", request, "--reason", "not content")["stage"] == "review"
    (step,) = [one for one in onrecord.done("simona", "request", "show", request)["steps"] if one["kind"] == "refused"]
    assert (step["code"], step["words"]) == ("excessive", "the third this month")
