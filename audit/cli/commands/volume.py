"""``onrecord volume``: how much came in and went out, when, through which channel, and about what."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.desk import require
from audit.bootstrap.levels import READERS
from audit.bootstrap.volumes import Asked, ask, check_volume
from audit.cli.days import day
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.projections.levels.volumes import BY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    check_volume(interval, by)
    asked = Asked(interval=interval, between=(day(from_, "--from"), day(to, "--to")), by=by, top=top)
    with session.house() as house:
        who = session.actor(house)
        require(who, READERS, "read volumes")
        position = session.caught_up(house)
        facts = ask(house, who.role, asked, position=position)
        viewed = RecordViewed(what="volume", count=facts["contacts"], position=position, why=purpose(who))
        house.archive.note(viewed, who)
    return Answer(facts=facts, words="\n".join(_lines(facts)))


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
