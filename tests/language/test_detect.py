"""The language of a text is told from the text alone; where it cannot be told, nothing is said."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from audit.language.detect import language_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I will credit you 100 dollars by Friday.", "en"),
        ("My router keeps restarting, can you send someone?", "en"),
        ("Laba diena, neveikia internetas nuo vakar vakaro.", "lt"),
        ("Grąžinsime jums pinigus iki penktadienio.", "lt"),
        ("Здравейте, интернетът ми не работи от вчера вечерта.", "bg"),
        ("Ще ви върнем парите до петък.", "bg"),
        ("Добрый день, у меня не работает интернет со вчерашнего вечера.", "ru"),
        ("Мы вернём вам деньги до пятницы.", "ru"),
        ("您好，我们会在周五之前退款给您。", "zh"),
        ("我的iPhone 14 Pro Max不能上网", "zh"),
        ("Guten Tag, mein Internet funktioniert seit gestern nicht mehr.", "de"),
        ("Dzień dobry, od wczoraj nie działa mi internet.", "pl"),
        ("Добрий день, у мене з учора не працює інтернет.", "uk"),
        ("インターネットがつながりません", "ja"),
        ("인터넷이 안 됩니다", "ko"),
        ("האינטרנט לא עובד", "he"),
        ("Το ίντερνετ δεν λειτουργεί", "el"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "12345", "ok", "👍", "ORD-2024/00123", "a@b.lt", "https://example.com/kodel"]
)
def test_too_little_tells_nothing(text: str) -> None:
    assert language_of(text) is None
    assert language_of(text, hint="lt") == "lt"


def test_a_hint_decides_where_the_text_leaves_room() -> None:
    assert language_of("Благодаря", hint="bg") == "bg"


def test_a_hint_does_not_overrule_the_text() -> None:
    assert language_of("Grąžinsime jums pinigus iki penktadienio.", hint="en") == "lt"
    assert language_of("我们会退款", hint="en") == "zh"


def test_a_name_or_a_link_in_another_language_does_not_count() -> None:
    assert (
        language_of("Parašykite mums adresu customer.service@example.com arba https://example.com/help/contact") == "lt"
    )


def test_real_sentences_are_told_nearly_always(shared_data: Path) -> None:
    for language, name in (("lt", "first200_lt_alksnis"), ("ru", "first200_ru_gsd")):
        lines = (shared_data / "ud" / f"{name}-ud-test.conllu").read_text("utf-8").splitlines()
        told = [language_of(line.removeprefix("# text = ")) for line in lines if line.startswith("# text = ")]
        assert told.count(language) >= 0.97 * len(told)


def test_real_chinese_messages_are_told_nearly_always(shared_data: Path) -> None:
    dialogues = json.loads((shared_data / "crosswoz" / "val_first40.json").read_text("utf-8"))
    told = [language_of(message["content"]) for dialogue in dialogues.values() for message in dialogue["messages"]]
    assert told.count("zh") >= 0.99 * len(told)


def test_nothing_is_loaded_before_a_language_is_asked_for() -> None:
    program = "import sys, audit.language.detect, audit.language.analysis; assert 'numpy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603  # our own words
