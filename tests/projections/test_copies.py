"""Words that were sealed anew stand in every view where the old ones stood, under the right person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.domain import ticket, work_order
from audit.domain.conversation import ConversationOpened, SatisfactionRated
from audit.domain.custody import WordsResealed
from audit.domain.customer import ContactPointAdded, CustomerNamed, TieCorrected
from audit.domain.event import Personal
from audit.projections.copies import bytes_in, text_in
from audit.projections.customers import Customers
from audit.projections.dump import dump
from audit.projections.follow import Follower
from audit.projections.tickets import Tickets
from audit.projections.timeline import Timeline
from audit.projections.work_orders import WorkOrders
from tests.projections.given import NAMES, Log, followed
from tests.projections.story import BORIS, CHAT, ONA, TICKET, VISIT

if TYPE_CHECKING:
    from pathlib import Path

    from audit.projections.case_tables import Case
    from audit.projections.customers import Customer
    from audit.projections.timeline import Entry
    from audit.projections.views import Views

_VIEWS = (Timeline, Customers, Tickets, WorkOrders)


def _transcript(views: Views) -> list[Entry]:
    with views.reading(Timeline) as (db, view):
        return view.read(db, NAMES.tie(*CHAT))


def _ticket(views: Views, known: tuple[str, str] = TICKET) -> Case:
    with views.reading(Tickets) as (db, view):
        (found,) = view.get(db, [NAMES.tie(*known)])
        return found


def _customers(views: Views) -> dict[str | None, Customer]:
    with views.reading(Customers) as (db, view):
        return {one.written: one for one in view.find(db)}


def _caught_up(log: Log, views: Views) -> None:
    Follower(log, views).catch_up()
    before = {view: dump(views, view) for view in _VIEWS}
    for view in _VIEWS:
        Follower(log, views).rebuild(view.name)
        assert dump(views, view) == before[view], f"{view.name} is another one when it is made anew"


def test_a_corrected_line_shows_the_copy_and_hides_the_old_one(place: Path | str) -> None:
    log = Log()
    log.say("hers, by mistake", ONA, CHAT)
    log.tell(TieCorrected(position=1, kind="customer", words=Personal({"text": "his"})), BORIS)
    with followed(log, place) as views:
        assert [(entry.event, entry.text) for entry in _transcript(views)] == [(1, "his")]
        log.erase([2], BORIS)
        _caught_up(log, views)
        assert [(entry.text, entry.erased) for entry in _transcript(views)] == [(None, True)]


def test_a_copy_of_any_line_stands_in_its_own_field(place: Path | str) -> None:
    log = Log()
    log.tell(ConversationOpened(channel="chat", title=Personal("about her")), CHAT)
    log.tell(SatisfactionRated(score=3, comment=Personal("fine, she said")), CHAT)
    for position, words in ((1, {"title": "about"}), (2, {"comment": "fine,"})):
        log.tell(WordsResealed(position=position, reason="shared-key", words=Personal(words)), BORIS, CHAT)
    with followed(log, place) as views:
        assert [entry.text for entry in _transcript(views)] == ["about her", "fine, she said"]
        log.erase([1, 2])
        _caught_up(log, views)
        assert [entry.text for entry in _transcript(views)] == ["about", "fine,"]


def test_a_ticket_and_a_visit_keep_their_words_in_the_copy(place: Path | str) -> None:
    log = Log()
    opened = ticket.TicketOpened(subject=Personal("Net"), text=Personal("for Ona"), fields=Personal({"a": "Ona"}))
    log.tell(opened, TICKET)
    log.tell(ticket.TicketFieldChanged(field="area", value=Personal("south of Ona")), TICKET)
    log.tell(ticket.TicketResolved(resolution=Personal("told Ona")), TICKET)
    log.tell(work_order.WorkOrderIssued(text=Personal("visit Ona")), VISIT)
    finished = work_order.WorkOrderFinished(findings=Personal("Ona away"), parts=Personal(["x"]), minutes=4)
    log.tell(finished, VISIT)
    copies = [
        (1, {"subject": "Net", "text": "for", "fields": {"a": ""}}, TICKET),
        (2, {"value": "south of"}, TICKET),
        (3, {"resolution": "told"}, TICKET),
        (4, {"text": "visit"}, VISIT),
        (5, {"findings": "away", "parts": ["x"]}, VISIT),
    ]
    for position, words, tied in copies:
        log.tell(WordsResealed(position=position, reason="shared-key", words=Personal(words)), BORIS, tied)
    with followed(log, place) as views:
        assert _ticket(views).text == "for Ona"
        log.erase(list(range(1, 6)))
        _caught_up(log, views)
        found = _ticket(views)
        assert (found.subject, found.text, len(found.wordings)) == ("Net", "for", 1)
        assert (found.fields["area"], found.fields["status"], found.fields["fields"]) == (
            "south of",
            "resolved",
            '{"a": ""}',
        )
        assert [change.text for change in found.changes if change.topic == "ticket.resolved"] == ["told"]
        with views.reading(WorkOrders) as (db, view):
            (visit,) = view.get(db, [NAMES.tie(*VISIT)])
        assert (visit.text, visit.fields["findings"], visit.fields["parts"]) == ("visit", "away", '["x"]')
        assert (visit.fields["status"], visit.fields["minutes"]) == ("finished", "4")


def test_a_ticket_tied_to_the_wrong_customer_is_found_with_the_right_one(place: Path | str) -> None:
    log = Log()
    log.tell(ticket.TicketOpened(text=Personal("whose?")), ONA, TICKET)
    log.tell(TieCorrected(position=1, kind="customer", words=Personal({"text": "his"})), BORIS)
    with followed(log, place) as views:
        _caught_up(log, views)
        with views.reading(Tickets) as (db, view):
            assert view.tied_to(db, NAMES.tie(*ONA)) == []
            (found,) = view.tied_to(db, NAMES.tie(*BORIS))
        assert (found.text, found.written) == ("his", TICKET[1])
        assert ("customer", NAMES.tie(*BORIS), BORIS[1]) in found.ties


def test_words_on_the_wrong_ticket_move_to_the_right_one(place: Path | str) -> None:
    log, other = Log(), ("ticket", "T-200")
    log.tell(ticket.TicketOpened(text=Personal("first")), TICKET)
    log.tell(ticket.TicketOpened(text=Personal("second")), other)
    log.tell(ticket.TicketReworded(text=Personal("second, reworded")), TICKET)
    log.tell(TieCorrected(position=3, kind="ticket"), other)
    with followed(log, place) as views:
        _caught_up(log, views)
        assert [one.text for one in _ticket(views).wordings] == ["first"]
        assert [one.text for one in _ticket(views, other).wordings] == ["second", "second, reworded"]


def test_what_is_told_of_the_wrong_customer_goes_to_the_right_one(place: Path | str) -> None:
    log = Log()
    log.tell(CustomerNamed(name=Personal("Ona")), ONA, item=("customer", "1"))
    log.tell(CustomerNamed(name=Personal("Boris")), ONA, item=("customer", "2"))
    log.tell(ContactPointAdded(kind="phone", value=Personal("+370 600 00 001")), ONA, item=("customer", "3"))
    log.say("hello", ONA, CHAT)
    log.tell(TieCorrected(position=2, kind="customer", words=Personal({"name": "Boris"})), BORIS)
    log.tell(TieCorrected(position=3, kind="customer"), BORIS)
    log.tell(TieCorrected(position=4, kind="customer"), BORIS)
    with followed(log, place) as views:
        _caught_up(log, views)
        found = _customers(views)
        assert (found[ONA[1]].names, found[ONA[1]].contacts, found[ONA[1]].messages) == (("Ona",), (), 0)
        assert (found[BORIS[1]].names, found[BORIS[1]].messages) == (("Boris",), 1)
        assert [point.value for point in found[BORIS[1]].contacts] == ["+370 600 00 001"]
        log.erase([5, 6, 7], BORIS)
        _caught_up(log, views)
        assert "Boris" not in str(dump(views, Customers))


def test_a_tie_may_be_corrected_twice(place: Path | str) -> None:
    log = Log()
    log.tell(CustomerNamed(name=Personal("Who?")), ONA, item=("customer", "1"))
    log.tell(TieCorrected(position=1, kind="customer", words=Personal({"name": "Who?"})), BORIS)
    log.tell(TieCorrected(position=1, kind="customer", words=Personal({"name": "Ona after all"})), ONA)
    with followed(log, place) as views:
        _caught_up(log, views)
        assert {known: one.names for known, one in _customers(views).items()} == {ONA[1]: ("Ona after all",)}


@pytest.mark.parametrize("words", [None, "rubbish", "[1]", ["text"], 7])
def test_a_copy_that_cannot_be_read_says_nothing_and_stops_nothing(place: Path | str, words: object) -> None:
    log = Log()
    log.say("old", ONA, CHAT)
    log.tell(TieCorrected(position=1, kind="customer", words=Personal(words)), BORIS)
    log.tell(TieCorrected(position=99, kind="ticket", words=Personal(words)), TICKET)
    with followed(log, place) as views:
        _caught_up(log, views)
        assert [entry.text for entry in _transcript(views)] == [None]


def test_files_and_structures_in_a_copy() -> None:
    assert bytes_in({"base64": "aGk="}) == b"hi"
    assert [bytes_in(one) for one in ({"base64": "?"}, {"base64": 7}, {"text": "aGk="}, "aGk=")] == [None] * 4
    assert text_in({"fields": {"b": 1}}, "text", "fields") == '{"b": 1}'
