"""The words a form can be a form of: what the dictionary says, and what the rules in ``forms/`` add to it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOT_A_LETTER = re.compile(r"[\W\d_]+")
_SHORTEST_STEM = 2


class _Rule(NamedTuple):
    kind: str
    replacement: str
    lemma_ends: str


class _Rules(NamedTuple):
    endings: Mapping[str, list[_Rule]]
    whole: Mapping[str, list[str]]
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
    dictionary = _dictionary(language)
    for spelling in (word, word.capitalize()):
        lemma = dictionary.get(spelling)
        if lemma is not None:
            yield lemma


def _by_rules(word: str, language: str) -> Iterator[str]:
    dictionary, rules = _dictionary(language), _rules(language)
    for size in range(min(rules.longest, len(word) - _SHORTEST_STEM) + 1):
        stem, ending = word[: len(word) - size], word[len(word) - size :]
        for rule in rules.endings.get(ending, ()):
            candidate = stem + rule.replacement
            lemma = dictionary.get(candidate)
            if lemma is None:
                continue
            if rule.kind == "listed" or (rule.kind == "lemma" and _clean(lemma) == candidate):
                yield candidate
            elif rule.kind == "form" and lemma.endswith(rule.lemma_ends):
                yield _clean(lemma)


def _clean(lemma: str) -> str:
    """Return a lemma in the spelling of the index; the dictionary writes some with a reflexive particle in brackets."""
    return _NOT_A_LETTER.sub("", lemma.lower().replace("ё", "е").partition("-(")[0])


def _dictionary(language: str) -> Mapping[str, str]:
    return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(language)


@cache
def _rules(language: str) -> _Rules:
    endings: defaultdict[str, list[_Rule]] = defaultdict(list)
    whole: defaultdict[str, list[str]] = defaultdict(list)
    text = resources.files("audit.language.forms").joinpath(f"{language}.txt").read_text("utf-8")
    for line in text.splitlines():
        head, colon, tail = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        kind, replacement, lemma_ends = (*head.split(" "), "", "")[:3]
        for form in tail.split():
            if kind == "whole":
                whole[form].append(replacement)
            else:
                endings[form].append(_Rule(kind, replacement, lemma_ends))
    return _Rules(endings, whole, max(map(len, endings), default=0))
