"""Access: who saw, searched, took out, and who was turned away."""

from __future__ import annotations

from dataclasses import dataclass

from audit.domain.event import Event, Personal


@dataclass(frozen=True, kw_only=True)
class RecordViewed(Event):
    """``count`` events up to ``position`` were shown; ``what`` is timeline, record, ticket, customers and so on.

    ``persons`` is the list of customer ids the answer shows, where the ties do not hold them.
    """

    TOPIC = "record.viewed"
    OWN_KEY = True
    what: str
    count: int
    position: int
    why: Personal | None = None
    persons: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SearchMade(Event):
    TOPIC = "search.made"
    OWN_KEY = True
    query: Personal
    count: int
    position: int
    why: Personal | None = None
    persons: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RecordExported(Event):
    """``digest`` is the SHA-256, in hexadecimal, of the file or of the production's manifest."""

    TOPIC = "record.exported"
    OWN_KEY = True
    what: str
    format: str
    count: int
    withheld: int
    position: int
    digest: str
    audience: str | None = None
    why: Personal | None = None
    persons: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    """``reason`` is the code of the rule that turned them away."""

    TOPIC = "access.refused"
    OWN_KEY = True
    what: str
    reason: str
    why: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    TOPIC = "user.signed-in"
    how: str
