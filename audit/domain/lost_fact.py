"""A fact that seems lost between conversation and ticket, or ticket and work order: what people decided about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias, assert_never

from audit.domain.errors import Refused
from audit.domain.event import Event, Personal
from audit.domain.wording import require_code, require_words


@dataclass(frozen=True, kw_only=True)
class LossDismissed(Event):
    """The tie ``ticket`` did not lose ``fact`` (its normal form, of that kind), or need not have it.

    ``reason`` is not-needed, misread or told-otherwise; ``category`` the ticket's when it was decided.
    """

    TOPIC = "lost-fact.dismissed"
    kind: str
    reason: str
    fact: Personal
    category: str | None = None
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class LossReinstated(Event):
    """It was lost after all: the earlier dismissal no longer holds."""

    TOPIC = "lost-fact.reinstated"
    kind: str
    fact: Personal
    note: Personal | None = None


LostFactEvent: TypeAlias = LossDismissed | LossReinstated

NOT_NEEDED: Final = "not-needed"
REASONS: Final = (NOT_NEEDED, "misread", "told-otherwise")
"""Only what is not needed is learnt for the category; the others are about this one fact."""


class ReasonUnknown(Refused):
    """A loss is dismissed for one of a few reasons, so that the desk can learn from it."""


class LossAlreadyDismissed(Refused):
    """A loss is dismissed once."""


class LossNotDismissed(Refused):
    """Only what was dismissed can be reinstated."""


@dataclass(frozen=True)
class LostFacts:
    """The losses of a ticket that were dismissed, by kind and normal form."""

    dismissed: frozenset[tuple[str, str]] = frozenset()


def evolve(lost: LostFacts | None, event: LostFactEvent) -> LostFacts:
    """Return what is dismissed after the event. Decides nothing."""
    known = lost or LostFacts()
    one = (event.kind, event.fact.text or "")
    match event:
        case LossDismissed():
            return replace(known, dismissed=known.dismissed | {one})
        case LossReinstated():
            return replace(known, dismissed=known.dismissed - {one})
        case _:
            assert_never(event)


def dismiss(lost: LostFacts | None, *, dismissed: LossDismissed) -> LossDismissed:
    """Record that a fact the desk holds for lost is not, or need not be there."""
    require_code(dismissed.kind, "the kind of the fact")
    require_words(dismissed.fact, "which fact it is")
    if dismissed.reason not in REASONS:
        raise ReasonUnknown(f"A loss is not dismissed as {dismissed.reason}: take one of {', '.join(REASONS)}.")
    if lost is not None and (dismissed.kind, dismissed.fact.text) in lost.dismissed:
        raise LossAlreadyDismissed("This loss was dismissed already: there is nothing more to do.")
    return dismissed


def reinstate(lost: LostFacts | None, *, kind: str, fact: Personal, note: Personal | None = None) -> LossReinstated:
    """Take a dismissal back."""
    if lost is None or (kind, fact.text) not in lost.dismissed:
        raise LossNotDismissed("This loss was not dismissed: see onrecord ticket show.")
    return LossReinstated(kind=kind, fact=fact, note=note)
