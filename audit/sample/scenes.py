"""Scenes that many stories share: a call, a fault explained, a visit, the ending of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.casework import WorkOrder, charge
from audit.sample.talk import Talk

if TYPE_CHECKING:
    from audit.sample.casework import Ticket
    from audit.sample.people import Person
    from audit.sample.story import Line, Story

_WRITTEN = ("chat", "messenger", "chat", "in person")


class Call(Talk):
    """A telephone conversation with the call it travelled on."""

    def __init__(
        self,
        story: Story,
        *,
        direction: str = "inbound",
        purpose: str = "service",
        queue: str = "faults",
        **fields: object,
    ) -> None:
        offered = story.written_now()
        super().__init__(story, "phone", direction=direction, purpose=purpose, **fields)
        self._call = story.write(
            "call",
            "phone",
            f"call-{story.numbers.next('call'):07d}",
            conversation=self.id,
            direction=direction,
            queue=queue,
            offered_at=offered,
        )

    def answered(self) -> Call:
        self.story.pause(2, 240)
        self._call["answered_at"] = self.story.written_now()
        return self

    def end(self, outcome: str, rating: int | None = None) -> None:
        self.story.pause(2, 10)
        super().end(outcome, rating)
        self._call["ended_at"] = self.story.written_now()
        self._call["outcome"] = "answered" if "answered_at" in self._call else outcome


def contact(story: Story, *channels: str) -> Talk:
    """Open an inbound conversation on one of the channels, or on any that people talk on."""
    channel = story.dice.pick(channels or ("phone", "phone", *_WRITTEN))
    return Call(story).answered() if channel == "phone" else Talk(story, channel)


def greeting(talk: Talk) -> None:
    """Begin as the channel does: the bot first, the agent first, or the customer."""
    dice = talk.story.dice
    if talk.channel == "chat" and dice.chance(0.5):
        talk.bot("bot_hello")
        talk.customer("hello_c")
        talk.bot("bot_handover")
        talk.system("joined")
    talk.agent("hello_a")


def explained(talk: Talk, *, heard: bool) -> None:
    """Let the customer explain a fault, in many lines; ``heard`` tells whether the agent takes it up."""
    talk.customer("hello_c", "symptom", "since")
    talk.agent("listening" if heard else "more_a")
    talk.customer("code_seen")
    talk.customer("tried", "detail")
    if heard:
        talk.agent("empathy", "ask_facts")
    talk.customer("impact")
    address_and_number(talk)
    if heard:
        talk.agent("repeat_back")
        talk.customer("confirm_c")
    talk.customer("ask_when")


def address_and_number(talk: Talk) -> None:
    """Let the customer say where they live and how to reach them; a written number may be wrong first."""
    talk.customer("give_address")
    if talk.channel in {"chat", "messenger"} and talk.story.dice.chance(0.25):
        message = talk.customer("wrong_number")
        talk.edit(message, talk.story.facts.draw("right_number"))
    else:
        talk.customer("give_phone")


def small_talk(talk: Talk, most: int) -> None:
    """Go back and forth a few times about nothing in particular."""
    for _ in range(talk.story.dice.between(0, most)):
        talk.agent("more_a")
        talk.customer("more_c")


def farewell(talk: Talk, outcome: str, rating: int | None = None) -> None:
    """Say goodbye, with the number of the ticket where one was opened."""
    talk.agent(*(("your_ticket", "close_a") if outcome == "ticket opened" else ("close_a",)))
    talk.customer("close_c")
    talk.end(outcome, rating)


def text_message(story: Story, *lists: str, sender: Person | None = None, purpose: str = "service") -> Line:
    """Send the customer a text message, from the technician where given, else from the agent."""
    talk = Talk(story, "sms", direction="outbound", purpose=purpose)
    line = talk.staff("technician", sender, *lists) if sender else talk.agent(*lists)
    talk.end("sent")
    return line


def visit(order: WorkOrder, *, works: bool, signs: bool = True) -> None:
    """Let the planned day come: the technician announces himself, works, and has it signed."""
    story = order.story
    story.planned_day_comes()
    text_message(story, "arrival", sender=story.technician)
    order.change("status", "started")
    findings = "done_" + story.facts["topic"] if works else "done_wrong"
    order.done(findings, part=works, signed_by=story.customer.person if signs else None)


def bill_visit(order: WorkOrder) -> None:
    """Bill the call-out and the hours."""
    charge(order, "call-out fee", "fee")
    charge(order, "hourly", "rate")


def happy_end(ticket: Ticket) -> None:
    """Resolve the ticket, tell the customer, and ask some days later whether all is well."""
    story = ticket.story
    ticket.change("status", "resolved")
    text_message(story, "outcome")
    story.later(3)
    talk = Call(story, direction="outbound", purpose="follow-up", queue="follow-up").answered()
    talk.agent("hello_out", "followup_a")
    talk.customer("followup_c")
    farewell(talk, "satisfied", rating=story.dice.between(4, 5))
    ticket.change("status", "closed")
