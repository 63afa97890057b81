"""The six formulas on the numbers everybody uses, through the importer, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run
from audit.sample.queue_log import rows
from tests.levels.calls import VECTOR, by_hand, queue_log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIX = {"SL1": 83.02, "SL2": 86.00, "SL3": 81.13, "SL4": 82.69, "SL5": 82.08, "SL6": 81.90}


def test_the_six_formulas_give_the_published_numbers(on_each_engine: Callable[..., Any], tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("".join(f"{line}\n" for line in queue_log(VECTOR)))
    brought = on_each_engine("import", str(log))
    assert (brought["found"], brought["new"], brought["refused"]) == (3120, 3120, 0)
    told = on_each_engine("levels")
    assert told["totals"]["levels"] == SIX
    numbers = {name: told["totals"][name] for name in ("offered", "answered", "abandoned", "short_abandoned")}
    assert numbers == {"offered": 1060, "answered": 1000, "abandoned": 60, "short_abandoned": 10}
    assert sum(one["offered"] for one in told["intervals"]) == 1060
    assert told["formula"] == "all"
    only = on_each_engine("levels", "--formula", "SL3", "--interval", "1d")
    assert only["totals"]["levels"] == {"SL3": 81.13}
    assert only["formulas"] == {"SL3": "A≤T / (A + Ab)"}


def test_each_figure_is_said_with_its_formula_threshold_and_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", str(tmp_path / "data"), "--as", "ona"]
    log = tmp_path / "queue_log"
    tenth = [fate._replace(calls=fate.calls // 10) for fate in VECTOR]
    log.write_text("".join(f"{line}\n" for line in queue_log(tenth)))
    for words in (["init", "--origin", "example.com/archive"], ["import", str(log)]):
        assert run([*words, *place]) == 0
    capsys.readouterr()
    assert run(["levels", "--interval", "1d", *place]) == 0
    said = capsys.readouterr().out
    assert "SL4 = A≤T / (A + Ab>T)" in said
    assert "SL6 81.90 %" in said
    assert "threshold 20 s" in said
    assert "intervals of 1d" in said


def test_a_day_of_the_made_up_company_agrees_with_a_calculation_of_its_own(
    on_each_engine: Callable[..., Any], tmp_path: Path
) -> None:
    log = tmp_path / "queue_log"
    on_each_engine("sample", "--queue-log", "--calls", "200", "--seed", "7", "-o", str(log))
    assert on_each_engine("import", str(log))["refused"] == 0
    totals = on_each_engine("levels", "--interval", "1d")["totals"]
    expected = by_hand(log.read_text())
    for name in ("offered", "answered", "abandoned", "short_abandoned", "flow_out", "transferred", "asa", "aht"):
        assert totals[name] == pytest.approx(expected[name], abs=0.051), name
    assert totals["levels"] == {name: expected[name] for name in SIX}


def test_a_log_read_backwards_and_twice_gives_the_same_levels(onrecord: Callable[..., Any], tmp_path: Path) -> None:
    lines = list(rows(200, 5))
    for number, some in enumerate((lines[150:][::-1], lines[:200])):
        log = tmp_path / f"queue_log.{number}"
        log.write_text("".join(f"{line}\n" for line in some))
        brought = onrecord("import", str(log))
        assert brought["found"] == brought["new"] + brought["known"] + brought["refused"]
    totals = onrecord("levels")["totals"]
    expected = by_hand("\n".join(lines))
    assert totals["levels"] == {name: expected[name] for name in SIX}
    assert totals["offered"] == expected["offered"]


def test_no_calls_are_no_calls_and_not_a_hundred_per_cent(onrecord: Callable[..., Any]) -> None:
    totals = onrecord("levels", "--from", "2026-03-01", "--to", "2026-03-01")["totals"]
    assert totals["says"] == "no calls"
    assert set(totals["levels"].values()) == {None}
    assert totals["asa"] is None
    assert totals["abandon_rate"] is None


def test_a_log_cut_off_at_both_ends_is_accounted_for(onrecord: Callable[..., Any], tmp_path: Path) -> None:
    whole = "".join(f"{line}\n" for line in rows(50, 9))
    log = tmp_path / "queue_log"
    log.write_text(whole[whole.index("\n") // 2 : len(whole) * 2 // 3])
    brought = onrecord("import", str(log), "--format", "queue_log")
    assert brought["found"] == brought["new"] + brought["known"] + brought["refused"]
    assert brought["refused"] in {1, 2}
    assert onrecord("levels")["totals"]["offered"] > 0
