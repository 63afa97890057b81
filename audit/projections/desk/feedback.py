"""Feedback to people: what became of the tickets they wrote, never without the number it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select

from audit.projections.columns import microseconds, moment_of
from audit.projections.desk.asking import learnt
from audit.projections.desk.marks import from_bits
from audit.projections.desk.packing import unpack
from audit.projections.desk.scoring import needs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from audit.projections.desk.rubric import Rubric
    from audit.projections.desk.view import Desk

FEW: Final = 10
"""With fewer tickets a share says next to nothing about a person."""
_Z: Final = 1.959964
"""The normal quantile for 95 in 100."""
_NOTHING: Final = 0.0


class Share(NamedTuple):
    """So many of so many, with the 95 % interval of Wilson (1927); None where there are none."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.of)


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What became of the tickets of an agent or a team in a month; ``few`` warns that the number is too small."""

    whose: str
    month: date | None
    tickets: int
    score: float | None
    with_losses: Share
    facts_lost: int
    bounced: Share
    read_back: Share
    repeated: int
    lost_kinds: tuple[tuple[str, int], ...]

    @property
    def few(self) -> bool:
        return self.tickets < FEW


class Relation(NamedTuple):
    """How visits go with scores: Spearman's rank correlation, its 95 % interval, and whether it says anything."""

    n: int
    rho: float | None
    interval: tuple[float, float] | None
    says: str


class _Row(NamedTuple):
    row: Any
    score: int
    lost: dict[str, int]


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """Return the interval in which the true share lies, 95 times in 100 (Wilson 1927, without correction)."""
    if of == 0:
        return None
    share, z2 = count / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def by_author(
    db: Connection, desk: Desk, rubric: Rubric, zone: ZoneInfo, *, since: datetime | None = None
) -> list[Feedback]:
    """Return the feedback for each agent, over all the time and for each month."""
    return _grouped(_rows(db, desk, rubric, since), "author", zone)


def by_team(
    db: Connection, desk: Desk, rubric: Rubric, zone: ZoneInfo, *, since: datetime | None = None
) -> list[Feedback]:
    """Return the same for each team."""
    return _grouped(_rows(db, desk, rubric, since), "team", zone)


def visits_and_scores(db: Connection, desk: Desk, rubric: Rubric) -> Relation:
    """Return whether tickets with a low score need more visits: a score that does not show in visits means little."""
    rows = [one for one in _rows(db, desk, rubric, None) if one.row.visits > 0]
    return related([float(one.score) for one in rows], [float(one.row.visits) for one in rows])


def related(scores: Sequence[float], visits: Sequence[float]) -> Relation:
    """Return Spearman's rank correlation with the interval of Fisher's transformation."""
    n = len(scores)
    if n < FEW:
        return Relation(n, None, None, f"Only {n} tickets had a visit: this says nothing yet.")
    rho = _pearson(_ranks(scores), _ranks(visits))
    if rho is None:
        return Relation(
            n, None, None, "All tickets have the same score or the same number of visits: this says nothing."
        )
    spread = _Z / math.sqrt(n - 3)
    middle = math.atanh(max(-0.999999, min(0.999999, rho)))
    interval = (math.tanh(middle - spread), math.tanh(middle + spread))
    if interval[0] <= _NOTHING <= interval[1]:
        says = f"Over {n} tickets scores and visits do not go together: the score says nothing about visits."
    elif rho < _NOTHING:
        says = f"Over {n} tickets a better score goes with fewer visits."
    else:
        says = f"Over {n} tickets a better score goes with more visits: look at the rubric."
    return Relation(n, rho, interval, says)


def _rows(db: Connection, desk: Desk, rubric: Rubric, since: datetime | None) -> list[_Row]:
    spared = learnt(db, desk, rubric)
    query = select(desk.tickets).order_by(desk.tickets.c.thing)
    if since is not None:
        query = query.where(desk.tickets.c.first_at >= microseconds(since))
    found = []
    for row in db.execute(query):
        needed = needs_of(row.category, rubric, spared).facts
        lost = {kind: count for kind, count in unpack(row.losses).items() if kind in needed}
        found.append(_Row(row, rubric.score(row.category, from_bits(row.marks), sum(lost.values())), lost))
    return found


def _grouped(rows: Iterable[_Row], column: str, zone: ZoneInfo) -> list[Feedback]:
    groups: dict[tuple[str, date | None], list[_Row]] = {}
    for one in rows:
        whose = getattr(one.row, column)
        if whose is not None:
            month = moment_of(one.row.first_at).astimezone(zone).date().replace(day=1)
            groups.setdefault((whose, None), []).append(one)
            groups.setdefault((whose, month), []).append(one)
    order = sorted(groups, key=lambda key: (key[0], key[1] or date.min))
    return [_feedback(whose, month, groups[whose, month]) for whose, month in order]


def _feedback(whose: str, month: date | None, rows: Sequence[_Row]) -> Feedback:
    kinds: dict[str, int] = {}
    for one in rows:
        for kind, count in one.lost.items():
            kinds[kind] = kinds.get(kind, 0) + count
    return Feedback(
        whose=whose,
        month=month,
        tickets=len(rows),
        score=sum(one.score for one in rows) / len(rows) if rows else None,
        with_losses=Share(sum(bool(one.lost) for one in rows), len(rows)),
        facts_lost=sum(kinds.values()),
        bounced=Share(sum(one.row.bounces > 0 for one in rows), len(rows)),
        read_back=Share(sum(one.row.read_back is not None for one in rows), len(rows)),
        repeated=sum(one.row.repeated for one in rows),
        lost_kinds=tuple(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
    )


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the ranks of values, equals sharing theirs."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranks[place] = (start + end) / 2
        start = end + 1
    return ranks


def _pearson(one: Sequence[float], other: Sequence[float]) -> float | None:
    n = len(one)
    first, second = sum(one) / n, sum(other) / n
    above = sum((a - first) * (b - second) for a, b in zip(one, other, strict=True))
    below = math.sqrt(sum((a - first) ** 2 for a in one) * sum((b - second) ** 2 for b in other))
    return above / below if below else None


def person(whose: str) -> UUID | None:
    """Return the id of an agent a feedback is about, None for a team."""
    try:
        return UUID(hex=whose)
    except ValueError:
        return None
