from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from audit.bootstrap.house import build
from audit.bootstrap.settings import read_settings
from audit.cli.app import run
from tests.api.pages import registered
from tests.browser.serving import served, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

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


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The pages of a house with one talk, a weak ticket of it, and its work order."""
    lines, data = tmp_path / "lines.ndjson", tmp_path / "data"
    lines.write_text("".join(json.dumps({**line, "customer": "cust-7"}) + "\n" for line in LINES))
    assert run(["init", "--origin", "example.com/archive", "--data", str(data), "--as", "operator"]) == 0
    assert run(["import", str(lines), "--data", str(data), "--as", "operator"]) == 0
    house = build(read_settings({}, data=data))
    house.follower.catch_up()
    for login, role in (("sup", "supervisor"), ("ona", "agent"), ("tomas", "technician")):
        registered(house, login, role)
    with served(house) as address:
        yield address
    house.close()


def opened(page: Page, label: str) -> None:
    """Open what a button of that name hides; without JavaScript the browser does it as well."""
    page.locator("details.act > summary", has_text=label).first.click()


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 360)])
def test_a_weak_ticket_is_found_sent_back_rewritten_and_accepted(
    browser: Browser, address: str, script: bool, width: int
) -> None:
    options = {"java_script_enabled": script, "viewport": {"width": width, "height": 800}, "locale": "en-GB"}
    supervisor, agent = (browser.new_page(**options) for _ in range(2))  # type: ignore[arg-type]  # three of its options
    sign_in(supervisor, address, "sup", why=None)
    supervisor.click("nav >> text=Desk")
    supervisor.click("table.desk >> text=T-1")
    assert "+44 20 7946 0958" in supervisor.inner_text("section.talk")
    opened(supervisor, "Send it back")
    supervisor.check("input[name=sentence][value='Please look.']")
    supervisor.fill("#bounce-note", "Say where it is and who to call.")
    supervisor.click("form[action$='/bounce'] button")
    assert "Sent back to be rewritten" in supervisor.inner_text("main")

    sign_in(agent, address, "ona", why=None)
    agent.click("nav >> text=Desk")
    agent.click(".filters >> text=Sent back")
    agent.click("table.desk >> text=T-1")
    assert "Say where it is and who to call." in agent.inner_text("main")
    opened(agent, "Rewrite it")
    agent.fill("#text", "Boiler error E4 since Sunday at 12 Mill Lane. Call +44 20 7946 0958. Reset was tried.")
    agent.click("form[action$='/rewrite'] button")
    assert agent.inner_text("ins").startswith("+")
    opened(agent, "Record the read-back")
    agent.click("form[action$='/read-back'] button")
    assert "not read back" not in agent.inner_text("p.badges")

    supervisor.reload()
    opened(supervisor, "Accept it")
    supervisor.click("form[action$='/accept'] button")
    assert "sent back" not in supervisor.inner_text("p.badges")
    assert "Text accepted" in supervisor.inner_text("main")
    supervisor.close()
    agent.close()


def test_a_technician_reads_the_order_on_a_phone_has_it_signed_and_may_call_it_unclear(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="en-GB")
    sign_in(page, address, "tomas", why=None)
    page.click("nav >> text=Work orders")
    page.click("ul.lines >> text=Look at the heating.")
    assert page.inner_text(".eye").strip().endswith("Look at the heating.")
    page.fill("#field-reason", "Which house? <b>No address</b>")
    page.click("text=Report it unclear")
    assert "<b>No address</b>" in page.inner_text("main")
    page.fill("#field-signed_by", "Rūta Petraitė")
    page.click("form[action$='/sign'] button")
    assert "Signed by Rūta Petraitė. The signature is under this text." in page.inner_text(".note")
    assert page.goto(f"{address}/desk").status == 403  # type: ignore[union-attr]  # there is an answer
    page.close()
