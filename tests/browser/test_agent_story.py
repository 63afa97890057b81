"""An agent: the customer in brief, what was said, a promise confirmed, given more time, kept, and its slip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.manners import Manner, manners
from tests.browser.office import office, opened
from tests.requests.story import ASKED, LINES, PROMISED, REGINA, REGINAS_MAIL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House

CREDIT = PROMISED.partition(". ")[2]
CREDITED = {
    "kind": "charge", "source": "billing", "id": "ch1", "customer": REGINA, "at": "2026-03-09T09:00:00+02:00",
    "amount": "100", "currency": "USD", "basis": "credit",
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = office(tmp_path, (*LINES, CREDITED))
    yield house
    house.close()


@pytest.mark.parametrize("manner", manners())
def test_an_agent_confirms_a_promise_gives_it_time_hands_out_the_slip_and_records_it_kept(
    browser: Browser, house: House, manner: Manner
) -> None:
    with opened(browser, house, manner) as pages:
        agent = pages.comes("petras")
        agent.go("Customers")
        agent.write("Name, number, address or id", "Regina")
        agent.press("Find")
        agent.follow_to("Regina")
        agent.reads("In brief", "Latest contact", within=".brief")
        agent.sees(REGINAS_MAIL, "net", within=".brief")
        agent.click(agent.page.locator("section[aria-labelledby=talks]").get_by_role("link"))
        agent.sees(PROMISED, ASKED, within=".timeline")
        agent.follow("Newest first")
        assert agent.page.locator(".timeline article").first.inner_text().count(ASKED) == 1
        agent.follow("Oldest first")

        agent.go("Promises")
        agent.sees("Regina", CREDIT)
        agent.open("Confirm")
        agent.write("What was promised, in your words", "100 $")
        agent.press("Confirm")
        agent.reads("There are no such promises.")
        agent.turn_to("Open")
        agent.follow_to(agent.says("Promise"))
        agent.open("Give it more time")
        agent.write("Due by the end of", "2026-03-27")
        agent.write("Why", "banko šventė")
        agent.press("Give it more time")
        agent.reads("Given more time", within="ol.course")
        agent.sees("banko šventė", within="ol.course")

        agent.open("Make the proof slip")
        assert agent.download("Make the proof slip").read_bytes().startswith(b"%PDF")
        agent.open("It was kept")
        agent.check(agent.page.locator("fieldset").get_by_role("radio").first)
        agent.press("It was kept")
        agent.reads("kept", within="p.badges")
        agent.is_not_offered("Give it more time")

        agent.click(agent.page.locator("main > p.soft").get_by_role("link").filter(has_text="Regina"))
        agent.reads("Promises", within=".brief")
        agent.click(agent.page.locator(".brief a[href^='/promises']"))
        agent.reads("kept")
