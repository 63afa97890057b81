"""Comparing the index with the events: a row or a word that was changed, taken out or put in is found."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from audit.domain.custody import ErasureExecuted, WordsResealed
from audit.domain.customer import TieCorrected
from audit.domain.event import Record
from audit.projections.search.index import Index
from audit.projections.search.kinds import TOPICS, told_in
from audit.projections.search.vectors import parts_of, vector_of
from audit.projections.writer import Writer, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection, Table

    from audit.domain.event import Damaged
    from audit.projections.views import Views

_PAGE: Final = 500
_MOST: Final = 1_000
_SAMPLE: Final = 2_000
_RUN: Final = 20
_COUNTED: Final = 50_000
_CORRECTING: Final = (WordsResealed.TOPIC, TieCorrected.TOPIC)
_LOW_BITS: Final = 20
_LOW: Final = (1 << _LOW_BITS) - 1
_BEFORE_ALL: Final = -(2**63)

_Rows = dict[int, list[Any]]


class Log(Protocol):
    def read(self, after: int, limit: int, upto: int | None = None) -> Sequence[Record | Damaged]: ...

    def positions_of(self, topics: Sequence[str], after: int, upto: int) -> list[int]:
        """Return where there are events of these topics, after a position and up to another."""


def different_texts(
    log: Log, views: Views, on_progress: Callable[[int], None], *, draw: Callable[[int], bytes] | None = None
) -> list[int]:
    """Return the positions at which the index is not as the events say, at most 1,000; 0 is no event's.

    What stands there is made anew from the events, so this takes as long as making the index. With ``draw``, which
    gives random bytes, that is done for a sample alone where there are many events; but of all of them it is looked
    whether they have their rows.
    """
    with views.reading(Index) as (db, index):
        upto = views.as_of(db, Index.name)
        spans = [(0, upto)] if draw is None else sampled(upto, draw)
        whole = spans == [(0, upto)]
        comparison = _Comparison(db, index, log)
        unread = set(views.unread(db, Index.name))
        if not whole:
            comparison.count_rows(upto)
            comparison.expect_corrections(upto)
        for start, end in spans:
            after = start
            while after < end and (page := log.read(after, min(_PAGE, end - after), end)):
                comparison.compare(page, after)
                after = page[-1].position
                on_progress(after)
        wrong = comparison.different(upto) - unread
        if not wrong and not whole and not _as_many_words(db, index):
            wrong = {0}
    if not wrong and whole and not _words_agree(views):
        wrong = {0}
    return sorted(wrong)[:_MOST]


def sampled(upto: int, draw: Callable[[int], bytes]) -> list[tuple[int, int]]:
    """Return spans (after, up to and with) of events to look at: runs from anywhere, or all where there are few."""
    if upto <= _SAMPLE:
        return [(0, upto)]
    starts = sorted(int.from_bytes(draw(8), "big") % (upto - _RUN + 1) for _ in range(_SAMPLE // _RUN))
    spans: list[tuple[int, int]] = []
    for start in starts:
        after = max(start, spans[-1][1] if spans else 0)
        spans.append((after, start + _RUN))
    return [(after, end) for after, end in spans if after < end]


class _Caught:
    """Stands in for a Writer: keeps the new rows of each table, and finds none that were there before."""

    on_postgresql = False

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        self.rows.setdefault(table.name, []).append(storable(dict(row)))

    def insert_with(self, *_: object) -> None:
        """Leave the words alone: they are compared with the rows."""

    def execute(self, *_: object) -> _Caught:
        return self

    def first(self) -> None:
        return None


class _Comparison:
    """Compares page by page; what a copy or a correction touches is compared at the end, when all of it is known."""

    def __init__(self, db: Connection, index: Index, log: Log) -> None:
        self._db = db
        self._index = index
        self._log = log
        self._plain = Index()
        self._corrections: dict[int, Record] = {}
        self._wrong: set[int] = set()

    def compare(self, page: Sequence[Record | Damaged], after: int) -> None:
        caught = _Caught()
        for record in page:
            if isinstance(record, Record) and isinstance(record.event, WordsResealed | TieCorrected):
                self._corrections[record.position] = record
            elif isinstance(record, Record) and not isinstance(record.event, ErasureExecuted):
                self._plain.apply(caught, record)  # type: ignore[arg-type]  # all of a Writer that new rows need
        expected = {plain.name: _by_position(plain, caught.rows.get(plain.name, ())) for plain in _tables(self._plain)}
        self._wrong |= self._differing(expected, after + 1, page[-1].position)

    def count_rows(self, upto: int) -> None:
        """Look for a row of every event that tells something, and for rows of events that tell nothing."""
        messages = self._index.messages.c
        for after in range(0, upto, _COUNTED):
            end = min(after + _COUNTED, upto)
            rows = select(messages.position).where(messages.position.between(after + 1, end))
            held, told = set(self._db.scalars(rows)), set(self._log.positions_of(TOPICS, after, end))
            if held != told:
                self._wrong |= told - held
                self._wrong |= held - told - set(self._log.positions_of(_CORRECTING, after, end))

    def expect_corrections(self, upto: int) -> None:
        """Read all copies and corrections beforehand: a sample does not meet those of its own events."""
        for place in self._log.positions_of(_CORRECTING, 0, upto):
            for record in self._log.read(place - 1, 1, place):
                if isinstance(record, Record) and isinstance(record.event, WordsResealed | TieCorrected):
                    self._corrections[record.position] = record

    def different(self, upto: int) -> set[int]:
        touched = set(self._corrections)
        for correction in self._corrections.values():
            assert isinstance(correction.event, WordsResealed | TieCorrected)
            touched.add(correction.event.position)
        self._wrong -= touched
        self._compare_corrected(sorted(position for position in touched if 0 < position <= upto))
        messages = self._index.messages.c
        beyond = select(messages.position).where((messages.position < 1) | (messages.position > upto)).limit(_MOST)
        return self._wrong | set(self._db.scalars(beyond))

    def _compare_corrected(self, touched: Sequence[int]) -> None:
        if not touched:
            return
        engine = create_engine("sqlite://", poolclass=StaticPool)
        try:
            with engine.begin() as db:
                self._plain.metadata.create_all(db)
                writer = Writer(db)
                for position in touched:
                    (record,) = self._log.read(position - 1, 1, position)
                    known = isinstance(record, Record) and (
                        told_in(record.event) or isinstance(record.event, WordsResealed | TieCorrected)
                    )
                    if known:
                        assert isinstance(record, Record)
                        self._plain.apply(writer, record)
                writer.flush()
                for position in touched:
                    expected = {plain.name: _stored(db, plain, position, position) for plain in _tables(self._plain)}
                    self._wrong |= self._differing(expected, position, position)
        finally:
            engine.dispose()

    def _differing(self, expected: dict[str, _Rows], first: int, last: int) -> set[int]:
        wrong: set[int] = set()
        for plain, table in zip(_tables(self._plain), _tables(self._index), strict=True):
            mine, theirs = expected[plain.name], _stored(self._db, table, first, last)
            wrong.update(
                position for position in mine.keys() | theirs.keys() if mine.get(position) != theirs.get(position)
            )
        return wrong


def _tables(index: Index) -> tuple[Table, ...]:
    return (index.messages, index.revisions, index.amounts, index.staff.table)


def _stored(db: Connection, table: Table, first: int, last: int) -> _Rows:
    query = select(table).where(table.c.position.between(first, last))
    return _by_position(table, (dict(row._mapping) for row in db.execute(query)))  # noqa: SLF001  # a row's public name


def _by_position(table: Table, rows: Iterable[dict[str, Any]]) -> _Rows:
    names = sorted(table.columns.keys())
    values = itemgetter(*names)
    found: _Rows = {}
    for row in rows:
        if "id" in row and row["position"] > _LOW:
            # Where the low bits were taken, the row has the next that were free.
            row["id"] >>= _LOW_BITS
        found.setdefault(row["position"], []).append(values(row))
    return {position: sorted(each, key=repr) for position, each in found.items()}


def _words_agree(views: Views) -> bool:
    """Say whether the words the engine searches are those of the rows."""
    with views.reading(Index) as (db, index):
        if db.dialect.name == "postgresql":
            return _vectors_agree(db, index)
    with views.writing() as db:
        # Not a change, but the engine takes it for one.
        check = text(f"INSERT INTO {index.fts}({index.fts}, rank) VALUES('integrity-check', 1)")  # our own table name
        try:
            db.execute(check)
        except DatabaseError:
            return False
    return True


def _as_many_words(db: Connection, index: Index) -> bool:
    """Say whether as many rows have words as can be found."""
    shown = db.scalar(select(func.count()).select_from(index.messages).where(index.messages.c.shown))
    words = index.vectors.words.name if db.dialect.name == "postgresql" else f"{index.fts}_docsize"
    return bool(shown == db.scalar(text(f"SELECT count(*) FROM {words}")))  # noqa: S608  # our own table name


def _vectors_agree(db: Connection, index: Index) -> bool:
    """Say whether every row that is found has its words in their places, and no other row has any."""
    messages, seen, last = index.messages.c, [0, 0], _BEFORE_ALL
    columns = select(messages.id, messages.x, messages.stem, messages.meta).where(messages.shown)
    while rows := db.execute(columns.where(messages.id > last).order_by(messages.id).limit(_PAGE)).all():
        last = rows[-1].id
        whole = [(row.id, 0, vector_of(row.x.split(), row.stem.split(), row.meta.split())) for row in rows]
        parts = [(row.id, *part) for row in rows for part in enumerate(parts_of(row.x.split()))]
        for number, (table, told) in enumerate(((index.vectors.words, whole), (index.vectors.parts, parts))):
            if _equal(db, table, told) != len(told):
                return False
            seen[number] += len(told)
    held = [db.scalar(select(func.count()).select_from(table)) for table in (index.vectors.words, index.vectors.parts)]
    return held == seen


def _equal(db: Connection, table: Table, told: list[tuple[int, int, str]]) -> int:
    """Return how many of these vectors stand in a table."""
    if not told:
        return 0
    ids, parts, vectors = zip(*told, strict=True)
    same = "held.part = told.part AND held.places" if "part" in table.c else "held.words"
    query = text(
        f"SELECT count(*) FROM unnest(CAST(:ids AS bigint[]), CAST(:parts AS integer[]), CAST(:vectors AS text[])) "  # noqa: S608  # our own table name
        f"AS told(id, part, vector) JOIN {table.name} AS held ON held.id = told.id AND {same} = told.vector::tsvector"
    )
    return db.scalar(query, {"ids": list(ids), "parts": list(parts), "vectors": list(vectors)}) or 0
