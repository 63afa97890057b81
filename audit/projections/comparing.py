"""Comparing the views with the events: whether they are as the events say, and how far they have come."""

from __future__ import annotations

from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import cast, create_engine, func, or_, select
from sqlalchemy.pool import StaticPool

from audit.domain.customer import TieCorrected
from audit.domain.event import Record
from audit.projections.columns import PLACE
from audit.projections.ties import Ties
from audit.projections.ties_text import Reading, opening
from audit.projections.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Executable, Table

    from audit.archive.recorders.recorder import RawRow
    from audit.domain.event import Damaged
    from audit.projections.ties_text import Opening, Seen
    from audit.projections.views import Views

_PAGE: Final = 2_000
_DIFFERENT: Final = 1_000
_SUSPECTS: Final = 100_000
_CLOSE: Final = 20
_TIE_LENGTH: Final = 32
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


@contextmanager
def comparing_ties(log: Closed, views: Views) -> Iterator[TiesComparison]:
    """Give what compares the view of ties with the rows it is shown, as the view is at this moment.

    Records, holds and erasures rest on this view: who could take an event out of it would hide it.
    """
    with views.reading(Ties) as (db, view):
        yield TiesComparison(log, _Stored(db, view), views.as_of(db, Ties.name))


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


class TiesComparison:
    """Compares page by page, both sides as one text; only where those differ, record by record.

    What a correction changed later is compared once all corrections are known.
    """

    def __init__(self, log: Closed, stored: _Stored, upto: int) -> None:
        self._log = log
        self._stored = stored
        self._upto = upto
        self._last = 0
        self._plain = Ties()
        self._reading = stored.reading
        self._suspects: dict[int, Record] = {}
        self._apart = stored.reading.apart
        self._unreadable: set[int] = set()
        self._wrong: set[int] = stored.strange()
        self._changed = stored.changed()

    def see(self, rows: Sequence[RawRow]) -> None:
        """Compare the view with these rows, which follow those seen before; what was seen before is passed over."""
        wanted = [one for one in rows if isinstance(one.position, int) and self._last < one.position <= self._upto]
        if not wanted:
            return
        first, last = self._last + 1, int(wanted[-1].position)  # type: ignore[call-overload]  # it was just looked at
        self._last = last
        if not self._reading.agrees(wanted, first, last):
            self._look_closely(first, last)

    def beside(self) -> Opening:
        """Return what compares the rows of a range in another process."""
        return self._stored.opening(self._upto)

    def take(self, seen: Seen) -> None:
        """Take what another process saw of the rows after those seen before; what was seen before is passed over."""
        if seen.upto <= self._last:
            return
        self._last = seen.upto
        self._apart |= seen.apart
        for first, last in seen.different:
            self._look_closely(first, last)

    def different(self) -> list[int]:
        """Return the positions at which the view is not as the events say, at most 1,000 of them."""
        for first, last in _spans(one for one in self._apart.keys() | self._changed if 0 < one <= self._upto):
            self._look_closely(first, last)
        if self._suspects:
            self._compare_corrected()
        self._wrong |= self._stored.linked() - self._apart.keys() - self._unreadable
        return sorted(self._wrong)[:_DIFFERENT]

    def _look_closely(self, first: int, last: int) -> None:
        """Compare the rows at a span of positions, one by one."""
        after = first - 1
        while after < last and (page := self._log.read_closed(after, _PAGE, last)):
            upto = last if len(page) < _PAGE else page[-1].position
            self._compare(page, after + 1, upto)
            after = upto
        if after < last:
            self._wrong |= _differing(_nothing(), self._stored.rows(after + 1, last))

    def _compare(self, page: Sequence[Record | Damaged], first: int, last: int) -> None:
        caught = _Caught()
        # A stream that is no UUID any more was tampered with: that is found where the log is verified.
        records = [one for one in page if isinstance(one, Record) and isinstance(one.stream, UUID)]
        for record in records:
            self._plain.apply(caught, record)  # type: ignore[arg-type]  # all of a Writer that the view of ties uses
        expected = {
            table.name: set(map(itemgetter(*_columns(table)), caught.rows.get(table.name, ())))
            for table in _tables(self._plain)
        }
        unreadable = {one.position for one in page} - {one.position for one in records}
        self._unreadable |= unreadable
        self._suspect(_differing(expected, self._stored.rows(first, last)) - unreadable, records)

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
                records = self._suspects | self._corrections()
                for position in sorted(records):
                    self._plain.apply(writer, records[position])
                writer.flush()
                for position in self._suspects:
                    expected = _rows(db, self._plain, position, position)
                    self._wrong |= _differing(expected, self._stored.rows(position, position))
        finally:
            engine.dispose()

    def _corrections(self) -> dict[int, Record]:
        places = [position for position, topic in self._apart.items() if topic == TieCorrected.TOPIC]
        found = [one for place in places for one in self._log.read_closed(place - 1, 1, place)]
        return {one.position: one for one in found if isinstance(one, Record)}


class _Stored:
    """What the view holds, as a text of many rows at once or row by row."""

    def __init__(self, db: Connection, view: Ties) -> None:
        self.reading = Reading(db, view)
        self._db = db
        self._view = view

    def opening(self, upto: int) -> Opening:
        return opening(self._db, self._view, upto)

    def strange(self) -> set[int]:
        """Return positions no event can have, or whose rows are of another form than was written."""
        ties = self._view.ties.c
        odd: ColumnElement[bool] = (ties.position < 1) | (func.length(ties.tie) != _TIE_LENGTH)
        if self._db.dialect.name == "sqlite":
            types = ((ties.tie, "text"), (ties.kind, "text"), (ties.position, "integer"))
            odd = or_(odd, *(func.typeof(column) != name for column, name in types))
        found = self._db.scalars(select(cast(ties.position, PLACE)).where(odd).limit(_DIFFERENT))
        return set(found)

    def changed(self) -> set[int]:
        """Return the positions of ties that do not stand from their event on, or not any more."""
        ties = self._view.ties.c
        moved = ties.since.is_distinct_from(ties.position) | ties.until.is_not(None)
        return set(self._db.scalars(select(cast(ties.position, PLACE)).where(moved).limit(_SUSPECTS)))

    def linked(self) -> set[int]:
        """Return the positions of all links."""
        return set(self._db.scalars(select(self._view.links.c.position)))

    def rows(self, first: int, last: int) -> _Rows:
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


def _spans(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of positions that stand close together."""
    first = last = 0
    for position in sorted(positions):
        if first and position - last <= _CLOSE:
            last = position
            continue
        if first:
            yield first, last
        first = last = position
    if first:
        yield first, last


def _nothing() -> _Rows:
    return {table.name: set() for table in _tables(Ties())}


def _differing(expected: _Rows, actual: _Rows) -> set[int]:
    return {row[0] for name, rows in expected.items() for row in rows ^ actual[name]}
