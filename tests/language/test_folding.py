"""Folding makes spellings equal that mean the same, and every folded character knows where it came from."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.language.folding import _UNUSUAL, MARKER, _fold_cluster, fold, without_diacritics

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("REFUND", "refund"),
        ("ＲＥＦＵＮＤ１００", "refund100"),
        ("\u0438\u0306", "\u0439"),  # й decomposed, й composed
        ("Ёлка", "елка"),
        ("\u0435\u0308лка", "елка"),  # ё decomposed
        ("s\u0328", "s"),
        ("Są\u0301skaita", "sąskaita"),  # a Lithuanian pitch accent
        ("догово\u0301р", "договор"),  # a Russian stress mark
        ("re\u00adfund", "refund"),  # a soft hyphen
        ("re\u200bfund", "refund"),  # a space of no width
        ("\ufb01ne", "fine"),  # a ligature
        ("m²", "m2"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("٣٤٥", "345"),  # Arabic digits
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("ﾃﾞｽﾄ", "デスト"),  # half width with its voicing mark
        ("\u1112\u1161\u11ab", "한"),  # Hangul in letters
        ("Windows™", "windows"),
    ],
)
def test_spellings_of_one_word_become_equal(one: str, other: str) -> None:
    assert fold(one).text == other


@pytest.mark.parametrize(("one", "other"), [("й", "и"), ("ą", "a"), ("š", "s"), ("ė", "e"), ("щ", "ш"), ("ъ", "ь")])
def test_letters_that_differ_stay_different(one: str, other: str) -> None:
    assert fold(one).text != fold(other).text


def test_whole_words_in_one_character_do_not_grow_together_with_their_neighbour() -> None:
    assert fold("№123").text.split() == ["no", "123"]
    assert fold("1½").text.split() == ["1", "1⁄2"]
    assert fold("5㎏").text.split() == ["5", "kg"]


def test_every_folded_character_knows_its_place() -> None:
    text = "и\u0306Ｗ\u00adß🙂№q\u0301"
    folded = fold(text)
    assert folded.text == "йwss ǂ1f642ǂ  no q"
    assert [text[slice(*folded.span(at, at + 1))] for at in (0, 1, 2, 3)] == ["и\u0306", "Ｗ", "ß", "ß"]
    assert text[slice(*folded.span(5, 12))] == "🙂"
    assert text[slice(*folded.span(17, 18))] == "q\u0301"


@given(texts)
def test_origins_are_in_order_and_inside_the_text(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(texts)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)).text == fold(unicodedata.normalize("NFD", text)).text


@given(texts)
def test_folding_a_folded_text_changes_nothing_but_the_marker(text: str) -> None:
    folded = fold(text).text
    if MARKER not in folded:
        assert fold(folded).text == folded


def test_the_quick_way_and_the_careful_way_agree_on_every_character() -> None:
    quick = [chr(code) for code in range(0x20, sys.maxunicode) if not _UNUSUAL.search(chr(code))]
    differing = [letter for letter in quick if fold(f"я{letter}").text[1:] != _fold_cluster(letter)]
    # Two hyphens are one sign in the careful way, and a row of dots is one or several: all of them part words.
    assert differing == ["\u2011", "\u2025", "\u2026"]


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("sąskaita", "saskaita"),
        ("łódź", "lodz"),
        ("øl", "ol"),
        ("ѝ", "и"),
        ("мой", "мой"),
        ("한", "한"),
        ("abc", "abc"),
    ],
)
def test_diacritics_are_left_out_as_people_leave_them_out(word: str, plain: str) -> None:
    assert without_diacritics(word) == plain
