"""The signs of a ticket's substance in a text: what fails, since when, where, what was tried, wanted, dangerous."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES: Final = ("en", "lt", "bg", "ru", "zh")
SIGNS: Final = ("fault", "since", "where", "tried", "wanted", "safety")
"""What is looked for by words; contacts, addresses, access and identifiers are facts and found as such."""
CUES: Final = ("correction", "negation", "yes")
"""What a customer's line does to facts said before: puts one right, denies one, says yes to what was asked."""

_SCRIPTS: Final = (
    (re.compile(r"[\u3400-\u9fff]"), ("zh",)),
    (re.compile(r"[\u0400-\u04ff]"), ("bg", "ru")),
    (re.compile(r"[A-Za-z\u00c0-\u024f]"), ("en", "lt")),
)
_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at ``start`` to ``end`` of a text, in code points, end exclusive."""

    sign: str
    text: str
    start: int
    end: int


def signs(text: str) -> list[Mark]:
    """Return the first place of each sign in a text, in the order of ``SIGNS``, whichever languages it is in."""
    low = _lower(text)
    found = (_first(low, sign) for sign in SIGNS)
    return [Mark(sign, text[span[0] : span[1]], *span) for sign, span in zip(SIGNS, found, strict=True) if span]


def all_of(text: str, sign: str) -> Iterator[tuple[int, int]]:
    """Yield every place of a sign or cue in a text."""
    low = _lower(text)
    for language in _languages(low):
        for match in _patterns(language)[sign].finditer(low):
            yield match.span()


def has(text: str, sign: str) -> bool:
    """Say whether a sign or cue is in a text."""
    return next(all_of(text, sign), None) is not None


def _first(low: str, sign: str) -> tuple[int, int] | None:
    hits = (_patterns(language)[sign].search(low) for language in _languages(low))
    return min((hit.span() for hit in hits if hit), default=None)


def _lower(text: str) -> str:
    """Return a text in lower case and of the same length."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


def _languages(low: str) -> list[str]:
    return [language for script, names in _SCRIPTS if script.search(low) for language in names]


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    file = resources.files("audit.language.symptoms.lexicons").joinpath(f"{language}.toml")
    read = tomllib.loads(file.read_text("utf-8"))
    return {sign: _pattern(read.get(sign, {}).get("any", []), language) for sign in (*SIGNS, *CUES)}


def _pattern(written: list[str], language: str) -> re.Pattern[str]:
    """Return one pattern for all; a word begins where the pattern does, and goes on only where ``*`` says so."""
    if not written:
        return _NEVER
    one = "|".join(f"(?:{each})" for each in written).replace("*", r"\w{0,12}")
    return re.compile(one if language == "zh" else rf"(?<!\w)(?:{one})(?!\w)")
