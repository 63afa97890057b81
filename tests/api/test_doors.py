from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.doors import DOORS, Door
from api.navigation import PLACES
from api.navigation import ROLES as SAID
from api.wording import LANGUAGES, preferred
from audit.domain.directory import ROLES
from tests.api.messages import differing, untranslated
from tests.api.pages import Browser, registered

if TYPE_CHECKING:
    from audit.bootstrap.house import House


def test_every_door_is_written_once() -> None:
    assert len({door.name for door in DOORS}) == len(DOORS)
    assert len({(door.method, door.path) for door in DOORS}) == len(DOORS)


def test_no_route_is_open_that_is_not_a_door(house: House) -> None:
    known = {(door.method, door.path) for door in DOORS}
    others = {
        (method, getattr(route, "path", ""))
        for route in create_app(house).routes
        for method in getattr(route, "methods", None) or ()
    } - known
    assert {path for _, path in others} <= {"/health", "/verifier/verify_bundle.py", "/verifier/verify.html"}


@pytest.mark.parametrize("role", ["", *ROLES])
def test_who_may_not_go_through_a_door_is_turned_away(house: House, role: str) -> None:
    app = create_app(house)
    browser = Browser(app)
    if role:
        registered(house, role, role)
        browser.sign_in(role)
        browser.say_why()
    token = browser.token("/account" if role else "/sign-in")
    for door in DOORS:
        if role in door.roles:
            continue
        answer = browser.client.request(
            door.method, _path(door), data={"csrf": token} if door.unsafe else None, follow_redirects=False
        )
        turned_away = answer.status_code == 403 if role else answer.headers["location"].startswith("/sign-in")
        assert turned_away, door.name


def test_roles_that_read_for_a_purpose_say_it_first(house: House) -> None:
    registered(house, "auditor", "auditor")
    browser = Browser(create_app(house))
    browser.sign_in("auditor")
    for door in DOORS:
        if "auditor" in door.asks and "auditor" in door.roles:
            answer = browser.client.get(_path(door), follow_redirects=False)
            assert answer.headers["location"].startswith("/purpose"), door.name


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_message_of_the_pages_is_translated(language: str) -> None:
    assert untranslated(language) == {}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_message_has_the_same_words_wherever_it_stands(language: str) -> None:
    assert differing(language) == {}


def test_every_role_and_place_is_called_something() -> None:
    assert set(SAID) == set(ROLES)
    assert {place.door for place in PLACES} <= {door.name for door in DOORS}


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "lt-LT,lt;q=0.9,en;q=0.8", "lt"),
        (None, "fr,zh-CN;q=0.5", "zh"),
        (None, "en;q=0.1,bg;q=0.2", "bg"),
        ("ru", "lt", "ru"),
        ("xx", "", "en"),
        (None, ";;q=x,,*" * 500, "en"),
    ],
)
def test_the_page_speaks_the_language_asked_for(chosen: str | None, accepted: str, language: str) -> None:
    assert preferred(chosen, accepted) == language


def _path(door: Door) -> str:
    return re.sub(r"\{[^}]*\}", "1", door.path)
