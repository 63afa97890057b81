"""A link by which somebody collects what was made for them: it works once, and only for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from audit.domain.errors import NotFound, Refused
from audit.domain.event import Event


@dataclass(frozen=True, kw_only=True)
class LinkMade(Event):
    """The link to the approved record ``digest``; of its token only a hash is kept, which names the stream."""

    TOPIC = "hand-over-link.made"
    digest: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class LinkUsed(Event):
    """Whoever held the token collected the record ``digest``: the link is spent."""

    TOPIC = "hand-over-link.used"
    digest: str


LinkEvent: TypeAlias = LinkMade | LinkUsed


class LinkExpired(Refused):
    """A link works for a time."""


class LinkSpent(Refused):
    """A link works once."""


class LinkKnownAlready(Refused):
    """A link is made once."""


@dataclass(frozen=True)
class Link:
    digest: str
    expires_at: datetime
    used: bool = False


def evolve(link: Link | None, event: LinkEvent) -> Link:
    """Return the link as it stands after the event. Decides nothing."""
    match event:
        case LinkMade(digest=digest, expires_at=expires_at):
            return Link(digest, expires_at)
        case LinkUsed(digest=digest):
            assert link is not None, "a link begins by being made"
            return Link(link.digest, link.expires_at, used=True)
        case _:
            assert_never(event)


def make(link: Link | None, *, digest: str, expires_at: datetime) -> LinkMade:
    """Make a link to an approved record."""
    if link is not None:
        raise LinkKnownAlready("This link is made already: draw another token.")
    return LinkMade(digest=digest, expires_at=expires_at)


def use(link: Link | None, *, now: datetime) -> LinkUsed:
    """Spend the link. A wrong token is as unknown as one that never was."""
    if link is None:
        raise NotFound("There is no such link: ask the company for a new one.")
    if link.used:
        raise LinkSpent("This link was used before and works once: ask the company for a new one.")
    if now >= link.expires_at:
        raise LinkExpired("This link is too old: ask the company for a new one.")
    return LinkUsed(digest=link.digest)
