"""The pages of record requests: from asking to handing over, each by whoever may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from api.app import create_app
from audit.bootstrap import requesting
from audit.bootstrap.promising_authority import Granted, authorise
from audit.domain.access import AccessRefused, RecordExported
from audit.domain.event import Event, Record
from audit.domain.record_request import ItemWithheld, RecordApproved, RecordDelivered
from tests.api.pages import SECRET, Browser, registered, signed_in
from tests.requests.given import (
    DAUGHTER,
    DAUGHTERS_MAIL,
    NEIGHBOUR,
    OTHER_SUPERVISOR,
    REGINA,
    SUPERVISOR,
    TOLD,
    approved,
    asked,
    position_of,
    ready,
    today,
    told,
)

if TYPE_CHECKING:
    from audit.bootstrap.house import House


class People(NamedTuple):
    agent: Browser
    supervisor: Browser
    officer: Browser


def people(house: House) -> People:
    app = create_app(house)
    return People(*(signed_in(house, role, app=app) for role in ("agent", "supervisor", "compliance officer")))


def events(house: House, *kinds: type[Event]) -> list[Event]:
    return [
        one.event for one in house.archive.read(0, 5_000) if isinstance(one, Record) and isinstance(one.event, kinds)
    ]


def refused(house: House) -> list[tuple[str, str]]:
    return [(one.what, one.reason) for one in events(house, AccessRefused) if isinstance(one, AccessRefused)]


def path_of(house: House, written: str) -> str:
    return f"/requests/{house.archive.names.decided('request', written)}"


def test_a_request_goes_from_asking_to_a_link_that_works_once(house: House) -> None:
    told(house)
    agent, supervisor, officer = people(house)
    there = agent.send("/requests", customer=REGINA, channel="letter", language="lt", words="Noriu visko.")
    path = there.headers["location"]
    assert "Regina" in agent.get("/requests").text
    assert agent.send(f"{path}/acknowledge", law="gdpr", how="letter").status_code == 303
    assert "days left" in agent.get("/requests").text
    assert agent.send(f"{path}/verify", how="identity-card").status_code == 403
    assert supervisor.send(f"{path}/verify", how="identity-card", evidence="seen").status_code == 303
    preview = supervisor.get(f"{path}/preview").text
    assert TOLD in preview
    number = position_of(house, TOLD)
    withheld = supervisor.send(f"{path}/withhold", event=str(number), words=NEIGHBOUR, reason="third-person")
    assert withheld.status_code == 303
    assert NEIGHBOUR not in supervisor.get(f"{path}/preview").text
    assert supervisor.send(f"{path}/compile").status_code == 303
    page = supervisor.get(path).text
    (digest,) = re.findall(r'<span class="mono">([0-9a-f]{64})</span>', page)
    assert f"{path}/approve" not in page, "a second person reads it first"
    assert f"{path}/check" not in page
    assert "another person reads that" in page
    assert f"{path}/check" in officer.get(path).text
    assert "somebody who did not withhold it reads" in agent.get(path).text
    assert supervisor.send(f"{path}/approve", digest=digest, secret=SECRET).status_code == 409, "no second reader yet"
    assert supervisor.send(f"{path}/check", secret=SECRET).status_code == 409, "whoever withheld does not check it"
    assert officer.send(f"{path}/check", secret="wrong").status_code == 403
    assert officer.send(f"{path}/check", secret=SECRET).status_code == 303
    assert agent.send(f"{path}/approve", digest=digest, secret=SECRET).status_code == 403
    assert officer.send(f"{path}/approve", digest=digest, secret=SECRET).status_code == 403
    assert supervisor.send(f"{path}/approve", digest="0" * 64, secret=SECRET).status_code == 409
    assert supervisor.send(f"{path}/approve", digest=digest, secret=SECRET).status_code == 303
    assert agent.send(f"{path}/link", secret=SECRET).status_code == 403
    link = supervisor.send(f"{path}/link", hours="24", secret=SECRET)
    (token,) = set(re.findall(r"/collect#([\w-]{43})", link.text))
    assert token not in supervisor.get(path).text
    assert {("request-verify", "role"), ("request-approve", "role"), ("request-link", "role")} <= set(refused(house))
    assert ("request-check", "secret") in refused(house)
    assert len(events(house, RecordApproved)) == 1


def test_a_second_reader_is_not_asked_to_approve_what_they_read(house: House) -> None:
    told(house)
    written = ready(house, redacted=True)
    path = path_of(house, written)
    reader, other = signed_in(house, "supervisor"), Browser(create_app(house))
    registered(house, "second", "supervisor")
    other.sign_in("second")
    assert reader.send(f"{path}/check", secret=SECRET).status_code == 303
    page = reader.get(path).text
    assert f"{path}/approve" not in page
    assert "another supervisor approves the record" in page
    assert f"{path}/approve" in other.get(path).text
    assert "A supervisor approves the record." in signed_in(house, "agent").get(path).text


@pytest.mark.long
def test_paper_for_the_printers_and_given_into_a_hand(house: House) -> None:
    path = path_of(house, approved_for(house))
    supervisor = signed_in(house, "supervisor")
    assert supervisor.send(f"{path}/print", secret=SECRET).content.startswith(b"%PDF")
    assert len(events(house, RecordExported)) == 1
    assert supervisor.send(f"{path}/handed", how="in-person", secret=SECRET).status_code == 303
    assert len(events(house, RecordDelivered)) == 1
    answered = supervisor.get("/requests?status=answered").text
    assert path in answered
    assert supervisor.send(f"{path}/mail", to="eve@example.net", secret=SECRET).status_code == 503, "no server is set"
    assert supervisor.send(f"{path}/review", reason="it lacks a call").status_code == 303
    assert "opened again" in supervisor.get(path).text


def approved_for(house: House) -> str:
    told(house)
    return approved(house)


def test_a_refusal_names_its_ground_and_a_rectification_stands_beside(house: House) -> None:
    told(house)
    path = path_of(house, asked(house))
    agent, supervisor, _ = people(house)
    number = str(position_of(house, TOLD))
    assert agent.send(f"{path}/dispute", event=number, text="Aš to nesakiau.").status_code == 303
    assert agent.send(f"{path}/dispute", event="9" * 18, text="x").status_code == 409
    assert agent.send(f"{path}/dispute", event="x", text="x").status_code == 400
    assert "The customer disputes this" in supervisor.get(f"{path}/preview").text
    assert supervisor.send(f"{path}/refuse", ground="unfounded", reason="asked ten times").status_code == 303
    assert "asked ten times" in supervisor.get(path).text
    assert supervisor.send(f"{path}/compile").status_code == 409


def test_withheld_words_are_found_wherever_they_stand_and_given_free(house: House) -> None:
    told(house)
    written = asked(house)
    path, number = path_of(house, written), str(position_of(house, TOLD))
    supervisor = signed_in(house, "supervisor")
    assert supervisor.send(f"{path}/withhold", event=number, reason="third-person").status_code == 409, "no day yet"
    requesting.acknowledge(house, written, SUPERVISOR, received=today(house), law="gdpr")
    for fields, status in (
        ({"words": "not there", "reason": "third-person"}, 404),
        ({"words": NEIGHBOUR, "reason": "Free Text!"}, 409),
        ({"words": "e", "reason": "third-person"}, 303),
    ):
        assert supervisor.send(f"{path}/withhold", event=number, **fields).status_code == status
    places = [(one.start, one.end) for one in events(house, ItemWithheld) if isinstance(one, ItemWithheld)]
    assert places == [(at, at + 1) for at, letter in enumerate(TOLD) if letter == "e"]
    start, end = places[0]
    free = {"event": number, "part": "text", "stretch": f"{start}-{end}", "reason": "a letter"}
    assert supervisor.send(f"{path}/restore", **free).status_code == 303
    assert supervisor.send(f"{path}/restore", **free).status_code == 409


def test_who_acts_for_somebody_needs_an_authority(house: House) -> None:
    told(house)
    agent = signed_in(house, "agent", why=None)
    fields = {"customer": REGINA, "representative": DAUGHTER}
    assert agent.send("/requests", **fields).status_code == 409
    authorise(house, REGINA, DAUGHTER, Granted(scope="record", evidence="letter"), OTHER_SUPERVISOR)
    path = agent.send("/requests", **fields).headers["location"]
    page = agent.get(path).text
    assert "under an authority" in page
    assert DAUGHTERS_MAIL not in page, "an agent sends nothing"
    customer = house.archive.names.tie("customer", REGINA)
    assert "Dalia" in agent.get(f"/customers/{customer}").text


@pytest.mark.parametrize(("form", "begins"), [("json", b"{"), ("pdf", b"%PDF"), ("zip", b"PK")])
def test_a_record_is_taken_out_by_who_may_and_that_is_on_record(house: House, form: str, begins: bytes) -> None:
    told(house)
    path = f"/customers/{house.archive.names.tie('customer', REGINA)}/record"
    supervisor = signed_in(house, "supervisor", why=None)
    taken = supervisor.send(path, form=form, audience="internal", language="lt")
    assert taken.content.startswith(begins)
    (exported,) = events(house, RecordExported)
    assert isinstance(exported, RecordExported)
    assert (exported.audience, exported.format) == ("internal", form)
    assert supervisor.send(path, form="exe", audience="internal", language="lt").status_code == 400
    assert supervisor.send(path, form=form, audience="everybody", language="lt").status_code == 400
    if form == "json":
        assert signed_in(house, "agent", why=None).send(path, form=form).status_code == 403


def test_requests_that_are_not_there_are_said_so(house: House) -> None:
    supervisor = signed_in(house, "supervisor")
    nowhere = "/requests/00000000-0000-0000-0000-000000000000"
    assert "There are no such requests" in supervisor.get("/requests?status=overdue&page=-1").text
    assert supervisor.get(nowhere).status_code == 404
    assert supervisor.get(f"{nowhere}/preview").status_code == 404
    assert supervisor.send(f"{nowhere}/compile").status_code == 404
    assert supervisor.send("/requests", customer="nobody").status_code == 404
