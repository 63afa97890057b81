"""The signs by which a language shows each call element, read from its file in ``lexicons/``.

A file holds ``[words]`` (what ``{name}`` in a pattern stands for) and one table for each element. A pattern is a
regular expression over one folded sentence; ``~`` is a gap of at most forty characters inside a clause. An element
holds by a pattern under ``sure``; or by one under ``signs``, where none under ``unless`` is found. ``cased`` are signs
over the sentence as written, for names; ``soft`` are signs that count only where the line does not greet.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from audit.language.elements.patterns import AnyOf, Index

if TYPE_CHECKING:
    from collections.abc import Sequence

LANGUAGES: Final = ("en", "lt", "bg", "ru", "zh")
ELEMENTS: Final = ("greeting", "listening", "empathy", "clarity", "resolution", "follow_up", "close")
"""What a good call has, in the order in which a call goes."""

_GAP: Final = "[^.!?;。;]{0,40}?"
_GAPS: Final = re.compile(r"\[(?:\\.|[^\]\\])*\]|~")
_NAMED: Final = re.compile(r"\{([a-z_]+)\}")
_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an element in one sentence, and what against it."""

    sure: AnyOf
    signs: AnyOf
    unless: AnyOf
    cased: AnyOf
    soft: AnyOf


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The signs of one language; ``jargon`` are words a customer is not expected to know."""

    signs: Mapping[str, Signs]
    index: Index
    jargon: re.Pattern[str]
    explained: re.Pattern[str]
    trouble: re.Pattern[str]
    idle: frozenset[str]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the signs of one of ``LANGUAGES``, read once."""
    text = resources.files("audit.language.elements.lexicons").joinpath(f"{language}.toml").read_text("utf-8")
    return read(text)


def read(text: str) -> Lexicon:
    """Return the signs a file holds. A name that stands for nothing in it is a mistake of ours, found by a test."""
    table = tomllib.loads(text)
    words: dict[str, str] = {}
    for name, listed in table["words"].items():
        words[name] = _spelled_out(listed, words)
    listening: dict[str, Any] = table["customer"]
    index = Index()
    return Lexicon(
        signs={name: _signs(table[name], words, index) for name in ELEMENTS},
        index=index,
        jargon=_any(table["jargon"]["words"], words),
        explained=_any(table["jargon"]["explained"], words),
        trouble=_any(listening["trouble"], words),
        idle=frozenset(listening["idle"].split()),
    )


def _signs(table: Mapping[str, Sequence[str]], words: Mapping[str, str], index: Index) -> Signs:
    return Signs(
        *(
            # Signs over the sentence as written know capitals, and the index does not.
            index.any_of([_spelled_out(pattern, words) for pattern in table.get(name, ())], always=name == "cased")
            for name in Signs.__slots__
        )
    )


def _any(patterns: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str]:
    if not patterns:
        return _NEVER
    return re.compile("|".join(f"(?:{_spelled_out(pattern, words)})" for pattern in patterns))


def _spelled_out(pattern: str, words: Mapping[str, str]) -> str:
    return _NAMED.sub(lambda found: f"(?:{words[found[1]]})", _GAPS.sub(_gap, pattern))


def _gap(found: re.Match[str]) -> str:
    """Return the gap a wave stands for; among the characters of a set it is itself."""
    return _GAP if found[0] == "~" else found[0]
