"""What a text says, as the desk keeps it: its facts with their lines, and what the line does to earlier ones."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from audit.language.facts.find import facts
from audit.language.symptoms.find import all_of, has

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_LINE_MAX: Final = 240
_TEXT_MAX: Final = 20_000
"""Facts are looked for in this much of a text: nobody tells a technician more in one message."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|[。！？；\n]")
_NEAR: Final = 24
"""How many characters before a fact a denial may stand."""
_BOUND: Final = re.compile(
    r"\W*(?:before|after|until|till|earlier|later|sooner|anksčiau|vėliau|iki|po|преди|след|по-рано|по-късно|до|раньше|позже|позднее"
    r"|ранее|после|早于|晚于)\b",
    re.IGNORECASE,
)
"""Not before six is no denial of six."""
_GAP: Final = re.compile(r"[.,;!?。，；！？]")


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as somebody told it. ``line`` is its sentence; ``denied`` facts are named to say they do not hold."""

    kind: str
    text: str
    start: int
    end: int
    normal: str
    line: str
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """The facts of one text; it ``asks``, it ``agrees`` to what was asked, it puts right what was said: ``turns``."""

    facts: tuple[Told, ...] = ()
    asks: bool = False
    agrees: bool = False
    turns: bool = False


def read(text: str | None, *, at: datetime, language: str | None = None) -> Saying:
    """Return what a text says; nothing where there is no text."""
    if not text:
        return Saying()
    text = text[:_TEXT_MAX]
    denials = [end for _, end in all_of(text, "negation")]
    told = tuple(
        Told(
            one.kind,
            one.text,
            one.start,
            one.end,
            one.normal,
            _line(text, one.start, one.end),
            _denied(text, one.start, denials),
        )
        for one in facts(text, language=language, at=at)
    )
    agrees = next((start for start, _ in all_of(text, "yes")), _NEAR) < _NEAR
    return Saying(told, asks="?" in text or "？" in text, agrees=agrees, turns=has(text, "correction"))


def stored(saying: Saying) -> str | None:
    """Return a saying as one column keeps it; None where there is nothing to keep."""
    if saying == Saying():
        return None
    flags = "".join(sign for sign, on in zip("?yx", (saying.asks, saying.agrees, saying.turns), strict=True) if on)
    rows = [[one.kind, one.text, one.start, one.end, one.normal, one.line, int(one.denied)] for one in saying.facts]
    return json.dumps([flags, rows], ensure_ascii=False)


def restored(kept: str | None) -> Saying:
    """Return what ``stored`` was given."""
    if kept is None:
        return Saying()
    flags, rows = json.loads(kept)
    return Saying(tuple(_told(row) for row in rows), asks="?" in flags, agrees="y" in flags, turns="x" in flags)


def together(sayings: Iterable[Saying]) -> Saying:
    """Return what several texts of one step say."""
    return Saying(tuple(one for saying in sayings for one in saying.facts))


def _told(row: list[Any]) -> Told:
    kind, text, start, end, normal, line, denied = row
    return Told(kind, text, start, end, normal, line, bool(denied))


def _denied(text: str, start: int, denials: list[int]) -> bool:
    """Say whether a denial stands right before a fact: at 14, not 12."""
    before = [end for end in denials if end <= start and start - end <= _NEAR]
    if before and _BOUND.match(text[before[-1] : start]):
        return False
    return bool(before) and _GAP.search(text[before[-1] : start]) is None and len(text[before[-1] : start].split()) <= 1


def _line(text: str, start: int, end: int) -> str:
    first = max((stop.end() for stop in _SENTENCE_END.finditer(text, 0, start)), default=0)
    after = _SENTENCE_END.search(text, end)
    last = after.start() if after else len(text)
    if last - first > _LINE_MAX:
        first, last = max(first, start - _LINE_MAX // 2), min(last, end + _LINE_MAX // 2)
    return text[first:last].strip()
