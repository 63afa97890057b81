"""What one line of an agent shows, in five languages, by signs that know none of the judged lines."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.language.elements.find import elements
from audit.language.elements.lexicon import ELEMENTS, LANGUAGES, lexicon
from audit.language.elements.sentences import sentences
from tests.language.elements import lines
from tests.language.elements.measure import scores, table

ROOT = Path(__file__).resolve().parents[3]


def names(text: str, language: str | None = None) -> list[str]:
    return [element.name for element in elements(text, language=language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_held_out_lines_are_judged_right(language: str) -> None:
    held = scores(line for line in lines.written(language) if line.held_out)
    assert {name: score.accuracy for name, score in held.items() if score.accuracy < 0.9} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_element_has_twenty_lines_for_it_and_twenty_against(language: str) -> None:
    for name, score in scores(lines.written(language)).items():
        assert score.positives >= 20, name
        assert score.negatives >= 20, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_judged_line_stands_in_a_lexicon(language: str) -> None:
    signs = resources.files("audit.language.elements.lexicons").joinpath(f"{language}.toml").read_text("utf-8").lower()
    long_enough = [line.text for line in lines.written(language) if len(line.text) > 20]
    assert [text for text in long_enough if text.lower().rstrip(".!?。！？") in signs] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_in_a_lexicon_stands_for_something(language: str) -> None:
    assert set(lexicon(language).signs) == set(ELEMENTS)


def test_the_table_in_the_documentation_is_the_one_that_is_measured() -> None:
    assert table() in (ROOT / "docs" / "elements.md").read_text("utf-8")


def test_real_lines_are_judged_right(shared_data: Path) -> None:
    judged = lines.real(shared_data)
    wrong = [line for line in judged if set(names(line.text, line.language)) != line.has]
    assert len(wrong) <= len(judged) // 10


def test_a_line_may_show_several_elements_each_by_its_sentence() -> None:
    text = "Hello Ann! I'm sorry about the noise. We'll call you tomorrow."
    found = {element.name: text[element.start : element.end] for element in elements(text, language="en")}
    assert found == {
        "greeting": "Hello Ann!",
        "empathy": "I'm sorry about the noise.",
        "follow_up": "We'll call you tomorrow.",
    }


def test_elements_come_in_the_order_of_a_call() -> None:
    assert names("Goodbye! We'll call you tomorrow. Hello!", "en") == ["greeting", "follow_up", "close"]


def test_the_language_need_not_be_told() -> None:
    assert names("Atsiprašome už nepatogumus.") == ["empathy"]
    assert names("给您带来不便，非常抱歉。") == ["empathy"]
    assert names("Приносим извинения за неудобства.") == ["empathy"]


def test_a_line_in_two_languages_is_read_in_both() -> None:
    assert names("您好！ Have a nice day!", "zh") == ["greeting", "close"]


def test_capitals_and_typographic_signs_make_no_difference() -> None:
    assert names("I’M SO SORRY ABOUT THE DELAY", "en") == ["empathy"]
    assert names("WE’LL CALL YOU BACK TOMORROW", "en") == ["follow_up"]


def test_places_count_code_points_whatever_stands_before() -> None:
    text = "😀👩‍👩‍👧 ok. Have a nice day! 😀"
    (close,) = elements(text, language="en")
    assert text[close.start : close.end] == "Have a nice day!"


@pytest.mark.parametrize("text", ["", " \n\t", "?!…", "😀", "\x00", "ــ", "a" * 5000])
def test_a_line_that_says_nothing_shows_nothing(text: str) -> None:
    assert names(text) == []


@given(st.text(max_size=200))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for element in elements(text):
        assert 0 <= element.start < element.end <= len(text)


@given(st.text(alphabet="你好sorry извините atsiprašau .!?, \n", max_size=120))
def test_the_same_text_gives_the_same_answer(text: str) -> None:
    assert elements(text) == elements(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_no_sign_was_mended_with_are_judged_nearly_as_well(language: str) -> None:
    found = scores(lines.unseen(language)).values()
    assert sum(score.accuracy for score in found) / len(ELEMENTS) >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_passed_over_would_not_have_been_found(language: str) -> None:
    words = lexicon(language)
    for line in lines.written(language):
        for sentence in sentences(line.text):
            possible = words.index.possible(sentence.text)
            for signs in words.signs.values():
                for some in (signs.sure, signs.signs, signs.unless, signs.soft):
                    assert some.found(sentence.text, possible) == some.found(sentence.text, some.mine)


def test_a_wave_in_a_set_of_characters_is_no_gap() -> None:
    assert names("亲~您好，欢迎光临", "zh") == ["greeting"]
