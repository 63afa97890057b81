"""Comparing the views with the events: whether they are as the events say, and how far they have come."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from audit.domain.customer import TieCorrected
from audit.domain.event import Record
from audit.projections.ties import Ties
from audit.projections.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection, Executable, Table

    from audit.domain.event import Damaged
    from audit.projections.views import Views

_PAGE: Final = 2_000
_DIFFERENT: Final = 1_000
_SUSPECTS: Final = 100_000

_Rows = dict[str, set[tuple[Any, ...]]]
"""By table: every row, its position first."""


class Standing(NamedTuple):
    """A view that is read: how far it has come, and how many records it could not take."""

    name: str
    position: int
    alarms: int


class Closed(Protocol):
    """The archive, as far as its records can be read without opening what is sealed."""

    def read_closed(self, after: int, limit: int, upto: int | None = None) -> Sequence[Record | Damaged]:
        """Return records whose words all count as erased."""


def standings(views: Views) -> list[Standing]:
    """Return where each view stands that is read."""
    alarms = views.alarms()
    return [
        Standing(one.name, one.position, sum(alarm.view == one.name for alarm in alarms))
        for one in views.standings()
        if one.active
    ]


def different_ties(log: Closed, views: Views, on_progress: Callable[[int], None]) -> list[int]:
    """Return the positions at which the view of ties is not as the events say, at most 1,000 of them.

    Records, holds and erasures rest on this view: who could take an event out of it would hide it.
    """
    with views.reading(Ties) as (db, view):
        upto = views.as_of(db, Ties.name)
        comparison = _Comparison(db, view)
        after = 0
        while after < upto and (page := log.read_closed(after, _PAGE, upto)):
            comparison.compare(page)
            after = page[-1].position
            on_progress(after)
        return comparison.different()


class _Caught:
    """Stands in for a Writer: keeps the rows that are new, and changes none that are there."""

    on_postgresql = False
    rowcount = 1

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        self.rows.setdefault(table.name, []).append(row)

    def execute(self, _: Executable, __: object = None) -> _Caught:
        return self


class _Comparison:
    """Compares page by page; what a correction changed later is compared once all corrections are known."""

    def __init__(self, db: Connection, view: Ties) -> None:
        self._db = db
        self._view = view
        self._plain = Ties()
        self._suspects: dict[int, Record] = {}
        self._corrections: list[Record] = []
        self._wrong: set[int] = set()

    def compare(self, page: Sequence[Record | Damaged]) -> None:
        caught = _Caught()
        # A stream that is no UUID any more was tampered with: that is found where the log is verified.
        records = [one for one in page if isinstance(one, Record) and isinstance(one.stream, UUID)]
        for record in records:
            self._plain.apply(caught, record)  # type: ignore[arg-type]  # all of a Writer that the view of ties uses
            if isinstance(record.event, TieCorrected):
                self._corrections.append(record)
        expected = {
            table.name: set(map(itemgetter(*_columns(table)), caught.rows.get(table.name, ())))
            for table in _tables(self._plain)
        }
        differing = _differing(expected, self._actual(page[0].position, page[-1].position))
        if differing:
            unreadable = {one.position for one in page} - {one.position for one in records}
            self._suspect(differing - unreadable, records)

    def different(self) -> list[int]:
        if self._suspects:
            self._compare_corrected()
        ties = self._view.ties.c
        # No event can have such a position.
        self._wrong.update(self._db.scalars(select(ties.position).where(ties.position < 1).limit(_DIFFERENT)))
        return sorted(self._wrong)[:_DIFFERENT]

    def _suspect(self, positions: set[int], records: Iterable[Record]) -> None:
        known = {record.position: record for record in records}
        for position in positions:
            # More than any archive is corrected, and no more than memory holds.
            if position in known and len(self._suspects) < _SUSPECTS:
                self._suspects[position] = known[position]
            else:
                self._wrong.add(position)

    def _compare_corrected(self) -> None:
        """Apply the suspects and all corrections in order to tables of their own, and compare again."""
        engine = create_engine("sqlite://", poolclass=StaticPool)
        try:
            with engine.begin() as db:
                self._plain.metadata.create_all(db)
                writer = Writer(db)
                records = self._suspects | {one.position: one for one in self._corrections}
                for position in sorted(records):
                    self._plain.apply(writer, records[position])
                writer.flush()
                for position in self._suspects:
                    expected = _rows(db, self._plain, position, position)
                    self._wrong |= _differing(expected, self._actual(position, position))
        finally:
            engine.dispose()

    def _actual(self, first: int, last: int) -> _Rows:
        return _rows(self._db, self._view, first, last)


def _tables(view: Ties) -> tuple[Table, Table]:
    return view.ties, view.links


def _columns(table: Table) -> list[str]:
    """Return the names of the columns, the position before all others."""
    return sorted(table.columns.keys(), key=lambda name: (name != "position", name))


def _rows(db: Connection, view: Ties, first: int, last: int) -> _Rows:
    """Return the rows at a span of positions, under the names of the tables of the first generation."""
    found = {}
    for plain, table in zip(_tables(Ties()), _tables(view), strict=True):
        query = select(*(table.c[name] for name in _columns(table))).where(table.c.position.between(first, last))
        found[plain.name] = set(map(tuple, db.execute(query)))
    return found


def _differing(expected: _Rows, actual: _Rows) -> set[int]:
    return {row[0] for name, rows in expected.items() for row in rows ^ actual[name]}
