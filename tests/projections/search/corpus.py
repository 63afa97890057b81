"""Texts in five languages, made up from a seed, and each as the oracle wants it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from audit.domain.conversation import (
    AttachmentKept,
    MessageDeletedAtSource,
    MessageEditedAtSource,
    MessagePosted,
    NoteWritten,
)
from audit.domain.event import Event, Personal, Record
from audit.language.analysis import analyse
from audit.projections.search.amounts import amounts_in
from tests.projections.given import NAMES, Log
from tests.projections.search.oracle import Spoken
from tests.projections.search.questions import Corpus

if TYPE_CHECKING:
    from random import Random
    from uuid import UUID

_SPOKEN: Final = (
    "refund refunds refunded late delivery deliver delivered bill bills router routers promise promised credit don't "
    "sąskaita sąskaitos sąskaitą grąžinti grąžinsime maršrutizatorius ryšys ryšio "
    "сметка сметката сметки интернет интернета върнем обещание "
    "возврат возврата счёт счета обещали перезвоним роутер "
    "退款 承诺 我们会 路由器 账单，请 "
    "€50 100EUR $20 "
    "ORD-2024/00123 ORD-2024/00124 +37060000007 100.00 $100 a.b+x@example.com 😀 Straße ﬁne ǂ"
)
WORDS: Final = tuple(_SPOKEN.split())
NUMBERS: Final = ("ORD-2024/00123", "ord202400123", "+370 600 00 007", "8 600 00007", "100.00", "a.b+x@example.com")
CHANNELS: Final = ("chat", "phone", "web-form")
CUSTOMERS: Final = ("cust-7", "Boris@Example.com", "клиент 9")
AGENTS: Final = ("a012", "a013")
AUTHORS: Final = ("Ona Sample", "Борис П")
FIRST_DAY: Final = datetime(2025, 12, 20, tzinfo=UTC)


def spoken(random: Random, texts: int) -> Log:
    """Return a log of messages and notes; some of them long, some saying one word hundreds of times."""
    log = Log()
    for number in range(texts):
        length = random.choice([1, 2, 4, 8, 12, 30])
        words = [random.choice(WORDS) for _ in range(length)]
        if number % 50 == 7:
            words = [random.choice(WORDS[:12]) if random.random() < 0.5 else f"w{step}" for step in range(1_500)]
        if number == 11:
            words = [f"w{step % 9_000}" for step in range(20_000)]
            words[15_990:15_992] = ["late", "delivery"]
            words[19_000:19_002] = ["credit", "refund"]
        log.tell(
            _event(random, number, " ".join(words)),
            ("customer", random.choice(CUSTOMERS)),
            ("conversation", f"c{number % 5}"),
            ("ticket", f"T-{number % 3}"),
            at=FIRST_DAY + timedelta(hours=random.randrange(24 * 120)),
            role=random.choice(["agent", "customer"]),
            actor=("staff", random.choice(AGENTS)),
            of=("message", f"m{random.randrange(1, number + 1)}") if number % 9 in {5, 6, 7} and number > 9 else None,
        )
    return log


def _event(random: Random, number: int, words: str) -> Event:
    text = Personal(words)
    match number % 9 if number > 9 else 0:
        case 4:
            return NoteWritten(text=text)
        case 5:
            return MessageEditedAtSource(text=text)
        case 6:
            return MessageDeletedAtSource(reason=text)
        case 7:
            return AttachmentKept(name=text)
        case _:
            author = Personal(random.choice(AUTHORS)) if number % 2 else None
            return MessagePosted(text=text, channel=random.choice(CHANNELS), author=author)


def corpus() -> Corpus:
    """Return what can be asked about these texts."""
    fields = [("customer", each) for each in CUSTOMERS] + [("agent", each) for each in AGENTS]
    fields += [("channel", each) for each in CHANNELS] + [("author", each) for each in (*AUTHORS, "ona")]
    fields += [("conversation", f"c{number}") for number in range(6)] + [("ticket", "t-1"), ("source", "chat")]
    fields += [("role", each) for each in ("agent", "customer")]
    fields += [("kind", each) for each in ("note", "message", "ticket", "edit", "deletion", "attachment")]
    return Corpus(WORDS[:-1], fields, NUMBERS)


def all_spoken(log: Log, *, everything: bool = False) -> list[Spoken]:
    """Return the texts as the oracle wants them; ``everything`` that happened, or what was said and written."""
    records = [record for record in log.records if isinstance(record, Record)]
    states: dict[UUID, set[str]] = {}
    for record in records:
        of = record.stamp.tie("of")
        if of and (state := _STATES.get(type(record.event))):
            states.setdefault(of, set()).add(state)
    return [
        _as_spoken(record, states)
        for record in records
        if everything or not isinstance(record.event, MessageDeletedAtSource)
    ]


_STATES: Final[dict[type[Event], str]] = {
    MessageEditedAtSource: "edited",
    MessageDeletedAtSource: "deleted",
    AttachmentKept: "attachment",
}
_KINDS: Final[dict[type[Event], tuple[str, str]]] = {
    MessagePosted: ("message", "text"),
    NoteWritten: ("note", "text"),
    MessageEditedAtSource: ("edit", "text"),
    MessageDeletedAtSource: ("deletion", "reason"),
    AttachmentKept: ("attachment", "name"),
}


def _as_spoken(record: Record, states: dict[UUID, set[str]]) -> Spoken:
    event, stamp = record.event, record.stamp
    kind, field = _KINDS[type(event)]
    agent = next(agent for agent in AGENTS if NAMES.tie("staff", agent) == stamp.actor)
    author = event.author.text if isinstance(event, MessagePosted) and event.author else None
    known = {
        "customer": stamp.written("customer"),
        "conversation": stamp.written("conversation"),
        "ticket": stamp.written("ticket"),
        "agent": agent,
        "channel": event.channel if isinstance(event, MessagePosted) else None,
        "role": stamp.role,
        "kind": kind,
        "source": stamp.source,
    }
    fields = {(field, value.lower()) for field, value in known.items() if value}
    fields |= {("author", name.lower()) for name in [author, *author.split()]} if author else set()
    item = record.stream if kind in {"message", "note"} else stamp.tie("of") if kind != "attachment" else None
    text = getattr(event, field).text or ""
    return Spoken(
        position=record.position,
        at=int(stamp.happened_at.timestamp() * 1_000),
        analysis=analyse(text),
        fields=frozenset(fields),
        amounts=frozenset(amounts_in(text)),
        states=frozenset(states.get(item, ()) if item else ()),
    )
