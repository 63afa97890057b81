"""A customer without an account: in by a code, the promise, the request, who looked, the record."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from threading import Event
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from audit.bootstrap import delivering, requesting, requesting_release
from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap.promising import find_promises
from audit.bootstrap.promising_decisions import Terms
from audit.projections.promises import Promises
from audit.projections.requests import Requests
from tests.archive.house import new_house
from tests.browser.manners import PHONE, Manner, manners
from tests.browser.office import opened
from tests.browser.walking import barriers, too_wide
from tests.post.server import Post
from tests.post.server import served as receiving
from tests.requests.given import PROMISED, REGINAS_MAIL, SUPERVISOR, today, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House
    from tests.browser.person import Person


class Letters(list[bytes]):
    """Letters that came; ``arrived`` is set with the first."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = Event()

    def append(self, letter: bytes) -> None:
        super().append(letter)
        self.arrived.set()


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    came = Letters()
    with receiving(Post(letters=came)) as relay:
        for name, value in (("HOST", relay.host), ("PORT", str(relay.port)), ("FROM", relay.sender)):
            monkeypatch.setenv(f"ONRECORD_SMTP_{name}", value)
        monkeypatch.setenv("ONRECORD_SMTP_SECURITY", "none")
        yield came


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house in which a credit was promised to Regina, and that was confirmed."""
    house = new_house(tmp_path)
    told(house)
    find_promises(house)
    house.follower.catch_up()
    with house.views.reading(Promises) as (db, view):
        (one,) = view.all(db)
    deciding.confirm(house, one.id or "", Terms(), SUPERVISOR)
    yield house
    house.close()


@pytest.mark.parametrize("manner", manners(Manner(script=False, width=PHONE, language="lt")))
def test_a_customer_gets_their_record_without_an_account(
    browser: Browser, house: House, letters: Letters, manner: Manner
) -> None:
    with opened(browser, house, manner) as pages:
        customer = pages.opens_a_browser()
        customer.follow("For customers")
        _keeps_to_the_rules(customer, manner)
        customer.write("Your e-mail address", REGINAS_MAIL)
        customer.press("Send me a code")
        _keeps_to_the_rules(customer, manner)
        assert letters.arrived.wait(30)
        customer.write("The code from the letter", _code(letters))
        customer.press("Go in")
        customer.sees(PROMISED)
        _asks(customer, manner)
        token = _released(house, customer.page.url.rpartition("/")[2])
        customer.page.reload()
        customer.reads("Collect a record with the code of a link")
        _looks(customer, manner)
        _collects(customer, token, manner)
        customer.follow("Your record")
        customer.press("Leave")
        customer.misses(PROMISED)


def _asks(customer: Person, manner: Manner) -> None:
    customer.open("Ask for a record")
    _keeps_to_the_rules(customer, manner)
    customer.write("What we should know", "Noriu visko, ką turite.")
    customer.press("Ask for it")
    customer.sees("Noriu visko, ką turite.")
    _keeps_to_the_rules(customer, manner)


def _looks(customer: Person, manner: Manner) -> None:
    customer.follow("Your record")
    customer.follow("Who looked at what we hold about you")
    _keeps_to_the_rules(customer, manner)
    # Nobody looked by a page but they themselves.
    customer.misses(customer.says("supervisor"))


def _collects(customer: Person, token: str, manner: Manner) -> None:
    """Come by the link; without a script the code is typed, as nobody takes it from the address."""
    customer.page.goto(f"{customer.address}/collect#{token}")
    _keeps_to_the_rules(customer, manner)
    if manner.script:
        assert token not in customer.page.url
    else:
        customer.write("The code of the link", token)
    assert customer.download("Collect it").read_bytes().startswith(b"%PDF")


def _released(house: House, stream: str) -> str:
    """Do our people's part; return the token of the link."""
    with house.views.reading(Requests) as (db, view):
        one = view.get(db, UUID(stream))
    written = (one.id if one else None) or ""
    requesting.acknowledge(house, written, SUPERVISOR, received=today(house), law="gdpr")
    requesting.verify(house, written, SUPERVISOR, how="code-to-contact")
    requesting_release.compile_record(house, written, SUPERVISOR)
    requesting_release.approve(house, written, SUPERVISOR)
    return delivering.make_link(house, written, SUPERVISOR).token


def _keeps_to_the_rules(customer: Person, manner: Manner) -> None:
    page = customer.page
    assert page.get_attribute("html", "lang") == manner.language
    wrong = [*too_wide(page), *(barriers(page) if manner.script else ())]
    assert not wrong, (page.url, wrong)


def _code(letters: Letters) -> str:
    body = message_from_bytes(letters[0], policy=default).get_body(("plain",))
    assert body is not None
    found = re.search(r"\b\d{8}\b", str(body.get_content()))
    assert found
    return found[0]
