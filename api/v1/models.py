"""What answers look like. Times are RFC 3339 with an offset; ids are UUIDs that say nothing outside this archive."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

Position = Annotated[int, Field(ge=0, description="The place of an event in the log, from 1 without gaps.")]
LeafHash = Annotated[str, Field(description="SHA-256 of the event's leaf (RFC 6962), in base64.")]
Count = Annotated[int, Field(ge=0)]


class Stored(BaseModel):
    """Where an event stands."""

    event: Position
    leaf_hash: LeafHash


class SentLine(BaseModel):
    """What became of a line. ``reason`` says why it was refused; the refusal is kept as an event itself."""

    line: Annotated[int, Field(ge=1)]
    fate: Literal["new", "known", "refused"]
    reason: str | None = None
    events: list[Stored]


class Sent(BaseModel):
    """Every line is accounted for: found = new + known + refused. All of it is stored when this is answered."""

    found: Count
    new: Count
    known: Count
    refused: Count
    position: Position
    lines: list[SentLine]


class Tie(BaseModel):
    """What an event is about."""

    kind: str
    id: UUID


class Item(BaseModel):
    """One event that a source told. ``words`` are what persons said, wrote or are called, where they may be shown."""

    event: Position
    leaf_hash: LeafHash
    topic: str
    stream: UUID
    source: str
    role: str
    actor: UUID | None
    happened_at: datetime
    recorded_at: datetime
    ties: list[Tie]
    words: dict[str, Any]
    state: Literal["whole", "erased", "withheld"]


class Items(BaseModel):
    """A page of the log. ``next`` is the ``after`` of the page that follows, null at the head."""

    position: Position
    items: list[Item]
    unreadable: list[Position]
    next: Position | None


class Contact(BaseModel):
    kind: str
    value: str


class Customer(BaseModel):
    """A customer as the sources know them: ``customer`` is their id as written, null where it was erased."""

    id: UUID
    customer: str | None
    names: list[str]
    contacts: list[Contact]
    accounts: list[str]
    language: str | None
    messages: Count
    conversations: Count
    first_contact: datetime | None
    last_contact: datetime | None


class Customers(BaseModel):
    position: Position
    customers: list[Customer]


class Talk(BaseModel):
    """A conversation a customer took part in."""

    id: UUID
    first: datetime
    last: datetime
    messages: Count


class CustomerRecord(BaseModel):
    """A customer, and what there is of them; ``same_as`` are other ids of the same person."""

    position: Position
    customer: Customer
    same_as: list[Customer]
    conversations: list[Talk]
    tickets: list[UUID]
    work_orders: list[UUID]


class Wording(BaseModel):
    """One version of a message, or its deletion at the source."""

    event: Position
    kind: str
    at: datetime
    text: str | None


class Entry(BaseModel):
    """One line of a transcript, with all its versions."""

    event: Position
    kind: str
    at: datetime
    role: str
    author: str | None
    text: str | None
    code: str | None
    deleted: bool
    erased: bool
    versions: list[Wording]


class Conversation(BaseModel):
    position: Position
    id: UUID
    customers: list[UUID]
    withheld: Count
    entries: list[Entry]


class Ticket(BaseModel):
    """A ticket as the desk sees it: ``missing`` are codes of the rubric, ``lost`` how many facts got lost."""

    id: UUID
    ticket: str | None
    customer: UUID | None
    score: int
    category: str | None
    team: str | None
    missing: list[str]
    flags: list[str]
    lost: Count
    versions: Count
    bounces: Count
    visits: Count
    read_back: str | None
    opened: datetime


class Tickets(BaseModel):
    """A page of tickets, the worst first. ``next`` is the ``after`` of the page that follows."""

    position: Position
    total: Count
    tickets: list[Ticket]
    next: str | None


class Hit(BaseModel):
    """What matches. ``marks`` are the found words in ``text`` as [start, end) in code points."""

    event: Position
    kind: str
    topic: str
    at: datetime
    role: str
    channel: str | None
    author: str | None
    conversation: UUID | None
    customer: UUID | None
    text: str
    marks: list[tuple[int, int]]
    where: list[str]
    hits: Count


class Found(BaseModel):
    """The count is exact for the events up to ``position``; ``unread`` are events the index could not take."""

    total: Count
    position: Position
    withheld: Count
    unread: list[Position]
    attachments_unread: Count
    hits: list[Hit]
    facets: dict[str, dict[str, int]]
    next: str | None


class Checkpoint(BaseModel):
    """The newest signed checkpoint (C2SP tlog-checkpoint). Keep it outside: it shows later that nothing was cut off."""

    size: Count
    root: Annotated[str, Field(description="The root hash of the tree, in base64.")]
    note: str
    signed_at: datetime
    log_keys: list[str]


class Checking(BaseModel):
    """A checkpoint that was kept outside, to check the log against."""

    checkpoint: Annotated[str | None, Field(max_length=20_000)] = None


class Finding(BaseModel):
    """Something that is not as it was recorded; ``event`` is where, if that can be said."""

    event: Position | None
    what: str


class Verified(BaseModel):
    """``proven`` takes a checkpoint from outside; ``since`` is up to where an earlier check was relied on."""

    status: Literal["proven", "tampered", "unanchored"]
    size: Count
    root: str
    since: Count
    checkpoints: Count
    findings: list[Finding]
