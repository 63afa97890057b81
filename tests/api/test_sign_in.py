from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from audit.archive.accounts.locking import FREE_TRIES
from audit.domain import directory
from audit.domain.access import AccessRefused, SignedIn
from audit.domain.actor import HOUSE
from audit.domain.event import Record
from tests.api.pages import SECRET, Browser, registered, signed_in

if TYPE_CHECKING:
    from audit.bootstrap.house import House


def events(house: House, kind: type) -> list[Record]:
    return [one for one in house.archive.read(0, 500) if isinstance(one, Record) and isinstance(one.event, kind)]


def test_who_signs_in_is_known_and_it_is_on_record(house: House) -> None:
    browser = signed_in(house, "supervisor")
    assert "supervisor" in browser.get("/").text
    (record,) = events(house, SignedIn)
    assert record.stamp.actor == house.archive.names.tie("staff", "supervisor")


@pytest.mark.parametrize(("login", "secret"), [("ona", "wrong"), ("nobody", SECRET), ("", ""), ("operator", "")])
def test_a_wrong_name_or_password_is_told_alike_and_recorded(house: House, login: str, secret: str) -> None:
    registered(house, "ona", "agent")
    answer = Browser(create_app(house)).sign_in(login, secret)
    assert answer.status_code == 403
    assert "Name and password do not belong together" in answer.text
    assert [one.event.what for one in events(house, AccessRefused) if isinstance(one.event, AccessRefused)] == [
        "sign-in"
    ]


def test_who_guesses_is_locked_out_and_the_right_password_does_not_help(house: House) -> None:
    registered(house, "ona", "agent")
    browser = Browser(create_app(house))
    for _ in range(FREE_TRIES):
        browser.sign_in("ona", "wrong")
    answer = browser.sign_in("ona")
    assert answer.status_code == 403
    assert "locked" in answer.text


def test_a_new_session_has_a_new_token_and_the_old_one_is_dead(house: House) -> None:
    registered(house, "ona", "agent")
    browser = Browser(create_app(house))
    browser.keep("f" * 64)
    browser.sign_in("ona")
    first = browser.kept()
    assert first != "f" * 64
    browser.sign_in("ona")
    assert browser.kept() != first
    browser.keep(first)
    assert browser.client.get("/account", follow_redirects=False).headers["location"].startswith("/sign-in")


def test_who_signs_out_is_gone_even_with_the_old_cookie(house: House) -> None:
    browser = signed_in(house, "agent")
    token = browser.kept()
    browser.send("/sign-out")
    browser.keep(token)
    assert browser.client.get("/account", follow_redirects=False).status_code == 303


def test_who_retires_is_out_at_once(house: House) -> None:
    browser = signed_in(house, "agent")
    house.archive.decide(("staff", "agent"), directory.evolve, directory.retire, HOUSE)
    assert browser.client.get("/account", follow_redirects=False).headers["location"].startswith("/sign-in")


def test_a_form_without_its_token_or_from_another_site_is_refused(house: House) -> None:
    browser = signed_in(house, "administrator")
    path, fields = "/users", {"login": "mallory", "role": "supervisor"}
    assert browser.client.post(path, data=fields).status_code == 403
    assert browser.client.post(path, data={**fields, "csrf": "0" * 64}).status_code == 403
    other = Browser(browser.client.app)  # type: ignore[arg-type]  # the client was made with an application of ours
    assert browser.client.post(path, data={**fields, "csrf": other.token("/sign-in")}).status_code == 403
    theirs = {"Origin": "https://elsewhere.example"}
    token = browser.token("/account")
    assert browser.client.post(path, data={**fields, "csrf": token}, headers=theirs).status_code == 403
    assert (
        browser.client.post(path, data={**fields, "csrf": token}, headers={"Sec-Fetch-Site": "cross-site"}).status_code
        == 403
    )
    assert "mallory" not in browser.get("/users").text


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/a\r\nSet-Cookie: a=b"]
)
def test_nobody_is_led_elsewhere_after_signing_in(house: House, elsewhere: str) -> None:
    registered(house, "ona", "agent")
    browser = Browser(create_app(house))
    answer = browser.send("/sign-in", on="/sign-in", login="ona", secret=SECRET, next=elsewhere)
    assert answer.headers["location"] == "/"


def test_the_code_of_the_terminal_makes_one_administrator(house: House) -> None:
    app = create_app(house, first_code="right")
    browser = Browser(app)
    fields = {"login": "ada", "secret": SECRET}
    assert browser.send("/first", on="/first", code="wrong", **fields).status_code == 403
    assert browser.send("/first", on="/first", code="right", login="ada", secret="short").status_code == 400
    assert browser.send("/first", on="/first", code="right", **fields).headers["location"] == "/users"
    assert "ada" in browser.get("/users").text
    assert Browser(app).get("/first").status_code == 404


def test_a_new_password_takes_the_old_one_and_ends_other_sessions(house: House) -> None:
    app = create_app(house)
    browser = signed_in(house, "agent", app=app)
    elsewhere = Browser(app)
    elsewhere.sign_in("agent")
    assert browser.send("/account/password", old="wrong", new="another long sentence").status_code == 403
    assert browser.send("/account/password", old=SECRET, new="short").status_code == 400
    assert browser.send("/account/password", old=SECRET, new="another long sentence").status_code == 303
    assert browser.get("/account").status_code == 200
    assert elsewhere.client.get("/account", follow_redirects=False).headers["location"].startswith("/sign-in")
    assert Browser(app).sign_in("agent", "another long sentence").status_code == 303
