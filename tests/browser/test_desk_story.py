"""The desk: a weak ticket is found, sent back, rewritten, read back and accepted; a technician works by its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.manners import DESK, PHONE, Manner, manners
from tests.browser.office import office, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House
    from tests.browser.person import Person

DAY = "2026-03-02T"
LINES = (
    {"kind": "message", "source": "chat", "id": "m1", "conversation": "c1", "role": "customer", "author": "Rūta",
     "at": f"{DAY}09:00:00Z", "channel": "chat",
     "text": "My boiler shows error E4 since Sunday. I live at 12 Mill Lane, ring me at +44 20 7946 0958."},
    {"kind": "message", "source": "chat", "id": "m2", "conversation": "c1", "role": "agent", "author": "Ona",
     "at": f"{DAY}09:01:00Z", "channel": "chat", "text": "Thank you, I make a ticket of it."},
    {"kind": "ticket", "source": "helpdesk", "id": "T-1", "conversation": "c1", "role": "agent",
     "author": "Ona", "at": f"{DAY}09:05:00Z", "subject": "Boiler", "text": "Heating broken. Please look."},
    {"kind": "work_order", "source": "field", "id": "W-1", "ticket": "T-1", "role": "agent", "author": "Ona",
     "at": f"{DAY}09:10:00Z", "text": "Look at the heating.", "technician": "tomas"},
)  # fmt: skip
REWRITTEN = "Boiler error E4 since Sunday at 12 Mill Lane. Call +44 20 7946 0958. Reset was tried."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with one talk, a weak ticket of it, and its work order."""
    house = office(tmp_path, ({**line, "customer": "cust-7"} for line in LINES))
    yield house
    house.close()


@pytest.mark.parametrize("manner", manners(Manner(script=True, width=DESK)))
def test_a_weak_ticket_is_found_sent_back_rewritten_and_accepted(
    browser: Browser, house: House, manner: Manner
) -> None:
    with opened(browser, house, manner) as pages:
        supervisor = pages.comes("simona")
        supervisor.go("Desk")
        supervisor.follow_to("T-1")
        supervisor.sees("+44 20 7946 0958", within="section.talk")
        _sends_back(supervisor)

        agent = pages.comes("petras")
        agent.go("Desk")
        agent.turn_to("Sent back")
        agent.follow_to("T-1")
        agent.sees("Say where it is and who to call.")
        _rewrites(agent)

        supervisor.page.reload()
        supervisor.open("Accept it")
        supervisor.press("Accept it")
        supervisor.misses(supervisor.says("sent back"), within="p.badges")
        supervisor.sees(REWRITTEN)


def _sends_back(supervisor: Person) -> None:
    supervisor.open("Send it back")
    supervisor.check(supervisor.main.get_by_label("Please look.", exact=True))
    supervisor.write("What is to be said with it", "Say where it is and who to call.")
    supervisor.press("Send it back")
    supervisor.reads("Sent back to be rewritten")


def _rewrites(agent: Person) -> None:
    """Rewrite the text, and read it back to the customer."""
    agent.open("Rewrite it")
    agent.write("The new text", REWRITTEN)
    agent.press("Rewrite it")
    assert agent.page.inner_text("ins").startswith("+")
    agent.reads("not read back", within="p.badges")
    agent.open("Record the read-back")
    agent.press("Record the read-back")
    agent.misses(agent.says("not read back"), within="p.badges")


@pytest.mark.parametrize("manner", manners(Manner(script=False, width=PHONE)))
def test_a_technician_reads_the_order_has_it_signed_and_may_call_it_unclear(
    browser: Browser, house: House, manner: Manner
) -> None:
    with opened(browser, house, manner) as pages:
        technician = pages.comes("tomas")
        technician.go("Work orders")
        technician.follow_to("Look at the heating.")
        assert technician.page.inner_text(".eye").strip().endswith("Look at the heating.")
        technician.write("What cannot be found in it", "Which house? <b>No address</b>")
        technician.press("Report it unclear")
        technician.sees("<b>No address</b>")
        technician.write("Who signs", "Rūta Petraitė")
        technician.press("Sign")
        technician.sees("Rūta Petraitė", technician.says("The signature is under this text."), within=".note.good")
        technician.page.goto(f"{pages.address}/desk")
        technician.reads("This cannot be done")
