"""``onrecord deliveries``: what was brought in, and what of it was refused and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.projections.deliveries import Deliveries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from audit.bootstrap.withheld import Hiding
    from audit.projections.deliveries import Delivery

Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most, the newest first.")]
Refused = Annotated[bool, typer.Option("--refused", help="Only those of which something was refused.")]


def deliveries(session: Session, limit: Limit = 20, refused: Refused = False) -> Answer:
    """List what was brought in: how many items were new, known and refused, and each refusal with its place."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        with house.views.reading(Deliveries) as (db, view):
            found = [one for one in view.newest(db, limit=limit) if one.refusals or one.reason or not refused]
        viewed = RecordViewed(what="deliveries", count=len(found), position=position, why=purpose(by))
        house.archive.note(viewed, by)
        hiding = hiding_from_reader(house, by.role)
        found = [_shown(one, hiding) for one in found]
    facts = {"position": position, "deliveries": [_facts(one) for one in found]}
    words = "\n".join(_lines(found, session.settings.zone)) or "Nothing was brought in yet: see onrecord import --help."
    return Answer(facts=facts, words=words)


def _shown(one: Delivery, hiding: Hiding) -> Delivery:
    refusals = tuple(replace(each, reason=shown_words(each.reason, each.event, hiding) or "") for each in one.refusals)
    name, reason = (shown_words(words, one.event, hiding) for words in (one.name, one.reason))
    return replace(one, name=name, reason=reason, refusals=refusals)


def _facts(one: Delivery) -> dict[str, Any]:
    return {
        "delivery": str(one.id),
        "event": one.event,
        "at": one.at.isoformat(),
        "format": one.format,
        "name": one.name,
        "state": one.state,
        "reason": one.reason,
        "found": one.found,
        "new": one.new,
        "known": one.known,
        "refused": one.refused,
        "refusals": [{"event": each.event, "place": each.place, "reason": each.reason} for each in one.refusals],
    }


def _lines(found: Iterable[Delivery], zone: ZoneInfo) -> Iterator[str]:
    for one in found:
        ended = one.reason or f"{one.found} found, {one.new} new, {one.known} known, {one.refused} refused"
        if one.state == "received":
            ended = "reading did not end: bring it again"
        yield f"#{one.event} {one.at.astimezone(zone):%Y-%m-%d %H:%M} {one.format} {one.name or ''}: {ended}"
        for each in one.refusals:
            yield f"    {each.place}: {each.reason} (kept as event {each.event})"
