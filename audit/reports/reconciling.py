"""Reconciling: the events of a record counted once more from the log itself, with nothing taken from the views."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from audit.domain.errors import Refused
from audit.projections.engine import sqlite_engine
from audit.projections.follow import Follower
from audit.projections.ties import Ties
from audit.projections.views import Views
from audit.reports.gathering import gather

if TYPE_CHECKING:
    from audit.archive.archive import Archive
    from audit.archive.recorders.recorder import Head
    from audit.domain.event import Damaged, Record
    from audit.reports.gathering import Gathered
    from audit.reports.model import CustomerRecord


class NotReconciled(Refused):
    """A record is complete when its events are those that the log has, each once, and each can be read."""


class _Closed(NamedTuple):
    """The log with everything sealed: whose an event is stands in clear."""

    archive: Archive
    upto: int

    def head(self) -> Head:
        return self.archive.head()

    def read(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]:
        end = self.upto if upto is None else min(upto, self.upto)
        return self.archive.read_closed(after, limit, end)


def must_be_complete(archive: Archive, customer: str, gathered: Gathered, record: CustomerRecord) -> None:
    """Raise NotReconciled unless the record accounts for every event the log has of this customer at its position.

    The whole log is read for it, closed. Where it passes, the record may say "1 … n, none missing".
    """
    if record.unreadable or record.missing:
        named = ", ".join(map(str, (*record.unreadable, *record.missing)[:10]))
        raise NotReconciled(f"The record is not complete: events {named} cannot be read; run onrecord verify.")
    counts = record.counts
    fates = (counts.shown, counts.withheld, counts.erased, counts.counted, counts.outside, counts.unreadable)
    held = {one.position for one in gathered.records}
    if not sum(fates) == counts.total == len(held) == len(gathered.records):
        raise NotReconciled(f"The record counts {counts.total} events and {len(held)} were read; report it to us.")
    there = _counted_again(archive, customer, gathered.position)
    if missing := sorted(there - held):
        raise NotReconciled(
            f"The log has {len(missing)} events of this customer that the views lack, the first is event "
            f"{missing[0]}: run onrecord rebuild."
        )
    if strange := sorted(held - there):
        raise NotReconciled(
            f"The views have {len(strange)} events for this customer that the log does not, the first is event "
            f"{strange[0]}: run onrecord rebuild."
        )


def _counted_again(archive: Archive, customer: str, position: int) -> set[int]:
    with tempfile.TemporaryDirectory(prefix="onrecord-count-") as folder:
        with closing(Views(sqlite_engine(Path(folder) / "ties.db"), (Ties,))) as views:
            Follower(_Closed(archive, position), views).catch_up(position)
            again = gather(archive, views, customer, position=position)
        return {one.position for one in again.records}
