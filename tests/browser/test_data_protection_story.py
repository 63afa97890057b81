"""A data protection officer: erasures asked by others, one refused for a hold and one executed; time limits; looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.api.pages import SECRET
from tests.browser.manners import Manner, manners
from tests.browser.office import office, opened
from tests.requests.story import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House
    from tests.browser.person import Person

WHY = "prašymas 4"
HELD, FORGOTTEN = "cust-1", "cust-3"
OLD = "Sena sąskaita apmokėta."
LONG_AGO = {
    "kind": "message", "source": "chat", "id": "o1", "conversation": "c5", "customer": "cust-2", "seq": 1,
    "at": "2024-05-03T10:00:00+02:00", "channel": "chat", "role": "customer", "text": OLD, "language": "lt",
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = office(tmp_path, (*LINES, LONG_AGO))
    yield house
    house.close()


@pytest.mark.parametrize("manner", manners())
def test_an_officer_sees_one_erasure_refused_for_a_hold_executes_another_and_lets_old_words_go(
    browser: Browser, house: House, manner: Manner
) -> None:
    with opened(browser, house, manner) as pages:
        supervisor, officer = pages.comes("simona"), pages.comes("daiva", WHY)
        _holds(supervisor, "Regina")
        _asks_for_an_erasure(supervisor, "Regina")
        _asks_for_an_erasure(supervisor, "Kitas")
        _executes(supervisor, FORGOTTEN)
        supervisor.reads("This cannot be done")

        officer.go("Erasures")
        for customer in (HELD, FORGOTTEN):
            _makes_sure(officer, customer)
        _executes(officer, HELD)
        officer.reads("This cannot be done")
        officer.follow("Go to the start")
        officer.go("Erasures")
        expect(officer.card(HELD)).to_contain_text(officer.says("refused"))
        _executes(officer, FORGOTTEN)
        expect(officer.page.locator(".note.good")).to_have_count(1)
        _sees_what_remains(officer)

        _sets_a_limit(officer)
        supervisor.page.goto(supervisor.address)
        supervisor.go("Erasures")
        _executes(supervisor, supervisor.says("What is past its time"))
        expect(supervisor.page.locator(".note.good")).to_have_count(1)

        officer.go("Customers")
        officer.follow_to("Regina")
        officer.follow("Who looked at them")
        officer.sees("simona", "daiva", WHY)


def _holds(person: Person, name: str) -> None:
    person.go("Customers")
    person.follow_to(name)
    person.follow("Place a hold")
    assert person.field("Customers").input_value() == HELD
    person.write("What it is for", "byla 12")
    person.press("Place the hold")
    person.sees("byla 12", HELD)


def _asks_for_an_erasure(person: Person, name: str) -> None:
    person.go("Customers")
    person.follow_to(name)
    person.follow("Ask for an erasure")
    person.choose("Ground", "The person asks for it")
    person.press("Ask")
    person.reads("asked for")


def _makes_sure(officer: Person, customer: str) -> None:
    card = officer.card(customer)
    officer.open("Record how it is known who asks", card)
    officer.write("How", "matyta tapatybės kortelė", card)
    officer.press("Record", card)
    expect(officer.card(customer)).to_contain_text("matyta tapatybės kortelė")


def _executes(person: Person, heading: str) -> None:
    card = person.card(heading)
    person.open("Execute, as the second person", card)
    person.write("Your password", SECRET, card)
    person.press("Erase for ever", card)


def _sees_what_remains(officer: Person) -> None:
    """What was said is gone, that something was said is not."""
    officer.go("Customers")
    officer.misses("Kitas")
    officer.follow_to(officer.says("erased"))
    officer.reads("An erased customer")
    officer.click(officer.main.locator("a[href^='/conversations/']"))
    officer.reads("The words were erased.")
    officer.misses("Labas")


def _sets_a_limit(officer: Person) -> None:
    """Give words a year, see which are past it, and ask for them to go."""
    officer.go("Holds")
    officer.follow("How long words are kept")
    officer.reads("No class was set: everything is kept.")
    officer.write("Class", "default")
    officer.write("Days after which it must be gone", "365")
    officer.press("Set")
    officer.sees("default", "365", within="table")
    officer.follow("See what is past its time")
    officer.sees("default", "2024-05", within="table")
    officer.press("Ask for it to go")
    officer.reads("What is past its time", "The time of its class is over")
