"""What was brought in, and what of it was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, select

from audit.domain.custody import (
    DeliveryRead,
    DeliveryReceived,
    DeliveryRejected,
    ErasureExecuted,
    ItemRefused,
)
from audit.projections.columns import (
    moment_of,
    order_columns,
    order_values,
    personal,
    position_column,
    text_of,
    word,
)
from audit.projections.projection import forget

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer


_NO_COUNTS: Final = dict.fromkeys(("found", "new", "known", "refused"))


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An item that was not taken, with its place in what was delivered."""

    event: int
    place: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A file, a mail or a webhook's body. ``state`` is received (reading did not end yet), read or rejected."""

    id: UUID
    event: int
    at: datetime
    format: str
    name: str | None
    state: str
    reason: str | None
    found: int | None
    new: int | None
    known: int | None
    refused: int | None
    refusals: tuple[Refusal, ...]


class Deliveries:
    """Deliveries, how each ended, and each refused item."""

    name: ClassVar[str] = "deliveries"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.received = Table(
            f"deliveries{suffix}",
            self.metadata,
            position_column(),
            *order_columns(),
            word("delivery", index=True),
            word("format"),
            Column("importer_version", Integer, nullable=False),
            word("mac", index=True),
            Column("length", BigInteger),
            personal("name"),
        )
        self.ends = Table(
            f"deliveries_ends{suffix}",
            self.metadata,
            position_column(),
            word("delivery", index=True),
            word("state"),
            word("reason"),
            *(Column(count, BigInteger) for count in ("found", "new", "known", "refused")),
        )
        self.refusals = Table(
            f"deliveries_refusals{suffix}",
            self.metadata,
            position_column(),
            word("delivery", index=True),
            word("place"),
            word("reason"),
        )

    def apply(self, db: Writer, record: Record) -> None:
        event, here = record.event, {"position": record.position, "delivery": _delivery(record)}
        match event:
            case DeliveryReceived():
                row = {
                    **here,
                    **order_values(record),
                    "format": event.format,
                    "importer_version": event.importer_version,
                    "mac": event.mac,
                    "length": event.length,
                    "name": text_of(event.name),
                }
                db.insert(self.received, row)
            case DeliveryRead(found=found, new=new, known=known, refused=refused):
                counts = {"found": found, "new": new, "known": known, "refused": refused}
                db.insert(self.ends, {**here, "state": "read", "reason": None, **counts})
            case DeliveryRejected(reason=reason):
                db.insert(self.ends, {**here, "state": "rejected", "reason": reason, **_NO_COUNTS})
            case ItemRefused(place=place, reason=reason):
                db.insert(self.refusals, {**here, "place": place, "reason": reason})
            case ErasureExecuted():
                forget(db, self.metadata, event)
            case _:
                pass

    # -- asking --

    def newest(self, db: Connection, *, limit: int = 50) -> list[Delivery]:
        """Return the last deliveries, the last one first."""
        query = select(self.received).order_by(self.received.c.position.desc()).limit(limit)
        return [self._delivery(db, row) for row in db.execute(query).all()]

    def get(self, db: Connection, delivery: UUID) -> Delivery | None:
        """Return one delivery."""
        row = db.execute(select(self.received).where(self.received.c.delivery == delivery.hex)).first()
        return None if row is None else self._delivery(db, row)

    def _delivery(self, db: Connection, row: Any) -> Delivery:
        mine = select(self.ends).where(self.ends.c.delivery == row.delivery).order_by(self.ends.c.position.desc())
        end = db.execute(mine).first()
        refusals = self.refusals.c
        refused = (
            select(refusals.position, refusals.place, refusals.reason)
            .where(refusals.delivery == row.delivery)
            .order_by(refusals.position)
        )
        return Delivery(
            id=UUID(hex=row.delivery),
            event=row.position,
            at=moment_of(row.at, row.zone),
            format=row.format,
            name=row.name,
            state=end.state if end else "received",
            reason=end.reason if end else None,
            found=end.found if end else None,
            new=end.new if end else None,
            known=end.known if end else None,
            refused=end.refused if end else None,
            refusals=tuple(Refusal(event=each[0], place=each[1], reason=each[2]) for each in db.execute(refused)),
        )


def _delivery(record: Record) -> str:
    """Return the delivery the event belongs to: its tie, else its batch, else its own stream."""
    delivery = record.stamp.tie("delivery") or record.stamp.batch or record.stream
    return delivery.hex
