"""A story told event by event, as the archive would hand it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.archive.stamping import FIRST_FACT
from audit.domain.call import CallAnswered, CallEnded, CallOffered, RecordingNoticeGiven
from audit.domain.conversation import (
    AttachmentKept,
    ConversationEnded,
    ConversationOpened,
    MessageDeletedAtSource,
    MessageEditedAtSource,
    MessagePosted,
    NoteWritten,
)
from audit.domain.customer import ContactPointAdded, CustomerNamed, CustomerSeen
from audit.domain.event import ERASED, Damaged, Event, Personal, Record, Stamp
from audit.domain.names import ItemName, Names
from audit.domain.promise import PromiseKept, PromiseMade
from audit.domain.ticket import TicketBounced, TicketEscalated, TicketOpened, TicketReadBack, TicketReworded
from audit.domain.work_order import ChargeMade, PriceQuoted, WorkOrderFinished, WorkOrderIssued, WorkOrderSigned
from audit.reports.model import Audience, Scope

NAMES = Names(UUID(int=7))
CUSTOMER = "cust-7"
START = datetime(2026, 3, 1, 10, 0, tzinfo=timezone(timedelta(hours=2)))
RECORDED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
STAFF = {NAMES.tie("staff", "agent-1"): "Agnė Pavyzdytė", NAMES.tie("staff", "tech-1"): "Tomas Pavyzdys"}

Ties = dict[str, str]


class Story:
    """Events of one customer, numbered as they are told, a minute apart."""

    def __init__(self) -> None:
        self.records: list[Record | Damaged] = []
        self.at = START

    def tell(
        self,
        event: Event,
        *,
        item: tuple[str, str] | None = None,
        role: str = "system",
        of: tuple[str, str] | None = None,
        customer: str | None = CUSTOMER,
        **ties: str,
    ) -> int:
        """Append an event: of an item from a source, else one that our people decided; return its number."""
        self.at += timedelta(minutes=1)
        position = len(self.records) + 1
        tied = ([("customer", customer)] if customer else []) + list(ties.items())
        stamp = Stamp(
            role=role,
            happened_at=self.at,
            recorded_at=RECORDED,
            source="chat" if item else "on-record",
            actor=NAMES.tie("staff", "agent-1") if role == "agent" else None,
            ties=tuple((kind, NAMES.tie(kind, written)) for kind, written in tied) + _of(of),
            ids=Personal(
                [list(one) for one in tied] + ([["of", of[1]]] if of else []) + ([["item", item[1]]] if item else [])
            ),
        )
        stream = NAMES.witnessed(ItemName(item[0], "chat", item[1]), event.TOPIC, 0) if item else UUID(int=position)
        self.records.append(Record(position=position, stream=stream, version=1, event=event, stamp=stamp))
        return position

    def say(
        self,
        text: str,
        *,
        role: str = "customer",
        language: str | None = None,
        conversation: str = "c1",
        customer: str = CUSTOMER,
    ) -> int:
        """Append a message."""
        posted = MessagePosted(text=Personal(text, f"commit-{len(self.records)}"), channel="chat", language=language)
        item = ("message", f"m{len(self.records)}")
        return self.tell(posted, item=item, role=role, customer=customer, conversation=conversation)

    def erase(self, position: int) -> None:
        """Take away the words of an event, as an erasure does."""
        record = self.records[position - 1]
        assert isinstance(record, Record)
        parts = {name: Personal(ERASED) for name, part in vars(record.event).items() if isinstance(part, Personal)}
        gone = replace(record.event, **parts)  # type: ignore[type-var]  # every event class is a dataclass
        self.records[position - 1] = replace(record, event=gone, stamp=replace(record.stamp, ids=Personal(ERASED)))

    def damage(self) -> int:
        """Append an event that cannot be read."""
        position = len(self.records) + 1
        self.records.append(Damaged(position=position, reason="its box was altered", topic="message.posted"))
        return position


def scope(story: Story, audience: Audience = Audience.CUSTOMER, language: str = "en") -> Scope:
    """Return the scope of the whole story, in the zone it is told in."""
    return Scope(
        customers=frozenset({NAMES.tie("customer", CUSTOMER)}),
        position=len(story.records),
        as_of=RECORDED,
        origin="example.org/archive",
        zone=ZoneInfo("Europe/Vilnius"),
        audience=audience,
        language=language,
    )


def lines_in_five_languages() -> dict[str, str]:
    """Return a sentence for each language, with the letters that are its own."""
    return {
        "en": "The kitchen router restarts every night at three.",
        "lt": "Maršrutizatorius kas naktį išsijungia, ąžuolinė spinta čia niekuo dėta – grąžinsime žmonėms pinigus.",
        "bg": "Рутерът се изключва всяка нощ; ще ѝ върнем парите още този месец, щом го проверим.",
        "ru": "Роутер отключается каждую ночь, объявите, пожалуйста, когда приедет мастер.",
        "zh": "路由器每天晚上都会断线，我们会在五天之内退还一百元。",
    }


def a_whole_story() -> Story:
    """Return a story with something of everything: chat, call, ticket, work order, promise, and what is internal."""
    story = Story()
    story.tell(CustomerSeen(), item=("customer", CUSTOMER))
    story.tell(CustomerNamed(name=Personal("Ona Pavyzdienė")), item=("customer", "name"))
    story.tell(ContactPointAdded(kind="phone", value=Personal("+370 600 00000")), item=("customer", "phone"))
    story.tell(
        ConversationOpened(channel="chat", direction="inbound", title=Personal("Router")),
        item=("conversation", "c1"),
        conversation="c1",
    )
    for language, text in lines_in_five_languages().items():
        story.say(text, language=language)
    promised = story.say("I will credit you 100 dollars.", role="agent", language="en")
    _edit(story)
    story.tell(
        NoteWritten(text=Personal("INTERNAL-NOTE she is difficult")),
        item=("note", "n1"),
        role="agent",
        conversation="c1",
    )
    story.tell(ConversationEnded(outcome="solved"), item=("conversation", "c1"), conversation="c1")
    _call(story)
    _ticket(story)
    _work_order(story)
    story.tell(
        PromiseMade(
            wording=Personal("credit 100 dollars"), position=promised, amount="100.00", currency="USD", due=START.date()
        ),
        promise="p1",
    )
    story.tell(PromiseKept(position=promised, note=Personal("INTERNAL-NOTE paid late")), promise="p1")
    return story


def _edit(story: Story) -> None:
    first = ("message", f"m{len(story.records)}")
    story.say("My address is Oak Street 5.")
    story.tell(
        AttachmentKept(name=Personal("photo.jpg"), media_type="image/jpeg", length=1234567, digest=Personal("ab" * 32)),
        item=("attachment", "a1"),
        of=first,
        conversation="c1",
    )
    story.tell(
        MessageEditedAtSource(text=Personal("My address is Oak Street 15.")),
        item=("message_edit", "e1"),
        role="customer",
        of=first,
        conversation="c1",
    )
    story.tell(MessageDeletedAtSource(), item=("message_delete", "d1"), role="customer", of=first, conversation="c1")


def _call(story: Story) -> None:
    for event in (
        CallOffered(queue="support", direction="inbound"),
        RecordingNoticeGiven(how="announcement", agreed=False),
        CallAnswered(queue="support", wait_seconds=42),
    ):
        story.tell(event, item=("call", "k1"), conversation="k1")
    story.say("It restarts at night, and the lamp is red.", conversation="k1")
    story.tell(CallEnded(outcome="answered", seconds=600), item=("call", "k1"), conversation="k1")


def _ticket(story: Story) -> None:
    story.tell(
        TicketOpened(
            subject=Personal("Router"),
            text=Personal("net broken", "commit-ticket"),
            fields=Personal({"mood": "INTERNAL-NOTE angry"}),
            extra=Personal({"score": "INTERNAL-NOTE 3"}),
            priority="high",
        ),
        item=("ticket", "T-1"),
        ticket="T-1",
    )
    story.tell(
        TicketBounced(
            commit="commit-ticket", as_of=1, codes=("no-symptom",), rubric=1, note=Personal("INTERNAL-NOTE weak")
        ),
        role="supervisor",
        ticket="T-1",
    )
    story.tell(
        TicketReworded(text=Personal("Router restarts every night at three; lamp red.", "commit-better")),
        item=("ticket_change", "T-1-2"),
        role="agent",
        ticket="T-1",
    )
    story.tell(TicketReadBack(commit="commit-better", as_of=2, answer="confirmed"), role="agent", ticket="T-1")
    story.tell(TicketEscalated(level="second-level"), role="agent", ticket="T-1")


def _work_order(story: Story) -> None:
    story.tell(
        WorkOrderIssued(text=Personal("Replace the router. Bring model B.", "commit-order")),
        item=("work_order", "W-1"),
        work_order="W-1",
        ticket="T-1",
    )
    story.tell(
        PriceQuoted(amount="1234.50", currency="EUR", basis="flat", text=Personal("Before the visit.")),
        item=("charge", "q1"),
        work_order="W-1",
    )
    story.tell(
        WorkOrderFinished(findings=Personal("Power supply was faulty."), parts=Personal(["router B"]), minutes=45),
        item=("work_order_done", "W-1"),
        role="technician",
        work_order="W-1",
        technician="tech-1",
    )
    story.tell(
        WorkOrderSigned(signed_by=Personal("Ona Pavyzdienė"), commit="commit-order"),
        item=("work_order_done", "W-1s"),
        role="customer",
        work_order="W-1",
    )
    story.tell(ChargeMade(amount="1234.50", currency="EUR", basis="flat"), item=("charge", "q2"), work_order="W-1")


def _of(of: tuple[str, str] | None) -> tuple[tuple[str, UUID], ...]:
    if of is None:
        return ()
    return (("of", NAMES.witnessed(ItemName(of[0], "chat", of[1]), FIRST_FACT[of[0]], 0)),)
