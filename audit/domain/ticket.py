"""A ticket: what was written down of the fault, what became of it, what our people thought of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from audit.domain.event import Event, Personal
from audit.domain.witnessed import Witnessed


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Witnessed):
    """``fields`` is a JSON object: the helpdesk's own fields as it names them."""

    TOPIC = "ticket.opened"
    subject: Personal | None = None
    text: Personal | None = None
    fields: Personal | None = None
    category: str | None = None
    priority: str | None = None
    status: str | None = None


@dataclass(frozen=True, kw_only=True)
class TicketReworded(Witnessed):
    """The whole new text, so that versions can be compared."""

    TOPIC = "ticket.reworded"
    text: Personal
    subject: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketFieldChanged(Witnessed):
    TOPIC = "ticket.field-changed"
    field: str
    value: Personal | None = None
    old: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketPrioritised(Witnessed):
    TOPIC = "ticket.prioritised"
    priority: str


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(Witnessed):
    """``team`` is a code; a person is the tie ``staff``."""

    TOPIC = "ticket.assigned"
    team: str | None = None


@dataclass(frozen=True, kw_only=True)
class TicketAcknowledged(Witnessed):
    """The customer was told that we know, and by when they hear again."""

    TOPIC = "ticket.acknowledged"
    due: datetime | None = None
    how: str | None = None


@dataclass(frozen=True, kw_only=True)
class TicketUpdatedByContact(Witnessed):
    """The customer came back about it: an update of this ticket, not a new issue."""

    TOPIC = "ticket.updated-by-contact"
    channel: str | None = None
    text: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketTied(Witnessed):
    """Two tickets belong together: the ties ``ticket`` and ``of``; ``relation`` is parent, duplicate or follow-up."""

    TOPIC = "ticket.tied"
    relation: str


@dataclass(frozen=True, kw_only=True)
class TicketResolved(Witnessed):
    TOPIC = "ticket.resolved"
    resolution: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeTold(Witnessed):
    """The customer was told how it ended."""

    TOPIC = "outcome.told"
    how: str | None = None
    text: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketReopened(Witnessed):
    TOPIC = "ticket.reopened"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketClosed(Witnessed):
    TOPIC = "ticket.closed"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketEscalated(Witnessed):
    """``level`` is where it went: second-level, supervisor, manufacturer and so on."""

    TOPIC = "ticket.escalated"
    level: str
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketReadBack(Event):
    """The ticket's text (by its commitment, as of a position) was read to the customer.

    ``answer`` is confirmed, corrected or declined; ``correction`` what the customer put right; ``channel`` as of a
    conversation. Who listened is the tie ``customer``.
    """

    TOPIC = "ticket.read-back"
    commit: str
    as_of: int
    answer: str
    correction: Personal | None = None
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class TicketBounced(Event):
    """The text does not do: sent back to be rewritten.

    ``codes`` are the rubric's; ``sentences`` a JSON list of {start, end, text, code}, offsets in code points; ``due``
    is when the rewritten text is expected.
    """

    TOPIC = "ticket.bounced"
    commit: str
    as_of: int
    codes: tuple[str, ...]
    rubric: int
    sentences: Personal | None = None
    note: Personal | None = None
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TicketAccepted(Event):
    """After a bounce, this text does."""

    TOPIC = "ticket.accepted"
    commit: str
    as_of: int
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketJudgedRepeat(Event):
    """The same problem as the ticket in the tie ``of``."""

    TOPIC = "ticket.judged-repeat"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TicketJudgedNew(Event):
    TOPIC = "ticket.judged-new"
    reason: Personal | None = None


TicketDecided: TypeAlias = TicketReadBack | TicketBounced | TicketAccepted | TicketJudgedRepeat | TicketJudgedNew
TicketChanged: TypeAlias = (
    TicketOpened
    | TicketReworded
    | TicketFieldChanged
    | TicketPrioritised
    | TicketAssigned
    | TicketAcknowledged
    | TicketUpdatedByContact
    | TicketTied
    | TicketResolved
    | OutcomeTold
    | TicketReopened
    | TicketClosed
)
TicketEvent: TypeAlias = TicketDecided | TicketChanged | TicketEscalated
