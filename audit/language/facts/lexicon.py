"""The words of each language, read from its file: classes of words with their values, and rules that put them together.

A rule is a regular expression in which ``<month>`` stands for any word of the class of that name, whose value is then
known under that name; ``<day2:day>`` knows it under another, ``<=day>`` does not keep it. A space is up to three.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from audit.language.facts.numbers import han_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Value = str | int
_PLACE = re.compile(r"(?<!\?P)<(=?)(\w+)(?::(\w+))?>")
# What looks behind must be of one width, and a class of signs is one: a space in either stays what it is.
_GAP = re.compile(r" |\(\?<[=!][^()]*\)|\[(?:\\.|[^\]\\])*\]")
_NUMBERED = re.compile(r"__\d+$")
_BEGINS = r"(?<!\w)(?<!\d[.,:/])"
_ENDS = r"(?!\w|[.,:/]\d)"
# Digits before a word for a day do not belong to it: „合同C-881昨天到期“.
_BEGINS_UNSPACED = r"(?:(?<![\d.])|(?=[上下本这昨今明前后]))"
_ENDS_UNSPACED = r"(?!(?<=\d)\d|[.:]\d)"


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fits: where, and what its words are worth."""

    start: int
    end: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of one kind in one language, tried in their order at every place."""

    pattern: re.Pattern[str]
    constants: tuple[Mapping[str, Value], ...]
    classes: Mapping[str, tuple[tuple[re.Pattern[str], Value], ...]]

    def finditer(self, text: str) -> Iterator[Match]:
        """Yield where a rule fits, from left to right."""
        for match in self.pattern.finditer(text):
            yield self._read(match)

    def _read(self, match: re.Match[str]) -> Match:
        written = {name: word for name, word in match.groupdict().items() if word is not None}
        number = next(int(name[4:]) for name in written if name.startswith("rule"))
        values = dict(self.constants[number])
        for name, word in written.items():
            if not name.startswith("rule"):
                key, _, kind = _NUMBERED.sub("", name).partition("_of_")
                values[key] = self._worth(kind, word)
        return Match(*match.span(), values)

    def _worth(self, kind: str, word: str) -> Value:
        for pattern, value in self.classes.get(kind, ()):
            if pattern.fullmatch(word):
                return _READERS[value](word) if value in _READERS else value
        return int(word) if word.isdecimal() else word


class Lexicon:
    """The words and rules of one language."""

    def __init__(self, language: str) -> None:
        """Read the file of the language."""
        self.language = language
        self.tables: dict[str, Any] = read_table(f"{language}.toml")
        self._spaced: bool = self.tables.get("spaced", True)
        self._classes: dict[str, dict[str, Value]] = self.tables["classes"]

    @lru_cache(maxsize=64)  # noqa: B019  # the five lexicons live as long as the program
    def rules(self, kind: str) -> Rules | None:
        """Return the rules of a kind, or None where the language has none."""
        listed: list[dict[str, Any]] = self.tables.get(kind, [])
        if not listed:
            return None
        parts = [self._rule(number, rule["pattern"]) for number, rule in enumerate(listed)]
        constants = tuple({name: value for name, value in rule.items() if name != "pattern"} for rule in listed)
        classes = {
            name: tuple((re.compile(self._expand(word, None)), value) for word, value in words.items())
            for name, words in self._classes.items()
        }
        # What every rule begins with is asked once for each place, not once for each rule.
        begins = _BEGINS if self._spaced else _BEGINS_UNSPACED
        return Rules(re.compile(f"{begins}(?:{'|'.join(parts)})"), constants, classes)

    @lru_cache(maxsize=256)  # noqa: B019  # the five lexicons live as long as the program
    def pattern(self, table: str, name: str) -> re.Pattern[str] | None:
        """Return one expression of a table, or None where the language has none."""
        source = self.tables.get(table, {}).get(name)
        return None if source is None else re.compile(self._expand(source, None))

    def may_hold(self, kind: str, text: str) -> bool:
        """Say, quickly, whether it is worth trying the rules of a kind on a text in small letters."""
        hint = self.pattern("hint", kind)
        return hint is None or hint.search(text) is not None

    def _rule(self, number: int, pattern: str) -> str:
        ends = _ENDS if self._spaced else _ENDS_UNSPACED
        return f"(?P<rule{number}>(?:{self._expand(pattern, number)}){ends})"

    def _expand(self, pattern: str, number: int | None) -> str:
        def place(found: re.Match[str]) -> str:
            quiet, name, kind = found.group(1), found.group(2), found.group(3) or found.group(2)
            words = "|".join(self._expand(word, None) for word in self._classes[kind])
            return f"(?:{words})" if quiet or number is None else f"(?P<{name}_of_{kind}__{number}>{words})"

        return spaced(_PLACE.sub(place, spaced(pattern)))


def _digits(word: str) -> int:
    found = re.search(r"\d+", word)
    return int(found.group()) if found else 0


_READERS: dict[Value, Callable[[str], int]] = {"#": _digits, "han": han_number}
"""What the value of a word is where it has to be read off the word itself."""


def spaced(pattern: str) -> str:
    """Return a pattern in which a space is any gap between two words of a line."""
    return _GAP.sub(lambda found: r"(?:\s{1,3})" if found.group() == " " else found.group(), pattern)


def read_table(name: str) -> dict[str, Any]:
    """Return what a file of the lexicons says."""
    return tomllib.loads((files("audit.language.facts") / "lexicons" / name).read_text("utf-8"))


def read_lines(name: str) -> tuple[str, ...]:
    """Return the entries of a plain list: one a line, ``#`` begins a comment."""
    text = (files("audit.language.facts") / "lexicons" / name).read_text("utf-8")
    return tuple(word for line in text.splitlines() if (word := line.partition("#")[0].strip()))


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of one of the five languages."""
    return Lexicon(language)
