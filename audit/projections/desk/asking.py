"""Asking the desk: tickets worst first, page by page, each with its score and the reasons for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from audit.projections.columns import moment_of
from audit.projections.desk.chain import RESULT
from audit.projections.desk.marks import from_bits
from audit.projections.desk.packing import counted, mask
from audit.projections.desk.rubric import Rubric
from audit.projections.desk.scoring import needs_of, score_of
from audit.projections.desk.standing import CONFIRMED
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from audit.projections.desk.view import Desk

PAGE: Final = 50


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


def page_of(db: Connection, desk: Desk, asked: Asked) -> Page:
    """Return a page of tickets, the worst first; of equals in the order of their ids."""
    spared, table = learnt(db, desk, asked.rubric), desk.tickets.c
    scored = (
        select(score_of(db, desk, asked.rubric, spared).label("score"), table.thing)
        .where(*_conditions(desk, asked))
        .subquery()
    )
    score, thing = scored.c.score, scored.c.thing
    weak = (score < asked.rubric.weak_below,) if asked.weak else ()
    total = db.scalar(select(func.count()).select_from(scored).where(*weak)) or 0
    query = select(score, thing).where(*weak).order_by(score, thing).limit(asked.limit + 1)
    if asked.after is not None:
        begin = asked.after
        query = query.where(or_(score > begin.score, and_(score == begin.score, thing > begin.thing)))
    places = [Place(*row) for row in db.execute(query)]
    page = places[: asked.limit]
    following = page[-1] if page and len(places) > asked.limit else None
    rows = {row.thing: row for row in _rows(db, desk, [one.thing for one in page])}
    return Page(_tickets(db, desk, [rows[one.thing] for one in page], asked.rubric, spared), total, following)


def tickets_of(db: Connection, desk: Desk, ids: Iterable[UUID], rubric: Rubric) -> list[Ticket]:
    """Return these tickets; what the desk does not know is left out."""
    rows = _rows(db, desk, [one.hex for one in ids])
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


def _rows(db: Connection, desk: Desk, things: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    for some in portions(list(things)):
        found += db.execute(select(desk.tickets).where(desk.tickets.c.thing.in_(some)))
    return found


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
    needs, shown = needs_of(row.category, rubric, spared), from_bits(row.marks)
    lost = [Loss(**one) for one in details["lost"]]
    return Ticket(
        id=UUID(hex=row.thing),
        written=written,
        score=rubric.score(row.category, shown, counted(row.losses & mask(needs.facts))),
        category=row.category,
        missing=tuple(code for code in needs.required if code not in shown),
        marks=tuple(Shown(*mark) for mark in details["marks"]),
        lost=tuple(
            one._replace(counts=not one.arrived and one.step != RESULT) for one in lost if one.kind in needs.facts
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
