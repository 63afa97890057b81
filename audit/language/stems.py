"""Keys under which the inflected forms of a word find each other.

A form the dictionary knows is stored under its words; a form it does not know, under its stem. Two known forms meet by
a word alone, because stems confuse words; a stem counts only where at least one of two forms is unknown. So what a text
stores (``stored_keys``) and what a search seeks (``sought_keys``) differ, and a match is any key in common.

A key is the language, one letter for the kind, and the word: ``enlrefund``. The kinds: l a word of the dictionary, k
the stem of a known form, u the stem of an unknown form, f the form without diacritics, z the stem of that.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]  # it ships no types
from snowballstemmer.lithuanian_stemmer import LithuanianStemmer  # type: ignore[import-untyped]  # it ships no types
from snowballstemmer.russian_stemmer import RussianStemmer  # type: ignore[import-untyped]  # it ships no types

from audit.language.bulgarian import bulgarian_stems
from audit.language.folding import MARKER, without_diacritics
from audit.language.lemmas import lemmas

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LATIN = ("en", "lt")
_CYRILLIC = ("ru", "bg")
_STEMMERS = {"en": EnglishStemmer, "lt": LithuanianStemmer, "ru": RussianStemmer}
_SHORTEST_WORD = 2
_LONGEST_WORD = 40


@lru_cache(maxsize=1 << 17)
def stored_keys(word: str, language: str | None = None) -> tuple[str, ...]:
    """Return the keys a text is stored under for a folded word of it. ``language`` is the text's, if that is sure.

    A word the text's own language does not know may be a word of another language in the same script.
    """
    keys: list[str] = []
    known = _known(word, language)
    for name, words in known.items():
        keys += [f"{name}l{lemma}" for lemma in sorted(words)]
        keys += _stem_keys(word, name, "k")
    for name in _unknown_in(word, language, known):
        keys += _stem_keys(word, name, "k" if known else "u")
    keys += _plain_keys(word, language)
    return tuple(dict.fromkeys(keys))


@lru_cache(maxsize=1 << 12)
def sought_keys(word: str, language: str | None = None) -> tuple[str, ...]:
    """Return the keys any of which a text must be stored under to hold a form of a folded word."""
    known = _known(word, language)
    keys = [f"f{word}"] if _has_forms(word) and without_diacritics(word) == word else []
    for name, words in known.items():
        keys += [f"{name}l{lemma}" for lemma in sorted(words)]
        keys += _stem_keys(word, name, "u")
    for name in _unknown_in(word, language, known):
        keys += _stem_keys(word, name, "u" if known else "uk")
        if word.isascii() and name == "lt":
            keys += _stem_keys(word, name, "z")
    return tuple(dict.fromkeys(keys))


def is_in_a_dictionary(word: str) -> bool:
    """Say whether a folded word is a form that the dictionary of any of its script's languages knows."""
    return bool(_known(word, None))


def _known(word: str, language: str | None) -> dict[str, frozenset[str]]:
    """Return the dictionary's words for a form in the given language; where it has none, in all of the script."""
    if not _has_forms(word):
        return {}
    own = _possible(word, language)
    found = {name: words for name in own if (words := lemmas(word, name))}
    if found or not own:
        return found
    return {name: words for name in _of_script(word) if name not in own and (words := lemmas(word, name))}


def _unknown_in(word: str, language: str | None, known: Collection[str]) -> list[str]:
    """Return the languages a word may be in though they do not know it.

    Russian and Bulgarian know much of each other, so neither rules the other out; English and Lithuanian do.
    """
    names = [name for name in _possible(word, language) if name not in known]
    rules_out = language is None and bool(names) and names[0] in _LATIN
    return [] if known and rules_out else names


def _possible(word: str, language: str | None) -> tuple[str, ...]:
    """Return the languages a word of a text may be in; none if the text is in one we have no forms of."""
    if not _has_forms(word):
        return ()
    names = _of_script(word)
    if language is None or language in _LATIN + _CYRILLIC:
        return (language,) if language in names else names
    return ()


def _has_forms(word: str) -> bool:
    return (
        _SHORTEST_WORD <= len(word) <= _LONGEST_WORD
        and MARKER not in word
        and not any(letter.isdigit() for letter in word)
    )


def _of_script(word: str) -> tuple[str, ...]:
    if "\u0400" <= word[0] <= "\u04ff":
        return _CYRILLIC
    return _LATIN if word[0] < "\u0250" else ()


def _stem_keys(word: str, language: str, kinds: str) -> Iterator[str]:
    for stem in _stems(word, language):
        for kind in kinds:
            yield f"{language}{kind}{stem}"


def _stems(word: str, language: str) -> list[str]:
    if language == "bg":
        return bulgarian_stems(word)
    # A stemmer keeps the word it works on in itself, so each call takes its own: threads share nothing.
    return [str(_STEMMERS[language]().stemWord(word))]


def _plain_keys(word: str, language: str | None) -> Iterator[str]:
    """Yield the keys for a searcher who leaves the diacritics out."""
    plain = without_diacritics(word)
    if plain != word:
        yield f"f{plain}"
        if plain.isascii() and "lt" in _possible(word, language) and len(plain) <= _LONGEST_WORD:
            yield from _stem_keys(plain, "lt", "z")
