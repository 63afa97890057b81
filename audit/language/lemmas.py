"""The words a form can be a form of: what the dictionary says, and what the rules in ``forms/`` add to it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NOT_A_LETTER = re.compile(r"[\W\d_]+")
_SHORTEST_STEM = 2
# What follows the stem of a participle, which is inflected as an adjective is.
_OF_ADJECTIVES = {
    "bg": ("", "а", "о", "и", "ата", "ото", "ите", "ия", "ият"),
    "ru": ("ий", "его", "ему", "им", "ем", "ая", "ей", "ую", "ее", "ие", "их", "ими"),
}
# A word of the dictionary is a verb, can be compared, or is a noun, if the dictionary has such a form of it.
_TELLING: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "verb": {"en": ("ed", "ing"), "bg": ("ат", "ят", "им", "ем", "аме", "яме")},
    "best": {"en": ("est",)},
    "adjective": {"lt": ("am", "iems")},
    "noun": {"lt": ("o", "ui", "į", "io")},
}


class _Rule(NamedTuple):
    kind: str
    replacement: str
    lemma_ends: str


class _Rules(NamedTuple):
    endings: Mapping[str, list[_Rule]]
    whole: Mapping[str, list[str]]
    never: frozenset[str]
    longest: int


def lemmas(word: str, language: str) -> frozenset[str]:
    """Return every word that a folded word can be a form of; none if the language does not know it."""
    found = {_clean(lemma) for lemma in _listed(word, language)}
    found.update(_rules(language).whole.get(word, ()))
    found.update(_by_rules(word, language))
    if not found and language == "lt" and word.startswith("ne"):
        found = {f"ne{lemma}" for lemma in lemmas(word[2:], language)}
    return frozenset(found)


def _listed(word: str, language: str) -> Iterator[str]:
    for spelling in (word, word.capitalize()):
        lemma = _looked_up(spelling, language)
        if lemma is not None:
            yield lemma


@lru_cache(maxsize=1 << 16)
def _looked_up(spelling: str, language: str) -> str | None:
    # The dictionary unpacks some dozen words for each answer, and the forms of a word ask for the same ones.
    return _dictionary(language).get(spelling)


def _by_rules(word: str, language: str) -> Iterator[str]:
    rules = _rules(language)
    if word in rules.never:
        return
    for size in range(min(rules.longest, len(word) - _SHORTEST_STEM) + 1):
        stem, ending = word[: len(word) - size], word[len(word) - size :]
        for rule in rules.endings.get(ending, ()):
            lemma = _confirmed(stem + rule.replacement, rule, word, language)
            if lemma is not None:
                yield lemma


def _confirmed(candidate: str, rule: _Rule, word: str, language: str) -> str | None:
    """Return the word that a rule arrives at, if the dictionary bears it out."""
    lemma = _looked_up(candidate, language)
    if lemma is None and rule.kind == "noun":
        lemma = _looked_up(candidate.capitalize(), language)
    if lemma is None:
        return None
    match rule.kind:
        case "listed":
            return candidate
        case "form":
            return _clean(lemma) if lemma.endswith(rule.lemma_ends) else None
        case "noun":
            return candidate if _has(candidate, _TELLING["noun"][language], word, language) else None
        case "verb" | "best" | "adjective" if not _has(candidate, _TELLING[rule.kind][language], word, language):
            return None
        case _:
            return candidate if _clean(lemma) == candidate else None


def _has(candidate: str, endings: Iterable[str], word: str, language: str) -> bool:
    """Say whether the dictionary has another form of a word, made by one of the endings."""
    stems = (candidate, candidate[:-1], candidate[:-2], candidate + candidate[-1])
    forms = {stem + ending for stem in stems for ending in endings}
    return any(_clean(lemma) == candidate for form in forms - {word, candidate} for lemma in _listed(form, language))


def _clean(lemma: str) -> str:
    """Return a lemma in the spelling of the index; the dictionary writes some with a reflexive particle in brackets."""
    return _NOT_A_LETTER.sub("", lemma.lower().replace("ё", "е").partition("-(")[0])


def _dictionary(language: str) -> Mapping[str, str]:
    return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(language)


@cache
def _rules(language: str) -> _Rules:
    endings: defaultdict[str, list[_Rule]] = defaultdict(list)
    whole: defaultdict[str, list[str]] = defaultdict(list)
    never: set[str] = set()
    text = resources.files("audit.language.forms").joinpath(f"{language}.txt").read_text("utf-8")
    for line in text.splitlines():
        head, colon, tail = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        kind, replacement, lemma_ends = (*head.split(" "), "", "")[:3]
        for form in tail.split():
            if kind == "never":
                never.add(form)
            elif kind == "whole":
                whole[form].append(replacement)
            else:
                for ending in _written_out(form, language):
                    endings[ending].append(_Rule(kind, replacement, lemma_ends))
    return _Rules(endings, whole, frozenset(never), max(map(len, endings), default=0))


def _written_out(ending: str, language: str) -> list[str]:
    if not ending.endswith("+"):
        return [ending]
    return [ending[:-1] + after for after in _OF_ADJECTIVES[language]]
