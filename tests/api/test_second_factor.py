"""A second factor: codes of a device, each good once, and codes for who lost it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest

from api.app import create_app
from audit.archive.accounts.locking import FREE_TRIES
from audit.bootstrap.house import World
from audit.domain.access import SignedIn
from audit.domain.directory import UserSecretSet
from audit.domain.event import Record
from tests.api.pages import SECRET, Browser, registered, signed_in
from tests.archive.house import new_house, repeated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx2 import Response

    from audit.bootstrap.house import House

PAGE = "/account/second-factor"


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, seconds: int = 30) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Watch:
    return Watch()


@pytest.fixture
def house(tmp_path: Path, clock: Watch) -> Iterator[House]:
    house = new_house(tmp_path, world=World(clock=clock, random=repeated()))
    yield house
    house.close()


def code_of(device: pyotp.TOTP, clock: Watch) -> str:
    return device.at(clock())


def set_up(house: House, clock: Watch) -> tuple[Browser, pyotp.TOTP, list[str]]:
    """Return a browser of an agent who has a second factor, the device, and the recovery codes."""
    browser = signed_in(house, "agent", why=None)
    begun = browser.send(PAGE, secret=SECRET).text
    assert "<svg" in begun
    (secret,) = re.findall(r'class="secret">([A-Z2-7]{32})<', begun)
    device = pyotp.TOTP(secret)
    confirmed = browser.send(f"{PAGE}/confirm", code=code_of(device, clock)).text
    codes = re.findall(r"<li><code>([a-z2-7]{16})</code>", confirmed)
    assert len(codes) == 10
    clock.on()
    return browser, device, codes


def half_in(browser: Browser, code: str) -> Response:
    page = browser.sign_in("agent")
    assert "Code of your device" in page.text
    (half,) = re.findall(r'name="half" value="([^"]+)"', page.text)
    return browser.send("/sign-in/code", on="/sign-in", login="agent", half=half, code=code)


def test_after_the_password_the_code_is_asked_for(house: House, clock: Watch) -> None:
    _, device, _ = set_up(house, clock)
    browser = Browser(create_app(house))
    browser.sign_in("agent")
    assert browser.client.get("/account", follow_redirects=False).status_code == 303, "half in is not in"
    assert half_in(browser, code_of(device, clock)).status_code == 303
    assert browser.get("/account").status_code == 200
    hows = [
        one.event.how
        for one in house.archive.read(0, 500)
        if isinstance(one, Record) and isinstance(one.event, SignedIn)
    ]
    assert hows == ["password", "password and code"]


def test_a_code_is_good_once_and_only_about_now(house: House, clock: Watch) -> None:
    _, device, _ = set_up(house, clock)
    code = code_of(device, clock)
    assert half_in(Browser(create_app(house)), code).status_code == 303
    assert half_in(Browser(create_app(house)), code).status_code == 403
    clock.on(300)
    assert half_in(Browser(create_app(house)), code).status_code == 403
    assert half_in(Browser(create_app(house)), device.at(clock.now + timedelta(seconds=300))).status_code == 403
    assert half_in(Browser(create_app(house)), code_of(device, clock)).status_code == 303


def test_a_recovery_code_lets_in_once(house: House, clock: Watch) -> None:
    _, _, codes = set_up(house, clock)
    assert half_in(Browser(create_app(house)), codes[3].upper()).status_code == 303
    assert half_in(Browser(create_app(house)), codes[3]).status_code == 403
    assert half_in(Browser(create_app(house)), codes[4]).status_code == 303


def test_without_the_password_no_code_helps(house: House, clock: Watch) -> None:
    _, device, _ = set_up(house, clock)
    registered(house, "eve", "agent")
    browser = Browser(create_app(house))
    until = int(clock().timestamp()) + 100
    for half in ("", "x", f"{until}.", f"{until}.{'0' * 64}", browser.token("/sign-in")):
        answer = browser.send("/sign-in/code", on="/sign-in", login="agent", half=half, code=code_of(device, clock))
        assert answer.headers["location"] == "/sign-in"
    page = Browser(create_app(house)).sign_in("agent")
    (theirs,) = re.findall(r'name="half" value="([^"]+)"', page.text)
    answer = browser.send("/sign-in/code", on="/sign-in", login="agent", half=theirs, code=code_of(device, clock))
    assert answer.headers["location"] == "/sign-in", "it was given to another browser"


def test_who_guesses_codes_is_locked_out(house: House, clock: Watch) -> None:
    set_up(house, clock)
    browser = Browser(create_app(house))
    page = browser.sign_in("agent")
    (half,) = re.findall(r'name="half" value="([^"]+)"', page.text)
    for _ in range(FREE_TRIES + 1):
        answer = browser.send("/sign-in/code", on="/sign-in", login="agent", half=half, code="000000")
    assert answer.status_code == 403
    assert "is locked" in answer.text


def test_a_device_that_showed_no_code_is_not_asked(house: House) -> None:
    browser = signed_in(house, "agent", why=None)
    assert browser.send(PAGE, secret="wrong").status_code == 403
    assert browser.send(PAGE, secret=SECRET).status_code == 200
    assert browser.send(f"{PAGE}/confirm", code="000000").status_code == 403
    assert Browser(create_app(house)).sign_in("agent").status_code == 303


def test_it_is_taken_away_with_password_and_code_and_both_are_on_record(house: House, clock: Watch) -> None:
    browser, device, _ = set_up(house, clock)
    assert browser.send(PAGE, secret=SECRET).status_code == 403, "there is one already"
    assert browser.send(f"{PAGE}/remove", secret=SECRET, code="000000").status_code == 403
    assert browser.send(f"{PAGE}/remove", secret=SECRET, code=code_of(device, clock)).status_code == 303
    assert Browser(create_app(house)).sign_in("agent").status_code == 303
    sets = [
        one for one in house.archive.read(0, 500) if isinstance(one, Record) and isinstance(one.event, UserSecretSet)
    ]
    assert len(sets) == 2


def test_the_secret_and_the_codes_lie_nowhere_in_clear(house: House, clock: Watch, tmp_path: Path) -> None:
    _, device, codes = set_up(house, clock)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    for told in (device.secret, device.secret.lower(), *codes):
        assert told.encode() not in kept
    assert device.byte_secret() not in kept


def test_an_administrator_lets_back_in_who_lost_everything(house: House, clock: Watch) -> None:
    set_up(house, clock)
    renewed = signed_in(house, "administrator").send("/users/agent/secret", on="/users").text
    (secret,) = re.findall(r'class="secret">([a-z2-7]+)<', renewed)
    assert Browser(create_app(house)).sign_in("agent", secret).status_code == 303
