"""Gathering: everything the archive holds of one customer as of a position, read from the events themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from audit.domain.directory import StaffSeen, UserRegistered
from audit.domain.errors import NotFound, Unavailable, WrongUse
from audit.domain.event import Damaged, Record
from audit.domain.withholding import WithholdingLifted, WithholdingPlaced
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.archive.archive import Archive
    from audit.projections.views import Views

_PAGE = 1_000


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A customer's events up to ``position``, who they are tied as, and the names of staff as known then.

    ``as_of`` is when the event at ``position`` was recorded.
    """

    customers: frozenset[UUID]
    records: tuple[Record | Damaged, ...]
    staff: dict[UUID, str]
    position: int
    as_of: datetime


def gather(archive: Archive, views: Views, customer: str, *, position: int | None = None) -> Gathered:
    """Read the events of a customer (id as written) and of those linked with them, as of a position or the head.

    Raises NotFound for a customer the archive does not know, WrongUse for a position it does not have, and
    Unavailable while the view that says which events are whose has not come so far.
    """
    head = archive.head().size
    upto = head if position is None else position
    if not 1 <= upto <= head:
        raise WrongUse(f"There is no event {upto}: the archive ends at {head}.")
    tied = archive.names.tie("customer", customer)
    with views.reading(Ties) as (db, ties):
        reached = views.position(Ties.name)
        if reached < upto:
            raise Unavailable(
                f"The view of ties stands at {reached} and not yet at {upto}: run onrecord follow --once."
            )
        customers = frozenset(ties.same_person(db, tied, upto=upto))
        positions = ties.closure(db, tied, upto=upto)
        records = _read(archive, positions)
        # Tied to nobody but what they withhold, so that they are found whoever that belongs to by then.
        added: Sequence[Record | Damaged] = records
        while added:
            about = ties.tied(db, (one.stream for one in added if isinstance(one, Record)), "of", upto=upto)
            # A withholding has words of its own, which may be withheld in turn.
            added = _withholdings(archive, sorted(set(about) - {one.position for one in records}))
            records += added
        staff = ties.tied(db, _staff_of(records), "staff", upto=upto)
    if not records:
        raise NotFound(f"There is no customer {customer}: find the id with onrecord customers.")
    return Gathered(
        customers=customers,
        records=tuple(records),
        staff=_names(_read(archive, staff)),
        position=upto,
        as_of=_recorded_at(archive, upto),
    )


def _read(archive: Archive, positions: Sequence[int]) -> list[Record | Damaged]:
    read: list[Record | Damaged] = []
    for start in range(0, len(positions), _PAGE):
        read += archive.read_at(positions[start : start + _PAGE])
    return read


def _withholdings(archive: Archive, positions: Sequence[int]) -> list[Record | Damaged]:
    kinds = (WithholdingPlaced, WithholdingLifted)
    return [one for one in _read(archive, positions) if isinstance(one, Record) and isinstance(one.event, kinds)]


def _staff_of(records: Iterable[Record | Damaged]) -> set[UUID]:
    """Return everybody who may be one of ours: who acted, and who is tied as staff or technician."""
    found: set[UUID] = set()
    for record in records:
        if isinstance(record, Record):
            found.update(tied for kind, tied in record.stamp.ties if kind in {"staff", "technician"})
            found.update(who for who in (record.stamp.actor, record.stamp.on_behalf_of) if who)
    return found


def _names(records: Iterable[Record | Damaged]) -> dict[UUID, str]:
    """Return the newest name of each, by what the source claims; never by the order in which it was brought."""
    named = sorted(
        (record for record in records if isinstance(record, Record)),
        key=lambda record: (record.stamp.happened_at, record.stamp.source, record.stream.hex),
    )
    names: dict[UUID, str] = {}
    for record in named:
        staff = record.stamp.tie("staff")
        if staff and isinstance(record.event, StaffSeen | UserRegistered) and record.event.name:
            names[staff] = record.event.name.text or names.get(staff, "")
    return {staff: name for staff, name in names.items() if name}


def _recorded_at(archive: Archive, position: int) -> datetime:
    record = archive.read_at([position])[0]
    if isinstance(record, Damaged):
        raise Unavailable(f"Event {position} cannot be read ({record.reason}): run onrecord verify.")
    return record.stamp.recorded_at
