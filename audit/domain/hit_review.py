"""What reviewers note on single events that a search found: comments, who looks at them, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from audit.domain.errors import Refused
from audit.domain.event import Event, Personal
from audit.domain.wording import require_code, require_words


@dataclass(frozen=True, kw_only=True)
class SearchHitUntagged(Event):
    """The tag no longer holds for the event at ``position``."""

    TOPIC = "search-hit.untagged"
    position: int
    tag: str
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SearchHitCommented(Event):
    TOPIC = "search-hit.commented"
    position: int
    comment: Personal


@dataclass(frozen=True, kw_only=True)
class SearchHitAssigned(Event):
    """Somebody is to look at the event at ``position``: the tie ``staff``; without one, nobody any more."""

    TOPIC = "search-hit.assigned"
    position: int
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SearchHitDecided(Event):
    """``outcome`` is responsive, not-responsive, privileged, escalate or undecided; the newest holds."""

    TOPIC = "search-hit.decided"
    position: int
    outcome: str
    query: Personal | None = None
    note: Personal | None = None


RESPONSIVE: Final = "responsive"
NOT_RESPONSIVE: Final = "not-responsive"
PRIVILEGED: Final = "privileged"
ESCALATE: Final = "escalate"
UNDECIDED: Final = "undecided"
OUTCOMES: Final = (RESPONSIVE, NOT_RESPONSIVE, PRIVILEGED, ESCALATE, UNDECIDED)


class DecisionUnknown(Refused):
    """A hit is decided upon in one of a few words, so that productions can go by them."""


def untag_hit(position: int, *, tag: str, note: Personal | None = None) -> SearchHitUntagged:
    """Take a tag off; that it was there stays on record."""
    require_code(tag, "the tag")
    return SearchHitUntagged(position=position, tag=tag, note=note)


def comment_on_hit(position: int, *, comment: Personal) -> SearchHitCommented:
    """Say something about a hit, for others who review."""
    require_words(comment, "the comment")
    return SearchHitCommented(position=position, comment=comment)


def decide_hit(
    position: int, *, outcome: str, query: Personal | None = None, note: Personal | None = None
) -> SearchHitDecided:
    """Decide what a hit is for the matter; the one decided upon again is as the newest decision says."""
    if outcome not in OUTCOMES:
        raise DecisionUnknown(f"A hit cannot be decided as {outcome}: take one of {', '.join(OUTCOMES)}.")
    return SearchHitDecided(position=position, outcome=outcome, query=query, note=note)
