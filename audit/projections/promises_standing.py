"""How each promise stands, kept beside its steps: so that queues are counted and paged without reading all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Table, func, insert, select, update

from audit.projections.columns import PLACE, WORD, word

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, MetaData

    from audit.projections.writer import Writer

SUGGESTED: Final = "suggested"
OPEN: Final = "open"
DISPUTED: Final = "disputed"
OVERDUE: Final = "overdue"
ALL: Final = "all"
_EXTENDED: Final = "extended"


class Stand(NamedTuple):
    """Where a promise is: its state, whether it is disputed beside, and the day it is due, as ISO 8601 writes it."""

    status: str = ""
    disputed: bool = False
    due: str | None = None

    def after(self, kind: str, due: str | None) -> Stand:
        """Return where a further step leaves it: only what finds, confirms or extends it says when it is due."""
        return Stand(
            {_EXTENDED: OPEN, DISPUTED: self.status}.get(kind, kind),
            kind == DISPUTED or (self.disputed and kind == _EXTENDED),
            due if kind in {SUGGESTED, OPEN, _EXTENDED} else self.due,
        )


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Which promises are asked for: those of a state, disputed, overdue on a day, or all; of these customers alone."""

    name: str
    today: date
    customers: Collection[UUID] | None = None


class Standings:
    """A row for each promise; a part of the view that has the steps."""

    def __init__(self, metadata: MetaData, name: str) -> None:
        self.table = Table(
            name,
            metadata,
            Column("promise", WORD, primary_key=True),
            word("status"),
            Column("disputed", Boolean, nullable=False),
            word("due"),
            word("customer", index=True),
            Column("first", PLACE, nullable=False, index=True),
            Index(f"{name}_by_status", "status", "first"),
        )

    def step(self, db: Writer, row: dict[str, Any]) -> None:
        """Take in a step of a promise, as the view has it."""
        mine = self.table.c.promise == row["promise"]
        before = db.execute(select(self.table).where(mine)).one_or_none()
        stood = Stand(before.status, before.disputed, before.due) if before else Stand()
        customer = row["customer"] or (before.customer if before else None)
        values = {**stood.after(row["kind"], row["due"])._asdict(), "customer": customer}
        if before:
            db.execute(update(self.table).where(mine).values(values))
        else:
            db.execute(insert(self.table).values(promise=row["promise"], first=row["position"], **values))

    def counts(self, db: Connection, queue: Queue) -> dict[str, int]:
        """Return how many there are in each state, and overdue, disputed and in all; the queue's name is not asked."""
        table = self.table.c
        query = select(table.status, table.disputed, func.count()).group_by(table.status, table.disputed)
        found = {OVERDUE: 0, DISPUTED: 0, ALL: 0}
        for status, disputed, count in db.execute(query.where(*self._of(queue.customers))):
            found[status] = found.get(status, 0) + count
            found[DISPUTED] += count if disputed else 0
            found[ALL] += count
        overdue = select(func.count()).select_from(self.table).where(*self._in(OVERDUE, queue))
        return {**found, OVERDUE: db.scalar(overdue) or 0}

    def page(self, db: Connection, queue: Queue, *, first: int, limit: int) -> list[str]:
        """Return the promises (in hexadecimal) of a queue: what is open by its day, anything else newest first."""
        table = self.table.c
        order: list[ColumnElement[Any]] = [table.first.desc()]
        if queue.name in {OPEN, OVERDUE}:
            order = [table.due.is_(None), table.due, table.first]
        query = select(table.promise).where(*self._in(queue.name, queue)).order_by(*order)
        return list(db.scalars(query.offset(first).limit(limit)))

    def due_before(self, db: Connection, day: date) -> list[str]:
        """Return the promises (in hexadecimal) that are open and whose day is before this one."""
        return list(db.scalars(select(self.table.c.promise).where(*self._due_before(day))))

    def _in(self, name: str, queue: Queue) -> list[ColumnElement[bool]]:
        table, theirs = self.table.c, self._of(queue.customers)
        if name == ALL:
            return theirs
        if name == DISPUTED:
            return [table.disputed.is_(True), *theirs]
        if name == OVERDUE:
            return [*self._due_before(queue.today), *theirs]
        return [table.status == name, *theirs]

    def _due_before(self, day: date) -> list[ColumnElement[bool]]:
        table = self.table.c
        return [table.status == OPEN, table.due.is_not(None), table.due < day.isoformat()]

    def _of(self, customers: Collection[UUID] | None) -> list[ColumnElement[bool]]:
        return [] if customers is None else [self.table.c.customer.in_(sorted(one.hex for one in customers))]
