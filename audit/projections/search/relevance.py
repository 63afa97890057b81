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
    ids, texts = [row.id for row in rows], [row.x.split(" ") for row in rows]
    stems = [row.stem for row in rows]
    counts = [[count(*text) for text in zip(texts, stems, strict=True)] for count in counting]
    lengths = list(map(len, texts))
    average = sum(lengths) / len(rows) if rows else 1.0
    # How much the length of a text is held against it depends on its length alone, and few lengths are different.
    against = {length: _SATURATION * (1 - _LENGTH + _LENGTH * length / average) for length in set(lengths)}
    scores = [0.0] * len(rows)
    for column in counts:
        weight = _rarity(column)
        for place, count in enumerate(column):
            if count:
                scores[place] += weight * count * (_SATURATION + 1) / (count + against[lengths[place]])
    order = sorted(range(len(rows)), key=lambda place: (-scores[place], -ids[place]))
    return [rows[place] for place in order]


def _rarity(counts: Sequence[int]) -> float:
    """Return the weight of a term by how often each text holds it: what few texts hold says more."""
    held = len(counts) - counts.count(0)
    return log(1 + (len(counts) - held + 0.5) / (held + 0.5))


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
    only = next(iter(exact)) if len(exact) == 1 and not phrases else None

    def count(words: list[str], stem: str) -> int:
        if only is not None:
            found = words.count(only)
        else:
            found = sum(map(words.count, exact)) if len(exact) < _FEW else sum(word in exact for word in words)
            found += sum(_least(tokens, words) for tokens in phrases)
        # Most texts hold the word itself: the forms are looked at only in the others.
        return found or int(not forms.isdisjoint(stem.split(" ")))

    return count


def _least(tokens: Sequence[str], words: list[str]) -> int:
    """Return how often a row of words can be there at most: as often as its rarest word."""
    return min((words.count(token) for token in tokens), default=0)
