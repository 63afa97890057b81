"""A row of the index and its words: what is stored of a text, and what is left of it when it is erased."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.language.analysis import analyse
from audit.projections.search.attachments import KIND, fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audit.projections.search.kinds import Part

WORDS: Final = ("id", "x", "stem", "meta")
"""The columns that the words of a row are found by."""
BLANK: Final[dict[str, Any]] = dict.fromkeys(
    ("text", "parts", "x", "stem", "meta", "conversation", "customer", "ticket", "author")
)


class Worded(NamedTuple):
    """The words of a text as a row keeps them: the exact ones in their order, and the keys of forms and identifiers."""

    x: str
    stem: str


def told_by(parts: Sequence[Part]) -> str:
    """Return the text of a row."""
    return parts[0].text if len(parts) == 1 else "\n".join(part.text for part in parts)


def worded(told: str, kind: str) -> Worded:
    """Return the words of a text: of one that is longer than an engine can hold, those of its beginning."""
    analysis = analyse(told if is_file(kind) else fitting(told))
    stem = " ".join(filter(None, (_each("s", analysis.stems), _each("i", analysis.identifiers))))
    return Worded(" ".join(analysis.exact), stem)


def put_into_words(
    row: dict[str, Any], parts: Sequence[Part], meta: Iterable[str], words: Worded | None = None
) -> None:
    """Complete a row by its text and the words it is found by; ``words`` where they were worked out before."""
    told = told_by(parts)
    row["text"] = told
    row["parts"] = None
    if len(parts) != 1 or parts[0].where != row["kind"]:
        row["parts"] = json.dumps([[part.where, len(part.text)] for part in parts], separators=(",", ":"))
    row["x"], row["stem"] = words or worded(told, row["kind"])
    row["meta"] = " ".join(meta)


def is_file(kind: str) -> bool:
    """Say whether a text of this kind comes from a file: that was cut when it was read."""
    return kind == KIND


def _each(letter: str, keys: Sequence[str]) -> str:
    """Return the keys one after the other, with a letter before each."""
    return letter + f" {letter}".join(keys) if keys else ""


def places_of(row: Any) -> Iterator[tuple[str, int, int]]:
    """Yield the parts of a row's text: how each is called, and its [start, end)."""
    parts = json.loads(row.parts) if row.parts is not None else [[row.kind, len(row.text)]]
    start = 0
    for where, length in parts:
        yield where, start, start + length
        start += length + 1
