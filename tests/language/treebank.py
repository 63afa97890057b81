"""A published treebank as the judge of word forms: which forms are of one word, and which only look alike."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"lt": "first200_lt_alksnis-ud-test.conllu", "ru": "first200_ru_gsd-ud-test.conllu"}
INFLECTED = {"NOUN", "VERB", "ADJ", "PROPN", "ADV", "DET", "PRON", "NUM", "AUX"}
COLUMNS = 10
BEGINNING = 4

Pair = tuple[str, str]


class Treebank:
    def __init__(self, shared_data: Path, language: str) -> None:
        self._lemmas: defaultdict[str, set[str]] = defaultdict(set)
        for line in (shared_data / "ud" / FILES[language]).read_text("utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) == COLUMNS and cells[3] in INFLECTED:
                form, lemma = (cell.lower().replace("ё", "е") for cell in cells[1:3])
                if form.isalpha() and lemma.isalpha() and len(form) > 1:
                    self._lemmas[form].add(lemma)
                    self._lemmas[lemma].add(lemma)

    def words(self) -> list[str]:
        return sorted(self._lemmas)

    def share_a_word(self, one: str, other: str) -> bool:
        return not self._lemmas[one].isdisjoint(self._lemmas[other])

    def forms_of_one_word(self) -> list[Pair]:
        forms: defaultdict[str, set[str]] = defaultdict(set)
        for form, lemmas in self._lemmas.items():
            for lemma in lemmas:
                forms[lemma].add(form)
        return sorted({pair for group in forms.values() for pair in combinations(sorted(group), 2)})

    def words_with_the_same_first_letters(self, letters: int = 2) -> list[Pair]:
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for form in self.words():
            if len(form) >= letters:
                groups[form[:letters]].append(form)
        return [pair for group in groups.values() for pair in combinations(group, 2)]

    def other_words_with_the_same_beginning(self) -> list[Pair]:
        pairs = self.words_with_the_same_first_letters(BEGINNING)
        return [pair for pair in pairs if not self.share_a_word(*pair)]
