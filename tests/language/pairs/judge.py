"""What the pairs of a language say about search: looked at word by word, as both engines do it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit.language.analysis import analyse, bare_word, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.language.analysis import Analysis

LANGUAGES = ("en", "lt", "bg", "ru", "zh")
FOLDER = Path(__file__).parent
QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Pair:
    """What is sought, a text, and whether the one must find the other."""

    sought: str
    text: str
    finds: bool
    about: str


def pairs(language: str) -> list[Pair]:
    groups = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))["group"]
    return [
        Pair(sought, text, finds, group["about"])
        for group in groups
        for kind, finds in (("find", True), ("miss", False))
        for sought, text in group[kind]
    ]


def finds(sought: str, text: str) -> bool:
    """Say whether a search finds a text: a quoted phrase, an identifier, or all of several words."""
    stored = analyse(text)
    if quoted := QUOTED.fullmatch(sought):
        return stands(phrase(quoted.group(1)), stored.exact)
    whole = any(letter.isdigit() for letter in sought)
    return all(has(word, stored) for word in ([sought] if whole else sought.split()))


def has(word: str, stored: Analysis) -> bool:
    meant = bare_word(word)
    return (
        not set(meant.exact).isdisjoint(stored.exact)
        or not set(meant.stems).isdisjoint(stored.stems)
        or not set(meant.identifiers).isdisjoint(stored.identifiers)
        or any(stands(side_by_side, stored.exact) for side_by_side in meant.phrases)
    )


def stands(sought: Sequence[str], tokens: Sequence[str]) -> bool:
    length = len(sought)
    return any(list(tokens[start : start + length]) == list(sought) for start in range(len(tokens) - length + 1))


def wrong(language: str) -> list[Pair]:
    return [pair for pair in pairs(language) if finds(pair.sought, pair.text) != pair.finds]
