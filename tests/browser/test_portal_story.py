"""A customer on a small screen, in Lithuanian: in by a code, the promise, the request, who looked, the record."""

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
from tests.browser.serving import served
from tests.browser.test_every_page import barriers
from tests.browser.walking import too_wide
from tests.post.server import Post
from tests.post.server import served as receiving
from tests.requests.given import PROMISED, REGINAS_MAIL, SUPERVISOR, today, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from audit.bootstrap.house import House


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


@pytest.mark.parametrize("script", [pytest.param(True, marks=pytest.mark.long), False])
def test_a_customer_gets_their_record_without_an_account(
    browser: Browser, house: House, letters: Letters, script: bool
) -> None:
    page = browser.new_page(
        java_script_enabled=script, viewport={"width": 360, "height": 800}, locale="lt-LT", reduced_motion="reduce"
    )
    with served(house) as address:
        page.goto(address)
        page.click("footer >> text=Klientams")
        _keeps_to_the_rules(page, script)
        page.fill("[name=address]", REGINAS_MAIL)
        page.click("main form button")
        _keeps_to_the_rules(page, script)
        assert letters.arrived.wait(30)
        page.fill("[name=code]", _code(letters))
        page.click("main form button")
        assert PROMISED in page.inner_text("main")
        page.click("summary >> text=Prašyti išrašo")
        _keeps_to_the_rules(page, script)
        page.fill("[name=words]", "Noriu visko, ką turite.")
        page.click("form[action='/portal/requests'] button")
        assert "Noriu visko, ką turite." in page.inner_text("main")
        _keeps_to_the_rules(page, script)
        token = _released(house, page.url.rpartition("/")[2])
        page.reload()
        assert "parengtas" in page.inner_text("[role=status]")
        page.goto(f"{address}/portal/looks")
        _keeps_to_the_rules(page, script)
        assert "vadovas" not in page.inner_text("main"), "nobody looked by a page but they themselves"
        page.goto(f"{address}/collect#{token}")
        _keeps_to_the_rules(page, script)
        if script:
            assert token not in page.url
        else:
            page.fill("[name=token]", token)
        with page.expect_download() as download:
            page.click("main form button")
        assert download.value.path().read_bytes().startswith(b"%PDF")
        page.goto(f"{address}/portal")
        page.click("text=Išeiti")
        assert PROMISED not in page.inner_text("main")
        page.close()


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


def _keeps_to_the_rules(page: Page, script: bool) -> None:
    assert page.get_attribute("html", "lang") == "lt"
    wrong = [*too_wide(page), *(barriers(page) if script else ())]
    assert not wrong, (page.url, wrong)


def _code(letters: Letters) -> str:
    body = message_from_bytes(letters[0], policy=default).get_body(("plain",))
    assert body is not None
    found = re.search(r"\b\d{8}\b", str(body.get_content()))
    assert found
    return found[0]
