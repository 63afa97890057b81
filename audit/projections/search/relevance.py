"""Relevance: which of the newest hits speak most of what was sought. Judged here, so that both engines agree."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING, Any, Final

from audit.language.analysis import bare_word, beginning, phrase
from audit.projections.search.query import Node, Prefix, Term, Word, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

# The usual constants of BM25: how soon repetition stops to count, and how much length is held against a text.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75


def ranked(rows: Sequence[Any], query: Node) -> list[Any]:
    """Return the rows, the most relevant first; of equals the newer one."""
    counts = [_counts(row, terms(query)) for row in rows]
    lengths = [row.x.count(" ") + 1 for row in rows]
    average = sum(lengths) / len(rows) if rows else 1.0
    rarity = _rarity(counts)
    scores = [
        sum(
            weight * count * (_SATURATION + 1) / (count + _SATURATION * (1 - _LENGTH + _LENGTH * length / average))
            for count, weight in zip(found, rarity, strict=True)
        )
        for found, length in zip(counts, lengths, strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda place: (-scores[place], -rows[place].id))
    return [rows[place] for place in order]


def _rarity(counts: Sequence[Sequence[int]]) -> list[float]:
    """Return the weight of each term: what few texts hold says more."""
    texts = len(counts)
    holding = [sum(1 for count in column if count) for column in zip(*counts, strict=True)]
    return [log(1 + (texts - held + 0.5) / (held + 0.5)) for held in holding]


def _counts(row: Any, sought: Sequence[Term]) -> list[int]:
    """Return how often each term is in the text; a form counts once, a word itself as often as it stands there."""
    words, keys = Counter(row.x.split(" ")), frozenset(row.stem.split(" "))
    return [_count(term, words, keys) for term in sought]


def _count(term: Term, words: Counter[str], keys: frozenset[str]) -> int:
    if isinstance(term, Word):
        meant = bare_word(term.text)
        exact = sum(words[token] for token in meant.exact) + sum(_least(tokens, words) for tokens in meant.phrases)
        forms = [f"s{key}" for key in meant.stems] + [f"i{key}" for key in meant.identifiers]
        return max(exact, int(not keys.isdisjoint(forms)))
    if isinstance(term, Prefix):
        starts = beginning(term.text).beginnings
        return sum(count for token, count in words.items() if token.startswith(starts))
    return _least(phrase(term.text), words)


def _least(tokens: Sequence[str], words: Counter[str]) -> int:
    """Return how often a row of words can be there at most: as often as its rarest word."""
    return min((words[token] for token in tokens), default=0)
