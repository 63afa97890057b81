"""In which manners a story is gone through: with scripts, without, by keys; on a desk, on a phone; in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from api.wording import LANGUAGES

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

DESK: Final = 1280
PHONE: Final = 360
"""Widths of screens (CSS pixels)."""


class Manner(NamedTuple):
    """How somebody uses the pages."""

    script: bool
    width: int
    language: str = "en"
    keys: bool = False

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{'keys' if self.keys else 'script' if self.script else 'plain'}"


_ENGLISH: Final = tuple(Manner(script, width) for script in (True, False) for width in (DESK, PHONE))
_OTHERS: Final = (
    Manner(script=False, width=PHONE, language="lt"),
    Manner(script=True, width=PHONE, language="bg"),
    Manner(script=False, width=DESK, language="ru"),
    Manner(script=True, width=DESK, language="zh"),
)
_KEYS: Final = Manner(script=True, width=DESK, keys=True)
assert {one.language for one in (*_ENGLISH, *_OTHERS)} == set(LANGUAGES)


def manners(quick: Manner | None = None) -> list[ParameterSet]:
    """Return all manners; each but the quick one, if there is one, takes long."""
    every = (*_ENGLISH, *_OTHERS, _KEYS)
    assert quick is None or quick in every
    return [_param(one, () if one == quick else (pytest.mark.long,)) for one in every]


def _param(manner: Manner, marks: tuple[pytest.MarkDecorator, ...]) -> ParameterSet:
    return pytest.param(manner, id=str(manner), marks=marks)
