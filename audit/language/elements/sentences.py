"""The sentences of a line, folded for looking things up in them, each with its place in the line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.language.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_APOSTROPHES: Final = {ord(sign): "'" for sign in "’‘ʼ`´"} | {ord(sign): '"' for sign in "“”„«»‟"}
_SPACES: Final = {ord(sign): " " for sign in "\u00a0\u2009\u202f\t"}
# People leave these out as often as they write them, so signs are written without them.
_BARE: Final = dict(zip(map(ord, "ąčęėįšųūž"), "aceeisuuz", strict=True))
PLAIN: Final = _APOSTROPHES | _SPACES | _BARE
"""What is one sign for a reader is one character for a pattern; each for one, so that places stay."""
_END: Final = re.compile(r"[!?…。]+[\"')\]」”]*|\.+[\"')\]]*(?=\s|$)|\n+")
# A full stop after one of these, or after a single letter, ends no sentence.
_ABBREVIATION: Final = re.compile(
    r"\b(?:[a-zа-яž]|mr|mrs|ms|dr|st|no|nr|vs|val|tel|pvz|гр|ул|тел|стр|бр|кв|лв|руб|г-жа|г-н)$"
)
_LONGEST_ABBREVIATION: Final = 6
LONGEST: Final = 600
"""Characters of a sentence that are looked at; one that is longer is cut there."""
MOST: Final = 200_000
"""Characters of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as folded and as written; ``asks`` says whether it ends with a question mark."""

    text: str
    written: str
    start: int
    end: int
    asks: bool

    @property
    def stated(self) -> str:
        """Return what is said before the question, if the sentence asks something in its last clause."""
        if not self.asks:
            return self.text
        return self.text[: max(self.text.rfind(sign) for sign in (",", ";", " - ", " – ", " — ")) + 1]


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text in order; spans are in code points of the text."""
    text = text[:MOST]
    folded = fold(text)
    plain = folded.text.translate(PLAIN)
    for start, end in _spans(plain):
        first, last = folded.span(start, end)
        piece = plain[start:end]
        yield Sentence(piece, text[first:last], first, last, asks="?" in piece[-4:])


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(plain):
        before = plain[max(start, match.start() - _LONGEST_ABBREVIATION) : match.start()]
        if match.group() == "." and _ABBREVIATION.search(before):
            continue
        yield from _pieces(plain, start, match.end())
        start = match.end()
    yield from _pieces(plain, start, len(plain))


def _pieces(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a span without the blanks around it, in pieces if it is long; nothing if it holds no letter or digit."""
    for first in range(start, end, LONGEST):
        piece = plain[first : min(first + LONGEST, end)]
        bare = piece.strip()
        if any(character.isalnum() for character in bare):
            begin = first + piece.index(bare)
            yield begin, begin + len(bare)
