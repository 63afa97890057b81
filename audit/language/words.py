"""The words of a text, each with its place: one per Chinese character, otherwise runs of letters and digits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from audit.language.folding import MARKER, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.folding import Folded

# Thai, Lao, Burmese, Khmer, kana, bopomofo, Han: written without spaces, so every character is a word.
UNSPACED = (
    "\u0e01-\u0e30\u0e40-\u0e46\u0e81-\u0eb0\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3"
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u3105-\u312c\u3400-\u4db5\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6d6"
)
_SPELLED = f"{MARKER}[0-9a-f]+{MARKER}"
LETTER = f"[^\\W_{UNSPACED}]"
# An atomic group, not a possessive one: Python before 3.11.5 matches too much with those (gh-106052).
RUN = f"(?>(?:[^\\W_{MARKER}{UNSPACED}]|{_SPELLED})+)"
UNSPACED_WORD = re.compile(f"(?:[{UNSPACED}]|{MARKER}{_SPELLED})(?:{_SPELLED})*")
_WORD = re.compile(f"({UNSPACED_WORD.pattern})|{RUN}")
_RUNS = re.compile(RUN)
PLAIN_RUNS = re.compile("[^\\W_]+")
_ANY_UNSPACED = re.compile(f"[{UNSPACED}]|{MARKER}{MARKER}")
_LINE_BREAKS = frozenset({"", "\n", "\r\n"})

LONGEST = 120
"""Characters in a token at most; PostgreSQL takes 2,046 bytes in a lexeme, and a token as long as that is no word."""
GAP = MARKER
"""Stands in the order of tokens where something parts two characters of unspaced writing; nobody can search for it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word: as the index knows it, its span in the original in code points, and its place in the order of words."""

    text: str
    start: int
    end: int
    position: int


def tokens(text: str) -> list[Token]:
    """Return the words of a text in order. Neighbours have neighbouring positions, unless a gap parts them."""
    folded = fold(text)
    return [
        Token(word, *folded.span(start, end), position)
        for position, (word, start, end) in enumerate(words(folded))
        if word != GAP
    ]


def is_plain(text: str) -> bool:
    """Say whether every word of a folded text is a run of letters and digits: nothing spelled out, nothing unspaced.

    Then letters and digits are all that a pattern has to tell from the rest.
    """
    return text.isascii() or (max(text) < UNSPACED[0] and MARKER not in text)


def exact_words(folded: Folded) -> list[str]:
    """Return the words alone, as ``words`` yields them: all that an index stores."""
    if is_plain(folded.text):
        found: list[str] = PLAIN_RUNS.findall(folded.text)
    elif _ANY_UNSPACED.search(folded.text) is not None:
        return [word for word, _, _ in words(folded)]
    else:
        found = _RUNS.findall(folded.text)
    return [bounded(word) for word in found] if any(len(word) > LONGEST for word in found) else found


def words(folded: Folded) -> Iterator[tuple[str, int, int]]:
    """Yield every word with its span in the folded text; a gap comes as ``GAP`` with an empty span."""
    text = folded.text
    if is_plain(text):
        for match in PLAIN_RUNS.finditer(text):
            yield bounded(match.group()), *match.span()
        return
    after_character: int | None = None
    for match in _WORD.finditer(text):
        start, end = match.span()
        alone = match.start(1) >= 0
        if alone and after_character is not None and text[after_character:start] not in _LINE_BREAKS:
            yield GAP, start, start
        after_character = end if alone else None
        yield bounded(match.group()), start, end


def bounded(token: str) -> str:
    """Return a token no engine refuses for its length; what is cut off is told apart by its digest."""
    if len(token) <= LONGEST:
        return token
    return token[: LONGEST - 40] + sha256(token.encode()).hexdigest()[:40]
