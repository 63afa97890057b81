"""A compliance officer: finds what was said, keeps, notes, draws, holds and hands over, and has the log verified."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.browser.manners import Manner, manners
from tests.browser.office import office, opened
from tests.requests.story import ASKED, PROMISED, REGINA, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House
    from tests.browser.person import Person

WHY = "byla 12"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = office(tmp_path)
    house.log.seal()
    yield house
    house.close()


@pytest.mark.parametrize("manner", manners())
def test_an_officer_finds_notes_holds_hands_over_and_verifies(browser: Browser, house: House, manner: Manner) -> None:
    with opened(browser, house, manner) as pages:
        officer = pages.comes("jonas", WHY)
        _searches(officer)
        _keeps_the_search(officer)
        _notes(officer)
        _draws(officer)
        _holds(officer)
        _hands_over(officer)
        _verifies(officer)
        officer.go("Who looked")
        officer.reads("searched", "exported")
        officer.sees("jonas", WHY, "dolerių")


def _searches(officer: Person) -> None:
    """By words that are typed, by fields that are filled in, by what the hits divide into; then to the place."""
    officer.go("Search")
    officer.seek("(kreditą")
    assert officer.page.locator("#q").get_attribute("aria-invalid") == "true"
    officer.seek("internetas OR dolerių OR pinigų")
    officer.sees("dolerių", "pinigų")
    assert officer.page.locator("ol.hits > li").count() == 3
    officer.click(officer.page.locator("aside ul.facet a").filter(has_text=REGINA))
    expect(officer.page.locator("#q")).to_have_value(re.compile(REGINA))
    assert officer.page.locator("ol.hits > li").count() == 3
    officer.open("More fields")
    officer.choose("Role", "agent")
    officer.write("From the day", "2026-03-01")
    officer.seek()
    officer.sees("dolerių")
    officer.misses("pinigų atgal", within="ol.hits")
    officer.click(officer.page.locator("ol.hits a[href^='/conversations/']"))
    officer.sees(PROMISED, ASKED, within=".timeline")
    expect(officer.page.locator("article:target")).to_contain_text(PROMISED)


def _keeps_the_search(officer: Person) -> None:
    officer.go("Search")
    officer.seek("dolerių OR kaimyno")
    officer.open("Save the search")
    officer.write("Name", "kreditai")
    officer.tick("Tell me of what comes from now on")
    officer.press("Save")
    officer.sees("kreditai", "dolerių OR kaimyno")
    officer.follow_to("kreditai")
    assert officer.page.locator("ol.hits > li").count() == 2


def _notes(officer: Person) -> None:
    """Tick one hit and note a tag, a decision and a comment on it."""
    hit = officer.page.locator("ol.hits > li").filter(has_text=TOLD)
    officer.check(hit.get_by_role("checkbox"))
    officer.open("Note on it")
    officer.write("Tag", "fee-dispute")
    officer.choose("Decision", "belongs to the matter")
    officer.write("Comment", "žiūrėti rytoj")
    officer.press("Note it")
    officer.sees("fee-dispute", "žiūrėti rytoj", officer.says("belongs to the matter"), within="ol.hits")
    assert officer.page.locator("ol.hits > li .badge").filter(has_text="fee-dispute").count() == 1


def _draws(officer: Person) -> None:
    officer.open("Draw a sample")
    officer.write("How many", "1")
    officer.write("Seed", "seed-7")
    officer.press("Draw")
    officer.reads("Sample")
    officer.sees("seed-7")
    assert officer.page.locator("ul.lines > li").count() == 1
    officer.follow("Back to the search")


def _holds(officer: Person) -> None:
    """Hold what the search finds, now and later."""
    officer.follow("Place a hold")
    assert officer.field("Search").input_value() == "dolerių OR kaimyno"
    officer.write("What it is for", "byla 12/26")
    officer.press("Place the hold")
    officer.sees("byla 12/26", "dolerių OR kaimyno", within="article.card")
    officer.page.go_back()
    officer.go("Holds")
    officer.sees("byla 12/26")


def _hands_over(officer: Person) -> None:
    officer.go("Search")
    officer.seek("dolerių OR kaimyno")
    officer.open("Hand it over")
    officer.write("Letters before each number", "BYLA")
    officer.press("Count")
    officer.reads("What will be handed over")
    with ZipFile(officer.download("Hand it over")) as handed:
        names = handed.namelist()
        assert any(name.endswith("manifest.json") for name in names), names
        assert handed.testzip() is None


def _verifies(officer: Person) -> None:
    """Take a checkpoint away and have everything checked against it."""
    officer.go("Log")
    note = officer.download_by(officer.page.locator("table a[download]").first).read_text()
    officer.write("A checkpoint you kept", note)
    officer.press("Check everything")
    assert officer.page.locator(".note.good").count() == 1
    officer.sees(officer.says("Proven up to event {number}, by the checkpoint you gave.", number=note.splitlines()[1]))
