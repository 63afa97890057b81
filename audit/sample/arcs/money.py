"""Money: credits promised and given or forgotten, prices told and prices billed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.casework import Ticket, WorkOrder, charge
from audit.sample.scenes import address_and_number, contact, farewell, greeting, small_talk, text_message, visit
from audit.sample.talk import Talk

if TYPE_CHECKING:
    from audit.sample.story import Story


def credit_kept(story: Story) -> None:
    """Tell how a credit is promised in a chat, and is there some days later."""
    ticket = _credit_promised(story)
    story.planned_day_comes()
    charge(ticket, "credit", "credit")
    text_message(story, "credit_done")
    ticket.resolve()


def credit_forgotten(story: Story) -> None:
    """Tell how a credit is promised in a chat; weeks later nobody will have said so."""
    ticket = _credit_promised(story)
    ticket.change("status", "closed")
    story.planned_day_comes()
    story.later(14)
    promised_by = story.agent.name
    story.meet_agent()
    story.facts["agent2"] = promised_by
    mail = Talk(story, "email", purpose="complaint")
    message = mail.mail_from_customer("credit_claim")
    if story.dice.chance(0.5):
        mail.attach(message)
    ticket.change("status", "reopened")
    story.later(3)
    mail.mail_from_agent("credit_denied")
    mail.end("refused")
    _dispute(ticket)


def _credit_promised(story: Story) -> Ticket:
    talk = Talk(story, "chat")
    greeting(talk)
    talk.customer("hello_c", "symptom", "since")
    talk.customer("impact")
    talk.agent("empathy")
    talk.customer("credit_ask")
    small_talk(talk, 2)
    story.plan(days=4)
    talk.agent("credit_promise")
    talk.customer("confirm_c")
    farewell(talk, "credit promised")
    return Ticket(talk, about="billing")


def _dispute(ticket: Ticket) -> None:
    story = ticket.story
    story.later(2)
    talk = contact(story, "phone", "chat")
    greeting(talk)
    talk.customer("credit_claim")
    talk.agent("no_history")
    talk.customer("credit_insist")
    supervisor = story.call_in_colleague()
    talk.agent("credit_denied", "to_supervisor")
    story.plan(days=3)
    talk.staff("supervisor", supervisor, "supervisor_says")
    talk.customer("close_c")
    talk.end("escalated", rating=story.dice.between(1, 3))
    ticket.change("status", "escalated", level="supervisor", escalated_to=supervisor.id)
    story.planned_day_comes()
    if story.dice.chance(0.5):
        charge(ticket, "credit", "credit")
        ticket.resolve()


def quote_kept(story: Story) -> None:
    """Tell how prices are asked for and told, and the bill says the same."""
    ticket = _quoted(story)
    order = WorkOrder(ticket, good=True)
    visit(order, works=True)
    charge(order, "call-out fee", "fee")
    charge(order, "hourly", "rate")
    ticket.resolve()


def quote_disputed(story: Story) -> None:
    """Tell how prices are told, and the bill is another: by the value of the device, with a second fee."""
    ticket = _quoted(story)
    order = WorkOrder(ticket, good=True)
    visit(order, works=True)
    charge(order, "call-out fee", "fee")
    charge(order, "value-based", "total")
    story.later(7)
    story.meet_agent()
    mail = Talk(story, story.dice.pick(("email", "letter")), purpose="complaint")
    mail.attach(mail.mail_from_customer("quote_dispute", "quote_dispute"))
    ticket.change("status", "reopened")
    story.later(3)
    story.plan(days=2)
    mail.mail_from_agent("quote_review")
    mail.end("answered")
    if story.dice.chance(0.5):
        charge(ticket, "credit", "fee")
    ticket.resolve()


def _quoted(story: Story) -> Ticket:
    talk = Talk(story, story.dice.pick(("email", "web form", "self-service")), purpose="sales")
    talk.mail_from_customer("quote_ask", "symptom")
    story.later(1)
    talk.mail_from_agent("quote_answer")
    story.later(2)
    talk.mail_from_customer("quote_accept", "give_phone")
    story.plan(days=4)
    talk.mail_from_agent("visit_promise")
    talk.end("ordered")
    ticket = Ticket(talk, good=True)
    charge(ticket, "call-out fee", "fee", quoted=True)
    charge(ticket, "hourly", "rate", quoted=True)
    return ticket


def card_number_taken_back(story: Story) -> None:
    """Tell how a customer types a card number into a chat and takes it back."""
    talk = Talk(story, story.dice.pick(("chat", "messenger")))
    greeting(talk)
    question, answer = story.exchange("questions")
    talk.quote("customer", question)
    talk.quote("agent", answer)
    message = talk.customer("card")
    talk.delete(message)
    talk.agent("more_a")
    address_and_number(talk)
    farewell(talk, "answered")
