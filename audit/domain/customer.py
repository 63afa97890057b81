"""A customer: how they are called and reached, who may act for them, who is the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.domain.event import Event, Personal
from audit.domain.witnessed import Witnessed


@dataclass(frozen=True, kw_only=True)
class CustomerSeen(Witnessed):
    """A source knows this customer; who it is stands in the ties."""

    TOPIC = "customer.seen"


@dataclass(frozen=True, kw_only=True)
class CustomerNamed(Witnessed):
    TOPIC = "customer.named"
    name: Personal


@dataclass(frozen=True, kw_only=True)
class ContactPointAdded(Witnessed):
    """``kind`` is phone, email, address, messenger and so on."""

    TOPIC = "contact-point.added"
    kind: str
    value: Personal


@dataclass(frozen=True, kw_only=True)
class ContactPointRemoved(Witnessed):
    TOPIC = "contact-point.removed"
    kind: str
    value: Personal


@dataclass(frozen=True, kw_only=True)
class AccountTied(Witnessed):
    """An account, contract or meter number belongs to this customer."""

    TOPIC = "account.tied"
    account: Personal
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class LanguagePreferred(Witnessed):
    """``language`` is a tag of BCP 47."""

    TOPIC = "language.preferred"
    language: str


@dataclass(frozen=True, kw_only=True)
class CustomersLinked(Event):
    """Two customers are one person: the ties ``customer`` and ``linked``."""

    TOPIC = "customers.linked"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class CustomersUnlinked(Event):
    TOPIC = "customers.unlinked"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RepresentativeAuthorised(Event):
    """Somebody may act for the customer: the ties ``representative`` and ``customer``.

    ``until`` is the last day the authority holds; None is until revoked.
    """

    TOPIC = "representative.authorised"
    scope: str
    evidence: Personal | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class RepresentativeRevoked(Event):
    TOPIC = "representative.revoked"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class TieCorrected(Event):
    """The event at ``position`` was tied to the wrong thing of this ``kind``; the right one is among the ties.

    ``words`` is a copy of its personal parts by field name, under the right person's key; the old ones are hidden.
    """

    TOPIC = "tie.corrected"
    position: int
    kind: str
    words: Personal | None = None
    reason: Personal | None = None
