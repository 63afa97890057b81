"""What a way in or a warning is about, so that another wording of it is known for the same."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from audit.language.folding import fold, without_diacritics

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACES: Final = frozenset({"door", "yard", "entrance", "behind"})
"""Where a thing is says less than what it is: a text that names the thing need not say where."""
_HAN: Final = re.compile(r"[㐀-鿿]")


def abouts(text: str) -> frozenset[str]:
    """Return what a text about a way in is about."""
    plain = without_diacritics(fold(text).text)
    return frozenset(name for name, pattern in _patterns().items() if pattern.search(plain))


def told_of(words: str, in_text: str) -> bool | None:
    """Say whether what some words are about is told of in a text; None where they are about nothing known."""
    wanted = abouts(words)
    wanted = (wanted - _PLACES) or wanted
    return wanted <= abouts(in_text) if wanted else None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    listed = tomllib.loads(resources.files("audit.projections.desk").joinpath("ways_in.toml").read_text("utf-8"))
    return {name: re.compile("|".join(map(_beginning, words.split()))) for name, words in listed.items()}


def _beginning(word: str) -> str:
    plain = without_diacritics(fold(word).text)
    return re.escape(plain) if _HAN.search(plain) else rf"\b{re.escape(plain)}"
