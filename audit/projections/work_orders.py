"""What the technician was told, what they found, and what was charged."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import Index, MetaData

from audit.domain import work_order
from audit.domain.custody import ErasureExecuted, WordsResealed
from audit.domain.customer import TieCorrected
from audit.projections.case_tables import Case, CaseTables
from audit.projections.projection import forget

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer

OVER: Final = frozenset({"signed", "cancelled"})
"""In these states nothing more is to be done."""


class WorkOrders:
    """Work orders with every wording of the instructions, the visit, and what it cost.

    Fields: ``status`` (issued, started, finished, signed, cancelled), ``technician`` (the id of the staff in
    hexadecimal), ``scheduled_for``, ``findings``, ``parts`` (JSON), ``minutes``, ``signed_by``, ``signed_commit``,
    ``follow_up``; each charge, quote and report of unclear instructions is a change of its own.
    """

    name: ClassVar[str] = "work_orders"
    version: ClassVar[int] = 3

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self._cases = CaseTables(self.metadata, "work_orders", suffix, "work_order")
        Index(f"work_orders_last{suffix}", self._cases.wordings.c.at, self._cases.wordings.c.position)

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        if isinstance(event, ErasureExecuted):
            forget(db, self.metadata, event)
        elif isinstance(event, WordsResealed | TieCorrected):
            self._cases.stand_in(db, record)
            return
        if record.stamp.tie("work_order") is None:
            return
        self._cases.tie(db, record)
        if type(event).__module__ == work_order.__name__:
            self._tell(db, record)

    def _tell(self, db: Writer, record: Record) -> None:
        event, cases = record.event, self._cases
        match event:
            case work_order.WorkOrderIssued(text=text, subject=subject, scheduled_for=when, fields=fields):
                cases.reword(db, record, text, subject)
                own = {"fields": fields} if fields else {}
                scheduled = {"scheduled_for": when.isoformat()} if when else {}
                cases.change(db, record, {"status": "issued", **scheduled, **own})
            case work_order.WorkOrderReworded(text=text):
                cases.reword(db, record, text)
            case work_order.WorkOrderFieldChanged(field=field, value=value):
                cases.change(db, record, {field: value})
            case work_order.WorkOrderScheduled(scheduled_for=when):
                cases.change(db, record, {"scheduled_for": when.isoformat() if when else None})
            case work_order.TechnicianAssigned():
                technician = record.stamp.tie("technician")
                cases.change(db, record, {"technician": technician.hex if technician else None})
            case _:
                self._tell_visit(db, record)

    def _tell_visit(self, db: Writer, record: Record) -> None:
        event, change = record.event, self._cases.change
        match event:
            case work_order.VisitStarted():
                change(db, record, {"status": "started"})
            case work_order.WorkOrderFinished(findings=findings, parts=parts, minutes=minutes):
                took = {"minutes": str(minutes)} if minutes is not None else {}
                found = {"findings": findings, "parts": parts}
                known = {field: words for field, words in found.items() if words is not None}
                change(db, record, {"status": "finished", **known, **took})
            case work_order.WorkOrderSigned(signed_by=signed_by, commit=commit):
                change(db, record, {"status": "signed", "signed_by": signed_by, "signed_commit": commit})
            case work_order.WorkOrderReportedUnclear(reason=reason):
                change(db, record, None, reason)
            case _:
                self._tell_after(db, record)

    def _tell_after(self, db: Writer, record: Record) -> None:
        event, change = record.event, self._cases.change
        match event:
            case work_order.WorkOrderCancelled(reason=reason):
                change(db, record, {"status": "cancelled"}, reason)
            case work_order.FollowUpMade(outcome=outcome, text=text):
                change(db, record, {"follow_up": outcome}, text)
            case work_order.PriceQuoted(text=text) | work_order.ChargeMade(text=text):
                kind = "quoted" if isinstance(event, work_order.PriceQuoted) else "charged"
                change(db, record, {kind: f"{event.currency} {event.amount} {event.basis}"}, text)
            case _:
                pass

    # -- asking --

    def get(self, db: Connection, work_orders: list[UUID]) -> list[Case]:
        """Return these work orders; one that is unknown is left out."""
        return self._cases.read(db, work_orders)

    def tied_to(self, db: Connection, tie: UUID) -> list[Case]:
        """Return the work orders of a customer, a ticket or a conversation."""
        return self._cases.read(db, self._cases.tied_to(db, tie))

    def listed(
        self, db: Connection, *, over: bool, technician: UUID | None = None, first: int = 0, limit: int = 50
    ) -> list[Case]:
        """Return the work orders that are signed or cancelled, or those that are not, the last written first.

        With a technician, those that are with this one now.
        """
        ended = self._cases.last("status", OVER)
        where = [ended if over else ~ended]
        if technician is not None:
            where.append(self._cases.last("technician", [technician.hex]))
        return self._cases.read(db, self._cases.reworded(db, where, first=first, limit=limit))
