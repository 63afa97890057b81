"""Relevance: which of the newest hits speak most of what was sought. Judged here, so that both engines agree."""

from __future__ import annotations

from math import log
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from audit.language.analysis import beginning
from audit.projections.search.query import And, Fuzzy, Identifier, Node, OneOf, Pattern, Prefix, Term, Word, terms
from audit.projections.search.sought import alternatives, near_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Counting = Callable[[str, str | None], int]

# The usual constants of BM25: how soon repetition stops to count, and how much length is held against a text.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_FEW: Final = 4


def ranked(rows: Iterable[Any], query: Node) -> list[Any]:
    """Return rows of (id, words, forms, …), the most relevant first; of equals the newer one."""
    newest = sorted(rows, key=itemgetter(0), reverse=True)
    # Each word stands between two spaces of its own, so that words can be counted without being taken apart.
    texts = [f" {row[1].replace(' ', '  ')} " for row in newest]
    stems = [row[2] for row in newest]
    counts = [list(map(_counting(term), texts, stems)) for term in dict.fromkeys(terms(query))]
    lengths = [row[1].count(" ") + 1 for row in newest]
    average = sum(lengths) / len(newest) if newest else 1.0
    # How much the length of a text is held against it depends on its length alone, and few lengths are different.
    against = {length: _SATURATION * (1 - _LENGTH + _LENGTH * length / average) for length in set(lengths)}
    held = [against[length] for length in lengths]
    scores = [0.0] * len(newest)
    for column in counts:
        weight = _rarity(column)
        scores = [
            score + weight * count * (_SATURATION + 1) / (count + length) if count else score
            for score, count, length in zip(scores, column, held, strict=True)
        ]
    # Of equals the one that stood before stands before.
    return [newest[place] for place in sorted(range(len(newest)), key=scores.__getitem__, reverse=True)]


def needs_forms(query: Node) -> bool:
    """Say whether some text may be found without one of the words, so that its forms must be looked for."""
    required = set(query.children if isinstance(query, And) else (query,))
    return any(term not in required for term in terms(query) if isinstance(term, Word | OneOf | Identifier))


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
            starts = [f" {start}" for start in beginning(letters).beginnings]
            return lambda text, _: sum(map(text.count, starts))
        case Fuzzy() | Pattern():
            raise AssertionError("the vocabulary says first what these stand for")
        case _:
            words = _apart(near_words(term.text))
            return lambda text, _: _least(words, text)


def _counting_word(term: Word | OneOf | Identifier) -> Counting:
    meant = alternatives(term)
    exact, phrases = frozenset(meant.exact), [_apart(dict.fromkeys(tokens)) for tokens in meant.phrases]
    words = _apart(meant.exact)
    forms = frozenset([*(f"s{key}" for key in meant.stems), *(f"i{key}" for key in meant.identifiers)])
    only = words[0] if len(words) == 1 and not phrases else None

    def count(text: str, stem: str | None) -> int:
        if only is not None:
            found = text.count(only)
        else:
            found = sum(map(text.count, words)) if len(words) < _FEW else sum(map(exact.__contains__, text.split()))
            found += sum(_least(row, text) for row in phrases)
        # Most texts hold the word itself: the forms are looked at only in the others.
        return found or (1 if stem is None else int(not forms.isdisjoint(stem.split(" "))))

    return count


def _apart(tokens: Iterable[str]) -> list[str]:
    """Return the tokens as they stand in a text to count in."""
    return [f" {token} " for token in dict.fromkeys(tokens)]


def _least(words: Sequence[str], text: str) -> int:
    """Return how often a row of words can be there at most: as often as its rarest word."""
    return min(map(text.count, words), default=0)
