"""A conversation being held: who says what, on which channel, and how the source records it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.attachments import attachment
from audit.sample.people import Person
from audit.sample.regions import COMPANY
from audit.sample.typing_habits import typed

if TYPE_CHECKING:
    from audit.sample.story import Line, Story

SOURCES = {
    "phone": "phone",
    "chat": "chat",
    "email": "mail",
    "sms": "sms",
    "messenger": "messenger",
    "social": "social",
    "web form": "web",
    "self-service": "portal",
    "letter": "post",
    "in person": "desk",
    "forum": "forum",
}
# Seconds between two messages.
_PACE = {
    "phone": (3, 18),
    "chat": (5, 80),
    "messenger": (10, 900),
    "sms": (60, 1800),
    "in person": (4, 25),
    "social": (300, 3600),
}
_UNHURRIED = (60, 1200)
_CONTENT = 4
_BOT = Person("bot-1", "Fenny", "Fenny", female=False)
_SYSTEM = Person("system", COMPANY, COMPANY, female=False)
_EXTRAS: tuple[tuple[str, object], ...] = (
    ("browser", "Kestrel 4.1"),
    ("skill_group", "second line"),
    ("sentiment", {"label": "negative", "score": 3}),
    ("labels", ["vip", "repeat"]),
    ("read", True),
)


class Talk:
    """One conversation of a story; each thing said is drawn from phrase lists, by name."""

    def __init__(
        self, story: Story, channel: str, *, direction: str = "inbound", purpose: str = "service", **fields: object
    ) -> None:
        self.story = story
        self.channel = channel
        self.source = SOURCES[channel]
        self.id = f"c-{story.numbers.next('conversation'):07d}"
        self._count = 0
        self._subject = ""
        self.line = story.write(
            "conversation", self.source, self.id, channel=channel, direction=direction, purpose=purpose, **fields
        )

    def customer(self, *lists: str) -> Line:
        """Let the customer speak: one phrase of each list, in one message."""
        return self._says("customer", self.story.customer.person, self._drawn(self.story.customer.person, lists))

    def representative(self, person: Person, *lists: str) -> Line:
        """Let somebody speak for the customer."""
        line = self._says("representative", person, self._drawn(person, lists))
        line["on_behalf_of"] = self.story.customer.person.id
        return line

    def agent(self, *lists: str) -> Line:
        return self.staff("agent", self.story.agent, *lists)

    def staff(self, role: str, person: Person, *lists: str) -> Line:
        """Let one of ours speak in the given role."""
        return self._says(role, person, self._drawn(person, lists))

    def bot(self, *lists: str) -> Line:
        return self._says("bot", _BOT, self._drawn(_BOT, lists))

    def system(self, *lists: str) -> Line:
        return self._says("system", _SYSTEM, self._drawn(_SYSTEM, lists))

    def quote(self, role: str, text: str) -> Line:
        """Let the customer or the agent say a text that is already put together."""
        person = self.story.customer.person if role == "customer" else self.story.agent
        return self._says(role, person, text)

    def mail_from_customer(self, *lists: str) -> Line:
        return self._mail("customer", self.story.customer.person, ("mail_open", *lists, "mail_close"))

    def mail_from_agent(self, *lists: str) -> Line:
        return self._mail("agent", self.story.agent, ("greet_a", *lists, "mail_close_a"))

    def edit(self, message: Line, text: str) -> None:
        """Let the writer of a message change it at the source."""
        self.story.pause(5, 240)
        self._add("message_edit", message, text=text)

    def delete(self, message: Line) -> None:
        """Let the writer of a message take it back at the source."""
        self.story.pause(5, 240)
        self._add("message_delete", message)

    def attach(self, message: Line, *, bill: bool = False) -> None:
        """Add a small text file to a message."""
        self._add("attachment", message, **attachment(*self.story.file(bill=bill)))

    def note(self, phrase: str = "note") -> None:
        """Let the agent write something for colleagues only."""
        agent = self.story.agent
        self._count += 1
        text = self._drawn(agent, (phrase,))
        self.story.write(
            "note",
            self.source,
            f"{self.id}-{self._count}",
            conversation=self.id,
            text=text,
            author=agent.name,
            author_id=agent.id,
        )

    def end(self, outcome: str, rating: int | None = None) -> None:
        """Close the conversation; a rating comes from one to five."""
        self.line["ended_at"] = self.story.written_now()
        self.line["outcome"] = outcome
        if rating is not None:
            comment = self.story.facts.draw("rating_good" if rating >= _CONTENT else "rating_bad")
            self.line["rating"] = {"score": rating, "out_of": 5, "comment": comment}

    def _add(self, kind: str, message: Line, **fields: object) -> None:
        """Write what the writer of a message does to it."""
        self._count += 1
        writer = {name: message[name] for name in ("role", "author", "author_id")}
        ident = f"{self.id}-{self._count}"
        self.story.write(kind, self.source, ident, conversation=self.id, of=message["id"], **writer, **fields)

    def _drawn(self, speaker: Person, lists: tuple[str, ...]) -> str:
        facts = self.story.facts
        facts["a"] = "а" if speaker.female else ""
        return self.story.customer.region.space.join([facts[name] for name in lists])

    def _mail(self, role: str, person: Person, lists: tuple[str, ...]) -> Line:
        facts = self.story.facts
        facts["a"] = "а" if person.female else ""
        parts = [facts[name] for name in lists]
        body = self.story.customer.region.space.join(parts[1:-1])
        line = self._says(role, person, f"{parts[0]}\n\n{body}\n\n{parts[-1]}")
        if self._subject:
            line["subject"] = f"Re: {self._subject}"
        else:
            line["subject"] = self._subject = facts.draw("ticket_mail_subject" if "ticket" in facts else "mail_subject")
        return line

    def _says(self, role: str, person: Person, text: str) -> Line:
        story = self.story
        story.pause(*_PACE.get(self.channel, _UNHURRIED))
        story.messages += 1
        self._count += 1
        inbound = role in {"customer", "representative"}
        if inbound and story.customer.careless and self.channel != "phone":
            text = typed(text, story.dice)
        line = story.write(
            "message",
            self.source,
            f"{self.id}-{self._count}",
            conversation=self.id,
            channel=self.channel,
            direction="inbound" if inbound else "outbound",
            role=role,
            author=person.name,
            author_id=person.id,
            text=text,
            language=story.language,
            seq=self._count,
        )
        if story.dice.chance(0.02):
            extra, value = story.dice.pick(_EXTRAS)
            line[extra] = value
        return line
