"""The index: every text that was said or written, with its words as both engines know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, delete, event, literal, select, text

from audit.domain import conversation, ticket, work_order
from audit.domain.custody import ErasureExecuted
from audit.domain.spans import ranges_of
from audit.language.analysis import ANALYZER_VERSION, analyse
from audit.projections.columns import PLACE, microseconds, text_of, word, zone_of
from audit.projections.search.meta import meta_tokens, values_of
from audit.projections.search.vectors import Vectors, parts_of, vector_of
from audit.projections.staff_names import StaffNames

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from audit.domain.event import Event, Record
    from audit.language.analysis import Analysis
    from audit.projections.writer import Writer

_LOW_BITS: Final = 20
_LOW: Final = (1 << _LOW_BITS) - 1
# 1900-01-01 and 2199-12-31T23:59:59.999, in milliseconds since 1970.
_EARLIEST: Final = -2_208_988_800_000
_LATEST: Final = 7_258_118_399_999


class _Text(NamedTuple):
    kind: str
    fields: tuple[str, ...]


_TEXTS: Final[dict[type[Event], _Text]] = {
    conversation.MessagePosted: _Text("message", ("subject", "text")),
    conversation.MessageEditedAtSource: _Text("edit", ("text",)),
    conversation.NoteWritten: _Text("note", ("text",)),
    conversation.SatisfactionRated: _Text("rating", ("comment",)),
    ticket.TicketOpened: _Text("ticket", ("subject", "text")),
    ticket.TicketReworded: _Text("ticket", ("subject", "text")),
    ticket.TicketUpdatedByContact: _Text("ticket", ("text",)),
    ticket.TicketResolved: _Text("ticket", ("resolution",)),
    work_order.WorkOrderIssued: _Text("work_order", ("subject", "text")),
    work_order.WorkOrderReworded: _Text("work_order", ("text",)),
    work_order.WorkOrderReportedUnclear: _Text("work_order", ("reason",)),
    work_order.WorkOrderFinished: _Text("work_order", ("findings",)),
}


class Index:
    """Texts, and beside them the words: an FTS5 index on SQLite, ``tsvector`` columns on PostgreSQL.

    The row id orders by time, so that a filter by date and „newest first“ are scans of ids. An erased text leaves the
    index, every word of it.
    """

    name: ClassVar[str] = "search"
    version: ClassVar[int] = 1_000 + ANALYZER_VERSION

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.messages = Table(
            f"search{suffix}",
            self.metadata,
            Column("id", PLACE, primary_key=True, autoincrement=False),
            Column("position", BigInteger, nullable=False, unique=True),
            Column("at", BigInteger, nullable=False),
            Column("zone", Integer, nullable=False),
            *(word(name) for name in ("kind", "channel", "direction", "role", "language", "source")),
            *(word(name) for name in ("actor", "conversation_id", "customer_id")),
            *(word(name) for name in ("conversation", "customer", "ticket", "text", "x", "stem", "meta")),
        )
        self.fts = f"search_words{suffix}"
        self.vectors = Vectors(suffix)
        self.staff = StaffNames(self.metadata, f"search_staff{suffix}")
        self._make_words()

    def apply(self, db: Writer, record: Record) -> None:
        found = _TEXTS.get(type(record.event))
        if found is not None:
            self._index(db, record, found)
        elif isinstance(record.event, ErasureExecuted):
            self._forget(db, record.event)
        else:
            self.staff.apply(db, record)

    def _index(self, db: Writer, record: Record, found: _Text) -> None:
        parts = (text_of(getattr(record.event, field)) for field in found.fields)
        told = "\n".join(part for part in parts if part)
        if not told:
            return
        values = values_of(record, found.kind)
        analysis = analyse(told)
        row = {
            "id": self._row_id(db, record),
            "position": record.position,
            "at": microseconds(record.stamp.happened_at),
            "zone": zone_of(record.stamp.happened_at),
            **values.columns,
            "text": told,
            "x": " ".join(analysis.exact),
            "stem": " ".join([*(f"s{key}" for key in analysis.stems), *(f"i{key}" for key in analysis.identifiers)]),
            "meta": " ".join(meta_tokens(values)),
        }
        db.insert(self.messages, row)
        self._index_words(db, row, analysis)

    def _index_words(self, db: Writer, row: dict[str, Any], analysis: Analysis) -> None:
        if db.on_postgresql:
            key = row["id"]
            db.insert(self.vectors.words, {"id": key, "words": vector_of(analysis, row["meta"].split())})
            for number, places in enumerate(parts_of(analysis)):
                db.insert(self.vectors.parts, {"id": key, "part": number, "places": places})
        else:
            db.insert_with(self._fts_insert, {name: row[name] for name in ("id", "x", "stem", "meta")})

    def _row_id(self, db: Writer, record: Record) -> int:
        """Return the id: milliseconds, then the low bits of the position, or the next that are free."""
        moment = microseconds(record.stamp.happened_at) // 1_000
        high = min(max(moment, _EARLIEST), _LATEST) << _LOW_BITS
        low = record.position & _LOW
        # Before the bits of the position have come round once, no two can be the same.
        if record.position > _LOW:
            ids = select(self.messages.c.id)
            while db.execute(ids.where(self.messages.c.id == high | low)).first() is not None:
                low = (low + 1) & _LOW
        return high | low

    def _forget(self, db: Writer, executed: ErasureExecuted) -> None:
        messages = self.messages.c
        for span in ranges_of(executed.spans):
            gone = messages.position.between(literal(span.start), literal(span.stop - 1))
            ids = select(messages.id).where(gone)
            if db.on_postgresql:
                for table in (self.vectors.words, self.vectors.parts):
                    db.execute(delete(table).where(table.c.id.in_(ids)))
            else:
                # The index is told the words it holds: it keeps none of its own to look them up.
                db.execute(
                    text(
                        f"INSERT INTO {self.fts}({self.fts}, rowid, x, stem, meta) "  # noqa: S608  # our own table names
                        f"SELECT 'delete', id, x, stem, meta FROM {self.messages.name} "
                        "WHERE position BETWEEN :first AND :last"
                    ),
                    {"first": span.start, "last": span.stop - 1},
                )
            db.execute(delete(self.messages).where(gone))
        if not db.on_postgresql:
            # Until the index is merged into one, the words of deleted rows are still in its pages.
            db.execute(text(f"INSERT INTO {self.fts}({self.fts}) VALUES('optimize')"))  # our own table name
        self._forget_staff(db, executed)

    def _forget_staff(self, db: Writer, executed: ErasureExecuted) -> None:
        for span in ranges_of(executed.spans):
            hit = self.staff.table.c.position.between(literal(span.start), literal(span.stop - 1))
            db.execute(self.staff.table.update().where(hit).values(item="", written=None, name=None))

    def _make_words(self) -> None:
        """See that the tables which only one engine has come and go with the others."""
        self._fts_insert = text(
            f"INSERT INTO {self.fts}(rowid, x, stem, meta) VALUES (:id, :x, :stem, :meta)"  # noqa: S608  # our own table name
        )
        event.listen(self.messages, "after_create", self._create_fts)
        event.listen(self.messages, "before_drop", self._drop_fts)
        event.listen(self.messages, "after_create", self.vectors.create)
        event.listen(self.messages, "before_drop", self.vectors.drop)

    def _create_fts(self, _: Table, connection: Connection, **__: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {self.fts} USING fts5(x, stem, meta, content='{self.messages.name}', "
                "content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
            )

    def _drop_fts(self, _: Table, connection: Connection, **__: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TABLE {self.fts}")
