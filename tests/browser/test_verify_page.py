"""The verifier in one page, opened from a disk in a real browser, with no network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from audit.evidence.verifier.files import PAGE, page_policy, sealed_page
from tests.browser.verify_page import VerifyPage
from tests.evidence.bundles import BUNDLE, CASES, POLICY, TEXTS, VKEY, Case, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext

_LANGUAGES = {"en": "PROVEN", "lt": "ĮRODYTA", "bg": "ДОКАЗАНО", "ru": "ДОКАЗАНО", "zh": "已证明"}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[VerifyPage]:
    """The page, opened from the disk; at the end it has asked for nothing and complained of nothing."""
    opened = VerifyPage(context.new_page(), PAGE.as_uri())
    yield opened
    assert opened.complaints == []
    assert opened.requests == [PAGE.as_uri()]


def test_every_case_gets_the_verdict_it_gets_elsewhere(page: VerifyPage) -> None:
    judged = {name: page.judge(case) for name, case in CASES.items()}
    assert judged == {name: case.verdict for name, case in CASES.items()}


def test_it_shows_the_words_that_are_open_and_names_the_parts_that_are_not(page: VerifyPage) -> None:
    page.judge(CASES["the bundle, with a policy"])
    events = page.text("#events")
    assert TEXTS[3] in events
    assert "Not disclosed: author, text" in events
    assert "Something is recorded here; all of it is withheld." in events
    assert "2026-03-01T10:00:00.000Z" in page.text("#verdict")


def test_without_a_key_from_outside_it_says_so_and_names_the_key_of_the_bundle(page: VerifyPage) -> None:
    page.judge(CASES["the bundle alone"])
    assert page.text("#verdict").startswith("UNANCHORED")
    assert VKEY in page.text("#verdict")


def test_nothing_of_an_altered_bundle_is_shown(page: VerifyPage) -> None:
    page.judge(CASES["the bundle, with the log's key"])
    page.judge(CASES["a text that was changed"])
    assert page.text("#events") == ""
    assert page.text("#verdict") == "NOT GENUINE\n\nThe words shown as text of event 4 are not those recorded."


@pytest.mark.parametrize("language", _LANGUAGES)
def test_it_speaks_five_languages(page: VerifyPage, language: str) -> None:
    page.judge(CASES["the bundle, with the log's key"])
    page.page.select_option("#language", language)
    assert page.text("#verdict").startswith(_LANGUAGES[language])
    assert page.page.evaluate("document.documentElement.lang") == language
    said: dict[str, dict[str, str]] = page.page.evaluate("SAID")
    assert said[language].keys() == said["en"].keys()
    places = re.compile(r"\{\d\}")
    assert all(
        sorted(places.findall(said[language][key])) == sorted(places.findall(said["en"][key])) for key in said["en"]
    )


def test_a_file_can_be_dropped_on_it(page: VerifyPage) -> None:
    assert page.judge_dropped(Case(BUNDLE, POLICY, Verdict.PROVEN)) is Verdict.PROVEN


def test_words_that_look_like_markup_stay_words(page: VerifyPage) -> None:
    page.page.evaluate("last = {error: new NotGenuine('signature', '<img src=x onerror=alert(1)>')}; show()")
    assert "<img src=x onerror=alert(1)>" in page.text("#verdict")
    assert page.page.locator("#verdict img").count() == 0


def test_every_field_has_a_name_and_the_verdict_is_announced(page: VerifyPage) -> None:
    for label in ("Key of the log", "The bundle", "Language"):
        assert page.page.get_by_label(label).count() == 1
    assert page.page.get_by_role("button", name="Check").count() == 1
    assert page.page.locator("#verdict").get_attribute("role") == "status"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_day_and_by_night(page: VerifyPage, scheme: str) -> None:
    """Every colour of text has a contrast of 4.5 against the paper (WCAG 2.2, 1.4.3)."""
    page.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for name in ("the bundle, with the log's key", "the bundle alone", "a text that was changed", "another file"):
        page.judge(CASES[name])
        assert page.contrast("#verdict strong") >= 4.5
        assert page.contrast("main p") >= 4.5


def test_the_page_names_the_hashes_of_its_own_script_and_style() -> None:
    content = PAGE.read_text(encoding="utf-8")
    assert sealed_page(content) == content, "run python -m audit.evidence.verifier.files"
    assert "unsafe" not in page_policy(content)
    assert re.findall(r"(?:src|href)=", content) == []
