"""Charts as paths of SVG: bars upon each other, and lines with gaps; the table beside them says the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 720
HEIGHT: Final = 180
_GAP: Final = 0.25
"""The share of its place that a bar leaves free."""
_STROKE: Final = 5


@dataclass(frozen=True)
class Chart:
    """What is drawn into a box of WIDTH by HEIGHT: a path for each row of values, and what the top of the box means."""

    paths: tuple[str, ...]
    top: float


def bars(rows: Sequence[Sequence[float]]) -> Chart:
    """Return bars, the rows standing upon each other; one place from left to right for each value."""
    places = list(zip(*rows, strict=True))
    top = _round_top(max((sum(place) for place in places), default=0))
    step = WIDTH / max(len(places), 1)
    drawn: list[list[str]] = [[] for _ in rows]
    for at, place in enumerate(places):
        foot = 0.0
        for row, value in enumerate(place):
            if value:
                x, width = at * step + step * _GAP / 2, step * (1 - _GAP)
                y, high = HEIGHT - (foot + value) / top * HEIGHT, value / top * HEIGHT
                drawn[row].append(f"M{x:.1f} {y:.1f}h{width:.1f}v{high:.1f}h-{width:.1f}z")
            foot += value
    return Chart(tuple("".join(path) for path in drawn), top)


def lines(rows: Sequence[Sequence[float | None]], top: float = 100) -> Chart:
    """Return lines over the middles of the places; where there is no value, the line is broken."""
    return Chart(tuple(_line(row, top) for row in rows), top)


def _line(row: Sequence[float | None], top: float) -> str:
    step = WIDTH / max(len(row), 1)
    points = [(step * (at + 0.5), value) for at, value in enumerate(row)]
    path: list[str] = []
    for is_known, run in groupby(points, key=lambda point: point[1] is not None):
        if is_known:
            some = [f"{x:.1f} {HEIGHT - (value or 0) / top * HEIGHT:.1f}" for x, value in run]
            # A single value has no neighbour to be joined with: a short stroke shows it.
            path.append(f"M{some[0]}" + ("".join(f"L{one}" for one in some[1:]) or f"m-{_STROKE} 0h{2 * _STROKE}"))
    return "".join(path)


def _round_top(most: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, 50 … from a number up."""
    size = 1
    while True:
        for one in (1, 2, 5):
            if one * size >= most:
                return one * size
        size *= 10
