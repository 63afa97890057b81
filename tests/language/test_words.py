"""The words of a text and their places in the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.language.words import LONGEST, tokens

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


def words_of(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


def as_written(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("I'll refund $100.50, OK?", ["I", "ll", "refund", "100", "50", "OK"]),
        ("мо\u0438\u0306 счёт", ["мо\u0438\u0306", "счёт"]),
        ("ＦＵＬＬ　ｗｉｄｔｈ", ["ＦＵＬＬ", "ｗｉｄｔｈ"]),
        ("ok 👍🏽 thanks", ["ok", "👍", "thanks"]),
        ("退款iPhone15手机", ["退", "款", "iPhone15", "手", "机"]),
        ("שלום, יש בעיה", ["שלום", "יש", "בעיה"]),
        ("مُشْكِلَة كبيرة", ["مُشْكِلَة", "كبيرة"]),
        ("𠀀𪛟好", ["𠀀", "𪛟", "好"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("?!… — €", []),
    ],
)
def test_every_word_lies_where_it_was_written(text: str, written: list[str]) -> None:
    assert as_written(text) == written


@given(texts)
def test_words_never_overlap_and_come_in_order(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert [token.position for token in found] == sorted({token.position for token in found})


@given(texts, texts)
def test_a_text_in_front_only_moves_the_words(front: str, text: str) -> None:
    moved = tokens(f"{front} | {text}")
    behind = tokens(text)
    assert [token.text for token in moved[len(moved) - len(behind) :]] == [token.text for token in behind]
    for after, before in zip(moved[len(moved) - len(behind) :], behind, strict=True):
        assert (after.start, after.end) == (before.start + len(front) + 3, before.end + len(front) + 3)


def test_neighbouring_words_have_neighbouring_positions() -> None:
    assert [token.position for token in tokens("one two, three\nfour")] == [0, 1, 2, 3]


def test_punctuation_parts_chinese_characters_and_a_line_break_does_not() -> None:
    assert [token.position for token in tokens("退，款")] == [0, 2]
    assert [token.position for token in tokens("退 款")] == [0, 2]
    assert [token.position for token in tokens("退\r\n款")] == [0, 1]
    assert [token.position for token in tokens("退 A 款")] == [0, 1, 2]


def test_a_word_too_long_for_an_engine_is_shortened_and_stays_itself() -> None:
    long, longer = "ж" * 5000, "ж" * 5001
    assert [len(token.text) for token in tokens(f"{long} {longer}")] == [LONGEST, LONGEST]
    assert words_of(long) == words_of(long.upper())
    assert words_of(long) != words_of(longer)


def test_the_sign_that_spells_characters_out_cannot_be_forged() -> None:
    assert words_of("ǂ1f600ǂ") != words_of("😀")
    assert words_of("ǂ") == words_of("ǂ")
