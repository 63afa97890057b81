"""Short contacts: questions, posts, calls given up in the queue, and people who ask for their record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.casework import Ticket
from audit.sample.scenes import Call, contact, farewell, greeting, small_talk
from audit.sample.talk import Talk

if TYPE_CHECKING:
    from audit.sample.story import Story


def question(story: Story) -> None:
    """Tell how a question is asked and answered, perhaps two."""
    talk = contact(story)
    greeting(talk)
    for _ in range(story.dice.between(1, 3)):
        asked, answer = story.exchange("questions")
        talk.quote("customer", asked)
        talk.quote("agent", answer)
    small_talk(talk, 3)
    farewell(talk, "answered", rating=story.dice.between(2, 5))


def question_by_mail(story: Story) -> None:
    """Tell how a question comes by mail and is answered a day later, sometimes with a hedge instead of an answer."""
    talk = Talk(story, story.dice.pick(("email", "email", "web form", "letter")))
    message = talk.mail_from_customer("symptom", "ask_when")
    if story.dice.chance(0.3):
        talk.attach(message)
    story.later(2)
    talk.mail_from_agent("hedge", "call_promise")
    talk.end("answered")


def given_up(story: Story) -> None:
    """Tell how a call is given up in the queue; the next one asks to be called back, and is."""
    Call(story).end("abandoned")
    story.pause(300, 4000)
    call = Call(story).answered()
    call.agent("hello_a")
    call.customer("callback_ask")
    story.plan(days=1)
    call.agent("call_promise")
    call.end("callback asked")
    story.planned_day_comes()
    story.meet_agent()
    back = Call(story, direction="outbound", purpose="callback", queue="callback").answered()
    back.agent("callback_a")
    back.customer("symptom", "code_seen")
    specialist = story.call_in_colleague()
    back.agent("transfer")
    back.staff("specialist", specialist, "specialist")
    back.customer("confirm_c")
    farewell(back, "solved")


def unheard(story: Story) -> None:
    """Tell how calls are given up and nobody ever calls back; then a message in capitals arrives."""
    for _ in range(story.dice.between(1, 3)):
        Call(story).end("abandoned")
        story.pause(120, 1500)
    talk = Talk(story, story.dice.pick(("messenger", "sms", "forum")))
    talk.customer("oddity")
    talk.customer("callback_ask")
    talk.end("unanswered")


def post_in_public(story: Story) -> None:
    """Tell of a complaint or a thank-you in public, and the answer."""
    talk = Talk(story, story.dice.pick(("social", "social", "forum")))
    post, reply = story.exchange("posts")
    talk.quote("customer", post)
    talk.quote("agent", reply)
    if story.dice.chance(0.4):
        talk.customer("oddity")
    talk.end("answered")


def record_request(story: Story) -> None:
    """Tell how a customer asks for a printed account of everything; some are told that cannot be done."""
    talk = contact(story, "phone", "chat", "in person")
    greeting(talk)
    talk.customer("hello_c", "record_ask")
    if story.dice.chance(0.4):
        talk.agent("record_denied")
        talk.customer("record_ask")
    story.plan(days=14)
    talk.agent("record_reply")
    small_talk(talk, 1)
    farewell(talk, "request taken")
    ticket = Ticket(talk, about="record")
    ticket.change("due", story.planned_date())


def filler(story: Story, messages: int) -> None:
    """Tell a chat of exactly so many messages."""
    talk = Talk(story, "chat")
    talk.customer("hello_c", "symptom")
    while story.messages < messages:
        if story.messages % 2:
            talk.agent("more_a")
        else:
            talk.customer("more_c")
    talk.end("answered")
