"""Asking the desk: tickets worst first, page by page, each with its score and the reasons for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_

from audit.projections.columns import moment_of
from audit.projections.desk.chain import RESULT
from audit.projections.desk.marks import from_bits
from audit.projections.desk.rubric import Rubric
from audit.projections.desk.standing import CONFIRMED
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from audit.projections.desk.view import Desk

PAGE: Final = 50
_AT_ONCE: Final = 200
"""So many groups of equal tickets are asked for in one query."""


class Place(NamedTuple):
    """Where a page ends: the score and the id of its last ticket."""

    score: int
    thing: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which tickets are wanted. ``unread`` are those without a standing read-back, ``orphans`` without a work order."""

    rubric: Rubric
    weak: bool = False
    bounced: bool = False
    unread: bool = False
    orphans: bool = False
    unclear: bool = False
    open_visits: bool = False
    author: UUID | None = None
    team: str | None = None
    limit: int = PAGE
    after: Place | None = None


class Shown(NamedTuple):
    """A mark of the rubric as a ticket shows it, at [start, end) of its subject, text and fields put together."""

    code: str
    part: str
    start: int
    end: int
    text: str
    event: int


class Loss(NamedTuple):
    """A fact that got lost in a step; ``key`` names it in a dismissal, ``counts`` says whether points are taken off."""

    kind: str
    text: str
    key: str
    line: str
    event: int
    step: str
    wrong: Mapping[str, Any] | None
    arrived: bool
    counts: bool = True


class Again(NamedTuple):
    """A fact the customer had to say again."""

    kind: str
    text: str
    first: int
    again: int
    other_conversation: bool


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A ticket as the desk sees it; ``missing`` are the codes its category requires and its text does not show."""

    id: UUID
    written: str | None
    score: int
    category: str | None
    missing: tuple[str, ...]
    marks: tuple[Shown, ...]
    lost: tuple[Loss, ...]
    repeated: tuple[Again, ...]
    author: UUID | None
    team: str | None
    customer: UUID | None
    versions: int
    bounces: int
    bounced: bool
    read_back: str | None
    escalated_unread: bool
    orphan: bool
    unclear: bool
    open_visit: bool
    visits: int
    repeat_of: str | None
    first_at: datetime
    last_at: datetime

    @property
    def flags(self) -> tuple[str, ...]:
        """What else speaks of trouble, in codes."""
        found = {
            "bounced": self.bounced,
            "bounced-again": self.bounces > 1,
            "unread-back": self.read_back is None,
            "read-back-stale": self.read_back == "stale",
            "escalated-unread": self.escalated_unread,
            "orphan": self.orphan,
            "unclear": self.unclear,
            "visit-open": self.open_visit,
        }
        return tuple(flag for flag, holds in found.items() if holds)


class Page(NamedTuple):
    """Tickets in order, how many there are in all, and where the next page begins, None at the end."""

    tickets: list[Ticket]
    total: int
    next: Place | None


class _Kind(NamedTuple):
    """Tickets that are alike in all that makes their score."""

    category: str | None
    marks: int
    losses: str


def page_of(db: Connection, desk: Desk, asked: Asked) -> Page:
    """Return a page of tickets, the worst first; of equals in the order of their ids."""
    spared = learnt(db, desk, asked.rubric)
    where = _conditions(desk, asked)
    scored = _kinds(db, desk, where, asked.rubric, spared)
    if asked.weak:
        scored = [one for one in scored if one[0] < asked.rubric.weak_below]
    total = sum(count for _, _, count in scored)
    rows: list[tuple[int, Any]] = []
    for score, some in groupby(scored, key=lambda one: one[0]):
        if asked.after is not None and score < asked.after.score:
            continue
        begin = asked.after.thing if asked.after is not None and asked.after.score == score else None
        kinds = [kind for _, kind, _ in some]
        rows += [(score, row) for row in _rows(db, desk, kinds, where, begin, asked.limit + 1 - len(rows))]
        if len(rows) > asked.limit:
            break
    page = rows[: asked.limit]
    more = Place(page[-1][0], page[-1][1].thing) if len(rows) > asked.limit else None
    return Page(_tickets(db, desk, [row for _, row in page], asked.rubric, spared), total, more)


def tickets_of(db: Connection, desk: Desk, ids: Iterable[UUID], rubric: Rubric) -> list[Ticket]:
    """Return these tickets; what the desk does not know is left out."""
    rows: list[Any] = []
    for some in portions([one.hex for one in ids]):
        rows += db.execute(select(desk.tickets).where(desk.tickets.c.thing.in_(some)))
    return _tickets(db, desk, rows, rubric, learnt(db, desk, rubric))


def learnt(db: Connection, desk: Desk, rubric: Rubric) -> frozenset[tuple[str, str]]:
    """Return the (category, kind) that were dismissed as not needed on enough tickets to be asked for no longer."""
    table, last = desk.dismissals, dict[tuple[str, str, str], Any]()
    for row in db.execute(select(table).order_by(table.c.position)):
        last[row.thing, row.kind, row.fact or ""] = row
    tickets: dict[tuple[str, str], set[str]] = {}
    for row in last.values():
        if row.reason == "not-needed" and not row.taken_back:
            tickets.setdefault((row.category or "", row.kind), set()).add(row.thing)
    return frozenset(one for one, found in tickets.items() if len(found) >= rubric.dismissals_to_learn > 0)


def _conditions(desk: Desk, asked: Asked) -> list[ColumnElement[bool]]:
    table = desk.tickets.c
    unread = or_(table.read_back.is_(None), table.read_back != CONFIRMED)
    wanted = (
        (asked.bounced, table.bounced.is_(True)),
        (asked.unread, unread),
        (asked.orphans, table.orphan.is_(True)),
        (asked.unclear, table.unclear.is_(True)),
        (asked.open_visits, table.open_visit.is_(True)),
        (asked.author is not None, table.author == (asked.author.hex if asked.author else None)),
        (asked.team is not None, table.team == asked.team),
    )
    return [condition for on, condition in wanted if on]


def _kinds(
    db: Connection,
    desk: Desk,
    where: Sequence[ColumnElement[bool]],
    rubric: Rubric,
    spared: frozenset[tuple[str, str]],
) -> list[tuple[int, _Kind, int]]:
    """Return the kinds of tickets there are with their score and number, the worst first."""
    table = desk.tickets.c
    columns = (table.category, table.marks, table.losses)
    counted = select(*columns, func.count()).where(*where).group_by(*columns)
    # Of a hundred thousand tickets there are thousands of kinds, but few losses and few marks among them.
    share = cache(lambda category, marks: rubric.score(category, from_bits(marks), 0))
    lost = cache(lambda category, losses: _counted(category, losses, rubric, spared))
    found = []
    for category, marks, losses, count in db.execute(counted):
        score = max(0, share(category, marks) - lost(category, losses) * rubric.points_for_a_loss)
        found.append((score, _Kind(category, marks, losses), count))
    return sorted(found, key=lambda one: (one[0], one[1].category or "", one[1]._replace(category="")))


def _score(kind: _Kind, rubric: Rubric, spared: frozenset[tuple[str, str]]) -> int:
    lost = _counted(kind.category, kind.losses, rubric, spared)
    return rubric.score(kind.category, from_bits(kind.marks), lost)


def _counted(category: str | None, losses: str, rubric: Rubric, spared: frozenset[tuple[str, str]]) -> int:
    """Return how many of the losses count for a category."""
    parts = (part.partition(":") for part in losses.split(",") if part)
    return sum(int(count) for name, _, count in parts if _is_needed(name, category, rubric, spared))


def _is_needed(kind: str, category: str | None, rubric: Rubric, spared: frozenset[tuple[str, str]]) -> bool:
    return kind in rubric.of(category).facts and (category or "", kind) not in spared


def _rows(
    db: Connection, desk: Desk, kinds: list[_Kind], where: Sequence[ColumnElement[bool]], begin: str | None, limit: int
) -> list[Any]:
    """Return the first tickets of these kinds, in the order of their ids."""
    table = desk.tickets.c
    found: list[Any] = []
    for start in range(0, len(kinds), _AT_ONCE):
        some = kinds[start : start + _AT_ONCE]
        named = [tuple(kind) for kind in some if kind.category is not None]
        bare = [(kind.marks, kind.losses) for kind in some if kind.category is None]
        alike: list[ColumnElement[bool]] = []
        if named:
            alike.append(tuple_(table.category, table.marks, table.losses).in_(named))
        if bare:
            alike.append(and_(table.category.is_(None), tuple_(table.marks, table.losses).in_(bare)))
        query = select(desk.tickets).where(or_(*alike), *where)
        if begin is not None:
            query = query.where(table.thing > begin)
        found += db.execute(query.order_by(table.thing).limit(limit)).all()
    return sorted(found, key=lambda row: row.thing)[:limit]


def _tickets(
    db: Connection, desk: Desk, rows: Sequence[Any], rubric: Rubric, spared: frozenset[tuple[str, str]]
) -> list[Ticket]:
    written = written_of(db, desk, [row.thing for row in rows])
    return [_ticket(row, written.get(row.thing), rubric, spared) for row in rows]


def written_of(db: Connection, desk: Desk, things: Iterable[str]) -> dict[str, str]:
    """Return the ids of tickets and work orders as they were written, where they are not erased."""
    ties, found = desk.ties.c, dict[str, str]()
    for some in portions(sorted(set(things))):
        query = select(ties.thing, ties.written).where(
            ties.thing.in_(some), ties.tie == ties.thing, ties.written.is_not(None)
        )
        found |= {row.thing: row.written for row in db.execute(query)}
    return found


def _ticket(row: Any, written: str | None, rubric: Rubric, spared: frozenset[tuple[str, str]]) -> Ticket:
    details = json.loads(row.details)
    kind = _Kind(row.category, row.marks, row.losses)
    shown = from_bits(row.marks)
    lost = [Loss(**one) for one in details["lost"]]
    return Ticket(
        id=UUID(hex=row.thing),
        written=written,
        score=_score(kind, rubric, spared),
        category=row.category,
        missing=tuple(code for code in rubric.of(row.category).required if code not in shown),
        marks=tuple(Shown(*mark) for mark in details["marks"]),
        lost=tuple(
            one._replace(counts=not one.arrived and one.step != RESULT)
            for one in lost
            if _is_needed(one.kind, row.category, rubric, spared)
        ),
        repeated=tuple(Again(*one) for one in details["repeated"]),
        author=UUID(hex=row.author) if row.author else None,
        team=row.team,
        customer=UUID(hex=row.customer) if row.customer else None,
        versions=row.versions,
        bounces=row.bounces,
        bounced=row.bounced,
        read_back=row.read_back,
        escalated_unread=row.escalated_unread,
        orphan=row.orphan,
        unclear=row.unclear,
        open_visit=row.open_visit,
        visits=row.visits,
        repeat_of=row.repeat_of,
        first_at=moment_of(row.first_at),
        last_at=moment_of(row.last_at),
    )
