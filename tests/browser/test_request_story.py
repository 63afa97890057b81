"""A record for a customer, asked by somebody else for them: agent, supervisor, second reader, and who collects it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.bootstrap.promising_authority import Granted, authorise
from tests.api.pages import SECRET
from tests.browser.manners import Manner, manners
from tests.browser.office import office, opened
from tests.requests.given import OTHER_SUPERVISOR
from tests.requests.story import DAUGHTER, NEIGHBOUR, PROMISED, REGINA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House
    from tests.browser.person import Person

WHY = "byla 12"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """One in which Regina's daughter may ask for her mother's record."""
    house = office(tmp_path)
    authorise(house, REGINA, DAUGHTER, Granted(scope="record", evidence="letter"), OTHER_SUPERVISOR)
    house.follower.catch_up()
    yield house
    house.close()


@pytest.mark.parametrize("manner", manners())
def test_a_record_is_asked_for_by_a_daughter_and_released_by_two_people_but_never_by_the_agent(
    browser: Browser, house: House, manner: Manner
) -> None:
    with opened(browser, house, manner) as pages:
        agent = pages.comes("petras")
        _asks(agent)
        request = agent.page.url
        for button in ("Make the record", "Approve", "Make a link"):
            agent.is_not_offered(button)
        _tries_to_release(agent)
        agent.page.goto(f"{request}/preview")
        agent.reads("This cannot be done")

        supervisor = pages.comes("simona")
        _prepares(supervisor)
        supervisor.is_not_offered("Approve")
        supervisor.is_not_offered("I have read what is withheld")
        supervisor.reads(
            "You withheld something here or gave it free: another person reads that before the record is approved."
        )

        reader = pages.comes("jonas", WHY)
        reader.go("Record requests")
        reader.follow_to("Regina")
        _says_it_was_read(reader)
        reader.is_not_offered("Approve")

        token = _releases(supervisor)
        _collects(pages.opens_a_browser(), token)
        supervisor.follow("Back to the request")
        supervisor.reads("What to do")

        reader.go("Who looked")
        reader.choose("What they did", "turned away")
        reader.press("Show")
        reader.sees("petras")
        reader.reads("Make a link", "What the paper will show")


def _asks(agent: Person) -> None:
    agent.go("Customers")
    agent.follow_to("Regina")
    agent.follow("They ask for their record")
    assert agent.field("Customer whose record it is").input_value() == REGINA
    agent.write("Who asks for them", DAUGHTER)
    agent.write("What they wrote", "Mama nori visko.")
    agent.press("Record it")
    agent.reads("for the customer, under an authority")
    agent.open("Acknowledge it")
    agent.press("Acknowledge it")
    agent.reads("to be answered by")


def _tries_to_release(agent: Person) -> None:
    """Bend a form of one's own page to where records are released: as far as anybody gets who sits at a browser."""
    agent.page.locator("form[action$='/dispute']").evaluate(
        "form => form.action = form.action.replace('dispute', 'link')"
    )
    agent.open("Put the customer's words beside a statement")
    agent.write("Number of the event", "1")
    agent.write("The customer's own words", "x")
    agent.press("Put the customer's words beside a statement")
    agent.reads("This cannot be done")


def _prepares(supervisor: Person) -> None:
    """Look at the tickets, withhold the neighbour's number, and have the record made."""
    supervisor.go("Record requests")
    supervisor.follow_to("Regina")
    supervisor.sees("t1", within="section[aria-labelledby=tickets]")
    assert supervisor.page.locator("section[aria-labelledby=tickets] .score").count() == 1
    supervisor.open("Record who it is")
    supervisor.press("Record who it is")
    supervisor.follow("See what the paper will show, and withhold")
    supervisor.sees(PROMISED)
    item = supervisor.page.locator("article.card").filter(has_text=NEIGHBOUR)
    supervisor.click(item.locator("summary"))
    supervisor.fill(item.get_by_label(supervisor.says("Which words")), NEIGHBOUR)
    supervisor.choose("Why", "concerns another person", item)
    supervisor.click(item.get_by_role("button"))
    supervisor.misses(NEIGHBOUR)
    supervisor.follow_to(supervisor.says("Record request"))
    supervisor.open("Make the record")
    supervisor.press("Make the record")
    supervisor.reads("The record that was made")


def _says_it_was_read(person: Person) -> None:
    person.open("I have read what is withheld")
    person.write("Your password", SECRET)
    person.press("I have read what is withheld")


def _releases(supervisor: Person) -> str:
    """Approve and make the link, each with the password; return the code of the link."""
    supervisor.page.reload()
    supervisor.open("Approve")
    supervisor.write("Your password", SECRET)
    supervisor.press("Approve")
    supervisor.reads("Hand it over")
    supervisor.open("Make a link")
    supervisor.write("Your password", SECRET)
    supervisor.press("Make a link")
    return supervisor.page.locator("pre.secret").last.inner_text()


def _collects(daughter: Person, token: str) -> None:
    daughter.follow("For customers")
    daughter.follow("Collect a record with the code of a link")
    daughter.write("The code of the link", token)
    assert daughter.download("Collect it").read_bytes().startswith(b"%PDF")
    daughter.follow("Your record")
    daughter.follow("Collect a record with the code of a link")
    daughter.write("The code of the link", token)
    daughter.press("Collect it")
    daughter.reads("This cannot be done")
