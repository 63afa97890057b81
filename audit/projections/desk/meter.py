"""The repetition meter: what customers had to say again, across all their conversations, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from audit.domain.fact import STAFF_ROLES
from audit.projections.columns import moment_of, reading_order
from audit.projections.desk.remaking import heads_of, lines_of, standing_rows
from audit.projections.desk.repetition import Turn, repetitions
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from audit.projections.desk.view import Desk

CUSTOMERS: Final = 500
"""Of so many customers with more than one conversation the meter tells, those who wrote last: it reads every line."""
_LINES: Final = 2_000
"""So many of a customer's lines are looked through, the newest."""
_FEW: Final = 10


@dataclass(frozen=True, slots=True)
class SaidAgain:
    """A fact said again: in which events first and again, when, and who of the staff (by tie) was spoken to."""

    kind: str
    text: str
    first: int
    again: int
    other_conversation: bool
    conversation: str
    at: datetime
    agent: str | None


@dataclass(frozen=True, kw_only=True)
class Met:
    """What customers said again to an agent or a team in a month; ``few`` warns that they were too few."""

    whose: str
    month: date | None
    customers: int
    facts: int
    other_conversation: int

    @property
    def few(self) -> bool:
        return self.customers < _FEW


class Meter(NamedTuple):
    """The meter over the customers who were looked at, and the same for each agent or team."""

    customers: int
    repeating: int
    facts: int
    other_conversation: int
    by: tuple[Met, ...]


def said_again(
    db: Connection, desk: Desk, persons: Collection[UUID], *, unseen: Collection[int] = frozenset()
) -> list[SaidAgain]:
    """Return what one customer had to say again, in reading order; ``persons`` are all ids of theirs.

    What stands in an event of ``unseen`` is not told: even a count would say that it stands there.
    """
    talks = _talks(db, desk, [one.hex for one in persons])
    heads = heads_of(talks)
    turns = [Turn(row.thing or "", line) for row, line in zip(heads, lines_of(talks), strict=True)]
    rows = {turn.line.event: (place, row) for place, (row, turn) in enumerate(zip(heads, turns, strict=True))}
    found = []
    for one in repetitions(turns):
        if one.first not in unseen and one.again not in unseen:
            place, row = rows[one.again]
            at, agent = moment_of(row.at, row.zone), _spoken_to(heads, place)
            fact = (one.fact.kind, one.fact.text, one.first, one.again)
            found.append(SaidAgain(*fact, one.other_conversation, row.thing or "", at, agent))
    return found


def meter(
    db: Connection, desk: Desk, zone: ZoneInfo, *, teams: bool = False, unseen: Collection[int] = frozenset()
) -> Meter:
    """Return what the customers who wrote last, and more than once, had to say again: by agent, or by team."""
    customers = _returning(db, desk)
    groups: dict[tuple[str, date | None], list[tuple[str, SaidAgain]]] = {}
    facts = others = 0
    repeating = set[str]()
    for customer in customers:
        said = said_again(db, desk, [UUID(hex=customer)], unseen=unseen)
        facts, others = facts + len(said), others + sum(one.other_conversation for one in said)
        team = _teams(db, desk, {one.conversation for one in said}) if teams and said else {}
        for one in said:
            repeating.add(customer)
            whose = team.get(one.conversation) if teams else one.agent
            if whose is not None:
                for month in (None, one.at.astimezone(zone).date().replace(day=1)):
                    groups.setdefault((whose, month), []).append((customer, one))
    order = sorted(groups, key=lambda key: (key[0], key[1] or date.min))
    return Meter(len(customers), len(repeating), facts, others, tuple(_met(*key, groups[key]) for key in order))


def _met(whose: str, month: date | None, said: Collection[tuple[str, SaidAgain]]) -> Met:
    return Met(
        whose=whose,
        month=month,
        customers=len({customer for customer, _ in said}),
        facts=len(said),
        other_conversation=sum(one.other_conversation for _, one in said),
    )


def _talks(db: Connection, desk: Desk, customers: list[str]) -> list[Any]:
    """Return all lines of the conversations in which a customer spoke, in reading order, edits and deletions too."""
    texts = desk.texts.c
    spoken = select(texts.thing).where(texts.customer.in_(customers), texts.step == "message").distinct()
    talks = sorted(filter(None, db.scalars(spoken)))
    rows: list[Any] = []
    for some in portions(talks):
        newest = select(desk.texts).where(texts.thing.in_(some), texts.step.in_(("message", "edit", "deletion")))
        rows += db.execute(newest.order_by(texts.at.desc(), texts.position.desc()).limit(_LINES)).all()
    there = {row.position for row in rows}
    for some in portions(sorted({row.stream for row in rows if row.step == "message"})):
        loose = select(desk.texts).where(texts.revises.in_(some), texts.thing.is_(None))
        rows += [row for row in db.execute(loose) if row.position not in there]
    return sorted(standing_rows(rows), key=reading_order)[-_LINES:]


def _returning(db: Connection, desk: Desk) -> list[str]:
    """Return the customers with more than one conversation, those who wrote last first."""
    texts = desk.texts.c
    query = (
        select(texts.customer)
        .where(texts.step == "message", texts.customer.is_not(None))
        .group_by(texts.customer)
        .having(func.count(texts.thing.distinct()) > 1)
        .order_by(func.max(texts.at).desc(), texts.customer)
    )
    return list(db.scalars(query.limit(CUSTOMERS)))


def _spoken_to(heads: list[Any], place: int) -> str | None:
    """Return who of the staff spoke last before a line of its conversation, or else first after it."""
    mine = heads[place].thing
    for row in (*heads[place::-1], *heads[place:]):
        if row.thing == mine and row.role in STAFF_ROLES and row.actor is not None:
            actor: str = row.actor
            return actor
    return None


def _teams(db: Connection, desk: Desk, conversations: Collection[str]) -> dict[str, str]:
    """Return the team of the newest ticket that each conversation is tied to."""
    ties, tickets = desk.ties.c, desk.tickets.c
    found: dict[str, str] = {}
    for some in portions(sorted(conversations)):
        query = (
            select(ties.tie, tickets.team)
            .join(desk.tickets, tickets.thing == ties.thing)
            .where(ties.of == "ticket", ties.kind == "conversation", ties.tie.in_(some), tickets.team.is_not(None))
            .order_by(tickets.first_at, tickets.thing)
        )
        found |= {row.tie: row.team for row in db.execute(query)}
    return found
