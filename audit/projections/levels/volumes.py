"""Volumes: how many contacts came in and went out, by interval, channel, direction, purpose and queue."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from audit.projections.levels.intervals import interval_of
from audit.projections.levels.view import IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from audit.projections.levels.contacts import Contact
    from audit.projections.levels.view import Step

NOT_SAID: Final = "not said"
BY: Final = ("interval", "channel", "direction", "purpose", "queue")
FIRST_MESSAGES: Final = 3
"""So many of a customer's first messages say what a contact is about: the first may be no more than a greeting."""


def volumes(contacts: Sequence[Contact], *, length: str, zone: ZoneInfo) -> dict[str, dict[str, int]]:
    """Return the counts of contacts by each of ``BY``, intervals in their order, the others the most frequent first."""
    intervals = Counter(interval_of(one.offered, length, zone) for one in contacts)
    told = {"interval": {one.begins.astimezone(zone).isoformat(): intervals[one] for one in sorted(intervals)}}
    for name in BY[1:]:
        told[name] = _ordered(Counter(str(getattr(one, name) or NOT_SAID) for one in contacts))
    return told


def in_each(contacts: Sequence[Contact], *, length: str, zone: ZoneInfo, by: str) -> dict[str, dict[str, int]]:
    """Return for each interval the counts by channel, direction, purpose or queue."""
    apart: dict[Any, Counter[str]] = {}
    for one in contacts:
        counts = apart.setdefault(interval_of(one.offered, length, zone), Counter())
        counts[str(getattr(one, by) or NOT_SAID)] += 1
    return {one.begins.astimezone(zone).isoformat(): _ordered(apart[one]) for one in sorted(apart)}


def first_messages(steps: Iterable[Step], conversations: set[str]) -> dict[str, list[int]]:
    """Return the positions of the messages in which customers said what each of these conversations is about."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        if step.kind == IN and step.conversation in conversations:
            found.setdefault(step.conversation or "", []).append(step)
    return {
        place: [one.position for one in sorted(said, key=lambda one: (one.at, one.seq, one.position))[:FIRST_MESSAGES]]
        for place, said in found.items()
    }


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
