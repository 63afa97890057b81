"""Faults: told well and written down well, or told well and written down as two words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.casework import Ticket, WorkOrder, charge
from audit.sample.scenes import (
    Call,
    bill_visit,
    contact,
    explained,
    farewell,
    greeting,
    happy_end,
    small_talk,
    text_message,
    visit,
)
from audit.sample.talk import Talk

if TYPE_CHECKING:
    from audit.sample.story import Story


def good_fault(story: Story) -> None:
    """Tell how the agent listens, reads back, writes everything down; the technician knows what to bring."""
    story.plan(days=3)
    talk = contact(story)
    greeting(talk)
    explained(talk, heard=True)
    ticket = Ticket(talk, good=True)
    talk.agent("visit_promise")
    farewell(talk, "ticket opened")
    ticket.acknowledge(Talk(story, "email", direction="outbound"))
    order = WorkOrder(ticket, good=True)
    visit(order, works=True)
    if story.dice.chance(0.4):
        bill_visit(order)
    happy_end(ticket)


def bad_fault(story: Story) -> None:
    """Tell how ten lines of explanation become "net broken": wrong part, second visit, second fee, anger."""
    story.plan(days=3)
    talk = contact(story)
    greeting(talk)
    explained(talk, heard=False)
    ticket = Ticket(talk, good=False)
    talk.agent("visit_promise")
    farewell(talk, "ticket opened")
    first = WorkOrder(ticket, good=False)
    first.report_unclear()
    visit(first, works=False, signs=story.dice.chance(0.5))
    charge(first, "call-out fee", "fee")
    _complaint_about(ticket)
    second = WorkOrder(ticket, good=True)
    visit(second, works=True)
    bill_visit(second)
    ticket.resolve(close=False)
    _aftermath(ticket)


def _complaint_about(ticket: Ticket) -> None:
    story = ticket.story
    story.meet_agent()
    talk = contact(story, "phone", "chat")
    greeting(talk)
    talk.customer("complaint")
    talk.agent("no_history")
    talk.customer("again")
    talk.customer("complaint")
    story.plan(days=4)
    talk.agent("empathy", "visit_promise")
    talk.note()
    farewell(talk, "complaint noted", rating=story.dice.between(1, 2))
    ticket.reword(story.facts.draw("ticket_good"))
    ticket.change("priority", "urgent")


def _aftermath(ticket: Ticket) -> None:
    """Two fees were billed for one fault; some get one back."""
    story = ticket.story
    story.later(4)
    talk = Talk(story, "email")
    message = talk.mail_from_customer("complaint", "credit_ask")
    talk.attach(message)
    ticket.change("status", "reopened")
    story.later(2)
    story.plan(days=3)
    talk.mail_from_agent("empathy", "credit_promise")
    talk.end("answered")
    if story.dice.chance(0.6):
        charge(ticket, "credit", "credit")
    ticket.resolve()


def repeat_caller(story: Story) -> None:
    """Tell of three calls about one fault, each answered by somebody who knows nothing of the last."""
    ticket = _first_call(story)
    for _ in range(story.dice.between(1, 2)):
        story.later(2)
        story.meet_agent()
        call = Call(story).answered()
        call.agent("hello_a")
        call.customer("again", "symptom")
        call.agent("no_history")
        call.customer("again")
        call.customer("give_address", "give_phone")
        small_talk(call, 2)
        story.plan(days=2)
        call.agent("call_promise")
        call.customer("close_c")
        call.end("promised to call back", rating=story.dice.between(1, 3))
        ticket.change("contact", call.channel, conversation=call.id)
        ticket.note()
    order = WorkOrder(ticket, good=story.dice.chance(0.5))
    order.reword(story.facts.draw("order_good"))
    visit(order, works=True)
    ticket.resolve()
    text_message(story, "outcome")


def _first_call(story: Story) -> Ticket:
    call = Call(story).answered()
    call.agent("hello_a")
    explained(call, heard=story.dice.chance(0.5))
    ticket = Ticket(call, good=story.dice.chance(0.3))
    story.plan(days=1)
    call.agent("call_promise")
    farewell(call, "ticket opened")
    colleague = story.call_in_colleague()
    ticket.change("assignee", colleague.id, assignee_name=colleague.name)
    return ticket


def daughter_for_father(story: Story) -> None:
    """Tell how a daughter reports her father's fault, shows her authority, and is the one to be called."""
    daughter = story.daughter()
    story.write(
        "customer",
        "crm",
        daughter.id,
        revision=story.next_revision(),
        customer=daughter.id,
        name=daughter.name,
        contacts=[{"kind": "phone", "value": story.facts["rep_phone"]}],
        accounts=[],
        represents=story.customer.person.id,
        scope="faults and bills",
    )
    story.plan(days=3)
    behalf = {"on_behalf_of": story.customer.person.id, "representative": daughter.id}
    channel = story.dice.pick(("phone", "chat", "messenger"))
    talk = Call(story, **behalf).answered() if channel == "phone" else Talk(story, channel, **behalf)
    greeting(talk)
    talk.representative(daughter, "rep_intro")
    talk.agent("rep_ask")
    talk.representative(daughter, "rep_answer")
    talk.representative(daughter, "symptom", "since")
    talk.agent("empathy", "ask_facts")
    talk.representative(daughter, "code_seen")
    talk.representative(daughter, "give_address")
    talk.agent("repeat_back")
    talk.representative(daughter, "confirm_c")
    talk.note("rep_note")
    ticket = Ticket(talk, good=True)
    talk.agent("visit_promise")
    talk.representative(daughter, "close_c")
    talk.end("ticket opened")
    order = WorkOrder(ticket, good=True)
    visit(order, works=True)
    ticket.resolve()
