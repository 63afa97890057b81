"""Writing a text as the index knows it, character by character traceable to the original.

The folded text holds letters and digits that every engine leaves alone, and separators between them. Anything else that
carries meaning (an emoji, a vowel sign of Hindi, a letter younger than Unicode 3.2) is spelled out between two markers;
where it is a word of its own, as a rare Chinese character is, a third marker opens it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = "ǂ"
"""Opens and closes a spelled-out character; a letter to every engine, and itself always spelled out."""

# Characters that become exactly one character, whatever stands beside them. What is outside takes the careful way.
_UNUSUAL = re.compile(
    "[^\\x00-\\x7f\u00a1-\u00a5\u00a7\u00ab\u00b1\u00b6\u00b7\u00bb\u00bf-\u00de\u00e0-\u012f\u0131\u0134-\u013e"
    "\u0141-\u0148\u014a-\u017e\u0400-\u0481\u048a-\u04bf\u04c1-\u04ce\u04d0-\u04f5\u2010-\u2016\u2018-\u2023\u2025-\u2027\u2030-\u2032\u2039\u203a\u20a0-\u20a7\u20a9-\u20b9"
    "\u3000-\u3003\u3008-\u3011\u4e00-\u9fa5\uff01-\uff5d]"
)
# ё, the space and the signs of full width: one character each, before and after.
_ONE_FOR_ONE = {ord("ё"): "е", 0x3000: " "} | {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5E)}
# Signs that say nothing about the word they hang on: ™ ℠ © ®, and the skin tones of emoji.
_SILENT = frozenset("™℠©®🏻🏼🏽🏾🏿")
# Marks that are not spelling: stress and pitch, Arabic and Hebrew vowel points, variation selectors.
_SILENT_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20f0\ufe00-\ufe2f\U000e0100-\U000e01ef]"
)
_LETTERS_WITHOUT_MARKS = {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``origins[i]`` is the span of the original that character i came from; None: the same place."""

    text: str
    origins: list[tuple[int, int]] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original, in code points, that became ``text[start:end]``."""
        if self.origins is None or start >= end:
            return start, end
        return self.origins[start][0], max(origin[1] for origin in self.origins[start:end])


def fold(text: str) -> Folded:
    """Fold case, width, ё and invisible characters away; keep й, and the diacritics of the Latin letters."""
    if text.isascii():
        return Folded(text.lower(), None)
    if _UNUSUAL.search(text) is None:
        return Folded(text.lower().translate(_ONE_FOR_ONE), None)
    pieces: list[str] = []
    origins: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        piece = _fold_cluster(text[start:end])
        pieces.append(piece)
        origins.extend([(start, end)] * len(piece))
    return Folded("".join(pieces), origins)


@lru_cache(maxsize=1 << 16)
def without_diacritics(word: str) -> str:
    """Return a folded word as somebody types it who leaves the diacritics out. й stays й: it is a letter of its own."""
    if word.isascii():
        return word
    return "".join(_plain_letter(letter) for letter in word)


def _plain_letter(letter: str) -> str:
    if letter in _LETTERS_WITHOUT_MARKS:
        return _LETTERS_WITHOUT_MARKS[letter]
    if letter == "й":
        return letter
    parts = unicodedata.normalize("NFD", letter)
    # Only marks are left out: Hangul decomposes into letters.
    return parts[0] if len(parts) > 1 and all(unicodedata.combining(part) for part in parts[1:]) else letter


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans that can be normalised each for itself: a character and what combines with it."""
    bounds = [
        place
        for place, character in enumerate(text)
        if place == 0 or not _continues(character) or text[place - 1].isspace()
    ]
    yield from pairwise([*bounds, len(text)])


def _continues(character: str) -> bool:
    """Say whether a character may melt with the one before: marks, and the later letters of a Hangul syllable."""
    if character < "\u0300":
        return False
    first = unicodedata.normalize("NFKC", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


@lru_cache(maxsize=1 << 16)
def _fold_cluster(cluster: str) -> str:
    if cluster in _SILENT:
        return ""
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    folded = "".join(_fold_character(character) for character in normal)
    # № and ½ are whole words: they never grow together with the word beside them.
    apart = unicodedata.category(cluster[0]) in {"So", "Sm", "No"} and normal != unicodedata.normalize("NFC", cluster)
    return f" {folded} " if apart and not _is_another_size(cluster) else folded


def _is_another_size(cluster: str) -> bool:
    return unicodedata.decomposition(cluster[0]).startswith(("<super>", "<sub>", "<wide>", "<narrow>"))


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if character == "ё":
        return "е"
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] in "LN" and _is_safe(character):
        return character
    return _fold_other(character, category)


def _fold_other(character: str, category: str) -> str:
    if category == "Lo" and unicodedata.east_asian_width(character) == "W":
        return f"{MARKER}{_spelled_out(character)}"
    if category[0] in "LN" or (category[0] == "M" and _SILENT_MARK.match(character) is None):
        return _spelled_out(character)
    if category[0] == "M" or category == "Cf" or character in _SILENT:
        return ""
    if category in {"Co", "Cn"} or (category == "So" and not _is_drawing(character)):
        return f" {_spelled_out(character)} "
    return character if character.isascii() or category[0] in "PSZ" else " "


def _is_safe(character: str) -> bool:
    """Say whether SQLite's tokenizer, whose tables are old, knows the character as a letter or digit in lower case."""
    return character != MARKER and unicodedata.ucd_3_2_0.category(character)[0] in "LN"


def _is_drawing(character: str) -> bool:
    """Symbols that draw (degrees, arrows, frames, bullets) part words like a dash does; pictures are words."""
    return character < "\u2300" or "\u2400" <= character <= "\u25ff" or "\u2800" <= character <= "\u2bff"


def _spelled_out(character: str) -> str:
    return f"{MARKER}{ord(character):x}{MARKER}"
