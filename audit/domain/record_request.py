"""A request for one's record: asked, acknowledged, verified, compiled, approved, handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.domain.event import Event, Personal


@dataclass(frozen=True, kw_only=True)
class RecordRequested(Event):
    """By whom is the tie ``representative`` where somebody acts for the ``customer``, whose record it is.

    ``since`` and ``until`` are the first and the last day asked for; ``scope`` is all or a kind of thing.
    """

    TOPIC = "record.requested"
    scope: str
    channel: str | None = None
    language: str | None = None
    since: date | None = None
    until: date | None = None
    words: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RequestAcknowledged(Event):
    """The requester was told that we know; ``received`` is the day it came, ``due`` the last day to answer."""

    TOPIC = "request.acknowledged"
    received: date
    due: date
    how: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequesterVerified(Event):
    TOPIC = "requester.verified"
    how: str
    evidence: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RequestEscalated(Event):
    """A supervisor looks at the customer's open matters: always, because somebody who asks has a reason."""

    TOPIC = "request.escalated"
    level: str
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RequestExtended(Event):
    TOPIC = "request.extended"
    due: date
    reason: Personal


@dataclass(frozen=True, kw_only=True)
class RecordCompiled(Event):
    """``digest`` is the SHA-256, in hexadecimal, of the unsigned record of ``count`` events up to ``position``."""

    TOPIC = "record.compiled"
    digest: str
    count: int
    withheld: int
    position: int
    pages: int | None = None


@dataclass(frozen=True, kw_only=True)
class ItemWithheld(Event):
    """The event at ``position``, or [start, end) in code points of its ``part``, is not handed out.

    ``reason`` is a code: third-person, legal-privilege, investigation and so on.
    """

    TOPIC = "item.withheld"
    position: int
    reason: str
    part: str | None = None
    start: int | None = None
    end: int | None = None
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ItemRestored(Event):
    """What was withheld at just this place is handed out again, in whichever request it was withheld before."""

    TOPIC = "item.restored"
    position: int
    part: str | None = None
    start: int | None = None
    end: int | None = None
    reason: Personal


@dataclass(frozen=True, kw_only=True)
class RedactionChecked(Event):
    """A second reader looked at what is withheld in the record ``digest``, and agrees."""

    TOPIC = "redaction.checked"
    digest: str
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RecordApproved(Event):
    TOPIC = "record.approved"
    digest: str
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RecordDelivered(Event):
    """``digest`` is that of the approved record, ``signed_digest`` of the file as handed over; to whom are ties."""

    TOPIC = "record.delivered"
    digest: str
    how: str
    signed_digest: str | None = None
    address: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RequestRefused(Event):
    """``ground`` is a code, ``reason`` the words for the requester."""

    TOPIC = "request.refused"
    ground: str
    reason: Personal


@dataclass(frozen=True, kw_only=True)
class InternalReviewAsked(Event):
    """The requester is not content with what they got: somebody looks again."""

    TOPIC = "internal-review.asked"
    reason: Personal


@dataclass(frozen=True, kw_only=True)
class StatementDisputed(Event):
    """The customer's own words beside the statement ``commit`` in the event at ``position``; the original stays."""

    TOPIC = "statement.disputed"
    position: int
    text: Personal
    commit: str | None = None
