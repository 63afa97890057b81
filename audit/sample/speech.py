"""Sentences put together from the phrase lists of one language and the facts of one story."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from audit.sample.dice import Dice

T = TypeVar("T")
# What belongs together in a phrase file: a name and how one addresses it, a question and its answer.
Pair = tuple[str, str]
_SLOT = re.compile(r"\{(\w+)\}")


class Phrases:
    """The lists of one language; the slots of a phrase are kept in the form that ``%`` fills."""

    __slots__ = ("lists", "pairs")

    def __init__(self, toml: str) -> None:
        self.lists: dict[str, tuple[str, ...]] = {}
        self.pairs: dict[str, tuple[Pair, ...]] = {}
        for name, entries in tomllib.loads(toml).items():
            if isinstance(entries[0], str):
                self.lists[name] = tuple(map(_with_slots, entries))
            else:
                self.pairs[name] = tuple((_with_slots(one), _with_slots(other)) for one, other in entries)


@cache
def phrases(language: str) -> Phrases:
    """Return the phrases of a language, read when they are first wanted."""
    return Phrases((files("audit.sample") / "texts" / f"{language}.toml").read_text(encoding="utf-8"))


class Facts(dict[str, str]):
    """What is true in one story, by slot name; what nobody asked for yet is made when first asked for.

    A slot is, in this order: a fact already there; a fact with a maker, which then stays; a phrase list,
    drawn anew each time.
    """

    __slots__ = ("dice", "drawn", "lists", "makers")

    def __init__(
        self, dice: Dice, lists: Mapping[str, tuple[str, ...]], makers: Mapping[str, Callable[[Facts], str]]
    ) -> None:
        super().__init__()
        self.dice = dice
        self.drawn: dict[str, int] = {}
        self.lists = lists
        self.makers = makers

    def __missing__(self, slot: str) -> str:
        maker = self.makers.get(slot)
        if maker is None:
            return self.draw(slot)
        self[slot] = fact = maker(self)
        return fact

    def draw(self, name: str) -> str:
        """Return one phrase of the list, filled; not the one that was drawn last."""
        return self.fill(self.another(name, self.lists[name]))

    def another(self, name: str, choices: Sequence[T]) -> T:
        """Return one of the choices, and not the same twice running under that name unless there is but one."""
        place = int(self.dice.random() * len(choices))
        if self.drawn.get(name) == place:
            place = (place + 1) % len(choices)
        self.drawn[name] = place
        return choices[place]

    def fill(self, phrase: str) -> str:
        """Return the phrase with its slots filled."""
        phrase %= self
        # A fact that ends in an abbreviation ("21 d.", "40 руб.") brings its own full stop.
        return phrase.replace("..", ".") if ".." in phrase else phrase


def _with_slots(phrase: str) -> str:
    return _SLOT.sub(r"%(\1)s", phrase.replace("%", "%%"))
