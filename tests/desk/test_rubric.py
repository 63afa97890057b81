"""The rubric's file, the diff, and the figures of the feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.domain.errors import WrongUse
from audit.language.diff import differences, written
from audit.projections.desk.feedback import related, wilson
from audit.projections.desk.rubric import CODES, read_rubric, rubric

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_of_ones_own_changes_only_what_it_names() -> None:
    mine = read_rubric('weak_below = 70\n[categories.lift]\nrequired = ["safety"]\n', "mine.toml")
    assert mine.weak_below == 70
    assert mine.weights == rubric().weights
    assert mine.score("Lift", frozenset({"safety"}), 0) == 100
    assert mine.score("Lift", frozenset(), 0) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weak_below = -1", "weak_below"),
        ("nonsense = 1", "nonsense"),
        ("[weights]\ncolour = 3", "colour"),
        ('[default]\nrequired = ["smell"]', "smell"),
        ("categories = 3", "categories"),
        ("[default]\nfacts = 3", "default.facts"),
        ("= broken", "TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        read_rubric(text, "mine.toml")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="cannot be read"):
        rubric(tmp_path / "none.toml")


def test_all_marks_give_a_hundred_points_and_losses_take_some() -> None:
    ours = rubric()
    assert ours.score(None, frozenset(CODES), 0) == 100
    assert ours.score(None, frozenset(CODES), 1) == 100 - ours.points_for_a_loss
    assert ours.score(None, frozenset(), 99) == 0


@pytest.mark.parametrize(
    ("old", "new"), [("", ""), ("a b", "a c"), ("门禁码4711", "门禁码4712"), ("x" * 9, ""), ("\0 \n", "b")]
)
def test_a_diff_gives_back_both_texts(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(one.text for one in pieces if one.sign != "+") == old
    assert "".join(one.text for one in pieces if one.sign != "-") == new


def test_a_diff_shows_the_words_that_changed() -> None:
    assert written(differences("code 4711 here", "code 4712 here")) == "code [-4711-][+4712+] here"


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    low, high = wilson(1, 10) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.0179, 0.4042)
    assert wilson(0, 0) is None


def test_a_correlation_of_few_or_of_nothing_says_nothing() -> None:
    assert related([1.0, 2.0], [1.0, 2.0]).rho is None
    assert related([5.0] * 20, [1.0] * 20).rho is None
    found = related([float(n) for n in range(20)], [float(20 - n) for n in range(20)])
    assert found.rho == pytest.approx(-1)
    assert "fewer visits" in found.says
