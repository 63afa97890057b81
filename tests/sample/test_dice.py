"""Chance that can be repeated."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audit.sample.dice import Dice

SEEDS = st.integers(-(2**70), 2**70)


def test_a_seed_gives_what_it_has_always_given() -> None:
    dice = Dice(2026)
    assert [dice.between(0, 99) for _ in range(5)] == [11, 50, 51, 86, 10]


@given(SEEDS, st.integers(-50, 50), st.integers(0, 50))
def test_a_number_between_two_is_between_them(seed: int, low: int, width: int) -> None:
    assert low <= Dice(seed).between(low, low + width) <= low + width


@given(SEEDS, st.integers(1, 12))
def test_digits_are_as_many_as_asked_for(seed: int, count: int) -> None:
    digits = Dice(seed).digits(count)
    assert len(digits) == count
    assert digits.isdigit()


@given(SEEDS, st.lists(st.integers(), unique=True))
def test_shuffling_loses_nothing(seed: int, cards: list[int]) -> None:
    assert sorted(Dice(seed).shuffled(cards)) == sorted(cards)


def test_both_ends_are_drawn() -> None:
    dice = Dice(1)
    assert {dice.between(1, 6) for _ in range(200)} == {1, 2, 3, 4, 5, 6}


def test_a_negative_seed_is_not_its_opposite() -> None:
    assert Dice(-5).digits(12) != Dice(5).digits(12)
