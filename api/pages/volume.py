"""Volume: how much came in and went out, when, through which channel, and what customers ask about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from fastapi import Response

from api import charts
from api.navigation import N_
from api.opening import opens
from api.pages.levels import INTERVALS, newest_day
from api.visit import Visit
from audit.bootstrap import volumes
from audit.domain.errors import WrongUse
from audit.projections.levels.intervals import all_between, midnight
from audit.projections.levels.view import Levels
from audit.projections.levels.volumes import BY, NOT_SAID
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

NAMED: Final = {
    "channel": N_("Channel"),
    "direction": N_("Direction"),
    "purpose": N_("Purpose"),
    "queue": N_("Queue"),
}
_USUAL_DAYS: Final = 30
_DRAWN_MOST: Final = 1_000
_ROWS_MOST: Final = 100
_TOPICS: Final = 20
_TOPICS_OF: Final = 500
"""So many conversations, the newest, are read for what they are about."""
_READS_NO_WORDS: Final = "administrator"

assert tuple(NAMED) == BY[1:]


@opens("volume")
def volume(visit: Visit, interval: str = "1d", topics: str = "") -> Response:
    house = visit.house
    with house.views.reading(Levels) as (db, view):
        position, newest = house.views.as_of(db, Levels.name), view.reach(db)[0]
    since, until = _days(visit)
    reads_words = visit.by.role != _READS_NO_WORDS
    asked = volumes.Asked(interval=interval, between=(since, until), most=_TOPICS_OF)
    count = partial(volumes.ask, house, visit.by.role, position=newest)
    if topics and reads_words:
        # With words in it, which may be erased at any time: asked for anew by each who wants them.
        answer = count(replace(asked, top=_TOPICS))
    else:
        answer = visit.rooms.figures.of(("volume", newest, interval, since, until), partial(count, asked))
    visit.looked("volume", count=answer["contacts"], position=position)
    counts: dict[str, Any] = answer["by"]
    times = _whole(counts["interval"], interval, (since, until), house.settings.zone)
    return visit.page(
        "work/volume.html",
        answer=answer,
        position=position,
        topics=bool(topics) and reads_words,
        offers_topics=reads_words,
        usual=0 if visit.request.query_params.get("from") or visit.request.query_params.get("to") else _USUAL_DAYS,
        interval=interval,
        intervals=INTERVALS,
        since=since,
        until=until,
        named=NAMED,
        not_said=NOT_SAID,
        divided={name: dict(islice(counts[name].items(), _ROWS_MOST)) for name in NAMED},
        times=[one for one in times if one[1]][-_ROWS_MOST:],
        left_out=max(0, sum(bool(count) for _, count in times) - _ROWS_MOST),
        drawn=times[-_DRAWN_MOST:],
        chart=charts.bars([[count for _, count in times[-_DRAWN_MOST:]]]),
        box=charts,
        when=datetime.fromisoformat,
        paper=wording(visit.say.language),
    )


def _whole(
    counts: Mapping[str, int], interval: str, between: tuple[date | None, date | None], zone: ZoneInfo
) -> list[tuple[str, int]]:
    """Return the counts with the intervals that had none between them, unless those would be too many to draw."""
    since, until = between
    if since is None or until is None or not counts:
        return list(counts.items())
    listed = all_between(midnight(since, zone), midnight(until + timedelta(days=1), zone), interval, zone)
    every = [one.begins.astimezone(zone).isoformat() for one in islice(listed, _DRAWN_MOST + 1)]
    return [(one, counts.get(one, 0)) for one in every] if len(every) <= _DRAWN_MOST else list(counts.items())


def _days(visit: Visit) -> tuple[date | None, date | None]:
    """Return the days asked about; where no first is named, the thirty up to the last, or to the newest contact."""
    written = [visit.request.query_params.get(name, "") for name in ("from", "to")]
    try:
        since, until = (date.fromisoformat(one) if one else None for one in written)
    except ValueError:
        raise WrongUse(str(visit.say("Write the day like 2026-03-01."))) from None
    if since is None:
        until = until or newest_day(visit.house)
        since = until and until - timedelta(days=_USUAL_DAYS - 1)
    if since and until and until < since:
        raise WrongUse(str(visit.say("The last day is before the first: turn them round.")))
    return since, until
