"""Cohen's kappa against tables worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from audit.domain.agreement import NothingToCompare, kappa


def test_a_table_worked_out_by_hand() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 35/50, expected (25*30 + 25*20)/2500 = 1/2.
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert kappa(first, second) == Fraction(2, 5)


def test_three_marks_worked_out_by_hand() -> None:
    # Agreement on 3 of 4; expected (2*1 + 1*2 + 1*1)/16 = 5/16; (12/16 - 5/16) / (11/16).
    assert kappa("aabc", "abbc") == Fraction(7, 11)


def test_full_agreement_is_one_and_full_disagreement_below_nought() -> None:
    assert kappa("abab", "abab") == 1
    assert kappa("abab", "baba") == -1


def test_where_both_always_say_the_same_kappa_is_not_defined() -> None:
    assert kappa("aaa", "aaa") is None


@pytest.mark.parametrize(("first", "second"), [("", ""), ("ab", "a")])
def test_marks_that_do_not_match_are_refused(first: str, second: str) -> None:
    with pytest.raises(NothingToCompare):
        kappa(first, second)
