"""Withholding: words that stay as they are stored and are not shown to some, until somebody lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from audit.domain.errors import NotFound, Refused
from audit.domain.event import Event, Personal
from audit.domain.wording import require_code, require_words

if TYPE_CHECKING:
    from collections.abc import Collection

FROM_CUSTOMER: Final = "customer-record"
FROM_EXPORTS: Final = "exports"
FROM_READERS: Final = "readers"
WHOM: Final = (FROM_CUSTOMER, FROM_EXPORTS, FROM_READERS)
"""From whom words can be withheld: the customer's own record, whatever leaves the house, whoever reads in it."""
SEES_ALL: Final = frozenset({"compliance officer", "data protection officer"})
"""Roles from whom nothing is withheld when they read: somebody must be able to judge what others may not see."""


@dataclass(frozen=True, kw_only=True)
class WithholdingPlaced(Event):
    """The event at ``position``, or [start, end) in code points of its ``part``, is not shown to ``whom``.

    ``reason`` is a code such as third-person; the tie ``of`` is the stream of what is withheld.
    """

    TOPIC = "withholding.placed"
    OWN_KEY = True
    position: int
    reason: str
    whom: tuple[str, ...]
    part: str | None = None
    start: int | None = None
    end: int | None = None
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class WithholdingLifted(Event):
    TOPIC = "withholding.lifted"
    OWN_KEY = True
    reason: Personal | None = None


WithholdingEvent: TypeAlias = WithholdingPlaced | WithholdingLifted


class WithholdingAlreadyPlaced(Refused):
    """A withholding is placed once."""


class WithholdingAlreadyLifted(Refused):
    """A withholding is lifted once."""


class WithheldFromNobody(Refused):
    """Somebody must be named from whom words are withheld."""


class StretchUnclear(Refused):
    """A stretch lies within a part that has these words."""


@dataclass(frozen=True)
class Withholding:
    lifted: bool = False


def evolve(withholding: Withholding | None, event: WithholdingEvent) -> Withholding:
    """Return the withholding as it stands after the event. Decides nothing."""
    match event:
        case WithholdingPlaced():
            return Withholding()
        case WithholdingLifted():
            assert withholding is not None, "a withholding begins by being placed"
            return Withholding(lifted=True)
        case _:
            assert_never(event)


def place(
    withholding: Withholding | None, *, placed: WithholdingPlaced, lengths: dict[str, int | None]
) -> WithholdingPlaced:
    """Keep words from being shown.

    ``lengths`` are the personal parts of the event that is meant, with how many code points each has; None for one
    that is no text.
    """
    if withholding is not None:
        raise WithholdingAlreadyPlaced("This withholding is on record already: place a new one.")
    require_code(placed.reason, "the reason")
    _must_name(placed.whom)
    _must_fit(placed, lengths)
    return placed


def lift(withholding: Withholding | None, *, reason: Personal) -> WithholdingLifted:
    """Let the words be shown again, and say why."""
    if withholding is None:
        raise NotFound("There is no such withholding: look at onrecord withhold list.")
    if withholding.lifted:
        raise WithholdingAlreadyLifted("This withholding was lifted before: there is nothing more to do.")
    require_words(reason, "the reason")
    return WithholdingLifted(reason=reason)


def _must_name(whom: Collection[str]) -> None:
    if not whom or not set(whom) <= set(WHOM):
        raise WithheldFromNobody(f"Say from whom it is withheld: any of {', '.join(WHOM)}.")


def _must_fit(placed: WithholdingPlaced, lengths: dict[str, int | None]) -> None:
    if placed.part is None:
        if placed.start is not None or placed.end is not None:
            raise StretchUnclear("A stretch is of a part of the event: name the part, such as text.")
        return
    if placed.part not in lengths:
        named = ", ".join(sorted(lengths)) or "none"
        raise StretchUnclear(f"Event {placed.position} has no part {placed.part} with words: it has {named}.")
    if placed.start is None and placed.end is None:
        return
    length = lengths[placed.part]
    if placed.start is None or placed.end is None or not 0 <= placed.start < placed.end <= (length or 0):
        raise StretchUnclear(
            f"The stretch does not lie within {placed.part}, which has {length or 0} characters: give start and end."
        )
