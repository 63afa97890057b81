"""Snippets of a hit: the stretches of its text around what was found, each with the place it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.projections.search.hits import Hit

AROUND: Final = 60
MOST: Final = 3


@dataclass(frozen=True)
class Snippet:
    """``pieces`` are (text, whether it was found); ``cut`` says whether text is left out before and after."""

    pieces: tuple[tuple[str, bool], ...]
    cut: tuple[bool, bool]


def snippets(hit: Hit, *, around: int = AROUND, most: int = MOST) -> list[Snippet]:
    """Return stretches that show the first marks of a hit; the beginning of the text where nothing is marked."""
    stretches = _stretches(hit.marks, around, len(hit.text))[:most] or [(0, min(len(hit.text), 2 * around))]
    return [Snippet(tuple(_pieces(hit, start, end)), (start > 0, end < len(hit.text))) for start, end in stretches]


def _stretches(marks: Sequence[tuple[int, int]], around: int, length: int) -> list[tuple[int, int]]:
    """Return what stands around the marks; neighbours that overlap are one, but none grows without end."""
    found: list[tuple[int, int]] = []
    for first, last in marks:
        start, end = max(0, first - around), min(length, min(last, first + 4 * around) + around)
        if found and start <= found[-1][1] and end - found[-1][0] < 8 * around:
            found[-1] = (found[-1][0], end)
        else:
            found.append((max(start, found[-1][1]) if found else start, max(end, start)))
    return [(start, end) for start, end in found if start < end]


def _pieces(hit: Hit, start: int, end: int) -> Iterator[tuple[str, bool]]:
    place = start
    for first, last in hit.marks:
        if last <= start or first >= end:
            continue
        if first > place:
            yield hit.text[place:first], False
        yield hit.text[max(first, place) : min(last, end)], True
        place = min(last, end)
    if place < end:
        yield hit.text[place:end], False
