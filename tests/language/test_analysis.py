"""What is stored, what is sought, and where the hits lie."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.language.analysis import Alternatives, analyse, bare_word, beginning, marks, phrase

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


def marked(text: str, *terms: Alternatives | list[str]) -> list[str]:
    return [text[start:end] for start, end in marks(text, terms)]


def test_exact_tokens_stand_in_the_order_of_the_text() -> None:
    assert analyse("You'll get $100, ok?").exact == ["you", "ll", "get", "100", "ok"]


def test_a_gap_between_characters_takes_a_place_of_its_own() -> None:
    assert analyse("退，款").exact == ["退", "ǂ", "款"]


@pytest.mark.parametrize("sign", ["", " ", "$", "?!", "—", "\u200b", "™"])
def test_a_sign_alone_finds_nothing_and_says_so(sign: str) -> None:
    assert not bare_word(sign)
    assert phrase(sign) == []


def test_a_bare_word_is_itself_or_one_of_its_forms() -> None:
    sought = bare_word("Refunds,")
    assert sought.exact == ("refunds",)
    assert "enlrefund" in sought.stems


def test_bare_chinese_is_a_run_of_characters() -> None:
    assert bare_word("退款") == Alternatives(phrases=(("退", "款"),))
    assert bare_word("退").exact == ("退",)
    assert bare_word("iPhone手机") == Alternatives(phrases=(("iphone", "手", "机"),))


def test_an_emoji_is_a_word_whatever_its_skin() -> None:
    assert marked("ok 👍🏽!", bare_word("👍")) == ["👍"]


def test_a_phrase_is_the_words_side_by_side_and_nothing_else() -> None:
    text = "I will refund you. I refunded YOU. Refund,  you!"
    assert marked(text, phrase("refund you")) == ["refund you", "Refund,  you"]
    assert marked("Вернём деньги", phrase("вернем деньги")) == ["Вернём деньги"]
    assert marked("ｒｅｆｕｎｄ you", phrase("Refund you")) == ["ｒｅｆｕｎｄ you"]


def test_a_phrase_does_not_cross_from_one_run_of_characters_into_the_next() -> None:
    assert marked("我们会退，款项", phrase("退款")) == []
    assert marked("我们会退款，谢谢", phrase("会退款")) == ["会退款"]
    assert marked("您好，请问", phrase("您好，请问")) == ["您好，请问"]


def test_every_form_is_marked_where_it_stands() -> None:
    text = "Sąskaitos? Taip, saskaita — SĄSKAITĄ."
    assert marked(text, bare_word("sąskaita")) == ["Sąskaitos", "SĄSKAITĄ"]
    assert marked(text, bare_word("saskaita")) == ["Sąskaitos", "saskaita", "SĄSKAITĄ"]
    assert marked("רציתי החזר כספי", bare_word("החזר")) == ["החזר"]
    assert marked("Мо\u0438\u0306 счёт", bare_word("мой")) == ["Мо\u0438\u0306"]


def test_a_compound_is_found_joined_parted_and_inflected() -> None:
    assert marked("из интернет-магазина", bare_word("интернет-магазин")) == ["интернет-магазина"]
    assert marked("a well known fact", bare_word("well-known")) == ["well known"]
    assert marked("WiFi and Wi-Fi", bare_word("wifi")) == ["WiFi", "Wi-Fi"]


def test_the_beginning_of_a_word_finds_the_word() -> None:
    assert marked("Refunds, refundable; prefund", beginning("REFUND")) == ["Refunds", "refundable"]
    assert not beginning("two words")


def test_hits_that_overlap_are_one() -> None:
    assert marked("退款退款", phrase("退款退"), phrase("款退款")) == ["退款退款"]
    assert marks("refund me", [bare_word("refund"), phrase("refund me")]) == [(0, 9)]


@given(texts)
def test_every_word_of_a_text_finds_the_text(text: str) -> None:
    stored = analyse(text)
    for piece in text.split():
        sought = bare_word(piece)
        if sought.exact and not sought.identifiers:
            assert not set(sought.exact).isdisjoint(stored.exact)


@given(texts, texts, texts)
def test_a_piece_of_a_text_is_a_phrase_in_it(before: str, piece: str, after: str) -> None:
    text = f"{before} | {piece} | {after}"
    sought = phrase(piece)
    assert not sought or marks(text, [sought])


@given(texts)
def test_marks_lie_inside_the_text_in_order_and_apart(text: str) -> None:
    found = marks(text, [bare_word(piece) for piece in text.split()])
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
