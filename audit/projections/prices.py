"""Prices: what customers were told things cost, what they were charged, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, delete, literal, select

from audit.domain.conversation import MessageEditedAtSource, MessagePosted
from audit.domain.custody import ErasureExecuted
from audit.domain.fact import STAFF_ROLES
from audit.domain.spans import ranges_of
from audit.domain.ticket import OutcomeTold
from audit.domain.work_order import ChargeMade, PriceQuoted, VisitStarted, WorkOrderFinished
from audit.projections.columns import (
    microseconds,
    moment_of,
    personal,
    position_column,
    text_of,
    word,
    zone_of,
)
from audit.projections.portions import portions
from audit.projections.prices_said import prices_in
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Select

    from audit.domain.event import Record
    from audit.projections.writer import Writer

QUOTED, CHARGED, SAID, VISIT, FINISHED = "quoted", "charged", "said", "visit", "finished"
CREDIT = "credit"


@dataclass(frozen=True, kw_only=True)
class Price:
    """A price that was quoted or said, a charge, or work that was done.

    ``amount`` is a decimal number as text, of ``currency`` (% of a value, where it is a share); ``start`` and ``end``
    are where it stands in what was said. ``minutes`` is the time spent on a work order.
    """

    event: int
    kind: str
    at: datetime
    customer: UUID | None
    customer_written: str | None
    conversation: UUID | None
    ticket: UUID | None
    work_order: UUID | None
    amount: str | None
    currency: str | None
    basis: str | None
    minutes: int | None
    text: str | None
    start: int | None = None
    end: int | None = None


class Prices:
    """Quotes and charges as recorded, prices that our side named in its texts, and the work they were for."""

    name: ClassVar[str] = "prices"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.prices = Table(
            f"prices{suffix}",
            self.metadata,
            position_column(),
            *_about(),
            Column("minutes", Integer),
            personal("customer_written"),
            personal("text"),
        )
        # Rows of this one are read out of words: an erasure of the words takes the whole row.
        self.said = Table(
            f"prices_said{suffix}",
            self.metadata,
            position_column(),
            Column("start", Integer, primary_key=True, autoincrement=False),
            Column("end", Integer, nullable=False),
            *_about(),
            word("customer_written"),
            word("text"),
        )

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        match event:
            case PriceQuoted(amount=amount, currency=currency, basis=basis, text=text):
                self._keep(db, record, QUOTED, amount=amount, currency=currency, basis=basis, text=text_of(text))
            case ChargeMade(amount=amount, currency=currency, basis=basis, text=text):
                self._keep(db, record, CHARGED, amount=amount, currency=currency, basis=basis, text=text_of(text))
            case VisitStarted():
                self._keep(db, record, VISIT)
            case WorkOrderFinished(minutes=minutes):
                self._keep(db, record, FINISHED, minutes=minutes)
            case MessagePosted(text=words) | MessageEditedAtSource(text=words) if record.stamp.role in STAFF_ROLES:
                self._listen(db, record, text_of(words))
            case OutcomeTold(text=told):
                self._listen(db, record, text_of(told))
            case ErasureExecuted():
                forget(db, self.metadata, event)
                self._unlearn(db, event)
            case _:
                pass

    def _keep(self, db: Writer, record: Record, kind: str, **values: Any) -> None:
        blank = dict.fromkeys(("amount", "currency", "basis", "minutes", "text"))
        written = record.stamp.written("customer")
        db.insert(self.prices, {**_tied(record, kind), **blank, "customer_written": written, **values})

    def _listen(self, db: Writer, record: Record, text: str | None) -> None:
        for one in prices_in(text or ""):
            row = {
                **_tied(record, SAID),
                "start": one.start,
                "end": one.end,
                "amount": one.amount,
                "currency": one.currency,
                "basis": one.basis,
                "customer_written": record.stamp.written("customer"),
                "text": one.sentence,
            }
            db.insert(self.said, row)

    def _unlearn(self, db: Writer, event: ErasureExecuted) -> None:
        for span in ranges_of(event.spans):
            hit = self.said.c.position.between(literal(span.start), literal(span.stop - 1))
            db.execute(delete(self.said).where(hit))

    # -- asking --

    def all(self, db: Connection, customers: Iterable[UUID] | None = None) -> list[Price]:
        """Return everything about these customers, or about all, in the order in which it happened."""
        found = self._rows(db, self.prices, customers) + self._rows(db, self.said, customers)
        return sorted((_price(row) for row in found), key=lambda one: (one.at, one.event, one.start or 0))

    def credits(self, db: Connection, customers: Iterable[UUID], *, amount: str, currency: str | None) -> list[Price]:
        """Return the credits of just this sum that these customers were given."""
        return [
            one
            for one in self.all(db, customers)
            if one.kind == CHARGED
            and one.basis == CREDIT
            and one.currency == currency
            and same_amount(one.amount, amount)
        ]

    def _rows(self, db: Connection, table: Table, customers: Iterable[UUID] | None) -> list[Any]:
        query: Select[Any] = select(table)
        if customers is None:
            return list(db.execute(query))
        found: list[Any] = []
        for some in portions(sorted({one.hex for one in customers})):
            found += db.execute(query.where(table.c.customer.in_(some)))
        return found


def same_amount(one: str | None, other: str | None) -> bool:
    """Say whether two sums are equal, however they are written and whichever way the money goes."""
    try:
        return abs(Decimal(one or "x")) == abs(Decimal(other or "x"))
    except InvalidOperation:
        return False


def _about() -> tuple[Column[Any], ...]:
    return (
        Column("at", BigInteger, nullable=False),
        Column("zone", Integer, nullable=False),
        word("kind"),
        word("customer", index=True),
        word("conversation"),
        word("ticket"),
        word("work_order"),
        word("amount"),
        word("currency"),
        word("basis"),
    )


def _tied(record: Record, kind: str) -> dict[str, Any]:
    stamp = record.stamp
    ties = {name: stamp.tie(name) for name in ("customer", "conversation", "ticket", "work_order")}
    return {
        "position": record.position,
        "at": microseconds(stamp.happened_at),
        "zone": zone_of(stamp.happened_at),
        "kind": kind,
        **{name: tied.hex if tied else None for name, tied in ties.items()},
    }


def _price(row: Any) -> Price:
    ties = {name: UUID(hex=value) if (value := getattr(row, name)) else None for name in _TIES}
    return Price(
        event=row.position,
        kind=row.kind,
        at=moment_of(row.at, row.zone),
        customer_written=row.customer_written,
        amount=row.amount,
        currency=row.currency,
        basis=row.basis,
        minutes=getattr(row, "minutes", None),
        text=row.text,
        start=getattr(row, "start", None),
        end=getattr(row, "end", None),
        **ties,
    )


_TIES = ("customer", "conversation", "ticket", "work_order")
