"""Chance from a seed, the same on every machine and under every Python."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_SEEDS = 2**64


class Dice:
    """Everything is drawn from ``random()``: the one method whose sequence Python promises to keep for a seed."""

    __slots__ = ("random",)

    def __init__(self, seed: int) -> None:
        self.random = Random(seed % _SEEDS).random  # noqa: S311  (a made-up company keeps no secrets)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.random() * len(choices))]

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def digits(self, count: int) -> str:
        return f"{int(self.random() * 10**count):0{count}d}"

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        remaining = list(choices)
        return [remaining.pop(int(self.random() * len(remaining))) for _ in choices]
