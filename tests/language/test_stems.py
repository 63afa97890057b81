"""Forms of one word find each other; other words with the same beginning stay apart."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from audit.language.folding import fold
from audit.language.stems import sought_keys, stored_keys
from tests.language.treebank import Treebank

LANGUAGES = ["en", "lt", "ru", "bg"]
JUDGED = Path(__file__).parent / "judged"


def judged(language: str, kind: str) -> list[tuple[str, str]]:
    lines = (JUDGED / f"{language}.txt").read_text("utf-8").splitlines()
    groups = [line.split()[1:] for line in lines if line.startswith(kind)]
    return [pair for group in groups for pair in permutations(group, 2)]


def finds(sought: str, stored: str, language: str | None, hint: str | None = None) -> bool:
    sought, stored = fold(sought).text, fold(stored).text
    return sought == stored or not set(sought_keys(sought, hint)).isdisjoint(stored_keys(stored, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_judged_lists_are_long_enough(language: str) -> None:
    assert len(judged(language, "=")) >= 25
    assert len(judged(language, "!")) >= 25


@pytest.mark.parametrize("sure", [True, False], ids=["language sure", "language unknown"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_forms_of_a_word_find_each_other(language: str, sure: bool) -> None:
    pairs = judged(language, "=")
    missed = [pair for pair in pairs if not finds(*pair, language if sure else None)]
    assert len(missed) <= 0.1 * len(pairs), missed


@pytest.mark.parametrize("sure", [True, False], ids=["language sure", "language unknown"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_a_word_finds_another_with_the_same_beginning(language: str, sure: bool) -> None:
    pairs = judged(language, "!")
    mixed_up = [pair for pair in pairs if finds(*pair, language if sure else None)]
    assert len(mixed_up) <= 0.1 * len(pairs), mixed_up


@pytest.mark.parametrize("language", ["lt", "ru"])
def test_real_text_reaches_the_aim_on_both_sides(language: str, shared_data: Path) -> None:
    treebank = Treebank(shared_data, language)
    same = treebank.forms_of_one_word()
    hard = treebank.other_words_with_the_same_beginning()
    recall = sum(finds(*pair, language) for pair in same) / len(same)
    mixed_up = sum(finds(*pair, language) for pair in hard) / len(hard)
    merged = [pair for pair in treebank.words_with_the_same_first_letters() if finds(*pair, language)]
    false = sum(not treebank.share_a_word(*pair) for pair in merged) / len(merged)
    figures = f"recall {recall:.3f}, same beginning mixed up {mixed_up:.3f}, false of all that match {false:.3f}"
    assert recall >= 0.9, figures
    assert mixed_up <= 0.1, figures
    assert false <= 0.1, figures


def test_a_russian_and_a_bulgarian_reader_both_find_a_text_of_unknown_language() -> None:
    assert finds("договори", "договора", None)
    assert finds("договоров", "договора", None)


def test_an_english_word_in_a_lithuanian_text_is_found_by_its_forms() -> None:
    assert finds("refund", "refunds", "lt")


def test_a_word_of_a_language_without_forms_is_found_by_itself_alone() -> None:
    assert stored_keys("rechnungen", "de") == ()


def test_the_forms_of_a_form_nobody_lists_are_found_by_their_stem() -> None:
    assert finds("zorbelio", "zorbelis", "lt")
    assert finds("зорбелями", "зорбеля", "ru")
    assert finds("zorbeled", "zorbeling", "en")
    assert finds("зорбелът", "зорбели", "bg")


def test_diacritics_left_out_by_the_searcher_match() -> None:
    assert finds("saskaita", "sąskaita", "lt")
    assert finds("saskaitos", "sąskaitų", "lt")
    assert finds("grazinsime", "grąžinsime", "lt")
    assert finds("cafe", "café", None)


def test_diacritics_the_searcher_wrote_are_meant() -> None:
    assert not finds("kąsa", "kasa", "lt")
    assert not finds("šalis", "salis", "lt")


def test_short_i_is_never_i() -> None:
    assert not finds("мои", "мой", "xx")
    assert not finds("стои", "стой", "xx")


@pytest.mark.parametrize("word", ["", "a", "я", "7", "2024", "ord7", "退", "ǂ1f600ǂ", "שלום", "x" * 500])
def test_what_has_no_forms_has_no_forms(word: str) -> None:
    assert stored_keys(word, None) == ()
    assert [key for key in sought_keys(word, None) if not key.startswith("f")] == []
