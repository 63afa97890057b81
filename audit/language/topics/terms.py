"""The terms of a text: what it is about, one term for all forms of a word."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final

from audit.language.folding import fold
from audit.language.stems import stored_keys
from audit.language.words import UNSPACED_WORD, exact_words

_SHORTEST: Final = 3


def terms(text: str) -> dict[str, str]:
    """Return the terms of a text: for each the word by which people would call it. Numbers and names of none are left.

    Chinese, which parts no words, is read in pairs of characters.
    """
    found: dict[str, str] = {}
    before = ""
    for word in exact_words(fold(text)):
        if UNSPACED_WORD.fullmatch(word):
            alone = word in _idle()
            if before and not alone:
                found.setdefault(before + word, before + word)
            before = "" if alone else word
            continue
        before = ""
        if len(word) >= _SHORTEST and word.isalpha() and not _says_nothing(word):
            found.setdefault(_key(word), word)
    return found


def _key(word: str) -> str:
    """Return what all forms of a word have in common; its first key stands for it."""
    return min(stored_keys(word), default=word)


def _says_nothing(word: str) -> bool:
    return word in _idle()


@cache
def _idle() -> frozenset[str]:
    listed = tomllib.loads(resources.files("audit.language.topics").joinpath("idle.toml").read_text("utf-8"))
    return frozenset(word for text in listed.values() for word in exact_words(fold(text)))
