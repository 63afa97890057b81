"""The pages of custody: what came in, who looked, what is held, kept and erased, and the log itself."""

from __future__ import annotations

import html
import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.importing import safe_name
from audit.domain.access import RecordViewed
from audit.domain.actor import Actor
from audit.domain.custody import ErasureAsked, ErasureExecuted, HoldPlaced, ItemRefused
from audit.domain.event import Event, Personal, Record
from tests.api.pages import SECRET, Browser, signed_in
from tests.api.programs import message
from tests.archive.items import message as said
from tests.archive.recorders.places import behind_our_back

if TYPE_CHECKING:
    from fastapi import FastAPI
    from httpx2 import Response

    from audit.bootstrap.house import House


def events(house: House, *kinds: type[Event]) -> list[Any]:
    found = house.archive.read(0, 5_000)
    return [one.event for one in found if isinstance(one, Record) and isinstance(one.event, kinds)]


def lines(*items: dict[str, Any] | str) -> bytes:
    return b"".join((one if isinstance(one, str) else json.dumps(one)).encode() + b"\n" for one in items)


def upload(browser: Browser, *files: tuple[str, bytes], **fields: str) -> Response:
    form = {"csrf": browser.token("/account"), **fields}
    sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return browser.client.post("/imports", data=form, files=sent)


def two(house: House, one: str, other: str) -> tuple[FastAPI, Browser, Browser]:
    app = create_app(house)
    return app, signed_in(house, one, app=app), signed_in(house, other, app=app)


# -- imports --


def test_a_file_is_brought_in_and_everything_in_it_is_accounted_for(house: House) -> None:
    browser = signed_in(house, "supervisor")
    assert "Nothing was brought in yet" in browser.get("/imports").text
    upload(browser, ("chat.ndjson", lines(message(1), "rubbish", message(2, "Still down."))))
    house.follower.catch_up()
    page = browser.get("/imports").text
    assert "chat.ndjson" in page
    (path,) = set(re.findall(r"/imports/[0-9a-f-]{36}", page))
    one = browser.get(path).text
    assert "3 found = 2 new + 0 known + 1 refused" in one
    assert "line 2</th><td>it is not JSON" in one


def test_what_was_refused_is_tried_again_without_its_file(house: House) -> None:
    browser = signed_in(house, "supervisor")
    upload(browser, ("a.ndjson", lines(message(1))), ("b.ndjson", lines(message(1, "another text"), "rubbish")))
    house.follower.catch_up()
    path = next(
        path
        for path in re.findall(r"/imports/[0-9a-f-]{36}", browser.get("/imports").text)
        if "2 refused" in browser.get(path).text
    )
    assert browser.send(f"{path}/retry").headers["location"] == "/imports"
    house.follower.catch_up()
    assert "refused-before.ndjson" in browser.get("/imports").text
    assert len(events(house, ItemRefused)) == 4


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../../../etc/passwd", b"root"),
        ("a\x00b.zip", b"PK\x03\x04 no zip"),
        ("<script>alert(1)</script>.eml", b"\x00\xff" * 500),
        ("x" * 2_000 + ".ndjson", b"{"),
    ],
)
def test_hostile_files_are_refused_and_kept_and_shown_as_words(house: House, name: str, content: bytes) -> None:
    browser = signed_in(house, "supervisor")
    upload(browser, (name, content))
    house.follower.catch_up()
    page = browser.get("/imports")
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert events(house, ItemRefused)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../x.ndjson", "x.ndjson"),
        ("C:\\chats\\May.zip", "May.zip"),
        ("..", "upload"),
        ("", "upload"),
        ("a\r\nb.eml", "ab.eml"),
        (".hidden", "hidden"),
        ("žodis.vcon", "žodis.vcon"),
    ],
)
def test_the_name_of_an_upload_leads_nowhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert len(safe_name("ž" * 500 + ".ndjson").encode()) <= 120


def test_no_file_and_no_such_format_are_said_so(house: House) -> None:
    browser = signed_in(house, "supervisor")
    assert upload(browser, ("", b"")).status_code in {400, 422}
    assert upload(browser, ("a.ndjson", b"{}"), format="rubbish").status_code == 400


def test_an_administrator_sees_counts_and_no_names(house: House) -> None:
    _, bringing, watching = two(house, "supervisor", "administrator")
    upload(bringing, ("ona-petraite.ndjson", lines(message(1))))
    house.follower.catch_up()
    page = watching.get("/imports").text
    assert "ona-petraite" not in page
    assert "onrecord.ndjson" in page
    assert upload(watching, ("a.ndjson", lines(message(2)))).status_code == 403


def test_a_made_up_company_never_stands_beside_what_is_real(house: House) -> None:
    browser = signed_in(house, "supervisor")
    upload(browser, ("chat.ndjson", lines(message(1))))
    house.follower.catch_up()
    assert browser.send("/imports/sample").status_code == 409


@pytest.mark.long
def test_a_newcomer_is_led_to_a_made_up_company_once(house: House) -> None:
    browser = signed_in(house, "supervisor")
    assert "First steps" in browser.get("/").text
    assert browser.send("/imports/sample").status_code == 303
    house.follower.catch_up()
    assert "made-up-company.ndjson" in browser.get("/imports").text
    assert browser.send("/imports/sample").status_code == 409
    assert browser.get("/search?q=internet*").status_code == 200
    house.follower.catch_up()
    start = browser.get("/").text
    assert start.count('class="done"') == 2


# -- who looked --


def test_it_is_seen_who_looked_at_whom_and_why(house: House) -> None:
    house.archive.append_new([said(1, "where is my parcel")])
    house.follower.catch_up()
    _, agent, officer = two(house, "agent", "compliance officer")
    customer = house.archive.names.tie("customer", "cust-7")
    agent.get(f"/customers/{customer}")
    agent.client.get("/access")
    house.follower.catch_up()
    text = officer.get(f"/customers/{customer}/access").text
    assert "<bdi>agent</bdi>" in text
    everything = officer.get("/access").text
    assert "turned away" in everything
    assert "<bdi>agent</bdi>" in officer.get("/access?user=agent&how=viewed").text
    assert "Nobody looked" in officer.get("/access?user=nobody").text
    assert "Nobody looked" in officer.get("/access?day=2020-01-01").text
    assert officer.get("/access?day=rubbish").status_code == 400
    assert any(isinstance(one, RecordViewed) and one.what == "looks" for one in events(house, RecordViewed))


def test_many_looks_at_somebody_come_page_after_page(house: House) -> None:
    house.archive.append_new([said(1, "where is my parcel")])
    customer = house.archive.names.tie("customer", "cust-7")
    agent = Actor(login="agent", role="agent")
    for _ in range(101):
        house.archive.note(RecordViewed(what="customer", count=1, position=1), agent, ties=[("customer", customer)])
    house.follower.catch_up()
    officer = signed_in(house, "compliance officer")
    first = officer.get(f"/customers/{customer}/access").text
    (more,) = re.findall(rf'href="(/customers/{customer}/access[^"]*before=\d+)"', first)
    assert first.count('scope="row"') == 100
    assert officer.get(html.unescape(more)).text.count('scope="row"') == 1


# -- holds and retention --


def covers(page: str) -> str:
    """Return what a page says a hold covers."""
    (said,) = re.findall(r"<dt>Covers</dt><dd>(?:<[^>]*>)?([^<]+)", page)
    return str(said)


def test_a_hold_is_placed_seen_and_released(house: House) -> None:
    house.archive.append_new([said(1)])
    house.follower.catch_up()
    browser = signed_in(house, "compliance officer")
    placed = browser.send("/holds", title="Case 7", customers="cust-7\r\n", query="parcel")
    assert placed.status_code == 303
    assert "event" in covers(browser.get(placed.headers["location"]).text), "who places a hold sees what it covers"
    page = browser.get("/holds").text
    assert covers(page) == "Count the events", "counting takes long, and is asked for"
    assert "Case 7" in page
    assert "cust-7" in page
    (hold,) = re.findall(r"/holds/([0-9a-f]+)/release", page)
    customer = f"/customers/{house.archive.names.tie('customer', 'cust-7')}"
    assert "1 legal hold covers this customer" in browser.get(customer).text
    assert browser.send(f"/holds/{hold}/release", reason="").status_code == 400
    assert browser.send(f"/holds/{hold}/release", reason="settled").status_code == 303
    assert "legal hold" not in browser.get(customer).text
    assert "No hold is in force" in browser.get("/holds").text
    assert "Case 7" in browser.get("/holds?released=yes").text


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x"},
        {"title": "", "customers": "cust-7"},
        {"title": "x", "customers": "nobody"},
        {"title": "x", "query": "-parcel"},
        {"title": "x", "customers": "cust-7", "since": "rubbish"},
        {"title": "x", "customers": "cust-7", "since": "2026-03-02", "until": "2026-03-01"},
    ],
)
def test_a_hold_that_would_hold_nothing_is_refused(house: House, fields: dict[str, str]) -> None:
    house.archive.append_new([said(1)])
    house.follower.catch_up()
    assert signed_in(house, "supervisor").send("/holds", **fields).status_code in {400, 409}
    assert events(house, HoldPlaced) == []


def test_a_retention_class_is_set_and_a_wrong_one_is_not(house: House) -> None:
    browser = signed_in(house, "data protection officer")
    assert "No class was set" in browser.get("/retention").text
    assert browser.send("/retention", name="contract", keep="30", limit="3650").status_code == 303
    assert "3,650 days" in browser.get("/retention").text
    for wrong in ({"keep": "-1"}, {"keep": "x"}, {"keep": "30", "limit": "3"}, {"keep": "9" * 9}):
        assert browser.send("/retention", name="contract", **wrong).status_code in {400, 409}


# -- erasures --


def test_a_person_is_forgotten_by_two_and_the_second_proves_who_they_are(house: House) -> None:
    house.archive.append_new([said(1, "forget me please")])
    house.follower.catch_up()
    _, asking, executing = two(house, "compliance officer", "data protection officer")
    fields = {"customer": "cust-7", "ground": "asked-by-person"}
    assert asking.send("/erasures", **fields).status_code == 303
    (erasure,) = set(re.findall(r"/erasures/([0-9a-f]+)/identify", asking.get("/erasures").text))
    execute = f"/erasures/{erasure}/execute"
    assert executing.send(execute, secret=SECRET).status_code == 409, "it is not known who asks"
    assert asking.send(f"/erasures/{erasure}/identify", how="passport shown").status_code == 303
    assert asking.send(execute, secret=SECRET).status_code == 409, "nobody forgets a person alone"
    assert executing.send(execute, secret="wrong").status_code == 403
    assert events(house, ErasureExecuted) == []
    done = executing.send(execute, secret=SECRET)
    assert done.status_code == 200
    assert "keys were destroyed" in done.text
    conversation = house.archive.names.tie("conversation", "c1")
    assert "forget me" not in executing.get(f"/conversations/{conversation}").text


def test_an_erasure_is_refused_with_a_ground_and_under_a_hold(house: House) -> None:
    house.archive.append_new([said(1)])
    house.follower.catch_up()
    _, asking, executing = two(house, "compliance officer", "data protection officer")
    fields = {"customer": "cust-7", "ground": "asked-by-person", "identified": "passport"}
    asking.send("/erasures", **fields)
    (first,) = set(re.findall(r"/erasures/([0-9a-f]+)/refuse", asking.get("/erasures").text))
    assert executing.send(f"/erasures/{first}/refuse", ground="claim pending").status_code == 303
    assert "refused" in asking.get("/erasures").text
    asking.send("/holds", title="Case 7", customers="cust-7")
    asking.send("/erasures", **fields)
    (second,) = set(re.findall(r"/erasures/([0-9a-f]+)/refuse", asking.get("/erasures").text))
    assert executing.send(f"/erasures/{second}/execute", secret=SECRET).status_code == 409
    assert events(house, ErasureExecuted) == []
    assert asking.send("/erasures", customer="nobody", ground="x").status_code == 404


def test_many_erasures_come_page_after_page(house: House) -> None:
    by = Actor(login="dpo", role="data protection officer")
    for number in range(31):
        asked = ErasureAsked(ground="court-order", reason=Personal(f"file {number:02}"))
        house.archive.decide(("erasure", f"e{number}"), _last, partial(_as_it_is, asked), by)
    house.follower.catch_up()
    browser = signed_in(house, "compliance officer")
    first = browser.get("/erasures").text
    (further,) = re.findall(r'href="(/erasures\?before=\d+)"', first)
    assert ("file 30" in first, "file 01" in first, "file 00" in first) == (True, True, False)
    second = browser.get(further).text
    assert ("file 00" in second, "file 01" in second, 'rel="next"' in second) == (True, False, False)


def _last(_: Event | None, event: Event) -> Event:
    return event


def _as_it_is(event: Event, _: Event | None) -> Event:
    return event


# -- the log --


def test_the_log_is_shown_checked_and_handed_out(house: House) -> None:
    browser = signed_in(house, "auditor", why=None)
    assert "No checkpoint was signed yet" in browser.get("/log").text
    house.log.seal()
    newest = house.log.newest()
    assert newest is not None
    note = browser.get(f"/log/checkpoints/{newest.size}")
    assert note.text == newest.note
    assert note.headers["content-disposition"].startswith("attachment")
    assert browser.get("/log/checkpoints/99").status_code == 404
    assert "as they were recorded" in browser.send("/log/verify", how="whole").text
    assert "Proven up to event" in browser.send("/log/verify", how="quick", checkpoint=note.text).text
    assert browser.send("/log/verify", how="quick", checkpoint="rubbish").status_code == 422


def test_the_check_names_the_first_bad_entry(house: House) -> None:
    house.archive.append_new([said(1), said(2)])
    house.log.seal()
    database = str(house.settings.folder / "archive.db")
    behind_our_back(database, "DROP TRIGGER events_no_update")
    behind_our_back(database, "UPDATE events SET topic = 'message.edited-at-source' WHERE position = 3")
    page = signed_in(house, "auditor", why=None).send("/log/verify", how="quick").text
    assert "The first bad entry:" in page
    assert "event 3" in page


# -- settings and keys --


def test_settings_show_no_secret(house: House) -> None:
    page = signed_in(house, "administrator").get("/settings").text
    assert "ONRECORD_ZONE" in page
    assert "not set" in page


def test_a_key_is_made_shown_once_and_ended(house: House) -> None:
    browser = signed_in(house, "administrator")
    assert "No key was made yet" in browser.get("/keys").text
    made = browser.send("/keys", purpose="the chat", login="administrator", scope=["items", "read"], days="30").text
    (key,) = re.findall(r"onrecord_[0-9a-f]{12}_[0-9a-f]{64}", made)
    page = browser.get("/keys").text
    assert key not in page
    assert "the chat" in page
    assert browser.send(f"/keys/{key.split('_')[1]}/end").status_code == 303
    assert "ended" in browser.get("/keys").text
    assert browser.send("/keys/000000000000/end").status_code == 404
    assert browser.send("/keys", purpose="x", login="administrator", days="30").status_code == 409
    assert browser.send("/keys", purpose="x", login="administrator", scope="read", days="x").status_code == 400
