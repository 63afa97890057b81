"""Many patterns tried on one sentence: only those are tried whose letters the sentence holds."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.language.elements.needed import needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST: Final = 4
"""Letters of a piece by which a pattern is looked up."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some of the patterns of an index; ``mine`` has their bits."""

    mine: int
    patterns: dict[int, re.Pattern[str]]

    def found(self, text: str, possible: int) -> bool:
        """Tell whether one of the patterns is found in a text, given the patterns that ``Index.possible`` allows."""
        left = possible & self.mine
        while left:
            bit = left & -left
            if self.patterns[bit].search(text):
                return True
            left ^= bit
        return False


class Index:
    """Patterns, each under a bit, and the pieces of text by which they are found."""

    def __init__(self) -> None:
        self._patterns: dict[int, re.Pattern[str]] = {}
        self._needed: dict[int, frozenset[str]] = {}
        self._always = 0
        self._by_piece: dict[str, int] | None = None
        self._lengths: list[int] = []

    def any_of(self, patterns: Sequence[str], *, always: bool = False) -> AnyOf:
        """Take in patterns; ``always`` tries them on every text, whatever it holds."""
        mine = 0
        for pattern in patterns:
            bit = 1 << len(self._patterns)
            mine |= bit
            self._patterns[bit] = re.compile(pattern)
            ways = None if always else needed(pattern)
            if ways:
                self._needed[bit] = ways
            else:
                self._always |= bit
        self._by_piece = None
        return AnyOf(mine, self._patterns)

    def possible(self, text: str) -> int:
        """Return the bits of the patterns that may be found in a text."""
        by_piece = self._by_piece if self._by_piece is not None else self._sorted()
        bits = self._always
        for length in self._lengths:
            for piece in {text[start : start + length] for start in range(len(text) - length + 1)}:
                if piece in by_piece:
                    bits |= by_piece[piece]
        return bits

    def _sorted(self) -> dict[str, int]:
        """Look each string up by the piece of it that the fewest other strings share."""
        shared = Counter(piece for ways in self._needed.values() for way in ways for piece in _pieces(way))
        by_piece: dict[str, int] = {}
        for bit, ways in self._needed.items():
            for way in ways:
                piece = min(_pieces(way), key=lambda one: shared[one])
                by_piece[piece] = by_piece.get(piece, 0) | bit
        self._lengths = sorted({len(piece) for piece in by_piece})
        self._by_piece = by_piece
        return by_piece


def _pieces(way: str) -> Iterator[str]:
    length = min(_LONGEST, len(way))
    return (way[start : start + length] for start in range(len(way) - length + 1))
