"""Where the sentences of a text begin and end, and which of them ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff\ufe0f"
_BREAK = re.compile(
    rf"[.!?…]{{1,8}}[)\]'\"”»x]{{0,4}}(?=\s|$|[{_EMOJI}])|[。!?][」』”)]{{0,4}}|\n\s*|[;；](?=\s)|"
    rf"[{_EMOJI}][{_EMOJI} ]*|\s[-–—]{{1,3}}\s(?=\S)|\s\|\s"
)
_CHINESE_BREAK = re.compile(rf"[。!?;…]{{1,8}}[」』”)]{{0,4}}|\n\s*|\.(?=\s|$)|[{_EMOJI}]+|~{{1,4}}(?=\s|$)")
_LAST_WORD = re.compile(r"[^\W_]+$")
_LONGEST_ABBREVIATION = 24
_LONGEST_SENTENCE = 600
"""Nobody promises in longer ones; what has no full stops is read in pieces, so that the work grows with the length."""


class Sentence(NamedTuple):
    start: int
    end: int
    asks: bool


def sentences(text: str, *, abbreviations: frozenset[str], chinese: bool) -> Iterator[Sentence]:
    """Yield the sentences of a text in the spelling of the rules, blanks at their ends left out."""
    start = 0
    for found in (_CHINESE_BREAK if chinese else _BREAK).finditer(text):
        mark = found.group().strip()
        if mark[:1] == "." and len(mark) == 1 and _goes_on(text, found.start(), abbreviations):
            continue
        yield from _trimmed(text, start, found.end(), asks="?" in mark)
        start = found.end()
    yield from _trimmed(text, start, len(text), asks=False)


def _goes_on(text: str, dot: int, abbreviations: frozenset[str]) -> bool:
    """Say whether a full stop ends a number or an abbreviation rather than a sentence."""
    word = _LAST_WORD.search(text[max(0, dot - _LONGEST_ABBREVIATION) : dot])
    if word is None:
        return False
    last = word.group()
    more = bool(text[dot + 1 : dot + 3].strip())
    return more and (last in abbreviations or last.isdigit() or (len(last) == 1 and last.isalpha()))


def _trimmed(text: str, start: int, end: int, *, asks: bool) -> Iterator[Sentence]:
    for begin in range(start, end, _LONGEST_SENTENCE):
        words = text[begin : min(end, begin + _LONGEST_SENTENCE)]
        kept = words.strip()
        if kept:
            first = begin + len(words) - len(words.lstrip())
            yield Sentence(first, first + len(kept), asks)
