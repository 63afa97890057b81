"""Reconciling: the events of a record counted once more from the log itself, with nothing taken from the views."""

from __future__ import annotations

import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.customer import CustomersLinked, CustomersUnlinked, TieCorrected
from audit.domain.errors import Refused
from audit.domain.event import Record
from audit.domain.withholding import WithholdingLifted, WithholdingPlaced
from audit.projections.engine import sqlite_engine
from audit.projections.follow import Follower
from audit.projections.ties import LEADING_ON, Ties
from audit.projections.views import Views
from audit.projections.writer import Writer
from audit.reports.gathering import gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from sqlalchemy import Connection

    from audit.archive.archive import Archive
    from audit.archive.recorders.recorder import Head
    from audit.domain.event import Damaged
    from audit.reports.gathering import Gathered
    from audit.reports.model import CustomerRecord

_PAGE: Final = 2_000
_MOVING: Final = (CustomersLinked, CustomersUnlinked, TieCorrected)
"""What can make an event somebody's that says nothing of them itself."""
_OF_WITHHOLDINGS: Final = (WithholdingPlaced, WithholdingLifted)


class NotReconciled(Refused):
    """A record is complete when its events are those that the log has, each once, and each can be read."""


def must_be_complete(
    archive: Archive,
    customer: str,
    gathered: Gathered,
    record: CustomerRecord,
    *,
    counted: Callable[[str], set[int]] | None = None,
) -> None:
    """Raise NotReconciled unless the record accounts for every event the log has of this customer, and all can be read.

    The whole log is read for it, closed, unless ``counted`` (of ``counting``) has done so for many customers. Where it
    passes, the record may say "1…n, none missing".
    """
    if record.unreadable or record.missing:
        named = ", ".join(map(str, (*record.unreadable, *record.missing)[:10]))
        raise NotReconciled(f"The record is not complete: events {named} cannot be read; run onrecord verify.")
    must_be_reconciled(archive, customer, gathered, record, counted=counted)


def must_be_reconciled(
    archive: Archive,
    customer: str,
    gathered: Gathered,
    record: CustomerRecord,
    *,
    counted: Callable[[str], set[int]] | None = None,
) -> None:
    """Raise NotReconciled where a count differs: of the record, of what was gathered, or of what the log has.

    An event that cannot be read counts as one: whether all can be is for ``CustomerRecord.complete`` to say.
    """
    counts = record.counts
    fates = (counts.shown, counts.withheld, counts.erased, counts.counted, counts.outside, counts.unreadable)
    held = {one.position for one in gathered.records}
    if not sum(fates) == counts.total == len(held) == len(gathered.records):
        raise NotReconciled(f"The record counts {counts.total} events and {len(held)} were read; report it to us.")
    there = counted(customer) if counted else counted_again(archive, customer, gathered)
    if missing := sorted(there - held):
        raise NotReconciled(
            f"The log has {len(missing)} events of this customer that the views lack, the first is event "
            f"{missing[0]}: run onrecord rebuild."
        )
    # An event that cannot be read no longer says whose it is: it stays where it was counted.
    if strange := sorted(held - there - set(record.unreadable)):
        raise NotReconciled(
            f"The views have {len(strange)} events for this customer that the log does not, the first is event "
            f"{strange[0]}: run onrecord rebuild."
        )


@contextmanager
def counting(archive: Archive, position: int) -> Iterator[Callable[[str], set[int]]]:
    """Read the whole log once for many customers, and give what tells the numbers of one's events in it."""
    with (
        tempfile.TemporaryDirectory(prefix="onrecord-count-") as folder,
        closing(Views(sqlite_engine(Path(folder) / "ties.db"), (Ties,))) as views,
    ):
        Follower(_Closed(archive, position), views).catch_up(position)
        yield lambda customer: {one.position for one in gather(archive, views, customer, position=position).records}


def counted_again(archive: Archive, customer: str, gathered: Gathered) -> set[int]:
    """Return the positions of the customer's events, found in the log.

    What is tied to anything that the record leads to is read from the log, and ties are made anew of that; where they
    lead further than the record did, the log is read again for it.
    """
    tied, upto = archive.names.tie("customer", customer), gathered.position
    wanted = {tied, *gathered.customers} | _leads(one for one in gathered.records if isinstance(one, Record))
    while True:
        touched = _touched(archive, wanted, upto)
        with _ties_of(touched.values()) as (db, ties):
            found = set(ties.closure(db, tied, upto=upto))
            added = set(found)
            while added:
                # A withholding has words of its own, which may be withheld in turn.
                about = ties.tied(db, [touched[one].stream for one in sorted(added)], "of", upto=upto)
                added = {one for one in about if isinstance(touched[one].event, _OF_WITHHOLDINGS)} - found
                found |= added
            persons = ties.same_person(db, tied, upto=upto)
        further = persons | _leads(touched[one] for one in found)
        if further <= wanted:
            return found
        wanted |= further


def _leads(records: Iterable[Record]) -> set[UUID]:
    """Return what these events lead on to, and their streams: what others may point at."""
    return {
        tied for one in records for tied in (one.stream, *(tied for kind, tied in one.stamp.ties if kind in LEADING_ON))
    }


def _touched(archive: Archive, wanted: set[UUID], upto: int) -> dict[int, Record]:
    """Return, closed and in the order of the log, what is tied to any of these, and all that ties others anew."""
    topics = frozenset(kind.TOPIC for kind in _MOVING)
    found: dict[int, Record] = {}
    after = 0
    while after < upto:
        records, after = archive.read_tied(after, min(_PAGE, upto - after), wanted, topics)
        found |= {one.position: one for one in records if isinstance(one, Record)}
    moved = {one.event.position for one in found.values() if isinstance(one.event, TieCorrected)} - found.keys()
    for position in moved:
        records, _ = archive.read_tied(position - 1, 1, None, topics)
        found |= {one.position: one for one in records if isinstance(one, Record)}
    return dict(sorted(found.items()))


@contextmanager
def _ties_of(records: Iterable[Record]) -> Iterator[tuple[Connection, Ties]]:
    """Make the view of ties of these records alone, in a file that is gone afterwards."""
    ties = Ties()
    with tempfile.TemporaryDirectory(prefix="onrecord-count-") as folder:
        engine = sqlite_engine(Path(folder) / "ties.db")
        try:
            with engine.begin() as db:
                ties.metadata.create_all(db)
                writer = Writer(db)
                for record in records:
                    ties.apply(writer, record)
                writer.flush()
                yield db, ties
        finally:
            engine.dispose()


class _Closed(NamedTuple):
    """The log with everything sealed: whose an event is stands in clear."""

    archive: Archive
    upto: int

    def head(self) -> Head:
        return self.archive.head()

    def read(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]:
        end = self.upto if upto is None else min(upto, self.upto)
        return self.archive.read_closed(after, limit, end)
