"""Comparing the views with the events: whether they are as the events say, and how far they have come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from audit.domain.customer import TieCorrected
from audit.domain.event import Damaged, Record
from audit.projections.ties import Ties
from audit.projections.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection, Executable, Table

    from audit.projections.views import Views

_PAGE: Final = 2_000
_DIFFERENT: Final = 1_000


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
        self.rows: list[tuple[Table, dict[str, Any]]] = []

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        self.rows.append((table, row))

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
        records = [record for record in page if isinstance(record, Record)]
        for record in records:
            self._plain.apply(caught, record)  # type: ignore[arg-type]  # all of a Writer that the view of ties uses
            if isinstance(record.event, TieCorrected):
                self._corrections.append(record)
        expected = _by_position((table.name, row) for table, row in caught.rows)
        actual = self._actual(page[0].position, page[-1].position)
        damaged = {one.position for one in page if isinstance(one, Damaged)}
        for record in records:
            if expected.get(record.position) != actual.get(record.position):
                self._suspect(record)
        self._wrong.update(actual.keys() - {record.position for record in records} - damaged)

    def different(self) -> list[int]:
        if self._suspects:
            self._compare_corrected()
        self._wrong.update(self._beyond())
        return sorted(self._wrong)[:_DIFFERENT]

    def _suspect(self, record: Record) -> None:
        # More than any archive is corrected, and no more than memory holds.
        if len(self._suspects) < _DIFFERENT * 100:
            self._suspects[record.position] = record
        else:
            self._wrong.add(record.position)

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
                expected = _rows(db, self._plain, self._plain)
        finally:
            engine.dispose()
        for position in self._suspects:
            if expected.get(position) != self._actual(position, position).get(position):
                self._wrong.add(position)

    def _actual(self, first: int, last: int) -> dict[int, set[Any]]:
        return _rows(self._db, self._view, self._plain, (first, last))

    def _beyond(self) -> list[int]:
        """Return positions no event can have."""
        ties = self._view.ties.c
        return list(self._db.scalars(select(ties.position).where(ties.position < 1).limit(_DIFFERENT)))


def _rows(db: Connection, view: Ties, plain: Ties, span: tuple[int, int] | None = None) -> dict[int, set[Any]]:
    """Return the rows of both tables by position, under the names of the first generation."""
    found = []
    for mine, table in ((plain.ties, view.ties), (plain.links, view.links)):
        query = select(table)
        if span is not None:
            query = query.where(table.c.position.between(*span))
        found += [(mine.name, dict(row)) for row in db.execute(query).mappings()]
    return _by_position(found)


def _by_position(rows: Iterable[tuple[str, dict[str, Any]]]) -> dict[int, set[Any]]:
    found: dict[int, set[Any]] = {}
    for name, row in rows:
        found.setdefault(row["position"], set()).add((name, *(row[column] for column in sorted(row))))
    return found
