"""Ways in and warnings for who comes: the door's code, the key with a neighbour, the dog, where to park."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.lexicon import Lexicon
    from audit.language.facts.reading import Reading

_RANK = 75
_SHORT_WORDS = ("ап", "ет", "вх", "бл", "кв", "эт", "д", "ул", "bt", "nr", "g", "apt", "no")
_SHORTENED = "".join(rf"(?<!\b{word})" for word in _SHORT_WORDS)
_END = re.compile(rf"[!?;\n,。，、！？；()]|{_SHORTENED}\.(?!\d)|\.$| [-\u2013] ")
_REACH = 160
_EDGES = " \t\n,.;:!?-\u2013\"'()。，！？；、"


def find_access(reading: Reading) -> Iterator[Found]:
    """Yield the phrases that help somebody in or warn them, each as long as its clause."""
    for language in reading.languages:
        words = lexicon(language)
        trigger = words.pattern("access", "trigger")
        if trigger is None or not words.may_hold("access", reading.lower):
            continue
        done = -1
        for match in trigger.finditer(reading.lower):
            if match.start() >= done:
                start, done = _phrase(reading.lower, words, match)
                yield Found("access", start, done, " ".join(reading.plain[start:done].split()), _RANK, can_shrink=True)


def _phrase(text: str, words: Lexicon, match: re.Match[str]) -> tuple[int, int]:
    start, end = _clause(text, *match.span())
    start, end = _apart(text, words, match, (start, end))
    start = _without_lead(text, words, start, match.start())
    trail = words.pattern("access", "trail")
    if trail is not None and (found := re.search(f"(?:{trail.pattern})\\W*$", text[match.end() : end])):
        end = match.end() + found.start()
    while end > match.end() and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    before = text[max(0, start - _REACH) : start]
    stops = [stop.end() for stop in _END.finditer(before)]
    after = _END.search(text, end, end + _REACH)
    return start - len(before) + (stops[-1] if stops else 0), after.start() if after else min(len(text), end + _REACH)


def _apart(text: str, words: Lexicon, match: re.Match[str], clause: tuple[int, int]) -> tuple[int, int]:
    """Cut a clause at the words that join it to another one."""
    joint = words.pattern("access", "joint")
    if joint is None:
        return clause
    start, end = clause
    for found in joint.finditer(text, start, match.start()):
        start = found.end()
    cut = joint.search(text, match.end(), end)
    return start, cut.start() if cut else end


def _without_lead(text: str, words: Lexicon, start: int, limit: int) -> int:
    lead = words.pattern("access", "lead")
    while start < limit and text[start] in _EDGES:
        start += 1
    while lead is not None and (found := lead.match(text, start)) and start < found.end() <= limit:
        start = found.end()
        while start < limit and text[start] in _EDGES:
            start += 1
    return start
