"""The judged pairs of the five languages: nine of ten found, one of ten false at most; the table in docs/ is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.pairs.judge import LANGUAGES, finds, pairs, wrong
from tests.language.pairs.measure import table

DOCS = Path(__file__).resolve().parents[2] / "docs" / "search-languages.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_pairs_of_both_kinds(language: str) -> None:
    judged = pairs(language)
    assert len(judged) >= 60
    assert len({(pair.sought, pair.text) for pair in judged}) == len(judged)
    assert sum(not pair.finds for pair in judged) >= 25


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_be_found_is_found_and_hardly_anything_else(language: str) -> None:
    judged, amiss = pairs(language), wrong(language)
    wanted = sum(pair.finds for pair in judged)
    missed = [pair for pair in amiss if pair.finds]
    false = [pair for pair in amiss if not pair.finds]
    assert len(missed) <= 0.1 * wanted, missed
    assert len(false) <= 0.1 * (len(judged) - wanted), false


def test_the_table_in_the_documents_is_what_is_measured() -> None:
    assert table() in DOCS.read_text("utf-8")


@pytest.mark.parametrize(
    ("sought", "text"),
    [
        ("החזר", "אני רוצה החזר עכשיו"),
        ("שלום", "שָׁלוֹם"),
        ("مرحبا", "مَرْحَبًا بكم"),
        ("λόγος", "ΛΌΓΟΣ"),
        ("λογος", "ο λόγος"),
        ("คืนเงิน", "ผมขอคืนเงินครับ"),
        ("เงิน", "ผมขอคืนเงินครับ"),
        ("返金", "返金してください"),
        ("してくだ", "返金してください"),
        ("ルーター", "新しいルーターが"),
        ("ﾙｰﾀｰ", "新しいルーターが"),
        ("환불", "지금 환불 해주세요"),
        ("환불", "\u1112\u116a\u11ab\u1107\u116e\u11af"),
        ("धनवापसी", "मुझे धनवापसी चाहिए"),
        ("გთხოვთ", "გთხოვთ დამირეკოთ"),
        ("😀", "thanks 😀!"),
        ("rückzahlung", "Die RÜCKZAHLUNG kam."),
        ("ruckzahlung", "Die Rückzahlung kam."),
    ],
)
def test_words_of_any_other_script_are_found(sought: str, text: str) -> None:
    assert finds(sought, text)


@pytest.mark.parametrize(
    ("sought", "text"),
    [
        ("เงินคืน", "ผมขอคืนเงินครับ"),
        ("金返", "返金してください"),
        ("환", "환불"),
        ("שלומ", "שלום"),
        ("λογο", "ο λόγος"),
        ("😀", "😁"),
    ],
)
def test_other_words_of_any_other_script_are_not(sought: str, text: str) -> None:
    assert not finds(sought, text)
