"""What the index stores of a text, what a search seeks, and where in the text a hit lies, for both engines alike.

A bare word is found by any of its ``Alternatives``; a quoted phrase by its exact tokens side by side. Tokens and keys
are made of letters and digits in lower case: SQLite's ``unicode61 remove_diacritics 0`` and a ``tsvector`` literal of
PostgreSQL keep them as they are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from audit.language.folding import fold
from audit.language.identifiers import is_word, sought_integer, sought_wholes, wholes, words_in_parts
from audit.language.stems import sought_keys, stored_keys
from audit.language.words import GAP, UNSPACED_WORD, exact_words, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audit.language.identifiers import Whole

ANALYZER_VERSION = 2
"""Rises with every change that alters what is stored or sought; an index of another version is built anew."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the index stores: ``exact`` in the order of the text, a gap included; the other two have no order."""

    exact: list[str]
    stems: list[str]
    identifiers: list[str]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """A bare word: a text holds it if it has any of these. All empty: nothing in the word can be searched for.

    ``phrases`` are exact tokens side by side; ``beginnings`` are what exact tokens may begin with.
    """

    exact: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    beginnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.exact or self.stems or self.identifiers or self.phrases or self.beginnings)


def analyse(text: str, language: str | None = None) -> Analysis:
    """Return what the index stores of a text. ``language`` only where it is sure: it narrows the forms looked up."""
    folded = fold(text)
    exact = exact_words(folded)
    found = wholes(folded, text)
    identifiers = list(dict.fromkeys([key for key, _, _ in found])) if found else []
    forms = dict.fromkeys(chain(exact, filter(is_word, identifiers)))
    # Most words were seen before: what is known of them is then gathered without a step of our own for each.
    keys = map(stored_keys, forms) if language is None else (stored_keys(word, language) for word in forms)
    return Analysis(exact, list(dict.fromkeys(chain.from_iterable(keys))), identifiers)


def bare_word(word: str, language: str | None = None) -> Alternatives:
    """Return what finds a word typed without quotes: itself, its forms, its other spellings as an identifier."""
    exact, text = _without_signs(word)
    if not exact:
        return Alternatives()
    if len(exact) == 1 and exact[0] == text:
        return _one_word(exact[0], language)
    if UNSPACED_WORD.search(text):
        return Alternatives(phrases=(tuple(exact),))
    if any(letter.isdigit() for letter in text) or "@" in text:
        return _identifier(text, exact)
    return _compound(text, exact, language)


def phrase(text: str) -> list[str]:
    """Return the exact tokens that stand side by side in a text that holds the quoted words."""
    return exact_words(fold(text))


def beginning(text: str) -> Alternatives:
    """Return what finds the words that begin with these letters (``refund*``)."""
    exact = phrase(text)
    return Alternatives(beginnings=(exact[0],)) if len(exact) == 1 else Alternatives()


def marks(text: str, terms: Iterable[Alternatives | Sequence[str]], language: str | None = None) -> list[Span]:
    """Return where the hits of the terms lie in a text, in code points, in order, those that overlap made one.

    A sequence of tokens is a phrase. Give the language the text was analysed with.
    """
    hits = _Hits(text, language)
    return _united(span for term in terms for span in hits.of(term))


class _Hits:
    """The places in one text where terms are found."""

    def __init__(self, text: str, language: str | None) -> None:
        self._text = text
        self._language = language
        self._folded = fold(text)
        self._words = list(words(self._folded))

    def of(self, term: Alternatives | Sequence[str]) -> Iterator[Span]:
        if not isinstance(term, Alternatives):
            yield from self._side_by_side(term)
            return
        if term.identifiers or term.stems:
            wholes_or_words = self._joined_words if all(map(is_word, term.identifiers)) else self._wholes
            yield from (self._folded.span(*at) for key, *at in wholes_or_words if self._is_meant(key, term))
        exact, stems = frozenset(term.exact), frozenset(term.stems)
        meant: dict[str, bool] = {GAP: False}
        for word, start, end in self._words:
            if word not in meant:
                meant[word] = (
                    word in exact
                    or (bool(term.beginnings) and word.startswith(term.beginnings))
                    or not stems.isdisjoint(stored_keys(word, self._language))
                )
            if meant[word]:
                yield self._folded.span(start, end)
        for sequence in term.phrases:
            yield from self._side_by_side(sequence)

    @cached_property
    def _wholes(self) -> list[Whole]:
        return wholes(self._folded, self._text)

    @cached_property
    def _joined_words(self) -> list[Whole]:
        return words_in_parts(self._folded)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, (word, _, _) in enumerate(self._words):
            places[word].append(place)
        return places

    def _is_meant(self, key: str, term: Alternatives) -> bool:
        if key in term.identifiers:
            return True
        return is_word(key) and not frozenset(stored_keys(key, self._language)).isdisjoint(term.stems)

    def _side_by_side(self, sequence: Sequence[str]) -> Iterator[Span]:
        wanted = list(sequence)
        for first in self._places.get(wanted[0], ()) if wanted else ():
            found = self._words[first : first + len(wanted)]
            if [word for word, _, _ in found] == wanted:
                yield self._folded.span(found[0][1], found[0][2])[0], self._folded.span(found[-1][1], found[-1][2])[1]


def _without_signs(word: str) -> tuple[list[str], str]:
    """Return the tokens of a word, and the folded word without the signs around it; a plus before digits is none."""
    folded = fold(word)
    found = list(words(folded))
    if not found:
        return [], ""
    start, end = found[0][1], found[-1][2]
    plus = "+" if folded.text[:start].rstrip(" (").endswith("+") and folded.text[start].isdigit() else ""
    return [token for token, _, _ in found], plus + folded.text[start:end]


def _one_word(word: str, language: str | None) -> Alternatives:
    # A searcher may type an identifier, or a word others part by a hyphen, in one piece.
    keys = tuple(dict.fromkeys([word, *sought_wholes(word)])) if word.isalnum() else ()
    return Alternatives(exact=(word,), stems=sought_keys(word, language), identifiers=keys)


def _identifier(text: str, exact: list[str]) -> Alternatives:
    """Return what finds an identifier: it matches whole or not at all; an amount without cents is also an integer."""
    keys, integer = sought_wholes(text), sought_integer(text)
    pieces = [integer] if integer else [key for key in keys if key == "".join(exact)]
    spaced = (tuple(exact),) if " " in text else ()
    return Alternatives(exact=tuple(pieces), identifiers=keys, phrases=spaced)


def _compound(text: str, exact: list[str], language: str | None) -> Alternatives:
    """Return what finds wi-fi: wifi too, and wi fi."""
    keys = sought_wholes(text)
    words_joined = tuple(key for key in keys if is_word(key))
    stems = dict.fromkeys(key for word in words_joined for key in sought_keys(word, language))
    return Alternatives(exact=words_joined, stems=tuple(stems), identifiers=keys, phrases=(tuple(exact),))


def _united(spans: Iterable[Span]) -> list[Span]:
    united: list[Span] = []
    for start, end in sorted(spans):
        if united and start < united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united
