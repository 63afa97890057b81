"""Each sample file is read as the expectation beside it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.intake.reading import SAMPLES, SOURCES, read, written

if TYPE_CHECKING:
    from pathlib import Path

CASES = [case for case in sorted(SAMPLES.glob("*/*")) if case.suffix != ".json"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_sample_is_read_as_expected(case: Path) -> None:
    results = written(read(SOURCES[case.parent.name], case.read_bytes()))
    expected = json.loads(case.with_suffix(".facts.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(results)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_sample_is_recognised_by_its_content_as_what_it_is(case: Path) -> None:
    beginning = case.read_bytes()[:65536]
    nameless = case.with_name("file")
    first = next((name for name, source in SOURCES.items() if source.recognises(nameless, beginning)), None)
    named = next((name for name, source in SOURCES.items() if source.recognises(case, beginning)), None)
    assert named == case.parent.name
    assert first == case.parent.name
