"""``onrecord volume``: how much came in and went out, when, through which channel, and about what."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.desk import require
from audit.bootstrap.levels import READERS, steps_between
from audit.bootstrap.topics import MOST, PERSONS_LEAST, topics
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.days import day
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import WrongUse
from audit.projections.columns import moment_of
from audit.projections.levels.contacts import contacts
from audit.projections.levels.intervals import seconds_of
from audit.projections.levels.volumes import BY, first_messages, in_each, volumes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.projections.levels.contacts import Contact

Every = Annotated[str, typer.Option("--interval", help="1m, 30m, 1h or 1d.")]
By = Annotated[str | None, typer.Option("--by", help=f"Divide each interval by {', '.join(BY[1:])}.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day, like 2026-03-01.")]
Until = Annotated[str | None, typer.Option("--to", help="The last day.")]
Top = Annotated[int, typer.Option("--top", min=0, max=500, help="How many topics; 0 reads nobody's words.")]

_LINES: Final = 40


def volume(  # one parameter for each option
    session: Session,
    *,
    interval: Every = "1d",
    by: By = None,
    from_: Since = None,
    to: Until = None,
    top: Top = 20,
) -> Answer:
    """Count contacts by interval, channel, direction, purpose and queue, and tell what customers ask about most."""
    seconds_of(interval)
    if by is not None and by not in BY[1:]:
        raise WrongUse(f"Volumes cannot be divided by {by}: take one of {', '.join(BY[1:])}.")
    since, until, zone = day(from_, "--from"), day(to, "--to"), session.settings.zone
    with session.house() as house:
        who = session.actor(house)
        require(who, READERS, "read volumes")
        position = session.caught_up(house)
        steps, between = steps_between(house, since, until, zone, upto=position)
        mine = [one for one in contacts(steps) if between[0] <= one.offered < between[1]]
        inbound = {one.conversation: one for one in mine if one.direction == "inbound" and one.conversation}
        newest = sorted(inbound.values(), key=lambda one: -one.offered)[:MOST]
        firsts = first_messages(steps, {one.conversation or "" for one in newest}) if top else {}
        asked = topics(house, firsts, hiding_from_reader(house, who.role), top=top) if top else []
        house.archive.note(RecordViewed(what="volume", count=len(mine), position=position, why=purpose(who)), who)
    facts: dict[str, Any] = {
        "position": position,
        "zone": str(zone),
        "interval_length": interval,
        "contacts": len(mine),
        "by": volumes(mine, length=interval, zone=zone),
        "intervals": in_each(mine, length=interval, zone=zone, by=by) if by else None,
        "topics": [{"term": one.term, "conversations": one.conversations, "customers": one.customers} for one in asked],
        "topics_of": len(firsts),
        "topics_customers_least": PERSONS_LEAST,
        "first": _first(mine),
    }
    return Answer(facts=facts, words="\n".join(_lines(facts)))


def _first(mine: list[Contact]) -> str | None:
    return moment_of(min(one.offered for one in mine)).isoformat() if mine else None


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{facts['contacts']} contacts, from events up to {facts['position']}, by {facts['zone']} time."
    for name, counts in facts["by"].items():
        listed = ", ".join(f"{value} {count}" for value, count in islice(counts.items(), _LINES))
        more = f" and {len(counts) - _LINES} more" if len(counts) > _LINES else ""
        yield f"{name}: {listed or 'no contacts'}{more}"
    if facts["topics"]:
        listed = ", ".join(f"{one['term']} {one['conversations']}" for one in facts["topics"])
        yield (
            f"most asked about, in the first messages of {facts['topics_of']} conversations (terms of at least "
            f"{facts['topics_customers_least']} customers): {listed}"
        )
