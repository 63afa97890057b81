"""Copies: words that were sealed anew stand in for the event they are copies of, in every view alike."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from audit.domain.custody import WordsResealed
from audit.domain.customer import TieCorrected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.domain.event import Event, Personal


def copied(event: Event) -> int | None:
    """Return the position of the event that this one keeps a copy of, None where it keeps none."""
    if isinstance(event, WordsResealed):
        return event.position
    return event.position if isinstance(event, TieCorrected) and event.words is not None else None


def words_of(event: Event) -> dict[str, Any]:
    """Return the words of a copy by field, nothing where they are erased or cannot be read."""
    words: Personal | None = getattr(event, "words", None)
    value = words.value if words is not None and not words.erased else None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def text_in(words: Mapping[str, Any], *names: str) -> str | None:
    """Return the first of these fields that has words, as views show them."""
    for name in names:
        value = words.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return None


def bytes_in(value: object) -> bytes | None:
    """Return the bytes that a copy keeps of a file, None for anything else."""
    if isinstance(value, dict) and value.keys() == {"base64"}:
        try:
            return b64decode(value["base64"], validate=True)
        except (TypeError, ValueError):
            return None
    return None


def standing(rows: Iterable[Any]) -> Any:
    """Return the row that stands, of those of one event: itself or one of its copies.

    Rows have ``position``, ``erased`` and ``corrects``. What was corrected hides what was before, erased or not. A copy
    that was only sealed anew stands where the words it is a copy of are erased.
    """
    ordered = sorted(rows, key=lambda row: row.position)
    last = max((place for place, row in enumerate(ordered) if row.corrects), default=0)
    first, *copies = ordered[last:]
    if not first.erased:
        return first
    return next((row for row in reversed(copies) if not row.erased), first)
