"""Service level: charts with their tables, each figure with its formula; live where the browser wants it so."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from babel.numbers import format_decimal
from fastapi import Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api import charts
from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from audit.bootstrap import levels as asking
from audit.domain.errors import WrongUse
from audit.projections.columns import microseconds, moment_of
from audit.projections.levels.figures import ALL, Asked
from audit.projections.levels.formulas import FORMULAS
from audit.projections.levels.settings import level_settings
from audit.projections.levels.view import Levels
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from audit.bootstrap.house import House

INTERVALS: Final = {"1m": N_("a minute"), "30m": N_("half an hour"), "1h": N_("an hour"), "1d": N_("a day")}
_USUAL_DAYS: Final = 7
_DRAWN_MOST: Final = 1_000
_ROWS_MOST: Final = 100
_LOOKS: Final = 8
_EVERY_SECONDS: Final = 2.0
_SECONDS_MOST: Final = 10_000_000


@opens("levels")
def levels(visit: Visit, report: str = "") -> Response:
    house = visit.house
    with house.views.reading(Levels) as (db, view):
        position, newest = house.views.as_of(db, Levels.name), view.reach(db)[0]
    named = visit.request.query_params
    if report:
        answer = asking.print_again(house, report).answer
    else:
        asked = _asked(visit, named)
        # As of the newest step: nothing that came after it is counted, and what came before stays as it is.
        count = partial(asking.ask, house, asked, newest)
        answer = visit.rooms.figures.of(("levels", newest, asked.written()), count) | {"position": position}
    visit.looked("levels", count=answer["totals"]["offered"], position=position)
    shown = answer["intervals"]
    drawn = shown[-_DRAWN_MOST:]
    return visit.page(
        "work/levels.html",
        answer=answer,
        report=report,
        newest=newest,
        live=not report,
        usual=0 if report or named.get("from") or named.get("to") else _USUAL_DAYS,
        intervals=INTERVALS,
        formulas=FORMULAS,
        every=ALL,
        rows=[one for one in shown if one["offered"]][-_ROWS_MOST:],
        left_out=max(0, sum(bool(one["offered"]) for one in shown) - _ROWS_MOST),
        chart=charts.bars(_heights(drawn)),
        line=charts.lines([[one["levels"][name] for one in drawn] for name in answer["formulas"]]),
        drawn=drawn,
        box=charts,
        when=datetime.fromisoformat,
        cent=partial(format_decimal, format="#,##0.00", locale=visit.say.locale),
        paper=wording(visit.say.language),
    )


@opens("levels-issued")
def issued(visit: Visit) -> Response:
    """Hand the answer out as a report that prints the same for ever."""
    house = visit.house
    house.follower.catch_up()
    asked = _asked(visit, {name: visit.field(name, 200) for name in _FIELDS})
    return visit.to("/levels", report=asking.issue(house, visit.by, asked, house.views.position(Levels.name)).id)


@opens("levels-live")
def live(visit: Visit) -> Response:
    """Tell a page that is open that new steps came: by their position alone, no figure and no word."""
    return StreamingResponse(_moves(visit.house), media_type="text/event-stream")


_FIELDS: Final = ("from", "to", "threshold", "interval", "formula", "short", "flow", "queue", "channel")


def _asked(visit: Visit, named: Mapping[str, str]) -> Asked:
    """Read the question; where it names no first day, the seven up to the last, or to the newest call or chat."""
    house = visit.house
    usual = level_settings(house.settings.levels)
    since, until = _day(visit, named.get("from", "")), _day(visit, named.get("to", ""))
    if since is None:
        until = until or newest_day(house)
        since = until and until - timedelta(days=_USUAL_DAYS - 1)
    if since and until and until < since:
        raise WrongUse(str(visit.say("The last day is before the first: turn them round.")))
    return Asked(
        threshold=_seconds(visit, named.get("threshold", ""), usual.threshold),
        short=_seconds(visit, named.get("short", ""), usual.short),
        interval=named.get("interval") or (usual.interval if since and since == until else "1d"),
        formula=named.get("formula") or ALL,
        flow_outs=bool(named.get("flow")),
        queue=named.get("queue") or None,
        channel=named.get("channel") or None,
        since=since,
        until=until,
        zone=str(house.settings.zone),
        fcr_days=usual.fcr_days,
        staffing_aim=usual.staffing_aim,
        targets=usual.targets,
    )


def _heights(intervals: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Return what is drawn upon each other: answered, given up, and what left the queue or waits still."""
    return [
        [one["answered"] for one in intervals],
        [one["abandoned"] for one in intervals],
        [one["flow_out"] + one["waiting"] for one in intervals],
    ]


async def _moves(house: House) -> AsyncIterator[str]:
    """Say where the newest step stands, at once and whenever it has moved; the browser comes again by itself.

    A stream is short, so that nothing waits for it when the server stops, and each begins with a session that holds.
    """
    told = None
    yield "retry: 2000\n\n"
    for _ in range(_LOOKS):
        newest = await run_in_threadpool(_newest, house)
        if newest != told:
            told = newest
            yield f"data: {newest}\n\n"
        await asyncio.sleep(_EVERY_SECONDS)


def _newest(house: House) -> int:
    with house.views.reading(Levels) as (db, view):
        return view.reach(db)[0]


def newest_day(house: House) -> date | None:
    """Return the day of the newest call or message, None of nothing; what claims to be of later is not looked at."""
    with house.views.reading(Levels) as (db, view):
        upto, now = house.views.as_of(db, Levels.name), microseconds(house.world.clock())
        newest = view.newest_at(db, upto=upto, before=now)
    return None if newest is None else moment_of(newest).astimezone(house.settings.zone).date()


def _day(visit: Visit, written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise WrongUse(str(visit.say("Write the day like 2026-03-01."))) from None


def _seconds(visit: Visit, written: str, usual: float) -> float:
    try:
        seconds = float(written) if written else usual
    except ValueError:
        seconds = -1
    if not (isfinite(seconds) and 0 <= seconds <= _SECONDS_MOST):
        raise WrongUse(str(visit.say("{written} is no number of seconds.", written=written[:20])))
    return seconds
