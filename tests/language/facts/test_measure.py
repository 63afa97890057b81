"""Facts are found as well as the documentation says, in our own lines and in the real dialogues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.language.facts.measure import measured
from tests.language.facts.truth import LANGUAGES, crosswoz, own_lines, sgd

if TYPE_CHECKING:
    from pathlib import Path

STRICT = ("phone", "email", "money", "date", "time", "identifier")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_lines_of_every_kind_and_lines_without_any(language: str) -> None:
    lines = list(own_lines(language))
    assert len(lines) >= 60
    assert {mark.kind for line in lines for mark in line.marks} >= {*STRICT, "address", "access", "device", "person"}
    assert sum(not line.marks for line in lines) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_written_for_it_are_read_right(language: str) -> None:
    scores = measured(own_lines(language)).scores
    assert all(scores[kind].exact >= 0.95 * scores[kind].marked for kind in STRICT)
    assert all(scores[kind].exact >= 0.9 * scores[kind].found for kind in STRICT)
    assert scores["address"].exact >= 0.8 * scores["address"].marked


@pytest.mark.parametrize("speaker", ["USER", "SYSTEM"])
def test_days_and_times_and_phones_of_real_dialogues_are_found(shared_data: Path, speaker: str) -> None:
    scores = measured(sgd(shared_data / "sgd" / "train_dialogues_100.json", speaker=speaker)).scores
    for kind in {"date", "time", "phone"} & scores.keys():
        assert scores[kind].exact >= 0.95 * scores[kind].marked
        assert scores[kind].exact >= 0.9 * scores[kind].found


def test_phones_and_sums_of_real_chinese_dialogues_are_found(shared_data: Path) -> None:
    scores = measured(crosswoz(shared_data / "crosswoz" / "val_first40.json")).scores
    assert scores["phone"].exact >= 0.9 * scores["phone"].marked
    assert scores["money"].exact >= 0.95 * scores["money"].marked
    assert scores["address"].touched >= 0.8 * scores["address"].marked
