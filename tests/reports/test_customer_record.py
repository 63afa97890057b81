"""The record folded from the customer's events: complete, for the right eyes, in the order it happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from uuid import UUID

import pytest

from audit.domain.access import RecordViewed
from audit.domain.call import CallAnswered, CallEnded, CallOffered
from audit.domain.catalogue import EVENTS
from audit.domain.conversation import (
    AttachmentKept,
    ConversationOpened,
    MessageEditedAtSource,
    MessagePosted,
    NoteWritten,
)
from audit.domain.custody import HoldPlaced, WordsResealed
from audit.domain.customer import CustomerNamed, TieCorrected
from audit.domain.event import Event, Personal, Record
from audit.domain.record_request import ItemWithheld, RecordRequested, StatementDisputed
from audit.domain.ticket import TicketFieldChanged, TicketOpened
from audit.domain.work_order import ChargeMade
from audit.reports.audience import classified
from audit.reports.customer_record import compile_record
from audit.reports.model import Audience, CustomerRecord, Entry, Matter
from tests.reports.given import CUSTOMER, STAFF, Story, a_whole_story, scope


def compiled(story: Story, audience: Audience = Audience.CUSTOMER) -> CustomerRecord:
    return compile_record(story.records, scope(story, audience), staff=STAFF)


def entries(record: CustomerRecord) -> list[Entry]:
    matters = (*record.tickets, *record.work_orders, *record.promises, *record.requests)
    top = chain(
        record.particulars,
        record.others,
        *(one.entries for one in (*record.contacts, *record.calls)),
        *((*one.versions, *one.course, *one.charges) for one in matters),
    )
    return [below for entry in top for below in (entry, *entry.versions, *entry.attachments)]


def said(record: CustomerRecord) -> list[str]:
    return [words.text for entry in entries(record) for words in entry.words if words.text is not None]


def accounted(record: CustomerRecord) -> list[int]:
    listed = (numbers for one in (*record.withheld, *record.counted) for numbers in one.numbers)
    shown = {entry.number for entry in entries(record)}
    return sorted([*(shown | set(record.erased)), *listed, *record.outside, *record.unreadable])


# -- every event is accounted for --


@pytest.mark.parametrize("audience", list(Audience))
def test_every_event_is_accounted_for_once(audience: Audience) -> None:
    story = a_whole_story()
    story.erase(5)
    story.damage()
    record = compiled(story, audience)
    counts = record.counts
    assert accounted(record) == list(range(1, len(story.records) + 1))
    assert counts.total == len(story.records)
    assert counts.total == (
        counts.shown + counts.withheld + counts.erased + counts.counted + counts.outside + counts.unreadable
    )
    assert len(entries(record)) == counts.shown + counts.erased


def test_every_kind_of_event_has_been_thought_about() -> None:
    assert classified() == set(EVENTS.values())


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_any_event_can_be_compiled(topic: str, audience: Audience) -> None:
    story = Story()
    story.say("before")
    story.tell(filled(EVENTS[topic]), item=("thing", "x"), ticket="T-1", staff="agent-1", recipient="other@example.org")
    record = compiled(story, audience)
    assert accounted(record) == [1, 2]


def filled(kind: type[Event]) -> Event:
    made: dict[str, object] = {}
    for name, hint in kind.__init__.__annotations__.items():
        options = {
            "Personal": Personal(f"words of {name}"),
            "datetime": Story().at,
            "date": date(2026, 3, 1),
            "bool": True,
            "int": 1,
            "tuple[int": (1, 2),
            "tuple": ("a", "b"),
            "str": "code",
        }
        made[name] = next((value for start, value in options.items() if str(hint).startswith(start)), None)
    made.pop("return", None)
    return kind(**made)


def test_a_damaged_event_makes_the_record_incomplete() -> None:
    story = a_whole_story()
    assert compiled(story).complete
    number = story.damage()
    assert not compiled(story).complete
    assert compiled(story).unreadable == (number,)


def test_a_record_without_events_is_empty_and_complete() -> None:
    record = compiled(Story())
    assert record.complete
    assert record.counts.total == 0


def test_an_event_handed_in_twice_is_counted_once() -> None:
    story = a_whole_story()
    assert compile_record(story.records * 2, scope(story), staff=STAFF) == compiled(story)


# -- order --


def test_the_order_of_import_shows_in_the_numbers_alone() -> None:
    story = a_whole_story()
    imported = [one for one in story.records if isinstance(one, Record) and "promise" not in one.event.TOPIC]
    told = compile_record(imported, scope(story), staff=STAFF)
    imported = imported[::2] + imported[1::2][::-1]
    renumbered = [replace(one, position=number) for number, one in enumerate(imported, 1)]
    again = compile_record(renumbered, scope(story), staff=STAFF)
    assert said(again) == said(told)
    assert [one.kind for one in entries(again)] == [one.kind for one in entries(told)]
    assert again.counts == told.counts


def test_equal_times_are_ordered_by_the_place_in_the_source() -> None:
    story = Story()
    for text, seq in (("second", 2), ("first", 1)):
        story.at = Story().at
        story.say(text)
        last = story.records[-1]
        assert isinstance(last, Record)
        story.records[-1] = replace(last, stamp=replace(last.stamp, seq=seq))
    assert said(compiled(story)) == ["first", "second"]


# -- versions --


def test_an_edited_and_deleted_message_keeps_every_version() -> None:
    message = next(one for one in entries(compiled(a_whole_story())) if one.versions)
    assert [words.text for words in message.words] == ["My address is Oak Street 5."]
    assert [one.kind for one in message.versions] == ["message.edited-at-source", "message.deleted-at-source"]
    assert [words.text for words in message.versions[0].words] == ["My address is Oak Street 15."]
    assert [one.kind for one in message.attachments] == ["attachment.kept"]


def test_an_edit_of_something_that_never_came_stands_on_its_own() -> None:
    story = Story()
    story.tell(MessageEditedAtSource(text=Personal("new")), item=("message_edit", "e"), of=("message", "never"))
    assert said(compiled(story)) == ["new"]


def test_a_ticket_shows_its_texts_and_which_was_read_back() -> None:
    (ticket,) = compiled(a_whole_story()).tickets
    assert ticket.id == "T-1"
    assert [one.words[-1].text for one in ticket.versions] == [
        "net broken",
        "Router restarts every night at three; lamp red.",
    ]
    (read_back,) = [one for one in ticket.course if one.kind == "ticket.read-back"]
    about = next(one.value for one in read_back.details if one.field == "commit")
    assert about == str(ticket.versions[1].number)


def test_a_work_order_shows_its_charges() -> None:
    (order,) = compiled(a_whole_story()).work_orders
    assert amounts(order) == ["1,234.50\u00a0EUR", "1,234.50\u00a0EUR"]


def test_a_charge_without_work_order_is_shown_too() -> None:
    story = Story()
    story.tell(ChargeMade(amount="5", currency="EUR", basis="credit"), item=("charge", "q"))
    (order,) = compiled(story).work_orders
    assert amounts(order) == ["5\u00a0EUR"]


def amounts(matter: Matter) -> list[str]:
    return [one.printed for charge in matter.charges for one in charge.details if one.field == "amount"]


# -- people --


def test_staff_stand_by_name_and_the_customer_on_the_cover() -> None:
    record = compiled(a_whole_story())
    assert {one.name for one in entries(record) if one.role == "agent"} == {"Agnė Pavyzdytė"}
    assert record.cover.names == ("Ona Pavyzdienė",)
    assert record.cover.ids == (CUSTOMER,)


def test_a_technician_who_was_assigned_is_named() -> None:
    (order,) = compiled(a_whole_story()).work_orders
    details = [one.printed for entry in order.course for one in entry.details if one.field == "technician"]
    assert details == ["Tomas Pavyzdys"]


def test_somebody_not_in_the_directory_stands_by_role() -> None:
    story = a_whole_story()
    record = compile_record(story.records, scope(story))
    assert {one.name for one in entries(record) if one.role == "agent"} == {None}


# -- audiences --


def test_a_customer_gets_nothing_internal() -> None:
    record = compiled(a_whole_story())
    assert "INTERNAL-NOTE" not in repr(record)
    assert {one.code: len(one.numbers) for one in record.withheld} == {"internal-note": 1, "quality-review": 1}
    assert {(one.field, one.code) for one in record.withheld_parts} == {
        ("extra", "source-field"),
        ("fields", "staff-field"),
        ("note", "staff-field"),
    }


def test_our_own_people_get_the_notes() -> None:
    assert repr(compiled(a_whole_story(), Audience.INTERNAL)).count("INTERNAL-NOTE") == 5


@pytest.mark.parametrize(
    ("audience", "shown"), [(Audience.CUSTOMER, False), (Audience.INTERNAL, False), (Audience.REGULATOR, True)]
)
def test_who_looked_and_what_is_held_is_for_authorities(audience: Audience, shown: bool) -> None:
    story = Story()
    story.tell(RecordViewed(what="record", count=1, position=0, why=Personal("SECRET-WHY")))
    story.tell(HoldPlaced(title=Personal("SECRET-HOLD")))
    assert ("SECRET" in repr(compiled(story, audience))) is shown


def test_what_belongs_to_an_internal_note_shares_its_secrecy() -> None:
    story = Story()
    story.tell(NoteWritten(text=Personal("SECRET")), item=("note", "n1"), role="agent")
    story.tell(MessageEditedAtSource(text=Personal("SECRET too")), item=("message_edit", "e"), of=("note", "n1"))
    story.tell(AttachmentKept(name=Personal("SECRET.pdf")), item=("attachment", "a"), of=("note", "n1"))
    record = compiled(story)
    assert "SECRET" not in repr(record)
    assert [one.numbers for one in record.withheld] == [(1, 2, 3)]


def test_a_change_of_a_working_field_is_not_for_customers() -> None:
    story = Story()
    story.tell(TicketFieldChanged(field="status", value=Personal("open")), item=("c", "1"), ticket="T")
    story.tell(TicketFieldChanged(field="risk_score", value=Personal("SECRET")), item=("c", "2"), ticket="T")
    record = compiled(story)
    assert said(record) == ["open"]
    assert [(one.code, one.numbers) for one in record.withheld] == [("staff-field", (2,))]


def test_another_customers_words_are_not_for_this_customer() -> None:
    story = Story()
    story.say("mine", conversation="group")
    story.say("SECRET of another", customer="cust-8", conversation="group")
    record = compiled(story)
    assert "SECRET" not in repr(record)
    assert "cust-8" not in repr(record)
    assert [(one.code, one.numbers) for one in record.withheld] == [("third-person", (2,))]
    assert "SECRET of another" in said(compiled(story, Audience.INTERNAL))


# -- withheld by decision --


def test_a_withheld_event_is_absent_and_listed() -> None:
    story = Story()
    number = story.say("SECRET words")
    story.tell(ItemWithheld(position=number, reason="legal-privilege"), request="r1")
    for audience in (Audience.CUSTOMER, Audience.REGULATOR):
        record = compiled(story, audience)
        assert "SECRET" not in repr(record)
        assert (number,) in [one.numbers for one in record.withheld if one.code == "legal-privilege"]
    assert "SECRET words" in said(compiled(story, Audience.INTERNAL))


def test_a_withheld_stretch_is_replaced_by_its_reason() -> None:
    story = Story()
    number = story.say("my 😀 neighbour Petras Kaimynas told me")
    for start, end in ((15, 30), (20, 30), (14, 16)):
        cut = ItemWithheld(position=number, reason="third-person", part="text", start=start, end=end)
        story.tell(cut, request="r1")
    record = compiled(story)
    words = said(record)[0]
    assert words.startswith("my 😀 neighbour[withheld: concerns another person] told me")
    assert "Petras" not in repr(record)
    (part,) = record.withheld_parts
    assert (part.field, part.code, part.numbers) == ("text", "third-person", (number,))


@pytest.mark.parametrize(("start", "end"), [(None, None), (3, None), (5, 2), (-4, 2), (0, 99), (99, 200)])
def test_a_stretch_that_makes_no_sense_withholds_the_whole_part(start: int | None, end: int | None) -> None:
    story = Story()
    number = story.say("SECRET words")
    story.tell(ItemWithheld(position=number, reason="third-person", part="text", start=start, end=end))
    assert "SECRET" not in repr(compiled(story))


def test_a_part_that_does_not_exist_withholds_the_whole_event() -> None:
    story = Story()
    number = story.say("SECRET words")
    story.tell(ItemWithheld(position=number, reason="third-person", part="txet", start=0, end=1))
    assert "SECRET" not in repr(compiled(story))


# -- erased and corrected --


def test_erased_words_leave_their_place() -> None:
    story = Story()
    story.say("stays")
    story.erase(story.say("gone"))
    record = compiled(story)
    assert record.erased == (2,)
    assert record.complete
    assert said(record) == ["stays"]


def test_words_sealed_again_before_an_erasure_are_read_from_their_copy() -> None:
    story = Story()
    number = story.say("what I said")
    story.erase(number)
    story.tell(WordsResealed(position=number, reason="shared-key", words=Personal({"text": "what I said"})))
    record = compiled(story)
    assert said(record) == ["what I said"]
    assert record.erased == ()


def test_words_put_to_the_right_customer_are_theirs_alone() -> None:
    story = Story()
    wrong = story.say("mine after all", customer="cust-8")
    story.tell(
        TieCorrected(position=wrong, kind="customer", words=Personal({"text": "mine after all"})), customer=CUSTOMER
    )
    assert said(compiled(story)) == ["mine after all"]
    other = Story()
    taken = other.say("SECRET of somebody else")
    other.tell(TieCorrected(position=taken, kind="customer"), customer="cust-8")
    for audience in Audience:
        assert "SECRET" not in repr(compiled(other, audience))


def test_a_correction_of_an_event_that_was_not_handed_in_makes_the_record_incomplete() -> None:
    story = Story()
    story.say("something")
    story.tell(TieCorrected(position=77, kind="customer", words=Personal({"text": "where is it"})))
    record = compiled(story)
    assert record.missing == (77,)
    assert not record.complete


@pytest.mark.parametrize("words", ["not JSON", "[1]", '{"text": 5}', "{}"])
def test_a_copy_that_cannot_be_read_leaves_the_words_erased(words: str) -> None:
    story = Story()
    number = story.say("gone")
    story.erase(number)
    story.tell(WordsResealed(position=number, reason="shared-key", words=Personal(words)))
    assert compiled(story).erased == (number,)


# -- period --


def test_a_period_leaves_out_and_counts_what_is_outside() -> None:
    story = Story()
    story.tell(CustomerNamed(name=Personal("Ona Pavyzdienė")), item=("customer", "n"))
    story.say("on the first")
    story.tell(TicketOpened(text=Personal("ticket of the first")), item=("ticket", "T-1"), ticket="T-1")
    story.at += timedelta(days=2)
    story.say("on the third")
    story.tell(TicketFieldChanged(field="status", value=Personal("solved")), item=("c", "1"), ticket="T-1")
    asked = replace(scope(story), since=date(2026, 3, 3), until=date(2026, 3, 3))
    record = compile_record(story.records, asked)
    assert record.outside == (2,)
    assert said(record) == ["Ona Pavyzdienė", "on the third", "ticket of the first", "solved"]


def test_the_days_of_a_period_are_those_of_the_zone() -> None:
    story = Story()
    story.at = story.at.replace(hour=0, minute=10)
    story.say("just after midnight in Vilnius, still the day before in UTC")
    assert compile_record(story.records, replace(scope(story), since=date(2026, 3, 1))).outside == ()
    assert compile_record(story.records, replace(scope(story), until=date(2026, 2, 28))).outside == (1,)


# -- the customer's own word --


def test_a_disputed_statement_names_the_customers_answer() -> None:
    story = Story()
    number = story.say("We never promised that.", role="agent")
    story.tell(RecordRequested(scope="all"), request="r1")
    answer = story.tell(StatementDisputed(position=number, text=Personal("You did.")), role="customer", request="r1")
    record = compiled(story)
    assert record.contacts[0].entries[0].disputed_by == (answer,)
    assert [one.kind for one in record.requests[0].course] == ["record.requested", "statement.disputed"]


def test_mail_without_a_conversation_is_a_contact_of_its_own() -> None:
    story = Story()
    posted = MessagePosted(text=Personal("hello"), subject=Personal("Bill"), channel="email", html=Personal("<p>hello"))
    story.tell(posted, item=("message", "m"), role="customer")
    (contact,) = compiled(story).contacts
    assert (contact.channel, contact.title, contact.id) == ("email", "Bill", None)
    assert [(one.field, one.value) for one in contact.entries[0].details] == [("channel", "email"), ("html", "8")]


def test_events_after_the_position_are_the_callers_mistake() -> None:
    story = a_whole_story()
    with pytest.raises(AssertionError):
        compile_record(story.records, replace(scope(story), position=3))
    with pytest.raises(AssertionError):
        compile_record([], replace(scope(story), customers=frozenset[UUID]()))


def test_what_one_item_tells_at_once_stands_in_its_natural_order() -> None:
    story = Story()
    for event in (CallEnded(), CallAnswered(), CallOffered()):
        story.at = Story().at
        story.tell(event, item=("call", "k"), conversation="k")
    (call,) = compiled(story).calls
    assert [one.kind for one in call.entries] == ["call.offered", "call.answered", "call.ended"]


def test_a_channel_is_named_however_the_source_spells_it() -> None:
    story = Story()
    story.tell(ConversationOpened(channel="In Person"), item=("conversation", "c1"), conversation="c1")
    (opened,) = compiled(story).contacts[0].entries
    assert [one.printed for one in opened.details] == ["In person"]


def test_the_subject_stands_above_the_text() -> None:
    story = Story()
    story.tell(MessagePosted(text=Personal("text"), subject=Personal("subject")), item=("message", "m"))
    assert said(compiled(story)) == ["subject", "text"]
