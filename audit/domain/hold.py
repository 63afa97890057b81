"""A legal hold: placed once, released once, and nothing it covers is erased meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, assert_never

from audit.domain.custody import HoldPlaced, HoldReleased
from audit.domain.errors import NotFound, Refused
from audit.domain.wording import require_words

if TYPE_CHECKING:
    from audit.domain.event import Personal

HoldEvent: TypeAlias = HoldPlaced | HoldReleased


class HoldAlreadyPlaced(Refused):
    """A hold is placed once."""


class HoldAlreadyReleased(Refused):
    """A hold is released once."""


class HoldCoversNothing(Refused):
    """A hold names persons, cases or a query."""


class HoldEndsBeforeItBegins(Refused):
    """The days a hold covers go forward."""


@dataclass(frozen=True)
class Hold:
    released: bool = False


def evolve(hold: Hold | None, event: HoldEvent) -> Hold:
    """Return the hold as it stands after the event. Decides nothing."""
    match event:
        case HoldPlaced():
            return Hold()
        case HoldReleased():
            assert hold is not None, "a hold begins by being placed"
            return Hold(released=True)
        case _:
            assert_never(event)


def place(hold: Hold | None, *, placed: HoldPlaced) -> HoldPlaced:
    """Forbid every erasure of what the hold covers."""
    if hold is not None:
        raise HoldAlreadyPlaced("This hold is on record already: place a new one under another name.")
    require_words(placed.title, "what the hold is for")
    if not any(given is not None and given.value for given in (placed.query, placed.persons, placed.cases)):
        raise HoldCoversNothing("This hold covers nothing: name persons or cases, or give a query.")
    if placed.query is not None:
        require_words(placed.query, "what the hold searches for")
    if placed.since and placed.until and placed.since > placed.until:
        raise HoldEndsBeforeItBegins("The days this hold covers end before they begin: change them.")
    return placed


def release(hold: Hold | None, *, reason: Personal) -> HoldReleased:
    """Lift the hold, and say why."""
    if hold is None:
        raise NotFound("There is no such hold: look at onrecord hold list.")
    if hold.released:
        raise HoldAlreadyReleased("This hold was released before: there is nothing more to do.")
    require_words(reason, "the reason")
    return HoldReleased(reason=reason)
