"""Prices in what our side says: a sum or a share beside words for what it is charged for, in five languages."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.language.facts.find import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSTATED: Final = "unstated"
"""The basis of a price that was named without saying what it is for."""
_LONGEST: Final = 20_000
_SENTENCE: Final = re.compile(r"(?:[^.!?。！？;；\n]|[.](?=\d))+")
_CLAUSE: Final = re.compile(r",\s|，|、|\band\b|\bplus\b|\bir\b|\bи\b|\bплюс\b|和|加上?", re.IGNORECASE)
_SHARE: Final = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|percent\b|per cent\b|proc\.|процент\w*)")
_SHARED: Final = frozenset({"commission", "value-based"})


class Said(NamedTuple):
    """A price in a text, at [start, end) in code points, and the sentence it stands in."""

    start: int
    end: int
    amount: str
    currency: str
    basis: str
    sentence: str


def prices_in(text: str) -> Iterator[Said]:
    """Yield the prices a text names, in its order; sums that are not said to be a price of something are none."""
    text = text[:_LONGEST]
    if not any(sign.isdigit() for sign in text) or not _price_words().search(text):
        return
    for found in _SENTENCE.finditer(text):
        if _price_words().search(found[0]):
            yield from _of_sentence(found[0], found.start())


def _of_sentence(sentence: str, offset: int) -> Iterator[Said]:
    named = [(one.start, one.end, *_money(one.normal)) for one in facts(sentence) if one.kind == "money" and one.normal]
    if _bases_of(sentence) & _SHARED:
        named += [(one.start(), one.end(), one[1].replace(",", "."), "%") for one in _SHARE.finditer(sentence)]
    for start, end, amount, currency in sorted(named):
        basis = _basis(sentence, start, end)
        yield Said(offset + start, offset + end, amount, currency, basis, sentence.strip())


def _basis(sentence: str, start: int, end: int) -> str:
    """Return what a sum is charged for: by the words of its own clause, else by those of the sentence."""
    before = max((one.end() for one in _CLAUSE.finditer(sentence, 0, start)), default=0)
    after = next((one.start() for one in _CLAUSE.finditer(sentence, end)), len(sentence))
    for part in (sentence[before:after], sentence):
        bases = _bases_of(part)
        for basis, _ in _lexicon():
            if basis in bases:
                return basis
    return UNSTATED


def _money(normal: str) -> tuple[str, str]:
    currency, _, amount = normal.partition(" ")
    return amount, currency


def _bases_of(words: str) -> set[str]:
    return {basis for basis, pattern in _lexicon() if pattern.search(words)}


@cache
def _price_words() -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for _, pattern in _lexicon()), re.IGNORECASE)


@cache
def _lexicon() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of each basis, in the order in which they are asked."""
    read = tomllib.loads((files("audit.projections") / "prices_words.toml").read_text(encoding="utf-8"))
    return tuple((basis, re.compile("|".join(words), re.IGNORECASE)) for basis, words in read.items())
