"""The closure: all events of a customer, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.domain.conversation import AttachmentKept, MessageEditedAtSource, NoteWritten
from audit.domain.customer import CustomersLinked, CustomersUnlinked, TieCorrected
from audit.domain.event import Personal
from audit.domain.promise import PromiseMade
from audit.domain.ticket import TicketReworded
from audit.domain.work_order import WorkOrderIssued
from audit.projections.ties import Ties
from tests.projections.given import NAMES, Log, followed

if TYPE_CHECKING:
    from audit.projections.views import Views
    from tests.projections.conftest import Place

ONA, BORIS, CHEN = ("customer", "ona"), ("customer", "boris"), ("customer", "chen")


def closure(views: Views, customer: tuple[str, str], upto: int | None = None) -> list[int]:
    with views.reading(Ties) as (db, ties):
        return ties.closure(db, NAMES.tie(*customer), upto=upto)


def test_what_names_the_customer_is_theirs_and_what_names_another_is_not(place: Place) -> None:
    log = Log()
    log.say("mine", ONA, ("conversation", "c1"))
    log.say("also mine, unnamed", ("conversation", "c1"))
    log.say("in the same room, but not mine", BORIS, ("conversation", "c1"))
    log.say("elsewhere", ("conversation", "c2"))
    with followed(log, place) as views:
        assert closure(views, ONA) == [1, 2]
        assert closure(views, BORIS) == [2, 3]
        assert closure(views, CHEN) == []


def test_the_way_leads_on_from_conversation_to_ticket_to_work_order_to_promise(place: Place) -> None:
    log = Log()
    log.say("hello", ONA, ("conversation", "c1"))
    log.tell(TicketReworded(text=Personal("net")), ("conversation", "c1"), ("ticket", "t1"))
    log.tell(WorkOrderIssued(text=Personal("go")), ("ticket", "t1"), ("work_order", "w1"))
    log.tell(PromiseMade(wording=Personal("we will")), ("work_order", "w1"), ("promise", "p1"))
    log.tell(NoteWritten(text=Personal("about it")), ("promise", "p1"), ("request", "r1"))
    log.tell(NoteWritten(text=Personal("other")), ("ticket", "t2"))
    with followed(log, place) as views:
        assert closure(views, ONA) == [1, 2, 3, 4, 5]


def test_the_way_does_not_lead_through_another_customers_events(place: Place) -> None:
    log = Log()
    log.say("mine", ONA, ("conversation", "c1"))
    log.say("his", BORIS, ("conversation", "c1"), ("ticket", "t9"))
    log.tell(TicketReworded(text=Personal("his ticket")), ("ticket", "t9"))
    with followed(log, place) as views:
        assert closure(views, ONA) == [1]
        assert closure(views, BORIS) == [2, 3]


def test_an_edit_that_names_only_its_message_is_theirs_too(place: Place) -> None:
    log = Log()
    edit = MessageEditedAtSource(text=Personal("better"))
    log.tell(edit, of=("message", "m1"), item=("message_edit", "e1"))
    log.say("hello", ONA, item=("message", "m1"))
    log.tell(AttachmentKept(), of=("message", "m1"), item=("attachment", "a1"))
    log.tell(edit, of=("message", "m2"), item=("message_edit", "e2"))
    with followed(log, place) as views:
        assert closure(views, ONA) == [1, 2, 3]


def test_linked_customers_are_one_also_through_others(place: Place) -> None:
    log = Log()
    log.say("a", ONA)
    log.say("b", BORIS)
    log.say("c", CHEN)
    log.tell(CustomersLinked(), ONA, ("linked", "boris"))
    log.tell(CustomersLinked(), CHEN, ("linked", "boris"))
    with followed(log, place) as views:
        for customer in (ONA, BORIS, CHEN):
            assert closure(views, customer) == [1, 2, 3, 4, 5]
        assert closure(views, ONA, upto=4) == [1, 2, 4]
        assert closure(views, ONA, upto=3) == [1]


def test_unlinked_customers_are_two_again_and_may_be_linked_again(place: Place) -> None:
    log = Log()
    log.say("a", ONA)
    log.say("b", BORIS)
    log.tell(CustomersLinked(), ONA, ("linked", "boris"))
    log.tell(CustomersUnlinked(), BORIS, ("linked", "ona"))
    log.tell(CustomersLinked(), ONA, ("linked", "boris"))
    with followed(log, place) as views:
        assert closure(views, ONA, upto=3) == [1, 2, 3]
        assert closure(views, ONA, upto=4) == [1, 3, 4]
        assert closure(views, ONA) == [1, 2, 3, 4, 5]


def test_a_corrected_tie_counts_from_its_correction_on(place: Place) -> None:
    log = Log()
    log.say("not mine at all", ONA)
    log.tell(TieCorrected(position=1, kind="customer"), BORIS)
    with followed(log, place) as views:
        assert closure(views, ONA) == []
        assert closure(views, BORIS) == [1, 2]
        assert closure(views, ONA, upto=1) == [1]
        with views.reading(Ties) as (db, ties):
            assert ties.of(db, 1) == [("customer", NAMES.tie(*BORIS))]


def test_recipients_and_representatives_have_the_event_as_well(place: Place) -> None:
    log = Log()
    log.say("to both", ONA, ("recipient", "boris"))
    log.say("for my father", ONA, ("representative", "chen"))
    with followed(log, place) as views:
        assert closure(views, ONA) == [1, 2]
        assert closure(views, BORIS) == [1]
        assert closure(views, CHEN) == [2]


def test_a_customer_with_thousands_of_events_is_whole(place: Place) -> None:
    log = Log()
    for number in range(1_200):
        log.say("x", *([ONA] if number % 2 else []), ("conversation", f"c{number // 2}"))
    with followed(log, place) as views:
        assert closure(views, ONA) == list(range(1, 1_201))
