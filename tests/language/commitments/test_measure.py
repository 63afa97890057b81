"""The figures the documentation names hold, on the lines no rule was corrected by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.language.commitments.lines import HERE, LANGUAGES, labelled
from tests.language.commitments.measure import scored

LEAST = {"en": 0.85, "lt": 0.75, "bg": 0.75, "ru": 0.75, "zh": 0.75}
RULES = Path(__file__).resolve().parents[3] / "audit" / "language" / "commitments"


@pytest.mark.parametrize("language", LANGUAGES)
def test_promises_are_found_in_lines_held_out(language: str, shared_data: Path) -> None:
    score = scored([line for line in labelled(language, shared_data) if line.held_out], language)
    assert score.lines >= 140
    assert score.f1 >= LEAST[language]
    assert score.who >= 0.9 * score.right
    assert score.deadline >= 0.85 * score.right
    assert score.amount >= 0.9 * score.right
    assert score.conditional >= 0.9 * score.right


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_least_three_hundred_lines_are_labelled(language: str) -> None:
    rows = [json.loads(line) for line in (HERE / f"{language}.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) >= 300
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_hundred_of_them_are_real_and_only_pointed_at(language: str) -> None:
    rows = [json.loads(line) for line in (HERE / f"{language}.jsonl").read_text("utf-8").splitlines()]
    real = [row for row in rows if "from" in row]
    assert len(real) >= 200
    assert not any("text" in row for row in real)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_labelled_line_stands_in_the_rules(language: str) -> None:
    rules = (RULES / f"{language}.toml").read_text("utf-8")
    rows = [json.loads(line) for line in (HERE / f"{language}.jsonl").read_text("utf-8").splitlines()]
    written = [row["text"].lower() for row in rows if len(row.get("text", "")) >= 12]
    assert not [text for text in written if text in rules]
