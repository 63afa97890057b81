"""Every page, reached by links, keeps to the rules of accessibility and fits every screen, in every language."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from api.doors import DOORS
from api.wording import LANGUAGES
from audit.bootstrap.house import build
from audit.bootstrap.promising import find_promises
from audit.bootstrap.requesting import Asking, ask
from audit.bootstrap.settings import read_settings
from audit.cli.app import run
from audit.domain.actor import Actor
from audit.domain.directory import ROLES
from audit.domain.record_request import RecordRequested
from audit.projections.customers import Customers
from audit.sample.company import write
from tests.api.pages import registered
from tests.browser.serving import served, sign_in
from tests.browser.walking import Wrong, barriers, too_heavy, too_wide, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House

REACHED_OTHERWISE = {"first", "purpose", "sign-in", "sign-in-provider", "sign-in-provider-back"} | {
    "portal-code",
    "portal-request",
    "portal-looks",
}
"""Doors one is led to, not by a link, and those of customers who came in by a code."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages of a small company."""
    folder = tmp_path_factory.mktemp("company")
    company, data = folder / "company.ndjson", folder / "data"
    write(company, messages=250, seed=3)
    assert run(["init", "--origin", "example.com/archive", "--data", str(data), "--as", "operator"]) == 0
    assert run(["import", str(company), "--data", str(data), "--as", "operator"]) == 0
    house = build(read_settings({}, data=data))
    house.follower.catch_up()
    _promised_and_asked(house)
    for role in ROLES:
        registered(house, role.replace(" ", "-"), role)
    with served(house) as address:
        yield address
    house.close()


@pytest.mark.long
def test_every_page_is_reached_by_links_and_keeps_to_the_rules(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="en-GB", reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    sign_in(page, address, "operator")
    wrong, doors = [], set()
    for door, path in walk(page, address):
        doors.add(door)
        wrong += [Wrong(path, what) for what in (*barriers(page), *too_wide(page), *too_heavy(page), *said)]
        said.clear()
    page.close()
    assert not wrong, "\n".join(map(str, wrong))
    reachable = {door.name for door in DOORS if door.method == "GET" and "operator" in door.roles}
    assert reachable - doors - REACHED_OTHERWISE - _handing_out() == set()


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_before_one_comes_in_and_refusals_keep_to_the_rules(
    browser: Browser, address: str, language: str
) -> None:
    page = browser.new_page(locale=language, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    wrong = []
    for path in ("/sign-in", "/portal", "/collect", "/verify", "/nowhere", "/first?code=none"):
        page.goto(address + path)
        wrong += [Wrong(path, what) for what in (*barriers(page), *too_wide(page), *too_heavy(page))]
    sign_in(page, address, "technician", why=None)
    for path in ("/purpose", "/users", "/customers/none"):
        page.goto(address + path)
        wrong += [Wrong(path, what) for what in (*barriers(page), *too_wide(page), *too_heavy(page))]
    page.close()
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.long
@pytest.mark.parametrize(("role", "language"), [*zip(ROLES, cycle(LANGUAGES), strict=False)])
def test_every_role_walks_its_pages_on_a_small_screen(browser: Browser, address: str, role: str, language: str) -> None:
    page = browser.new_page(locale=language, reduced_motion="reduce", viewport={"width": 360, "height": 800})
    sign_in(page, address, role.replace(" ", "-"))
    wrong = []
    for _, path in walk(page, address, each=1):
        assert page.get_attribute("html", "lang") == language
        wrong += [Wrong(path, what) for what in barriers(page, ["light"])]
    page.close()
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_every_screen_in_every_language(browser: Browser, address: str, language: str) -> None:
    page = browser.new_page(locale=language, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    sign_in(page, address, "operator")
    wrong = [Wrong(path, what) for _, path in walk(page, address) for what in too_wide(page)]
    page.close()
    assert not wrong, "\n".join(map(str, wrong))


def _promised_and_asked(house: House) -> None:
    """Let the rules find promises, and somebody ask for their record."""
    find_promises(house)
    with house.views.reading(Customers) as (db, view):
        someone = next(one.written for one in view.find(db) if one.written)
    asking = Asking(customer=someone, asked=RecordRequested(scope="all"))
    ask(house, asking, Actor(login="operator", role="operator"))


def _handing_out() -> set[str]:
    """Return the doors that hand out a file, not a page."""
    return {door.name for door in DOORS if getattr(door, "file", False)}
