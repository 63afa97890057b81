"""How people in a hurry write: slips of the finger, no diacritics, small letters, a smiley."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.sample.dice import Dice

_PLAIN = str.maketrans("ąčęėįšųūžĄČĘĖĮŠŲŪŽёЁ", "aceeisuuzACEEISUUZеЕ")
_HALF_WIDTH = str.maketrans("，。？！", ", ?!")
# Only words of small letters slip: a fact keeps its digits and its capitals.
_LONG_WORD = re.compile(r"(?<![\w@./-])[a-ząčęėįšųūžа-яё]{6,}(?![\w@./-])")
_SMILEYS = ("🙂", "😡", "🙏", "😭", "👍🏽", "🤷‍♀️", "!!!", "...", ":(")


def typed(text: str, dice: Dice) -> str:
    """Return the text as somebody careless may have typed it."""
    return dice.pick(_HABITS)(text, dice)


def _as_it_is(text: str, _: Dice) -> str:
    return text


def _without_diacritics(text: str, _: Dice) -> str:
    return text.translate(_PLAIN)


def _with_a_slip(text: str, dice: Dice) -> str:
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    place = dice.pick(words).start() + dice.between(1, 3)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _with_a_smiley(text: str, dice: Dice) -> str:
    return f"{text} {dice.pick(_SMILEYS)}"


def _without_stops(text: str, _: Dice) -> str:
    return text.translate(_HALF_WIDTH).rstrip(". ")


def _small(text: str, _: Dice) -> str:
    return text[:1].lower() + text[1:]


_HABITS: tuple[Callable[[str, Dice], str], ...] = (
    _as_it_is,
    _without_diacritics,
    _with_a_slip,
    _with_a_slip,
    _with_a_smiley,
    _without_stops,
    _small,
)
