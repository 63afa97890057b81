"""The pages of promises: the queue of what was found, what people decide, and the slip."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap.promising import find_promises
from audit.bootstrap.promising_decisions import Terms
from audit.domain.access import AccessRefused, RecordExported, RecordViewed
from audit.domain.event import Event, Record
from audit.domain.promise import PromiseDismissed, PromiseKept, PromiseMade
from audit.projections.promises import Promises
from tests.api.pages import Browser, signed_in
from tests.archive.items import message
from tests.requests.given import PROMISED, SUPERVISOR, position_of, told

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.projections.promises import Promised


def events(house: House, *kinds: type[Event]) -> list[Record]:
    return [one for one in house.archive.read(0, 5_000) if isinstance(one, Record) and isinstance(one.event, kinds)]


def found(house: House) -> str:
    """Let the rules find the promise in the chat; return the path of its page."""
    told(house)
    find_promises(house)
    house.follower.catch_up()
    return f"/promises/{promised(house).stream}"


def promised(house: House) -> Promised:
    with house.views.reading(Promises) as (db, view):
        return view.all(db)[0]


def confirmed(house: House) -> str:
    path = found(house)
    terms = Terms(due=date(2026, 4, 30), amount="100", currency="USD")
    deciding.confirm(house, promised(house).id or "", terms, SUPERVISOR)
    return path


def test_what_was_found_waits_in_its_queue_with_its_line(house: House) -> None:
    path = found(house)
    page = signed_in(house, "agent", why=None).get("/promises").text
    assert path in page
    assert PROMISED in page
    (look,) = events(house, RecordViewed)
    assert look.stamp.tie("customer") == house.archive.names.tie("customer", "cust-1")


def test_a_line_is_confirmed_in_the_words_of_who_confirms_it(house: House) -> None:
    path = found(house)
    supervisor = signed_in(house, "supervisor", why=None)
    assert supervisor.send(f"{path}/confirm", due="2026-04-30", amount="100").status_code == 400
    assert supervisor.send(f"{path}/confirm", due="2026-04-30", amount="100", currency="USD").status_code == 303
    (made,) = [one.event for one in events(house, PromiseMade)]
    assert isinstance(made, PromiseMade)
    assert (made.due, made.amount, made.currency) == (date(2026, 4, 30), "100", "USD")
    assert made.wording.text == PROMISED
    page = signed_in(house, "agent", why=None).get(path).text
    assert "Apr" in page
    assert "100 USD" in page


def test_an_agent_judges_nothing_to_be_no_promise(house: House) -> None:
    path = found(house)
    agent = signed_in(house, "agent", why=None)
    assert "It is no promise" not in agent.get(path).text
    assert agent.send(f"{path}/dismiss", reason="no-promise").status_code == 403
    assert events(house, PromiseDismissed) == []
    assert [one.event for one in events(house, AccessRefused)] == [AccessRefused(what="promise-dismiss", reason="role")]


def test_a_supervisor_works_through_the_queue(house: House) -> None:
    path = found(house)
    supervisor = signed_in(house, "supervisor", why=None)
    answer = supervisor.send(f"{path}/dismiss", reason="a-question", back="queue")
    assert answer.headers["location"] == "/promises?status=suggested"
    assert "There are no such promises" in supervisor.get("/promises").text
    assert path in supervisor.get("/promises?status=dismissed").text


def test_a_kept_promise_names_the_event_that_shows_it(house: House) -> None:
    path = confirmed(house)
    agent = signed_in(house, "agent", why=None)
    shown_by = position_of(house, PROMISED)
    assert agent.send(f"{path}/keep").status_code == 400
    assert agent.send(f"{path}/keep", other="9" * 19).status_code == 400
    assert agent.send(f"{path}/keep", other="99999").status_code == 404
    assert agent.send(f"{path}/keep", other=str(position_of(house, "Labas."))).status_code == 409
    assert agent.send(f"{path}/keep", event=str(shown_by)).status_code == 303
    assert [one.event.position for one in events(house, PromiseKept) if isinstance(one.event, PromiseKept)] == [
        shown_by
    ]
    assert agent.send(f"{path}/keep", event=str(shown_by)).status_code == 409


def test_time_is_given_taken_back_and_disputed(house: House) -> None:
    path = confirmed(house)
    supervisor = signed_in(house, "supervisor", why=None)
    assert supervisor.send(f"{path}/extend", due="2026-04-01").status_code == 409
    assert supervisor.send(f"{path}/extend", due="rubbish").status_code == 400
    assert supervisor.send(f"{path}/extend", due="2026-05-31", reason="bank holiday").status_code == 303
    assert supervisor.send(f"{path}/fail").status_code == 409
    assert supervisor.send(f"{path}/withdraw").status_code == 400
    assert supervisor.send(f"{path}/withdraw", reason="said by mistake").status_code == 303
    assert supervisor.send(f"{path}/dispute", words="<b>Pažadėjote!</b>").status_code == 303
    page = supervisor.get(path).text
    assert "bank holiday" in page
    assert "&lt;b&gt;Pažadėjote!&lt;/b&gt;" in page
    assert path in supervisor.get("/promises?status=disputed").text


def test_a_slip_is_handed_out_once_that_is_on_record(house: House) -> None:
    path = confirmed(house)
    agent = signed_in(house, "agent", why=None)
    slip = agent.send(f"{path}/slip", language="lt", paper="A4")
    assert slip.content.startswith(b"%PDF")
    assert slip.headers["content-disposition"].startswith("attachment;")
    (exported,) = events(house, RecordExported)
    assert isinstance(exported.event, RecordExported)
    assert exported.event.what == "slip"
    assert agent.send(f"{path}/slip", language="xx").status_code == 400


def test_promises_to_one_customer_are_shown_alone(house: House) -> None:
    path = found(house)
    agent = signed_in(house, "agent", why=None)
    theirs, other = (house.archive.names.tie("customer", one) for one in ("cust-1", "cust-3"))
    assert path in agent.get(f"/promises?customer={theirs}").text
    assert path not in agent.get(f"/promises?customer={other}").text
    assert f"/promises?status=all&amp;customer={theirs}" in agent.get(f"/customers/{theirs}").text


@pytest.mark.parametrize("path", ["/promises/1", "/promises/00000000-0000-0000-0000-000000000000", "/promises?page=-3"])
def test_an_address_that_leads_nowhere_says_so(house: House, path: str) -> None:
    assert signed_in(house, "agent", why=None).get(path).status_code in {200, 404, 422}


def test_words_of_a_promise_are_words_whatever_they_hold(house: House) -> None:
    house.archive.append_new([message(1, "hello")])
    path = found(house)
    browser = Browser(create_app(house))
    assert browser.get(path).url.path == "/sign-in"
    supervisor = signed_in(house, "supervisor", why=None)
    supervisor.send(f"{path}/confirm", wording="<script>alert(1)</script>\u202e")
    assert "<script>" not in supervisor.get(path).text
    assert re.search(r"&lt;script&gt;", supervisor.get(path).text)
