"""Relevance: which of the newest hits speak most of what was sought. Judged here, so that both engines agree."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, Final

from audit.language.analysis import beginning
from audit.projections.search.query import Fuzzy, Identifier, Node, OneOf, Pattern, Prefix, Term, Word, terms
from audit.projections.search.sought import alternatives, near_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Counting = Callable[[list[str], str], int]

# The usual constants of BM25: how soon repetition stops to count, and how much length is held against a text.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_FEW: Final = 4


def ranked(rows: Sequence[Any], query: Node) -> list[Any]:
    """Return the rows, the most relevant first; of equals the newer one."""
    # What a term means is looked up once, not for each of thousands of rows.
    counting = [_counting(term) for term in dict.fromkeys(terms(query))]
    texts = [row.x.split(" ") for row in rows]
    counts = [[count(words, row.stem) for count in counting] for words, row in zip(texts, rows, strict=True)]
    average = sum(map(len, texts)) / len(rows) if rows else 1.0
    rarity = _rarity(counts)
    scores = [
        sum(
            weight * count * (_SATURATION + 1) / (count + _SATURATION * (1 - _LENGTH + _LENGTH * len(words) / average))
            for count, weight in zip(found, rarity, strict=True)
            if count
        )
        for found, words in zip(counts, texts, strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda place: (-scores[place], -rows[place].id))
    return [rows[place] for place in order]


def _rarity(counts: Sequence[Sequence[int]]) -> list[float]:
    """Return the weight of each term: what few texts hold says more."""
    texts = len(counts)
    holding = [sum(1 for count in column if count) for column in zip(*counts, strict=True)]
    return [log(1 + (texts - held + 0.5) / (held + 0.5)) for held in holding]


def _counting(term: Term) -> Counting:
    """Return what counts how often a term is in a text; a form counts once, a word itself as often as it is there."""
    match term:
        case Word() | OneOf() | Identifier():
            return _counting_word(term)
        case Prefix(text=letters):
            starts = beginning(letters).beginnings
            return lambda words, _: sum(1 for token in words if token.startswith(starts))
        case Fuzzy() | Pattern():
            raise AssertionError("the vocabulary says first what these stand for")
        case _:
            tokens = near_words(term.text)
            return lambda words, _: _least(tokens, words)


def _counting_word(term: Word | OneOf | Identifier) -> Counting:
    meant = alternatives(term)
    exact, phrases = frozenset(meant.exact), [tuple(dict.fromkeys(tokens)) for tokens in meant.phrases]
    forms = frozenset([*(f"s{key}" for key in meant.stems), *(f"i{key}" for key in meant.identifiers)])

    def count(words: list[str], stem: str) -> int:
        found = sum(map(words.count, exact)) if len(exact) < _FEW else sum(word in exact for word in words)
        if phrases:
            found += sum(_least(tokens, words) for tokens in phrases)
        # Most texts hold the word itself: the forms are looked at only in the others.
        return found or int(not forms.isdisjoint(stem.split(" ")))

    return count


def _least(tokens: Sequence[str], words: list[str]) -> int:
    """Return how often a row of words can be there at most: as often as its rarest word."""
    return min((words.count(token) for token in tokens), default=0)
