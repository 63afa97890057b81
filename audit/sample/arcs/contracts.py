"""Contracts from the first day to the last: welcome, delivery, moving, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.casework import Ticket, charge
from audit.sample.scenes import Call, contact, farewell, greeting, small_talk
from audit.sample.talk import Talk

if TYPE_CHECKING:
    from audit.sample.story import Story


def welcome(story: Story) -> None:
    """Tell how a new customer is called in the first week, and once more later; the seller gets a commission."""
    call = Call(story, direction="outbound", purpose="welcome", queue="welcome").answered()
    call.agent("hello_out", "welcome_a")
    call.customer("welcome_c")
    small_talk(call, 2)
    farewell(call, "welcomed", rating=story.dice.between(3, 5))
    if story.dice.chance(0.5):
        charge(Ticket(call, about="sales"), "commission", "amount")
    story.later(10)
    again = Talk(story, story.dice.pick(("email", "sms")), direction="outbound", purpose="feedback after visit")
    again.agent("followup_a")
    again.customer("followup_c")
    again.end("satisfied", rating=story.dice.between(4, 5))


def delivery(story: Story) -> None:
    """Tell how a device is on its way, sometimes the wrong way."""
    talk = contact(story, "messenger", "chat", "phone")
    greeting(talk)
    talk.customer("hello_c", "delivery_ask")
    talk.agent("more_a")
    story.plan(days=2)
    talk.agent("delivery_answer")
    small_talk(talk, 2)
    farewell(talk, "answered")
    if story.dice.chance(0.5):
        _late(story)
    story.planned_day_comes()
    thanks = Talk(story, "sms")
    thanks.customer("delivery_done")
    thanks.end("closed")


def _late(story: Story) -> None:
    story.later(3)
    mail = Talk(story, "email")
    mail.mail_from_customer("delivery_late", "delivery_ask")
    ticket = Ticket(mail, about="delivery")
    story.plan(days=3)
    mail.mail_from_agent("delivery_answer", "call_promise")
    mail.end("answered")
    ticket.resolve()


def cancellation(story: Story) -> None:
    """Tell how a contract is cancelled, kept for a while by an offer, confirmed, and billed for the last time."""
    talk = Talk(story, story.dice.pick(("email", "web form", "letter", "self-service")))
    talk.mail_from_customer("cancel_ask")
    ticket = Ticket(talk, about="cancellation")
    story.later(2)
    talk.mail_from_agent("cancel_retain")
    story.later(2)
    talk.mail_from_customer("cancel_insist")
    ticket.note()
    story.plan(days=5)
    talk.mail_from_agent("cancel_confirm")
    ticket.change("cancelled_on", story.planned_date())
    charge(ticket, "flat", "amount")
    story.planned_day_comes()
    talk.attach(talk.mail_from_agent("cancel_bill"), bill=True)
    talk.end("cancelled")
    ticket.resolve()


def moving(story: Story) -> None:
    """Tell how a customer's contact points change: the register tells the same customer anew, as a further revision."""
    talk = contact(story, "phone", "in person", "chat")
    greeting(talk)
    talk.customer("hello_c")
    story.move_house()
    talk.agent("ask_facts")
    talk.customer("give_address", "give_phone")
    small_talk(talk, 2)
    farewell(talk, "changed")
    story.write_customer(revision=story.next_revision())
