"""What the index stores of a text, what a search seeks, and where in the text a hit lies, for both engines alike.

A bare word is found by any of its ``Alternatives``; a quoted phrase by its exact tokens side by side. Tokens and keys
are made of letters and digits in lower case: SQLite's ``unicode61 remove_diacritics 0`` and a ``tsvector`` literal of
PostgreSQL keep them as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from audit.language.folding import fold
from audit.language.identifiers import is_word, sought_integer, sought_wholes, wholes, words_in_parts
from audit.language.stems import sought_keys, stored_keys
from audit.language.words import GAP, LONGEST, PLAIN_RUNS, UNSPACED_WORD, exact_words, is_plain, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audit.language.folding import Folded

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
    return Marking(terms, language).of(text)


class Marking:
    """Finds the hits of some terms in text after text; what a word is to the terms is worked out only once."""

    def __init__(self, terms: Iterable[Alternatives | Sequence[str]], language: str | None = None) -> None:
        told = list(terms)
        alone = [term for term in told if isinstance(term, Alternatives)]
        self._language = language
        self._rows = [list(term) for term in told if not isinstance(term, Alternatives)]
        self._rows += [list(row) for term in alone for row in term.phrases]
        self._words = _Meant.by(alone)
        keyed = [term for term in alone if term.identifiers or term.stems]
        self._parted = _Meant.by(term for term in keyed if all(map(is_word, term.identifiers)))
        self._wholes = _Meant.by(term for term in keyed if not all(map(is_word, term.identifiers)))
        self._known = {GAP}
        self._sought: set[str] = set()

    def of(self, text: str) -> list[Span]:
        """Return where the hits lie in a text, as ``marks`` does."""
        found = _Places(fold(text))
        spans = [*self._whole(found.folded, text), *self._each(found)]
        for row in self._rows:
            spans += found.side_by_side(row)
        return _united(found.folded.span(start, end) for start, end in spans)

    def _each(self, found: _Places) -> Iterator[Span]:
        """Yield where words stand that are meant, each for itself."""
        if self._words is not None:
            new = found.words - self._known
            self._sought.update(word for word in new if self._words.word(word, self._language))
            self._known |= new
            for word in found.words & self._sought:
                yield from found.of(word)

    def _whole(self, folded: Folded, text: str) -> Iterator[Span]:
        """Yield where something stands that is meant as a whole."""
        for meant, found in ((self._parted, words_in_parts), (self._wholes, partial(wholes, original=text))):
            if meant is not None:
                yield from ((start, end) for key, start, end in found(folded) if meant.whole(key, self._language))


@dataclass(frozen=True, slots=True)
class _Meant:
    """What finds any of some terms."""

    exact: frozenset[str]
    stems: frozenset[str]
    identifiers: frozenset[str]
    beginnings: tuple[str, ...]

    @classmethod
    def by(cls, terms: Iterable[Alternatives]) -> _Meant | None:
        told = list(terms)
        if not told:
            return None
        return cls(
            frozenset(chain.from_iterable(term.exact for term in told)),
            frozenset(chain.from_iterable(term.stems for term in told)),
            frozenset(chain.from_iterable(term.identifiers for term in told)),
            tuple(chain.from_iterable(term.beginnings for term in told)),
        )

    def word(self, word: str, language: str | None) -> bool:
        if word in self.exact or (self.beginnings and word.startswith(self.beginnings)):
            return True
        return not self.stems.isdisjoint(stored_keys(word, language))

    def whole(self, key: str, language: str | None) -> bool:
        return key in self.identifiers or (is_word(key) and not self.stems.isdisjoint(stored_keys(key, language)))


class _Places:
    """Where words stand in a folded text; in a plain one they are looked up, and only those that are asked for."""

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self._listed: list[tuple[str, int, int]] | None = None
        if is_plain(folded.text):
            self.words = set(PLAIN_RUNS.findall(folded.text))
            if len(folded.text) <= LONGEST or max(map(len, self.words), default=0) <= LONGEST:
                return
        self._listed = list(words(folded))
        self.words = {word for word, _, _ in self._listed}

    def of(self, word: str) -> Iterator[Span]:
        """Yield the spans of a word."""
        if self._listed is not None:
            yield from ((start, end) for each, start, end in self._listed if each == word)
            return
        text, start = self.folded.text, self.folded.text.find(word)
        while start >= 0:
            end = start + len(word)
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                yield start, end
            start = text.find(word, end)

    def side_by_side(self, wanted: list[str]) -> Iterator[Span]:
        """Yield the spans of words that stand so, one after the other."""
        if not wanted or not self.words.issuperset(wanted):
            return
        if self._listed is None:
            yield from self._looked_up(wanted)
            return
        for place, (first, start, _) in enumerate(self._listed):
            found = self._listed[place : place + len(wanted)] if first == wanted[0] else []
            if [word for word, _, _ in found] == wanted:
                yield start, found[-1][2]

    def _looked_up(self, wanted: list[str]) -> Iterator[Span]:
        for start, end in self.of(wanted[0]):
            last = end
            for word in wanted[1:]:
                following = PLAIN_RUNS.search(self.folded.text, last)
                if following is None or following.group() != word:
                    break
                last = following.end()
            else:
                yield start, last


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
