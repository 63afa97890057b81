"""Whose events are these? What every event is tied to, and all that belongs to a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Boolean, Column, MetaData, Table, exists, or_, select, update

from audit.domain.conversation import ConversationOpened, MessagePosted, NoteWritten
from audit.domain.customer import CustomersLinked, CustomersUnlinked, TieCorrected
from audit.domain.ticket import TicketOpened
from audit.domain.work_order import WorkOrderIssued
from audit.projections.columns import PLACE, WORD, position_column, word
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer

NAMING_A_CUSTOMER: Final = frozenset({"customer", "representative", "recipient", "linked"})
"""An event with such a tie is that customer's, and nobody else's by way of a shared conversation or ticket."""
ITSELF: Final = "itself"
LEADING_ON: Final = ("conversation", "ticket", "work_order", "promise", "request", ITSELF)
"""What of a customer's event leads to events that name no customer of their own."""
# What others point at with the tie ``of``: an edit may name nothing but its message.
POINTED_AT: Final = (MessagePosted, NoteWritten, ConversationOpened, TicketOpened, WorkOrderIssued)


class Ties:
    """Ties of all events as they stand; erasures leave them, they name nobody."""

    name: ClassVar[str] = "ties"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.ties = Table(
            f"ties{suffix}",
            self.metadata,
            Column("tie", WORD, primary_key=True),
            Column("kind", WORD, primary_key=True),
            Column("position", PLACE, primary_key=True, autoincrement=False, index=True),
            Column("since", PLACE, nullable=False),
            Column("until", PLACE),
            sqlite_with_rowid=False,
        )
        self.links = Table(
            f"ties_links{suffix}",
            self.metadata,
            position_column(),
            word("one", index=True),
            word("other", index=True),
            Column("linked", Boolean, nullable=False),
        )

    def apply(self, db: Writer, record: Record) -> None:
        for kind, tied in dict.fromkeys(record.stamp.ties):
            db.insert(self.ties, _tie(tied, kind, record.position))
        if isinstance(record.event, POINTED_AT):
            db.insert(self.ties, _tie(record.stream, ITSELF, record.position))
        match record.event:
            case CustomersLinked():
                self._link(db, record, linked=True)
            case CustomersUnlinked():
                self._link(db, record, linked=False)
            case TieCorrected():
                self._correct(db, record, record.event)
            case _:
                pass

    def _link(self, db: Writer, record: Record, *, linked: bool) -> None:
        one, other = record.stamp.tie("customer"), record.stamp.tie("linked")
        if one and other:
            row = {"position": record.position, "one": one.hex, "other": other.hex, "linked": linked}
            db.insert(self.links, row)

    def _correct(self, db: Writer, record: Record, event: TieCorrected) -> None:
        """From here on the event at that position is tied otherwise; before, it stays as it was."""
        ties, here = self.ties.c, record.position
        wrong = (ties.position == event.position) & (ties.kind == event.kind) & ties.until.is_(None)
        db.execute(update(self.ties).where(wrong).values(until=here))
        for kind, right in record.stamp.ties:
            if kind == event.kind:
                again = (ties.tie == right.hex) & (ties.kind == kind) & (ties.position == event.position)
                if not db.execute(update(self.ties).where(again).values(until=None)).rowcount:
                    db.insert(self.ties, _tie(right, kind, event.position, since=here))

    # -- asking --

    def of(self, db: Connection, position: int) -> list[tuple[str, UUID]]:
        """Return the ties of one event as they stand."""
        ties = self.ties.c
        query = select(ties.kind, ties.tie).where(ties.position == position, ties.until.is_(None), ties.kind != ITSELF)
        return sorted((kind, UUID(hex=tie)) for kind, tie in db.execute(query))

    def of_these(self, db: Connection, positions: Iterable[int]) -> dict[int, list[tuple[str, UUID]]]:
        """Return the ties of each of these events that has one, as they stand."""
        ties, found = self.ties.c, dict[int, list[tuple[str, UUID]]]()
        for some in portions(sorted(set(positions))):
            standing = ties.position.in_(some) & ties.until.is_(None) & (ties.kind != ITSELF)
            query = select(ties.position, ties.kind, ties.tie).where(standing)
            for position, kind, tie in db.execute(query.order_by(ties.position, ties.kind, ties.tie)):
                found.setdefault(position, []).append((kind, UUID(hex=tie)))
        return found

    def tied(self, db: Connection, ids: Iterable[UUID], kind: str, *, upto: int | None = None) -> list[int]:
        """Return the positions of all events tied to any of these as that kind, as of a position."""
        return sorted(self._at(db, [each.hex for each in ids], upto, self.ties.c.kind == kind))

    def same_person(self, db: Connection, customer: UUID, *, upto: int | None = None) -> set[UUID]:
        """Return the customer and all that were linked with them, through others too, as of a position."""
        found, frontier = {customer.hex}, {customer.hex}
        while frontier:
            frontier = self._linked(db, frontier, upto) - found
            found |= frontier
        return {UUID(hex=each) for each in found}

    def closure(self, db: Connection, customer: UUID, *, upto: int | None = None) -> list[int]:
        """Return the positions of all events of a customer, as of a position.

        Theirs is what is tied to them or to a customer linked with them; and, through the conversations, tickets, work
        orders, promises and requests of these, what names no customer of its own.
        """
        customers = {each.hex for each in self.same_person(db, customer, upto=upto)}
        found = self._at(db, customers, upto, self.ties.c.kind.in_(NAMING_A_CUSTOMER))
        fresh, followed = set(found), set(customers)
        while fresh:
            leads = self._leads(db, fresh, upto) - followed
            followed |= leads
            fresh = self._at(db, leads, upto, ~self._names_a_customer(upto)) - found
            found |= fresh
        return sorted(found)

    def _linked(self, db: Connection, customers: Collection[str], upto: int | None) -> set[str]:
        links, last = self.links.c, dict[tuple[str, str], bool]()
        rows: dict[int, Any] = {}
        for some in portions(sorted(customers)):
            query = select(self.links).where(or_(links.one.in_(some), links.other.in_(some)))
            rows |= {row.position: row for row in db.execute(query) if upto is None or row.position <= upto}
        for _, row in sorted(rows.items()):
            last[min(row.one, row.other), max(row.one, row.other)] = row.linked
        return {each for pair, linked in last.items() if linked for each in pair}

    def _at(self, db: Connection, ids: Iterable[str], upto: int | None, also: ColumnElement[bool]) -> set[int]:
        """Return the positions tied to any of these ids."""
        ties, found = self.ties.c, set[int]()
        for some in portions(sorted(ids)):
            tied = (ties.tie.in_(some)) & (ties.kind != ITSELF) & _standing(ties, upto) & also
            found.update(db.scalars(select(ties.position).where(tied)))
        return found

    def _leads(self, db: Connection, positions: Iterable[int], upto: int | None) -> set[str]:
        """Return the ids through which these events lead to others."""
        ties, found = self.ties.c, set[str]()
        for some in portions(sorted(positions)):
            tied = ties.position.in_(some) & ties.kind.in_(LEADING_ON) & _standing(ties, upto)
            found.update(db.scalars(select(ties.tie).where(tied).distinct()))
        return found

    def _names_a_customer(self, upto: int | None) -> ColumnElement[bool]:
        other = self.ties.alias("other")
        naming = other.c.kind.in_(NAMING_A_CUSTOMER) & _standing(other.c, upto)
        return exists().where(other.c.position == self.ties.c.position, naming)


def _tie(tied: UUID, kind: str, position: int, *, since: int | None = None) -> dict[str, Any]:
    return {"tie": tied.hex, "kind": kind, "position": position, "since": since or position, "until": None}


def _standing(ties: Any, upto: int | None) -> ColumnElement[bool]:
    """Return the condition that a tie stood at a position: later corrections are not known then."""
    if upto is None:
        standing: ColumnElement[bool] = ties.until.is_(None)
        return standing
    until = or_(ties.until.is_(None), ties.until > upto)
    then: ColumnElement[bool] = (ties.position <= upto) & (ties.since <= upto) & until
    return then
