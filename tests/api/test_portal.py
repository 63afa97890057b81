"""The customers' portal: in by a code that was sent, to one's own matters and no others'."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from audit.archive.accounts.portal import TRIES, PortalCodes, PortalGuests
from audit.bootstrap import delivering, requesting
from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap.promising import find_promises
from audit.bootstrap.promising_authority import Granted, authorise
from audit.bootstrap.promising_decisions import Terms
from audit.domain.access import AccessRefused, RecordViewed, SignedIn
from audit.domain.customer import ContactPointAdded
from audit.domain.event import Personal, Record
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.domain.record_request import RecordRequested
from audit.projections.promises import Promises
from tests.api.pages import Browser
from tests.archive.house import BEGINNING, repeated
from tests.post.server import Post, served
from tests.requests.given import (
    DAUGHTER,
    DAUGHTERS_MAIL,
    PROMISED,
    REGINA,
    REGINAS_MAIL,
    SUPERVISOR,
    approved,
    asked,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from fastapi import FastAPI

    from audit.bootstrap.house import House
    from audit.domain.event import Event

_CODE = re.compile(r"\b(\d{8})\b")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A real mail server that the portal is told of."""
    taking = Post()
    with served(taking) as relay:
        for name, value in (("HOST", relay.host), ("PORT", str(relay.port)), ("FROM", relay.sender)):
            monkeypatch.setenv(f"ONRECORD_SMTP_{name}", value)
        monkeypatch.setenv("ONRECORD_SMTP_SECURITY", "none")
        monkeypatch.setenv("ONRECORD_URL", "https://record.example.com/")
        yield taking


def events(house: House, *kinds: type[Event]) -> list[Record]:
    return [one for one in house.archive.read(0, 5_000) if isinstance(one, Record) and isinstance(one.event, kinds)]


def text_of(letter: bytes) -> str:
    body = message_from_bytes(letter, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_in(letter: bytes) -> str:
    found = _CODE.search(text_of(letter))
    assert found
    return found[1]


def ask_code(browser: Browser, address: str) -> str:
    """Ask for a code and return the challenge of the form for it."""
    answer = browser.send("/portal/code", on="/portal", address=address)
    assert answer.status_code == 200
    (challenge,) = re.findall(r'name="at" value="([0-9a-f]{48})"', answer.text)
    return str(challenge)


def let_in(house: House, post: Post, address: str, app: FastAPI | None = None) -> Browser:
    browser = Browser(app or create_app(house))
    challenge = ask_code(browser, address)
    answer = browser.send("/portal/enter", on="/portal", at=challenge, code=code_in(post.letters[-1]))
    assert answer.headers["location"] == "/portal"
    return browser


def test_a_customer_comes_in_by_a_code_and_asks_for_their_record(house: House, post: Post) -> None:
    told(house)
    browser = let_in(house, post, REGINAS_MAIL.upper())
    assert post.recipients == [REGINAS_MAIL]
    assert "https://record.example.com/portal/code?at=" in text_of(post.letters[0])
    assert "Regina" in browser.get("/portal").text
    there = browser.send("/portal/requests", on="/portal", language="lt", words="Viską, prašau.").headers["location"]
    assert "Viską, prašau." in browser.get(there).text
    (request,) = events(house, RecordRequested)
    assert request.stamp.written("customer") == REGINA
    assert request.stamp.role == "customer"
    assert browser.send("/portal/requests", on="/portal").status_code == 409, "one at a time"
    assert len(events(house, SignedIn)) == 1


def test_the_answer_is_the_same_whether_an_address_is_known(house: House, post: Post) -> None:
    told(house)
    pages = []
    for address in (REGINAS_MAIL, "nobody@example.net", "no address", "x" * 300 + "@example.net"):
        browser = Browser(create_app(house))
        answer = browser.send("/portal/code", on="/portal", address=address)
        pages.append((answer.status_code, re.sub(r'value="[0-9a-f]{48,64}"', "", answer.text)))
    assert len(set(pages)) == 1
    assert post.recipients == [REGINAS_MAIL]
    reasons = [one.event.reason for one in events(house, AccessRefused) if isinstance(one.event, AccessRefused)]
    assert reasons == ["address-unknown"] * 3


def test_a_wrong_code_is_refused_and_five_end_the_right_one_too(house: House, post: Post) -> None:
    told(house)
    browser = Browser(create_app(house))
    challenge = ask_code(browser, REGINAS_MAIL)
    right = code_in(post.letters[0])
    wrong = f"{(int(right) + 1) % 10**8:08}"
    for _ in range(TRIES):
        assert browser.send("/portal/enter", on="/portal", at=challenge, code=wrong).status_code == 403
    assert browser.send("/portal/enter", on="/portal", at=challenge, code=right).status_code == 403
    assert browser.send("/portal/enter", on="/portal", at="0" * 48, code=right).status_code == 403
    assert "Your e-mail address" in browser.get("/portal").text
    assert [one.event for one in events(house, AccessRefused)] == [AccessRefused(what="portal-code", reason="code")] * (
        TRIES + 2
    )


def test_nobodys_mailbox_is_flooded(house: House, post: Post) -> None:
    told(house)
    app = create_app(house)
    for _ in range(5):
        ask_code(Browser(app), REGINAS_MAIL)
    assert len(post.letters) == 3
    for _ in range(9):
        last = Browser(app).send("/portal/code", on="/portal", address="nobody@example.net").status_code
    assert last == 429


def test_others_requests_are_not_there_and_the_attempt_is_on_record(house: House, post: Post) -> None:
    told(house)
    theirs = house.archive.names.decided("request", asked(house))
    daughter = let_in(house, post, DAUGHTERS_MAIL)
    assert daughter.get(f"/portal/requests/{theirs}").status_code == 404
    regina = house.archive.names.tie("customer", REGINA)
    assert daughter.send("/portal/requests", on="/portal", whose=str(regina)).status_code == 404
    assert daughter.send("/portal/requests", on="/portal", whose="x").status_code == 400
    refused = [(one.event.what, one.event.reason) for one in events(house, AccessRefused)]  # type: ignore[attr-defined]  # all are refusals
    assert refused == [("portal-request", "not-theirs"), ("request-ask", "not-found")]


def test_somebody_with_an_authority_asks_for_another(house: House, post: Post) -> None:
    told(house)
    authorise(house, REGINA, DAUGHTER, Granted(scope="record", evidence="letter"), SUPERVISOR)
    daughter = let_in(house, post, DAUGHTERS_MAIL)
    regina = house.archive.names.tie("customer", REGINA)
    assert "Regina" in daughter.get("/portal").text
    there = daughter.send("/portal/requests", on="/portal", whose=str(regina)).headers["location"]
    assert daughter.get(there).status_code == 200
    (request,) = events(house, RecordRequested)
    assert request.stamp.written("representative") == DAUGHTER


def test_they_see_what_was_promised_and_who_looked(house: House, post: Post) -> None:
    told(house)
    find_promises(house)
    house.follower.catch_up()
    browser = let_in(house, post, REGINAS_MAIL)
    assert PROMISED not in browser.get("/portal").text, "nobody confirmed it"
    with house.views.reading(Promises) as (db, view):
        (one,) = view.all(db)
    deciding.confirm(house, one.id or "", Terms(), SUPERVISOR)
    assert PROMISED in browser.get("/portal").text
    looks = browser.get("/portal/looks").text
    assert "their own page" in looks
    assert all(one.stamp.tie("customer") for one in events(house, RecordViewed))


def test_who_leaves_is_out(house: House, post: Post) -> None:
    told(house)
    browser = let_in(house, post, REGINAS_MAIL)
    token = browser.client.cookies["onrecord-portal"]
    assert browser.send("/portal/leave", on="/portal").status_code == 303
    other = Browser(create_app(house))
    other.client.cookies.set("onrecord-portal", token, domain="testserver.local", path="/")
    assert "Your e-mail address" in other.get("/portal").text
    assert other.client.get("/portal/looks", follow_redirects=False).headers["location"] == "/portal"


def test_an_address_of_several_customers_lets_nobody_in(house: House, post: Post) -> None:
    told(house)
    added = ContactPointAdded(kind="email", value=Personal(REGINAS_MAIL))
    fact = Fact(event=added, at=BEGINNING, role="system", ties=(("customer", DAUGHTER),))
    item = Item(name=ItemName("fact", "made-up", "x"), normal=b"x", normal_version=1, facts=(fact,))
    house.archive.append_new([item])
    ask_code(Browser(create_app(house)), REGINAS_MAIL)
    assert post.letters == []


def test_a_link_is_collected_once_from_its_page(house: House) -> None:
    told(house)
    link = delivering.make_link(house, approved(house), SUPERVISOR)
    browser = Browser(create_app(house))
    assert browser.send("/collect", on="/collect", token="rubbish").status_code == 404
    taken = browser.send("/collect", on="/collect", token=f"https://x.example/collect#{link.token}")
    assert taken.content.startswith(b"%PDF")
    assert browser.send("/collect", on="/collect", token=link.token).status_code == 409


def test_codes_and_guests_end_by_themselves(house: House) -> None:
    now: list[datetime] = [BEGINNING]
    who = house.archive.names.tie("customer", REGINA)
    codes = PortalCodes(house.keyring, random=repeated(), clock=lambda: now[0])
    challenge = codes.new_challenge()
    code = codes.make(challenge, contact="a@example.org", customer=who) or ""
    now[0] += timedelta(minutes=14)
    other = codes.new_challenge()
    assert codes.redeem(other, code) is None
    assert codes.redeem(challenge, f" {code[:4]} {code[4:]} ") == who
    assert codes.redeem(challenge, code) is None, "once"
    late = codes.make(other, contact="a@example.org", customer=who) or ""
    now[0] += timedelta(minutes=15)
    assert codes.redeem(other, late) is None
    guests = PortalGuests(house.keyring, random=repeated(b"g"), clock=lambda: now[0])
    token = guests.let_in(who)
    for _ in range(5):
        now[0] += timedelta(minutes=20)
        assert guests.find(token) == who
    now[0] += timedelta(minutes=20)
    assert guests.find(token) is None, "two hours are long enough"
    assert guests.find(guests.let_in(who)[::-1]) is None


def test_a_request_of_the_portal_waits_in_the_queue(house: House, post: Post) -> None:
    told(house)
    browser = let_in(house, post, REGINAS_MAIL)
    there = browser.send("/portal/requests", on="/portal").headers["location"]
    (request,) = events(house, RecordRequested)
    written = request.stamp.written("request") or ""
    requesting.acknowledge(house, written, SUPERVISOR, received=BEGINNING.date(), law="gdpr")
    assert "1 April 2026" in browser.get(there).text
    requesting.refuse(house, written, SUPERVISOR, ground="unfounded", reason="Because.")
    assert "Because." in browser.get(there).text
