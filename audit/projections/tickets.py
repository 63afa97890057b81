"""What was written down of each fault, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import MetaData

from audit.domain import ticket
from audit.domain.custody import ErasureExecuted, WordsResealed
from audit.domain.customer import TieCorrected
from audit.projections.case_tables import WORDS, Case, CaseTables
from audit.projections.projection import forget

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from audit.domain.event import Event, Record
    from audit.projections.writer import Writer

_STATUS: Final[dict[type[Event], str]] = {
    ticket.TicketResolved: "resolved",
    ticket.TicketReopened: "reopened",
    ticket.TicketClosed: "closed",
}


class Tickets:
    """Tickets with every wording, every change, and what they are tied to.

    The fields of a ticket that hold codes are ``status``, ``priority``, ``category``, ``team``, ``assignee`` (the id
    of the staff in hexadecimal), ``level``, ``due``; the others are the helpdesk's own.
    """

    name: ClassVar[str] = "tickets"
    version: ClassVar[int] = 2

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self._cases = CaseTables(self.metadata, "tickets", suffix, "ticket")

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        if isinstance(event, ErasureExecuted):
            forget(db, self.metadata, event)
        elif isinstance(event, WordsResealed | TieCorrected):
            self._cases.stand_in(db, record)
            return
        if record.stamp.tie("ticket") is None:
            return
        self._cases.tie(db, record)
        if type(event).__module__ == ticket.__name__:
            self._tell(db, record)

    def _tell(self, db: Writer, record: Record) -> None:
        event, cases = record.event, self._cases
        match event:
            case ticket.TicketOpened():
                cases.reword(db, record, event.text, event.subject)
                codes = {"status": event.status or "open", "priority": event.priority, "category": event.category}
                known = {field: code for field, code in codes.items() if code is not None}
                cases.change(db, record, {**known, "fields": event.fields} if event.fields else known)
            case ticket.TicketReworded(text=text, subject=subject):
                cases.reword(db, record, text, subject)
            case ticket.TicketFieldChanged(field=field, value=value):
                cases.change(db, record, {field: value})
            case ticket.TicketPrioritised(priority=priority):
                cases.change(db, record, {"priority": priority})
            case ticket.TicketAssigned(team=team):
                staff = record.stamp.tie("staff")
                assigned = {"team": team, "assignee": staff.hex if staff else None}
                cases.change(db, record, {field: code for field, code in assigned.items() if code is not None})
            case _:
                self._tell_else(db, record)

    def _tell_else(self, db: Writer, record: Record) -> None:
        event = record.event
        words = next((found for name in WORDS if (found := getattr(event, name, None)) is not None), None)
        match event:
            case ticket.TicketAcknowledged(due=due):
                fields = {"due": due.isoformat()} if due else None
            case ticket.TicketEscalated(level=level):
                fields = {"level": level}
            case ticket.TicketReadBack(answer=answer):
                fields = {"read_back": answer}
            case ticket.TicketBounced(codes=codes):
                fields = {"bounced": " ".join(codes)}
            case _:
                status = _STATUS.get(type(event))
                fields = {"status": status} if status else None
        self._cases.change(db, record, fields, words)

    # -- asking --

    def get(self, db: Connection, tickets: list[UUID]) -> list[Case]:
        """Return these tickets; one that is unknown is left out."""
        return self._cases.read(db, tickets)

    def tied_to(self, db: Connection, tie: UUID) -> list[Case]:
        """Return the tickets of a customer, a conversation or a work order."""
        return self._cases.read(db, self._cases.tied_to(db, tie))

    def newest(self, db: Connection, *, limit: int = 50) -> list[Case]:
        """Return the tickets that were written or rewritten last, the last one first."""
        return self._cases.read(db, self._cases.newest(db, limit))
