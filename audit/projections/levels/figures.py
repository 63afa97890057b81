"""Service levels as an answer: what was asked, each interval, the whole, and each figure with its formula."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import WrongUse
from audit.projections.columns import microseconds, moment_of
from audit.projections.levels.contacts import LIVE, contacts
from audit.projections.levels.erlang import needed
from audit.projections.levels.formulas import FORMULAS, Counts, counted, level, mean_seconds, per_cent
from audit.projections.levels.intervals import all_between, interval_of, midnight, seconds_of
from audit.projections.levels.replies import replies, waits
from audit.projections.levels.returning import METHOD, first_contact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from audit.projections.levels.contacts import Contact
    from audit.projections.levels.intervals import Interval
    from audit.projections.levels.view import Step

RULES: Final = 1
"""Raised whenever the same events would be counted otherwise: a report names it."""
ALL: Final = "all"
_LISTED: Final = 2_000
"""Intervals without a call are listed too, unless there would be more than so many."""
_MICROSECONDS: Final = 1_000_000
_HOUR: Final = 3600


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question about service levels. Seconds; days are whole days of the zone, ``until`` included."""

    threshold: float
    short: float
    interval: str
    formula: str = ALL
    flow_outs: bool = False
    queue: str | None = None
    channel: str | None = None
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"
    fcr_days: float = 7
    staffing_aim: float = 80
    targets: Mapping[str, float]

    def __post_init__(self) -> None:
        if self.formula != ALL and self.formula not in FORMULAS:
            raise WrongUse(f"--formula {self.formula} is none: take one of {', '.join(FORMULAS)} or {ALL}.")
        seconds_of(self.interval)

    @property
    def formulas(self) -> tuple[str, ...]:
        return tuple(FORMULAS) if self.formula == ALL else (self.formula,)

    def written(self) -> str:
        """Return the question as compact JSON, from which ``asked_in`` makes it again."""
        said = asdict(self) | {"since": _iso(self.since), "until": _iso(self.until), "targets": dict(self.targets)}
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def asked_in(written: str) -> Asked:
    """Return a question that was written down."""
    said = json.loads(written)
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in ("since", "until")}
    return Asked(**(said | days))


def bounds(asked: Asked, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """Return the moments a question lies between, in microseconds since 1970."""
    begins = microseconds(midnight(asked.since, zone)) if asked.since else None
    ends = microseconds(midnight(asked.until + timedelta(days=1), zone)) if asked.until else None
    return begins, ends


def figures(steps: Sequence[Step], asked: Asked, zone: ZoneInfo) -> dict[str, Any]:
    """Return the answer. The same steps and the same question give the same answer, to the last digit."""
    begins, ends = bounds(asked, zone)
    every = contacts(steps)
    mine = [one for one in every if _is_asked(one, asked) and _inside(one.offered, begins, ends)]
    waited = [
        one
        for one in waits(steps)
        if _inside(one.since, begins, ends) and (asked.channel in {None, one.channel}) and asked.queue is None
    ]
    until = max((step.at for step in steps), default=0)
    fcr = first_contact(mine, every, days=asked.fcr_days, until=until)
    groups = _grouped(mine, asked, zone, (begins, ends))
    whole = sum((counts for _, counts in groups), Counts())
    return {
        "formula": asked.formula,
        "formulas": {name: FORMULAS[name].written for name in asked.formulas},
        "threshold": asked.threshold,
        "short": asked.short,
        "interval": asked.interval,
        "flow_outs_counted": asked.flow_outs,
        "zone": asked.zone,
        "from": _iso(asked.since),
        "to": _iso(asked.until),
        "queue": asked.queue,
        "channel": asked.channel,
        "rules": RULES,
        "intervals": [
            {"begins": _here(one.begins, zone), "ends": _here(one.ends, zone), **_numbers(counts, asked)}
            for one, counts in groups
        ],
        "totals": _numbers(whole, asked),
        "queues": {name: _numbers(_count(some, asked), asked) for name, some in sorted(_by_queue(mine).items())},
        "first_contact": {
            "rate": fcr.rate,
            "settled": fcr.settled,
            "judged": fcr.judged,
            "running": fcr.running,
            "unnamed": fcr.unnamed,
            "window_days": fcr.window_days,
            "method": METHOD,
        },
        "replies": [asdict(one) for one in replies(waited, asked.targets)],
        "staffing": _staffing(mine, asked, zone),
        "missing_conversations": _missing(steps, mine),
    }


def _is_asked(one: Contact, asked: Asked) -> bool:
    if one.direction != "inbound" or (asked.queue is not None and one.queue != asked.queue):
        return False
    return one.channel in LIVE if asked.channel is None else one.channel == asked.channel


def _inside(at: int, begins: int | None, ends: int | None) -> bool:
    return (begins is None or at >= begins) and (ends is None or at < ends)


def _grouped(
    mine: Iterable[Contact], asked: Asked, zone: ZoneInfo, between: tuple[int | None, int | None]
) -> list[tuple[Interval, Counts]]:
    apart: dict[Interval, list[Contact]] = defaultdict(list)
    for one in mine:
        apart[interval_of(one.offered, asked.interval, zone)].append(one)
    known = sorted(apart)
    first = moment_of(between[0]) if between[0] is not None else known[0].begins if known else None
    last = moment_of(between[1]) if between[1] is not None else known[-1].ends if known else None
    if first is not None and last is not None:
        listed = list(islice(all_between(first, last, asked.interval, zone), _LISTED + 1))
        known = listed if len(listed) <= _LISTED else known
    return [(one, _count(apart.get(one, ()), asked)) for one in known]


def _count(some: Iterable[Contact], asked: Asked) -> Counts:
    return counted(some, threshold=asked.threshold, short=asked.short)


def _by_queue(mine: Iterable[Contact]) -> dict[str, list[Contact]]:
    apart: dict[str, list[Contact]] = defaultdict(list)
    for one in mine:
        apart[one.queue or one.channel].append(one)
    return apart


def _numbers(counts: Counts, asked: Asked) -> dict[str, Any]:
    return {
        "offered": counts.offered,
        "answered": counts.answered,
        "abandoned": counts.abandoned,
        "short_abandoned": counts.short_abandoned,
        "transferred": counts.transferred,
        "flow_out": counts.flow_out,
        "waiting": counts.waiting,
        "answered_within": counts.answered_within,
        "abandoned_within": counts.abandoned_within,
        "levels": {name: level(counts, name, flow_outs=asked.flow_outs) for name in asked.formulas},
        "asa": mean_seconds(counts.wait, counts.answered),
        "aht": mean_seconds(counts.talk, counts.handled),
        "hold": mean_seconds(counts.hold, counts.handled),
        "abandon_rate": per_cent(counts.abandoned, counts.offered),
        "says": "no calls" if not counts.offered else None,
    }


def _here(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()


def _staffing(mine: Sequence[Contact], asked: Asked, zone: ZoneInfo) -> dict[str, Any] | None:
    """Return how many agents the busiest interval needs, by Erlang C; None where no call was handled.

    The load of a whole day says nothing of its peak: for longer intervals than an hour it is looked at by half hours.
    """
    length = asked.interval if seconds_of(asked.interval) <= _HOUR else "30m"
    apart: dict[Interval, list[Contact]] = defaultdict(list)
    for call in mine:
        if call.channel == "phone":
            apart[interval_of(call.offered, length, zone)].append(call)
    counts_of = {each: _count(some, asked) for each, some in apart.items()}
    busiest = max(counts_of.items(), key=lambda each: (each[1].talk, each[0]), default=None)
    if busiest is None or not busiest[1].handled:
        return None
    one, counts = busiest
    handling = counts.talk / counts.handled / _MICROSECONDS
    load = counts.offered * handling / (one.ends - one.begins).total_seconds()
    found = needed(load, handling=handling, threshold=asked.threshold, aim=asked.staffing_aim / 100)
    return {
        "method": "Erlang C",
        "interval": length,
        "begins": _here(one.begins, zone),
        "load_erlangs": round(load, 2),
        "handling_seconds": round(handling, 1),
        "aim": asked.staffing_aim,
        "threshold": asked.threshold,
        "agents": found.agents,
        "service_level": round(100 * found.service_level, 2),
        "occupancy": round(100 * found.occupancy, 2),
        "asa": round(found.asa, 1),
    }


def _missing(steps: Iterable[Step], mine: Iterable[Contact]) -> int:
    """Count calls that were answered though nothing of what was said ever came: their words are not in the archive."""
    heard = {step.conversation for step in steps if step.kind in {"in", "out", "bot"}}
    answered = {one.conversation or str(one.event) for one in mine if one.answered is not None}
    return len(answered - heard)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
