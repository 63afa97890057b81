"""Texts in five languages and questions about them, made up from a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from audit.domain.conversation import MessagePosted, NoteWritten
from audit.domain.event import Personal, Record
from audit.language.analysis import analyse
from tests.projections.given import NAMES, Log
from tests.projections.search.oracle import Spoken

if TYPE_CHECKING:
    from random import Random

_SPOKEN: Final = (
    "refund refunds refunded late delivery deliver delivered bill bills router routers promise promised credit don't "
    "sąskaita sąskaitos sąskaitą grąžinti grąžinsime maršrutizatorius ryšys ryšio "
    "сметка сметката сметки интернет интернета върнем обещание "
    "возврат возврата счёт счета обещали перезвоним роутер "
    "退款 承诺 我们会 路由器 账单，请 "
    "ORD-2024/00123 ORD-2024/00124 +37060000007 100.00 $100 a.b+x@example.com 😀 Straße ﬁne ǂ"
)
WORDS: Final = tuple(_SPOKEN.split())
CHANNELS: Final = ("chat", "phone", "web-form")
CUSTOMERS: Final = ("cust-7", "Boris@Example.com", "клиент 9")
AGENTS: Final = ("a012", "a013")
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
        text = Personal(" ".join(words))
        event = NoteWritten(text=text) if number % 9 == 4 else MessagePosted(text=text, channel=random.choice(CHANNELS))
        log.tell(
            event,
            ("customer", random.choice(CUSTOMERS)),
            ("conversation", f"c{number % 5}"),
            at=FIRST_DAY + timedelta(hours=random.randrange(24 * 120)),
            role=random.choice(["agent", "customer"]),
            actor=("staff", random.choice(AGENTS)),
        )
    return log


def as_spoken(record: Record) -> Spoken:
    """Return a text as the oracle wants it."""
    event, stamp = record.event, record.stamp
    assert isinstance(event, MessagePosted | NoteWritten)
    channel = event.channel if isinstance(event, MessagePosted) else None
    agent = next(agent for agent in AGENTS if NAMES.tie("staff", agent) == stamp.actor)
    known = {
        "customer": stamp.written("customer"),
        "conversation": stamp.written("conversation"),
        "agent": agent,
        "channel": channel,
        "role": stamp.role,
        "kind": "note" if isinstance(event, NoteWritten) else "message",
        "source": stamp.source,
    }
    return Spoken(
        position=record.position,
        at=int(stamp.happened_at.timestamp() * 1_000),
        analysis=analyse(event.text.text or ""),
        fields=frozenset((field, value.lower()) for field, value in known.items() if value),
    )


def question(random: Random, depth: int = 3) -> str:
    """Return a query in the words a person would type."""
    if depth == 0 or random.random() < 0.25:
        return leaf(random)
    parts = [question(random, depth - 1) for _ in range(random.choice([2, 2, 3]))]
    shape = random.choice(["and", "AND", "OR", "NOT", "ANDNOT"])
    if shape == "NOT":
        return f"NOT ({parts[0]})"
    if shape == "ANDNOT":
        return f"(({parts[0]}) ANDNOT ({parts[1]}))"
    return "(" + (" " if shape == "and" else f" {shape} ").join(parts) + ")"


def leaf(random: Random) -> str:
    choice = random.randrange(9)
    word = random.choice(WORDS[:-1])
    if choice < 3:
        return word
    if choice == 3:
        return random.choice(["ref*", "d*", "с*", "ma*", "w1*", "сч*", "ord*"])
    if choice == 4:
        return '"' + " ".join(random.choice(WORDS[:12]) for _ in range(random.choice([1, 2, 3]))) + '"'
    if choice == 5:
        words = " ".join(random.choice(WORDS[:30]) for _ in range(random.choice([2, 2, 3])))
        return f'"{words}"~{random.choice([1, 2, 5, 30])}'
    if choice == 6:
        return random.choice(["at:2026-01", "at:2025", "at:[2026-01-10 to 2026-03]", "at:{2026 to]", "at:2026-02-03"])
    return field(random)


def field(random: Random) -> str:
    customer = random.choice(CUSTOMERS)
    fields = [
        f'customer:"{customer.upper()}"',
        f"conversation:c{random.randrange(6)}",
        f"agent:{random.choice(AGENTS)}",
        f"channel:({random.choice(CHANNELS)} OR {random.choice(CHANNELS)})",
        f"role:{random.choice(['agent', 'customer'])}",
        f"kind:{random.choice(['note', 'message', 'ticket'])}",
        "source:chat",
    ]
    return random.choice(fields)
