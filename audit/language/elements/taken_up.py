"""Whether a line takes up something particular of what the other side had just said: its rare words and its numbers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from audit.language.elements.lexicon import LANGUAGES, lexicon
from audit.language.elements.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD: Final = re.compile(r"[^\W_\u3400-\u9fff]+")
_HAN: Final = re.compile("[\u3400-\u9fff]{2,}")
_LETTERS_ALIKE: Final = 5
"""Words that begin with the same five letters count as forms of one word; a shorter word must be the same."""
_SHORTEST: Final = 4
_DIGITS: Final = 2
_ENOUGH: Final = 2
"""Words taken up; a single one may be chance, a number is not."""
_MOST: Final = 2_000
"""Words of what was heard that are remembered."""


def said_again(text: str, heard: Sequence[str]) -> tuple[int, int] | None:
    """Return the span of the first sentence that says again two particular words or a number of what was heard."""
    known: set[str] = set()
    for one in heard:
        if len(known) < _MOST:
            known |= particulars(one)
    if not known:
        return None
    for sentence in sentences(text):
        again = particulars(sentence.text) & known
        if len(again) >= _ENOUGH or any(word.isdigit() for word in again):
            return sentence.start, sentence.end
    return None


def particulars(text: str) -> frozenset[str]:
    """Return what is particular in a text: numbers, the beginnings of its longer words, pairs of Chinese characters."""
    found: set[str] = set()
    for sentence in sentences(text):
        for word in _WORD.findall(sentence.text):
            if word.isdigit():
                found |= {word} if len(word) >= _DIGITS else set()
            elif len(word) >= _SHORTEST and word not in _idle():
                found.add(word[:_LETTERS_ALIKE])
        for run in _HAN.findall(sentence.text):
            found |= {run[place : place + 2] for place in range(len(run) - 1)} - _idle()
    return frozenset(found)


@cache
def _idle() -> frozenset[str]:
    """Return the words that say nothing particular in any of our languages."""
    return frozenset(word for code in LANGUAGES for word in lexicon(code).idle)
