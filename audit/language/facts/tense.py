"""Whether a day stands in a sentence about what has happened or about what is to come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.language.facts.lexicon import Lexicon

_END_OF_SENTENCE = re.compile(r"[.!?;\n。！？；](?:\s|$)|[。！？；\n]")
_REACH = 120
"""How far a verb may stand from its day."""


def is_past(text: str, lexicon: Lexicon, *, start: int, end: int) -> bool:
    """Say whether the day at ``start`` to ``end`` is a past one: the verb before it decides, else the one after it."""
    before, after = _around(text, start, end)
    if _fits_at_end(lexicon, "since", before) and not _goes_on(lexicon, after):
        return not _fits(lexicon, "future", re.split(r"[,，]", after)[0])
    if _fits_at_end(lexicon, "ahead", before):
        return False
    last = _last_cue(lexicon, before)
    return last == "past" if last else _first_cue(lexicon, after) == "past"


def _goes_on(lexicon: Lexicon, after: str) -> bool:
    """Say whether „from Monday“ is the beginning of a stretch, „from Monday to Friday“."""
    joint, weekday = lexicon.pattern("date_joined", "range"), lexicon.pattern("date_joined", "weekday")
    found = joint.match(after) if joint is not None else None
    return found is not None and weekday is not None and weekday.match(after, found.end()) is not None


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    before = text[max(0, start - _REACH) : start]
    while stop := _END_OF_SENTENCE.search(before):
        before = before[stop.end() :]
    after = text[end : end + _REACH]
    stop = _END_OF_SENTENCE.search(after)
    return before, after[: stop.start()] if stop else after


def _fits(lexicon: Lexicon, name: str, text: str) -> bool:
    pattern = lexicon.pattern("tense", name)
    return pattern is not None and pattern.search(text) is not None


def _fits_at_end(lexicon: Lexicon, name: str, text: str) -> bool:
    pattern = lexicon.pattern("tense", f"{name}_just_before")
    return pattern is not None and pattern.search(text) is not None


def _cues(lexicon: Lexicon, text: str) -> list[tuple[int, str]]:
    found = []
    for name in ("past", "future"):
        pattern = lexicon.pattern("tense", name)
        if pattern is not None:
            found += [(match.start(), name) for match in pattern.finditer(text)]
    return sorted(found)


def _last_cue(lexicon: Lexicon, text: str) -> str | None:
    cues = _cues(lexicon, text)
    return cues[-1][1] if cues else None


def _first_cue(lexicon: Lexicon, text: str) -> str | None:
    cues = _cues(lexicon, text)
    return cues[0][1] if cues else None
