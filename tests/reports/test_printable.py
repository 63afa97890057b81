"""Words made fit for paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.reports.fonts import Fonts
from audit.reports.printable import Printer, direction


def printed(text: str) -> str:
    return str(Printer(Fonts().cover).line(text))


@pytest.mark.parametrize(
    "text", ["Grąžinsime žmonėms", "ще ѝ върнем", "перезвоним, объявите", "我们会退款。", "שלום", "مرحبا"]
)
def test_words_of_every_language_are_printed_as_they_are(text: str) -> None:
    assert printed(text) == text


@pytest.mark.parametrize(
    "code", [0x0, 0x7, 0x1B, 0xAD, 0x200B, 0x200E, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xE000, 0xE0041, 0x2A6A5]
)
def test_what_misleads_or_has_no_glyph_stands_as_its_number_in_a_frame(code: int) -> None:
    assert printed(f"a{chr(code)}b") == f'a<span class="frame">[U+{code:04X}]</span><wbr>b'


def test_markup_in_words_stays_words() -> None:
    assert printed("<img src=http://x>&") == "&lt;img src=http://x&gt;&amp;"


def test_a_frame_written_by_the_customer_is_not_framed() -> None:
    assert printed("[U+202E]") == "[U+202E]"


def test_a_run_of_one_character_is_framed_once_and_counted_in_full() -> None:
    printer = Printer(Fonts().cover)
    assert "[U+0000 ×5]" in printer.line("a" + "\0" * 5)
    assert printer.replaced == {0: 5}


def test_joiners_stay_where_writing_needs_them() -> None:
    assert printed("می‌خواهم") == "می‌خواهم"
    assert "[U+200D]" in printed("a\u200db")


def test_marks_cannot_be_piled_up_over_other_lines() -> None:
    assert printed("a\u0301\u0302\u0303") == "a\u0301\u0302\u0303"
    assert printed("a" + "\u0301" * 5).startswith('a\u0301\u0301\u0301<span class="frame">[U+0301')


def test_what_the_engine_refused_is_framed_too() -> None:
    assert "[U+0416]" in Printer(Fonts().cover, frozenset({0x416})).line("Ж")


def test_lines_are_kept_with_their_direction() -> None:
    lines = Printer(Fonts().cover).lines("one\r\n\nשלום, Router\rlast")
    assert lines == [("one", "ltr"), ("", "ltr"), ("שלום, Router", "rtl"), ("last", "ltr")]


@pytest.mark.parametrize(
    ("text", "way"), [("", "ltr"), ("123", "ltr"), ("12 abc", "ltr"), ("(שלום", "rtl"), ("م", "rtl")]
)
def test_the_first_letter_gives_the_direction(text: str, way: str) -> None:
    assert direction(text) == way


def test_an_endless_word_gets_places_to_break_and_loses_nothing() -> None:
    word = "W<" * 3000
    assert printed(word).count("<wbr>") == 15
    assert printed(word).replace("<wbr>", "") == word.replace("<", "&lt;")


@given(st.text())
def test_nothing_is_lost_and_nothing_slips_through(text: str) -> None:
    printer = Printer(lambda code_point: code_point < 0x500)
    plain = printer.plain(text)
    assert all(" " <= sign <= "~" or sign == "\t" or ord(sign) >= 0xA0 for sign in plain)
    framed = printer.line(text).replace("<wbr>", "").count('<span class="frame">')
    assert (framed == 0) == (not printer.replaced)
