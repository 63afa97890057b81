"""What a benchmark says, and how its rounds are timed: interleaved, so that a busy machine is busy for both sides."""

from __future__ import annotations

from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Figure(NamedTuple):
    """One line of the table. ``ratio`` is how many times as fast as ``against`` it is: above 1 is faster."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""


class Rounds:
    """The seconds each side took, round by round."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = {}
        self._counts: dict[str, list[int]] = {}

    @contextmanager
    def timed(self, side: str, count: int) -> Iterator[None]:
        """Time one round of a side, in which so many things are done."""
        began = perf_counter()
        yield
        self._seconds.setdefault(side, []).append(perf_counter() - began)
        self._counts.setdefault(side, []).append(count)

    def rate(self, side: str) -> float:
        """Return how many things a second, in the median round."""
        return median(count / took for count, took in zip(self._counts[side], self._seconds[side], strict=True))

    def seconds(self, side: str) -> list[float]:
        return self._seconds[side]

    def figure(self, what: str, unit: str, *, side: str, against: str | None = None) -> Figure:
        """Return a side's rate, and its ratio to another's: the median over the rounds."""
        if against is None:
            return Figure(what, self.rate(side), unit)
        pairs = zip(self._rates(side), self._rates(against), strict=True)
        return Figure(what, self.rate(side), unit, median(ours / theirs for ours, theirs in pairs), against)

    def _rates(self, side: str) -> list[float]:
        return [count / took for count, took in zip(self._counts[side], self._seconds[side], strict=True)]
