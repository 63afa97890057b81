"""The record of a customer as everything that is made from it sees it: paper, data, and whatever comes later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo


class Audience(StrEnum):
    """Whom a record is made for; it decides what goes in, and nothing is hidden afterwards."""

    CUSTOMER = "customer"
    INTERNAL = "internal"
    REGULATOR = "regulator"


class Fate(StrEnum):
    """What became of an event of the customer in this record: exactly one of these."""

    SHOWN = "shown"
    WITHHELD = "withheld"
    ERASED = "erased"
    COUNTED = "counted"
    OUTSIDE = "outside"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What was asked for, and from where it is answered.

    ``customers`` are the ties of the customer and of everybody linked with them. ``as_of`` is when the event at
    ``position`` was recorded: the only date the document bears. ``since`` and ``until`` are days in
    ``zone``, both included.
    """

    customers: frozenset[UUID]
    position: int
    as_of: datetime
    origin: str
    zone: ZoneInfo
    audience: Audience = Audience.CUSTOMER
    language: str = "en"
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A time: ``at`` as the source claims it, ``recorded`` when it came to us, ``printed`` as it stands on paper."""

    at: datetime
    recorded: datetime
    printed: str
    zone_assumed: bool = False


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody wrote, in the part ``field`` of an event. ``text`` is None where the words were erased."""

    field: str
    text: str | None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Detail:
    """A code, a number or a time beside the words: ``value`` as recorded, ``printed`` as it stands on paper."""

    field: str
    value: str
    printed: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event that is shown. ``number`` is its position in the archive, ``kind`` its stored topic.

    ``versions`` are the later edits and deletions of these words, ``attachments`` the files that came with them,
    ``disputed_by`` the numbers of the events in which the customer contradicts.
    """

    number: int
    kind: str
    when: Moment
    role: str
    name: str | None = None
    for_customer: bool = False
    words: tuple[Words, ...] = ()
    details: tuple[Detail, ...] = ()
    versions: tuple[Entry, ...] = ()
    attachments: tuple[Entry, ...] = ()
    disputed_by: tuple[int, ...] = ()
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A conversation, a thread of e-mail or a call, in the order in which it happened."""

    id: str | None
    channel: str | None
    title: str | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A ticket, a work order, a promise or a request: its texts one after another, its course, what it cost."""

    id: str | None
    title: str | None
    versions: tuple[Entry, ...]
    course: tuple[Entry, ...]
    charges: tuple[Entry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Events that are not shown, by their numbers: ``code`` is the reason, or the kind where there are no words.

    ``field`` names the part where only that part of an event is meant.
    """

    code: str
    numbers: tuple[int, ...]
    field: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What the first page says."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    origin: str
    position: int
    as_of: Moment
    audience: Audience
    language: str
    language_asked: str
    zone: str
    since: date | None
    until: date | None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """``total`` is every event of the customer; the others add up to it."""

    total: int
    shown: int
    withheld: int
    erased: int
    counted: int
    outside: int
    unreadable: int


@dataclass(frozen=True, kw_only=True)
class CustomerRecord:
    """Everything the archive holds of one customer up to a position, as far as this audience may have it.

    ``missing`` are the numbers of events that others name as the customer's and that were not among them.
    """

    cover: Cover
    counts: Counts
    particulars: tuple[Entry, ...]
    contacts: tuple[Contact, ...]
    calls: tuple[Contact, ...]
    tickets: tuple[Matter, ...]
    work_orders: tuple[Matter, ...]
    promises: tuple[Matter, ...]
    requests: tuple[Matter, ...]
    others: tuple[Entry, ...]
    withheld: tuple[Listed, ...]
    withheld_parts: tuple[Listed, ...]
    counted: tuple[Listed, ...]
    erased: tuple[int, ...]
    outside: tuple[int, ...]
    unreadable: tuple[int, ...]
    missing: tuple[int, ...]

    @property
    def complete(self) -> bool:
        """Whether every event is accounted for; a record that is not complete says so."""
        return not self.unreadable and not self.missing
