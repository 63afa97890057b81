"""A ticket with all that stands around it, as somebody in a role may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from audit.bootstrap.withheld import Hiding, hiding_from_reader, shown_cases, shown_entries
from audit.domain.errors import NotFound
from audit.projections.case_tables import Case
from audit.projections.desk.asking import Ticket, tickets_of
from audit.projections.desk.resembling import Likely, likely_earlier
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory
from audit.projections.tickets import Tickets
from audit.projections.ties import Ties
from audit.projections.timeline import Entry, Timeline
from audit.projections.work_orders import WorkOrders

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.projections.case_tables import Change, Wording
    from audit.projections.desk.asking import Loss

_UNKNOWN: Final = "There is no such ticket: find one on the desk, or with onrecord tickets."


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A ticket: how the desk judges it, what was written and done, and the talks and work orders it belongs to.

    ``talks`` are the lines of each conversation; ``names`` calls staff by their ids; what ``hiding`` covers is
    withheld already in all texts but the quotes of ``seen``: ask ``quote`` for those.
    """

    seen: Ticket
    case: Case
    orders: tuple[Case, ...]
    talks: tuple[tuple[UUID, tuple[Entry, ...]], ...]
    earlier: tuple[Likely, ...]
    names: Mapping[UUID, str]
    hiding: Hiding
    position: int

    @property
    def wordings(self) -> tuple[Wording, ...]:
        return self.case.wordings

    @property
    def now(self) -> Wording | None:
        """Return the text as it stands, None where it is erased."""
        return next((one for one in reversed(self.case.wordings) if one.text is not None and one.commit), None)

    @property
    def bounce(self) -> Change | None:
        """Return the bounce that nobody has answered yet."""
        if not self.seen.bounced:
            return None
        return next((one for one in reversed(self.case.changes) if one.topic == "ticket.bounced"), None)

    @property
    def customers(self) -> tuple[UUID, ...]:
        return tuple(sorted({tied for kind, tied, _ in self.case.ties if kind == "customer"}, key=str))

    def quote(self, words: str, event: int) -> str | None:
        """Return words of an event that the desk quotes, None where they are withheld."""
        return None if self.hiding.of(event) else words

    def assigned(self, value: str | None) -> str:
        """Return how whoever a ticket was given to is called; a helpdesk may also have written them in words."""
        staff = _staff(value)
        return value or "" if staff is None else self.names.get(staff, "?")

    def lost_in(self, event: int) -> tuple[Loss, ...]:
        """Return the facts said in one line that got lost on the way."""
        return tuple(one for one in self.seen.lost if one.event == event)


def whole_ticket(house: House, ticket: UUID, role: str) -> Whole:
    """Return a ticket with what stands around it. Raises NotFound where there is none. The views are as they stand."""
    hiding = hiding_from_reader(house, role)
    with house.views.reading(Desk) as (db, desk):
        seen = next(iter(tickets_of(db, desk, [ticket], rubric(house.settings.rubric))), None)
    with house.views.reading(Tickets) as (db, tickets):
        position = house.views.as_of(db, Tickets.name)
        case = next(iter(shown_cases(tickets.get(db, [ticket]), hiding)), None)
    if seen is None or case is None:
        raise NotFound(_UNKNOWN)
    with house.views.reading(Directory) as (db, directory):
        names = directory.names(db, _staff_of(case))
    return Whole(
        seen=seen,
        case=case,
        orders=_orders(house, case, hiding),
        talks=_talks(house, case, hiding),
        earlier=_earlier(house, seen),
        names=names,
        hiding=hiding,
        position=position,
    )


def written_ticket(house: House, ticket: UUID) -> str | None:
    """Return the id of a ticket as written, None where it is erased. Raises NotFound where there is no such ticket."""
    with house.views.reading(Tickets) as (db, tickets):
        case = next(iter(tickets.get(db, [ticket])), None)
    if case is None:
        raise NotFound(_UNKNOWN)
    return case.written


def _staff_of(case: Case) -> set[UUID | None]:
    """Return whoever of the staff is named with a ticket: whoever wrote, did something, or was given it."""
    given = (_staff(one.value) for one in case.changes if one.field == "assignee")
    return {*(one.author for one in case.wordings), *(one.actor for one in case.changes), *given}


def _staff(value: str | None) -> UUID | None:
    try:
        return UUID(hex=value) if value else None
    except ValueError:
        return None


def _orders(house: House, case: Case, hiding: Hiding) -> tuple[Case, ...]:
    with house.views.reading(WorkOrders) as (db, orders):
        tied = {one.id: one for one in orders.tied_to(db, case.id)}
        named = orders.get(db, [tie for kind, tie, _ in case.ties if kind == "work_order"])
    return tuple(shown_cases((tied | {one.id: one for one in named}).values(), hiding))


def _talks(house: House, case: Case, hiding: Hiding) -> tuple[tuple[UUID, tuple[Entry, ...]], ...]:
    talks = dict.fromkeys(tie for kind, tie, _ in case.ties if kind == "conversation")
    with house.views.reading(Timeline) as (db, timeline):
        found = {talk: tuple(shown_entries(read, hiding)) for talk, read in timeline.read_all(db, talks).items()}
    return tuple((talk, lines) for talk, lines in found.items() if lines)


def _earlier(house: House, seen: Ticket) -> tuple[Likely, ...]:
    people: set[UUID] = set()
    if seen.customer is not None:
        with house.views.reading(Ties) as (db, ties):
            people = ties.same_person(db, seen.customer)
    with house.views.reading(Desk) as (db, desk):
        return tuple(likely_earlier(db, desk, seen.id, people))
