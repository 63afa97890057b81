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
from audit.language.analysis import Analysis
from audit.projections.search.index import Index
from audit.projections.search.kinds import told_in
from audit.projections.search.vectors import parts_of, vector_of
from audit.projections.writer import Writer, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection, Table

    from audit.domain.event import Damaged
    from audit.projections.views import Views

_PAGE: Final = 500
_MOST: Final = 1_000
_LOW_BITS: Final = 20
_LOW: Final = (1 << _LOW_BITS) - 1
_BEFORE_ALL: Final = -(2**63)

_Rows = dict[int, list[Any]]


class Log(Protocol):
    def read(self, after: int, limit: int, upto: int | None = None) -> Sequence[Record | Damaged]: ...


def different_texts(log: Log, views: Views, on_progress: Callable[[int], None]) -> list[int]:
    """Return the positions at which the index is not as the events say, at most 1,000; 0 is no event's.

    What stands there is made anew from the events, so this takes as long as making the index.
    """
    with views.reading(Index) as (db, index):
        comparison = _Comparison(db, index, log)
        unread = set(views.unread(db, Index.name))
        upto = views.as_of(db, Index.name)
        after = 0
        while after < upto and (page := log.read(after, _PAGE, upto)):
            comparison.compare(page, after)
            after = page[-1].position
            on_progress(after)
        wrong = comparison.different(upto) - unread
    if not wrong and not _words_agree(views):
        wrong = {0}
    return sorted(wrong)[:_MOST]


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


def _vectors_agree(db: Connection, index: Index) -> bool:
    """Say whether every row that is found has its words in their places, and no other row has any."""
    messages, seen, last = index.messages.c, [0, 0], _BEFORE_ALL
    columns = select(messages.id, messages.x, messages.stem, messages.meta).where(messages.shown)
    while rows := db.execute(columns.where(messages.id > last).order_by(messages.id).limit(_PAGE)).all():
        last = rows[-1].id
        analysed = [(row, _analysis(row)) for row in rows]
        whole = [(row.id, 0, vector_of(analysis, row.meta.split())) for row, analysis in analysed]
        parts = [(row.id, *part) for row, analysis in analysed for part in enumerate(parts_of(analysis))]
        for number, (table, told) in enumerate(((index.vectors.words, whole), (index.vectors.parts, parts))):
            if _equal(db, table, told) != len(told):
                return False
            seen[number] += len(told)
    held = [db.scalar(select(func.count()).select_from(table)) for table in (index.vectors.words, index.vectors.parts)]
    return held == seen


def _analysis(row: Any) -> Analysis:
    keys = row.stem.split()
    of_kind = {kind: [key[1:] for key in keys if key[0] == kind] for kind in "si"}
    return Analysis(row.x.split(), of_kind["s"], of_kind["i"])


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
