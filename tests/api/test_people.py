from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audit.domain.access import RecordViewed
from audit.domain.event import Record
from tests.api.pages import signed_in
from tests.archive.items import message

if TYPE_CHECKING:
    from audit.bootstrap.house import House


def seen(house: House) -> list[Record]:
    return [
        one for one in house.archive.read(0, 500) if isinstance(one, Record) and isinstance(one.event, RecordViewed)
    ]


def test_an_agent_finds_a_customer_and_reads_what_was_said(house: House) -> None:
    house.archive.append_new([message(1, "where is my parcel"), message(2, "on its way")])
    house.follower.catch_up()
    browser = signed_in(house, "agent", why=None)
    found = browser.get("/customers")
    (customer,) = set(re.findall(r"/customers/([0-9a-f-]{36})", found.text))
    page = browser.get(f"/customers/{customer}")
    (conversation,) = set(re.findall(r"/conversations/([0-9a-f-]{36})", page.text))
    assert "where is my parcel" in browser.get(f"/conversations/{conversation}").text
    assert [one.event.what for one in seen(house) if isinstance(one.event, RecordViewed)] == [
        "customers",
        "customer",
        "timeline",
    ]


def test_words_are_shown_as_words_whatever_they_hold(house: House) -> None:
    nasty = "<script>alert(1)</script> {{ 7*7 }} \u202egnihton"
    house.archive.append_new([message(1, nasty)])
    house.follower.catch_up()
    conversation = house.archive.names.tie("conversation", "c1")
    text = signed_in(house, "agent", why=None).get(f"/conversations/{conversation}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in text
    assert "<script>" not in text


def test_who_is_not_there_is_said_so(house: House) -> None:
    browser = signed_in(house, "agent", why=None)
    nobody = house.archive.names.tie("customer", "nobody")
    assert browser.get(f"/customers/{nobody}").status_code == 404
    assert browser.get(f"/conversations/{nobody}").status_code == 404
    assert browser.get("/customers/not-an-id").status_code == 422
    assert seen(house) == []
