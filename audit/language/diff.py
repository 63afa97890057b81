"""What changed between two texts, word by word, each piece with its sign: + for new, - for gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Sign = Literal["+", "-", " "]

# A Chinese character is a word of its own; a word keeps the hyphens, dots and colons inside it (4711-B, 10:30).
_TOKEN: Final = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+(?:[-.:'@/+][^\W\u3400-\u9fff]+)*|\s+|.", re.DOTALL)
_TOKENS_MAX: Final = 20_000
"""Beyond this the texts are compared line by line: a hostile text must not hold up whoever looks at it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed (a space), is new (+) or is gone (-)."""

    sign: Sign
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Return the pieces that lead from one text to another.

    What stayed and what is gone, put together, is the old text; what stayed and what is new is the new one.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) + len(after) > _TOKENS_MAX:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return [piece for piece in _pieces(before, after) if piece.text]


def written(pieces: Sequence[Piece]) -> str:
    """Return the pieces as one text in which every change stands between its signs: [-gone-] and [+new+]."""
    return "".join(one.text if one.sign == " " else f"[{one.sign}{one.text}{one.sign}]" for one in pieces)


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, start, end in _joined(matcher.get_opcodes(), before):
        gone, come = "".join(before[first:last]), "".join(after[start:end])
        if tag == "equal":
            yield Piece(" ", gone)
        else:
            yield Piece("-", gone)
            yield Piece("+", come)


_Step = tuple[str, int, int, int, int]


def _joined(steps: Sequence[_Step], before: Sequence[str]) -> list[_Step]:
    """Return the steps with changes that only a space keeps apart made one: whole phrases read better than crumbs."""
    joined: list[_Step] = []
    for place, step in enumerate(steps):
        tag, first, last, start, end = step
        between = 0 < place < len(steps) - 1
        if between and tag == "equal" and "".join(before[first:last]).isspace():
            tag = "replace"
        if joined and tag != "equal" and joined[-1][0] != "equal":
            _, first, _, start, _ = joined.pop()
            tag = "replace"
        joined.append((tag, first, last, start, end))
    return joined
