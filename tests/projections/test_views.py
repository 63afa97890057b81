"""Each view: facts in, rows out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from audit.domain.conversation import MessageEditedAtSource, MessagePosted
from audit.domain.custody import DeliveryReceived, DeliveryRejected, WordsResealed
from audit.domain.customer import ContactPointAdded, ContactPointRemoved, CustomerNamed
from audit.domain.directory import StaffSeen
from audit.domain.event import Personal
from audit.domain.work_order import TechnicianAssigned, WorkOrderCancelled, WorkOrderIssued
from audit.projections.customers import Customers
from audit.projections.deliveries import Deliveries
from audit.projections.directory import Directory
from audit.projections.follow import Follower
from audit.projections.tickets import Tickets
from audit.projections.timeline import Entry, Timeline
from audit.projections.work_orders import WorkOrders
from tests.projections.given import MORNING, NAMES, Log, followed
from tests.projections.story import BORIS, CALL, CHAT, ONA, RASA, TICKET, VISIT, told

if TYPE_CHECKING:
    from audit.projections.customers import Customer
    from audit.projections.views import Views
    from tests.projections.conftest import Place


def transcript(views: Views, conversation: tuple[str, str] = CHAT) -> list[Entry]:
    with views.reading(Timeline) as (db, timeline):
        return timeline.read(db, NAMES.tie(*conversation))


def customers(views: Views, query: str = "") -> list[Customer]:
    with views.reading(Customers) as (db, view):
        return view.find(db, query)


def test_transcripts_asked_for_together_are_those_asked_for_alone(place: Place) -> None:
    places = [NAMES.tie(*one) for one in (CHAT, CALL, ("conversation", "never"))]
    with followed(told(), place) as views, views.reading(Timeline) as (db, timeline):
        together = timeline.read_all(db, places)
        assert together == {one: timeline.read(db, one) for one in places}
        assert [bool(together[one]) for one in places] == [True, True, False]


def test_whoever_was_in_touch_last_is_first_however_many_others_there_are(place: Place) -> None:
    log = Log()
    for number in range(1_100):
        log.say("hello", ("customer", f"c{number % 3}"), at=MORNING + timedelta(minutes=number))
    for number in range(4):
        log.say("long ago", ("customer", f"old-{number}"), at=MORNING - timedelta(days=number))
    log.tell(CustomerNamed(name=Personal("Senas")), ("customer", "old-2"), role="system")
    with followed(log, place) as views, views.reading(Customers) as (db, view):
        for query, limit, wanted in (
            ("", 2, ["c1", "c0"]),
            ("", 5, ["c1", "c0", "c2", "old-0", "old-1"]),
            ("c", 3, ["c1", "c0", "c2"]),
            ("old", 2, ["old-0", "old-1"]),
            ("sen", 9, ["old-2"]),
            ("nobody", 9, []),
        ):
            assert [one.written for one in view.find(db, query, limit=limit)] == wanted, query


# -- timeline --


def test_a_transcript_shows_the_newest_wording_and_keeps_the_others(place: Place) -> None:
    with followed(told(), place) as views:
        entries = transcript(views)
    assert [entry.kind for entry in entries] == ["opened", "message", "message", "note", "attachment", "ticket-opened"]
    first, second = entries[1:3]
    assert first.text == "My internet is broken since Tuesday"
    assert [(version.kind, version.text) for version in first.versions] == [
        ("message", "My internet is broken since Monday"),
        ("edit", "My internet is broken since Tuesday"),
    ]
    assert (second.text, second.deleted) == ("I will credit you 100 dollars", True)
    assert (second.author, second.role) == ("Rasa Sample", "agent")


def test_an_edit_that_comes_before_its_message_gives_the_same(place: Place) -> None:
    log = Log()
    edit = MessageEditedAtSource(text=Personal("after"))
    log.tell(edit, of=("message", "m1"), item=("message_edit", "e1"), at=MORNING + timedelta(hours=1))
    log.say("before", CHAT, item=("message", "m1"), at=MORNING)
    with followed(log, place) as views:
        assert [(entry.text, len(entry.versions)) for entry in transcript(views)] == [("after", 2)]


def test_an_edit_whose_message_never_came_is_still_shown(place: Place) -> None:
    log = Log()
    log.tell(MessageEditedAtSource(text=Personal("after")), CHAT, of=("message", "m1"), item=("message_edit", "e1"))
    with followed(log, place) as views:
        assert [(entry.kind, entry.text) for entry in transcript(views)] == [("edit", "after")]


def test_equal_moments_are_ordered_by_the_sources_own_count(place: Place) -> None:
    log = Log()
    for seq in (10, 2, 1):
        log.say(f"line {seq}", CHAT, at=MORNING, seq=seq)
    with followed(log, place) as views:
        assert [entry.text for entry in transcript(views)] == ["line 1", "line 2", "line 10"]


def test_times_keep_the_offset_of_their_source(place: Place) -> None:
    log = Log()
    log.say("hello", CHAT, at=MORNING.astimezone(tz=None).replace(tzinfo=None).astimezone())
    with followed(log, place) as views:
        assert transcript(views)[0].at == MORNING


def test_an_outside_author_keeps_their_name(place: Place) -> None:
    log = Log()
    log.tell(MessagePosted(text=Personal("hi"), author=Personal("Ona")), CHAT, actor=ONA)
    with followed(log, place) as views:
        assert transcript(views)[0].author == "Ona"


def test_an_erased_line_stays_without_its_words(place: Place) -> None:
    log = Log()
    log.say("secret", ONA, CHAT)
    log.say("open", CHAT)
    with followed(log, place) as views:
        log.erase([1], ONA)
        Follower(log, views).catch_up()
        assert [(entry.text, entry.erased) for entry in transcript(views)] == [(None, True), ("open", False)]


def test_words_sealed_again_stand_in_for_the_erased(place: Place) -> None:
    log = Log()
    log.say("hers and his", ONA, CHAT)
    log.tell(WordsResealed(position=1, reason="shared-key", words=Personal({"text": "his"})), BORIS)
    with followed(log, place) as views:
        assert transcript(views)[0].text == "hers and his"
        log.erase([1], ONA)
        Follower(log, views).catch_up()
        entry = transcript(views)[0]
        assert (entry.text, entry.versions[0].text, entry.erased) == ("his", "his", False)


# -- customers --


@pytest.mark.parametrize(
    "query", ["žukausk", "ZUKAUSKIENE ona", "37060000007", "0 00 007", "ona@ex", "lt-77", "cust-7", "CUST"]
)
def test_a_customer_is_found_by_anything_known(place: Place, query: str) -> None:
    with followed(told(), place) as views:
        assert [customer.written for customer in customers(views, query)] == ["cust-7"]


@pytest.mark.parametrize("query", ["petras", "%", "_", "ust-7", "99999"])
def test_a_customer_is_not_found_by_anything_else(place: Place, query: str) -> None:
    with followed(told(), place) as views:
        assert customers(views, query) == []


def test_all_customers_come_with_the_latest_contact_first(place: Place) -> None:
    with followed(told(), place) as views:
        boris, ona = customers(views)
    assert (boris.written, boris.names, boris.messages) == ("boris@example.com", (), 1)
    assert ona.names == ("Ona Žukauskienė",)
    assert [(point.kind, point.value) for point in ona.contacts] == [
        ("phone", "+370 600 00 007"),
        ("email", "ona@example.com"),
    ]
    assert (ona.accounts, ona.language, ona.messages, ona.conversations) == (("LT-77/001",), "lt", 2, 1)
    assert ona.first_contact == MORNING + timedelta(minutes=8)


def test_the_newest_name_is_first_and_a_removed_contact_is_gone(place: Place) -> None:
    log = Log()
    log.tell(CustomerNamed(name=Personal("New")), ONA, at=MORNING + timedelta(days=1))
    log.tell(CustomerNamed(name=Personal("Old")), ONA, at=MORNING)
    log.tell(ContactPointRemoved(kind="phone", value=Personal("1")), ONA, at=MORNING + timedelta(days=1))
    log.tell(ContactPointAdded(kind="phone", value=Personal("1")), ONA, at=MORNING)
    with followed(log, place) as views:
        customer = customers(views)[0]
    assert (customer.names, customer.contacts) == (("New", "Old"), ())


def test_a_forgotten_customer_is_found_by_nothing(place: Place) -> None:
    log = told()
    with followed(log, place) as views:
        mine = NAMES.tie(*ONA)
        log.erase([n for n, each in enumerate(log.records, 1) if each.stamp.tie("customer") == mine])  # type: ignore[union-attr]  # the story has no damaged record
        Follower(log, views).catch_up()
        assert customers(views, "ona") == []
        assert customers(views, "cust-7") == []
        assert [customer.names for customer in customers(views)] == [(), ()]


# -- tickets and work orders --


def test_a_ticket_shows_every_wording_and_where_its_fields_stand(place: Place) -> None:
    with followed(told(), place) as views, views.reading(Tickets) as (db, tickets):
        ticket = tickets.get(db, [NAMES.tie(*TICKET)])[0]
        assert tickets.tied_to(db, NAMES.tie(*ONA)) == [ticket] == tickets.newest(db)
    assert (ticket.written, ticket.subject, ticket.text) == ("T-100", "Net", "No sync on line since Tuesday")
    assert [wording.text for wording in ticket.wordings] == ["net broken", "No sync on line since Tuesday"]
    assert ticket.fields == {
        "status": "resolved",
        "priority": "high",
        "category": "fault",
        "fields": '{"area": "north"}',
        "team": "field",
        "assignee": NAMES.tie(*RASA).hex,
        "area": "south",
    }
    assert ticket.changes[-1].text == "cable replaced"
    assert ("customer", NAMES.tie(*ONA), "cust-7") in ticket.ties


def test_a_work_order_tells_the_visit(place: Place) -> None:
    with followed(told(), place) as views, views.reading(WorkOrders) as (db, work_orders):
        order = work_orders.tied_to(db, NAMES.tie(*TICKET))[0]
    assert (order.written, order.text) == ("WO-5", "Swap the router")
    assert order.fields == {
        "status": "signed",
        "technician": NAMES.tie("staff", "t9").hex,
        "findings": "cable cut",
        "parts": '["cable"]',
        "minutes": "45",
        "signed_by": "Ona",
        "signed_commit": "c" * 64,
        "charged": "EUR 20.00 call-out-fee",
    }
    assert [change.text for change in order.changes if change.topic == "work-order.reported-unclear"] == [
        "which router?"
    ]


def test_work_orders_are_listed_as_they_stand_now_the_last_written_first(place: Place) -> None:
    log = told()
    rasa, other = ("technician", "rasa"), ("technician", "other")
    for number, technician in enumerate((rasa, other, rasa), 11):
        mine = ("work_order", f"WO-{number}")
        at = MORNING + timedelta(days=number)
        log.tell(WorkOrderIssued(text=Personal(f"Go {number}")), mine, at=at)
        log.tell(TechnicianAssigned(), mine, technician, at=at)
    log.tell(TechnicianAssigned(), ("work_order", "WO-13"), other, at=MORNING + timedelta(days=20))
    log.tell(WorkOrderCancelled(), ("work_order", "WO-12"), at=MORNING + timedelta(days=20))
    with followed(log, place) as views, views.reading(WorkOrders) as (db, orders):
        written = [[one.written for one in orders.listed(db, over=over)] for over in (False, True)]
        assert written == [["WO-13", "WO-11"], ["WO-12", "WO-5"]]
        assert [one.written for one in orders.listed(db, over=False, first=1, limit=1)] == ["WO-11"]
        hers = orders.listed(db, over=False, technician=NAMES.tie(*rasa))
        assert [one.written for one in hers] == ["WO-11"]


def test_an_erased_ticket_keeps_its_course_without_words(place: Place) -> None:
    log = told()
    with followed(log, place) as views:
        log.erase([n for n, each in enumerate(log.records, 1) if each.stamp.tie("ticket")])  # type: ignore[union-attr]  # the story has no damaged record
        Follower(log, views).catch_up()
        with views.reading(Tickets) as (db, tickets):
            ticket = tickets.get(db, [NAMES.tie(*TICKET)])[0]
    assert (ticket.text, ticket.written, ticket.fields["status"]) == (None, None, "resolved")
    assert all(wording.erased for wording in ticket.wordings)


def test_what_is_unknown_is_left_out(place: Place) -> None:
    with followed(told(), place) as views:
        with views.reading(WorkOrders) as (db, work_orders):
            assert work_orders.get(db, [NAMES.tie("work_order", "none"), NAMES.tie(*VISIT)])[0].written == "WO-5"
        assert transcript(views, ("conversation", "none")) == []


# -- deliveries and directory --


def test_a_delivery_says_what_became_of_each_item(place: Place) -> None:
    log = told()
    tie = ("delivery", "d2")
    received = DeliveryReceived(format="mbox", importer_version=1, name=Personal("b.mbox"), mac="n")
    log.tell(received, tie, item=("delivery", "d2"))
    log.tell(DeliveryRejected(reason="it is no mailbox"), tie)
    log.tell(received, ("delivery", "d3"), item=("delivery", "d3"))
    with followed(log, place) as views, views.reading(Deliveries) as (db, deliveries):
        third, second, first = deliveries.newest(db)
        assert deliveries.get(db, first.id) == first
    assert (first.state, first.found, first.new, first.known, first.refused) == ("read", 3, 1, 1, 1)
    assert [(refusal.place, refusal.reason) for refusal in first.refusals] == [("line 3", "no time zone")]
    assert (second.state, second.reason) == ("rejected", "it is no mailbox")
    assert third.state == "received"


def test_the_directory_knows_the_newest_name(place: Place) -> None:
    log = Log()
    log.tell(StaffSeen(name=Personal("New")), RASA, at=MORNING + timedelta(days=1))
    log.tell(StaffSeen(name=Personal("Old")), RASA, at=MORNING)
    with followed(log, place) as views, views.reading(Directory) as (db, directory):
        assert directory.names(db) == {NAMES.tie(*RASA): "New"}
