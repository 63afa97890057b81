"""Volumes as an answer: how much came in and went out, when, through which channel, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from audit.bootstrap.levels import steps_between
from audit.bootstrap.topics import MOST, PERSONS_LEAST, topics
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.errors import WrongUse
from audit.projections.columns import moment_of
from audit.projections.levels.contacts import contacts
from audit.projections.levels.intervals import seconds_of
from audit.projections.levels.volumes import BY, first_messages, in_each, volumes

if TYPE_CHECKING:
    from audit.bootstrap.house import House


def check_volume(interval: str, by: str | None) -> None:
    """Raise WrongUse for an interval that does not divide a day, and for what volumes are not divided by."""
    seconds_of(interval)
    if by is not None and by not in BY[1:]:
        raise WrongUse(f"Volumes cannot be divided by {by}: take one of {', '.join(BY[1:])}.")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question about volumes: ``between`` two days, both included; divided ``by`` something.

    With ``top`` topics of the newest ``most`` conversations.
    """

    interval: str
    between: tuple[date | None, date | None] = (None, None)
    by: str | None = None
    top: int = 0
    most: int = MOST


def ask(house: House, role: str, asked: Asked, *, position: int) -> dict[str, Any]:
    """Return the volumes as of a position; topics come from the words that the role may read."""
    interval, by, zone = asked.interval, asked.by, house.settings.zone
    check_volume(interval, by)
    steps, (begins, ends) = steps_between(house, *asked.between, zone, upto=position)
    mine = [one for one in contacts(steps) if begins <= one.offered < ends]
    inbound = {one.conversation: one for one in mine if one.direction == "inbound" and one.conversation}
    newest = sorted(inbound.values(), key=lambda one: -one.offered)[: asked.most]
    firsts = first_messages(steps, {one.conversation or "" for one in newest}) if asked.top else {}
    told = topics(house, firsts, hiding_from_reader(house, role), top=asked.top) if asked.top else []
    return {
        "position": position,
        "zone": str(zone),
        "interval_length": interval,
        "contacts": len(mine),
        "by": volumes(mine, length=interval, zone=zone),
        "intervals": in_each(mine, length=interval, zone=zone, by=by) if by else None,
        "topics": [{"term": one.term, "conversations": one.conversations, "customers": one.customers} for one in told],
        "topics_of": len(firsts),
        "topics_customers_least": PERSONS_LEAST,
        "first": moment_of(min(one.offered for one in mine)).isoformat() if mine else None,
    }
