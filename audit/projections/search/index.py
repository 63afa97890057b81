"""The index: every event that says or tells something, with its words as both engines know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    MetaData,
    Table,
    delete,
    event,
    literal,
    select,
    text,
    update,
)
from sqlalchemy import Index as DatabaseIndex

from audit.domain import conversation, ticket, work_order
from audit.domain.custody import ErasureExecuted, WordsResealed
from audit.domain.customer import TieCorrected
from audit.domain.spans import ranges_of
from audit.language.analysis import ANALYZER_VERSION
from audit.language.words import GAP
from audit.projections.attachments.verdict import EXTRACTION_VERSION
from audit.projections.columns import PLACE, WORD, is_erased, microseconds, personal, word, zone_of
from audit.projections.portions import portions
from audit.projections.search.ahead import Ahead
from audit.projections.search.amounts import AMOUNTS_VERSION, amounts_of
from audit.projections.search.attachments import CUT, Attachments, fitting
from audit.projections.search.copies import Copies
from audit.projections.search.kinds import told_in
from audit.projections.search.meta import meta_tokens, values_of
from audit.projections.search.rows import BLANK, WORDS, is_file, put_into_words
from audit.projections.search.vectors import Vectors, holds, parts_of, vector_of
from audit.projections.search.vocabulary import Vocabulary
from audit.projections.staff_names import StaffNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from audit.domain.event import Damaged, Event, Record
    from audit.projections.search.kinds import Told
    from audit.projections.writer import Writer

_LOW_BITS: Final = 20
_LOW: Final = (1 << _LOW_BITS) - 1
# 1900-01-01 and 2199-12-31T23:59:59.999, in milliseconds since 1970.
_EARLIEST: Final = -2_208_988_800_000
_LATEST: Final = 7_258_118_399_999
_FTS_SETTINGS: Final = {"hashsize": 1 << 24, "automerge": 8}
_SHAPE: Final = 4
"""Rises with every change of these tables."""
_ITEMS: Final = (
    conversation.MessagePosted,
    conversation.NoteWritten,
    conversation.ConversationOpened,
    ticket.TicketOpened,
    work_order.WorkOrderIssued,
)
"""What edits, deletions and attachments point at."""
_REVISIONS: Final[dict[type[Event], str]] = {
    conversation.MessageEditedAtSource: "edited",
    conversation.MessageDeletedAtSource: "deleted",
    conversation.AttachmentKept: "attachment",
}


class Index:
    """Rows of events, and beside them the words: an FTS5 index on SQLite, ``tsvector`` columns on PostgreSQL.

    The row id orders by time, so that a filter by date and „newest first“ are scans of ids. An erased text leaves the
    index, every word of it: its row stays as a shell that no search finds, for a copy that may stand in for it.
    """

    name: ClassVar[str] = "search"
    version: ClassVar[int] = (
        10_000_000 * _SHAPE + 10_000 * ANALYZER_VERSION + 100 * EXTRACTION_VERSION + AMOUNTS_VERSION
    )

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.messages = Table(
            f"search{suffix}",
            self.metadata,
            Column("id", PLACE, primary_key=True, autoincrement=False),
            Column("position", BigInteger, nullable=False, unique=True),
            Column("at", BigInteger, nullable=False),
            Column("zone", Integer, nullable=False),
            Column("item", BigInteger),
            Column("spoken", Boolean, nullable=False),
            Column("original", BigInteger),
            Column("shown", Boolean, nullable=False),
            *(word(name) for name in ("kind", "topic", "channel", "direction", "role", "language", "source", "actor")),
            word("media_type"),
            *(word(name) for name in ("conversation_id", "customer_id")),
            *(personal(name) for name in ("conversation", "customer", "ticket", "author", "text", "parts")),
            *(personal(name) for name in ("x", "stem", "meta")),
        )
        items = self.messages.c.item
        has_item = items.is_not(None)
        DatabaseIndex(f"search_items{suffix}", items, sqlite_where=has_item, postgresql_where=has_item)
        copies = self.messages.c.original
        is_copy = copies.is_not(None)
        DatabaseIndex(f"search_originals{suffix}", copies, sqlite_where=is_copy, postgresql_where=is_copy)
        self.revisions = Table(
            f"search_revisions{suffix}",
            self.metadata,
            Column("position", PLACE, primary_key=True, autoincrement=False),
            Column("item", BigInteger, nullable=False, index=True),
            word("what"),
        )
        self.amounts = Table(
            f"search_amounts{suffix}",
            self.metadata,
            Column("position", PLACE, primary_key=True, autoincrement=False),
            Column("value", BigInteger, primary_key=True, autoincrement=False),
            Column("currency", WORD, primary_key=True),
            Column("id", BigInteger, nullable=False, index=True),
            DatabaseIndex(f"search_amounts_value{suffix}", "value"),
        )
        self.fts = f"search_words{suffix}"
        self.vectors = Vectors(suffix)
        self.vocabulary = Vocabulary(self.metadata, f"search_vocabulary{suffix}")
        self.attachments = Attachments(self.metadata, f"search_unread{suffix}")
        self.staff = StaffNames(self.metadata, f"search_staff{suffix}")
        self._copies = Copies(self)
        self._ahead = Ahead()
        self._applied = 0
        self._last_row: int | None = None
        self._make_words()

    def foresee(self, records: Sequence[Record | Damaged]) -> None:
        """Learn what will be applied soon, so that words are worked out while more is read."""
        self._ahead.foresee(records)

    def rest(self) -> None:
        """Give back what was taken to work ahead."""
        self._ahead.rest()

    def arrange(self, db: Writer) -> None:
        """Merge the index into one: it was written in many pieces, and each word is looked up in every one of them."""
        if db.on_postgresql:
            for table in (self.messages, self.vectors.words, self.vectors.parts):
                db.execute(text(f"ANALYZE {table.name}"))  # our own table name
        else:
            self._optimise(db)

    def _optimise(self, db: Writer) -> None:
        db.execute(text(f"INSERT INTO {self.fts}({self.fts}) VALUES('optimize')"))  # our own table name

    def apply(self, db: Writer, record: Record) -> None:
        if record.position != self._applied + 1:
            self.vocabulary.unlearn()
        self._applied = record.position
        told = told_in(record.event)
        if told is not None:
            self._index(db, record, self.attachments.with_text(db, record, told))
            return
        match record.event:
            case ErasureExecuted():
                self._forget(db, record.event)
            case WordsResealed() | TieCorrected():
                self._copies.take(db, record, record.event)
            case _:
                self.staff.apply(db, record)

    def _index(self, db: Writer, record: Record, told: Told) -> None:
        values, stamp = values_of(record, told), record.stamp
        row = {
            "id": self.row_id(db, record),
            "position": record.position,
            "at": microseconds(stamp.happened_at),
            "zone": zone_of(stamp.happened_at),
            "item": self._item(db, record),
            "original": None,
            "shown": True,
            **values.columns,
            **BLANK,
        }
        if is_erased(record):
            db.insert(self.messages, row | {"shown": False})
            return
        put_into_words(row, told.parts, meta_tokens(values), self._ahead.take(record))
        self.note_cut(db, record, row)
        db.insert(self.messages, row | values.named)
        self.add_words(db, row)
        self.add_amounts(db, row, amounts_of(record.event, (part.text for part in told.parts)))

    def note_cut(self, db: Writer, record: Record, row: dict[str, Any]) -> None:
        """Note a text of which only the beginning can be searched."""
        if not is_file(row["kind"]) and len(fitting(row["text"])) < len(row["text"]):
            why = {"name": None, "media_type": None, "length": len(row["text"]), "reason": CUT}
            self.attachments.note(db, record, why)

    def _item(self, db: Writer, record: Record) -> int | None:
        """Return the number of what was said, the same for all its versions."""
        what = _REVISIONS.get(type(record.event))
        if what is None:
            return item_number(record.stream.hex) if isinstance(record.event, _ITEMS) else None
        of = record.stamp.tie("of")
        if of is None:
            return None
        db.insert(self.revisions, {"position": record.position, "item": item_number(of.hex), "what": what})
        return None if what == "attachment" else item_number(of.hex)

    def add_words(self, db: Writer, row: dict[str, Any]) -> None:
        exact = row["x"].split()
        self.vocabulary.learn(db, exact, are_kept=lambda: self._holds(db, self._last_row))
        self._last_row = row["id"]
        if db.on_postgresql:
            key, words = row["id"], vector_of(exact, row["stem"].split(), row["meta"].split())
            db.insert(self.vectors.words, {"id": key, "words": words})
            for number, places in enumerate(parts_of(exact)):
                db.insert(self.vectors.parts, {"id": key, "part": number, "places": places})
        else:
            db.insert_with(self._fts_insert, {name: row[name] for name in WORDS})

    def _holds(self, db: Writer, row_id: int | None) -> bool:
        """Say whether a row is there, and so whatever was written together with it."""
        return db.execute(select(literal(1)).where(self.messages.c.id == row_id)).first() is not None

    def add_amounts(self, db: Writer, row: dict[str, Any], amounts: Iterable[tuple[str, int]]) -> None:
        for currency, value in amounts:
            found = {"position": row["position"], "value": value, "currency": currency, "id": row["id"]}
            db.insert(self.amounts, found)

    def row_id(self, db: Writer, record: Record) -> int:
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

    # -- words that go --

    def take_out(self, db: Writer, rows: Sequence[Any]) -> None:
        """Take the words of rows out of the index; the rows themselves stay as they are."""
        found = [row for row in rows if row.shown]
        for some in portions(row.id for row in found):
            if db.on_postgresql:
                for table in (self.vectors.words, self.vectors.parts):
                    db.execute(delete(table).where(table.c.id.in_(some)))
            db.execute(delete(self.amounts).where(self.amounts.c.id.in_(some)))
        if not db.on_postgresql:
            for row in found:
                # The index is told the words it holds: it keeps none of its own to look them up.
                db.insert_with(self._fts_delete, {name: getattr(row, name) for name in WORDS})

    def _forget(self, db: Writer, executed: ErasureExecuted) -> None:
        self.attachments.forget(db, executed)
        words: set[str] = set()
        messages = self.messages.c
        for span in ranges_of(executed.spans):
            first, last = literal(span.start), literal(span.stop - 1)
            here = messages.position.between(first, last)
            rows = db.execute(select(self.messages).where(here)).all()
            self.take_out(db, rows)
            words.update(each for row in rows for each in (row.x or "").split())
            db.execute(update(self.messages).where(here).values(**BLANK, shown=False, spoken=False))
            self._copies.settle(db, rows)
            gone = self.staff.table.c.position.between(first, last)
            db.execute(self.staff.table.update().where(gone).values(item="", written=None, name=None))
        self.vocabulary.forget(db, [each for each in words if each != GAP and not self._is_said(db, each)])
        if not db.on_postgresql:
            # Until the index is merged into one, the words of deleted rows are still in its pages.
            self._optimise(db)

    def _is_said(self, db: Writer, token: str) -> bool:
        """Say whether any text still holds a word."""
        if db.on_postgresql:
            words = self.vectors.words.c.words
            return db.execute(select(literal(1)).where(holds(words, f"'x{token}'")).limit(1)).first() is not None
        return db.execute(self._fts_said, {"sought": f'x : "{token}"'}).first() is not None

    def _make_words(self) -> None:
        """See that the tables which only one engine has come and go with the others."""
        columns = "rowid, x, stem, meta"
        self._fts_insert = text(
            f"INSERT INTO {self.fts}({columns}) VALUES (:id, :x, :stem, :meta)"  # noqa: S608  # our own table name
        )
        self._fts_delete = text(
            f"INSERT INTO {self.fts}({self.fts}, {columns}) VALUES ('delete', :id, :x, :stem, :meta)"  # noqa: S608  # as above
        )
        self._fts_said = text(f"SELECT 1 FROM {self.fts} WHERE {self.fts} MATCH :sought LIMIT 1")  # noqa: S608  # as above
        event.listen(self.messages, "after_create", self._create_fts)
        event.listen(self.messages, "before_drop", self._drop_fts)
        event.listen(self.messages, "after_create", self.vectors.create)
        event.listen(self.messages, "before_drop", self.vectors.drop)

    def _create_fts(self, _: Table, connection: Connection, **__: Any) -> None:
        if connection.dialect.name == "sqlite":
            # Of the rows, only those that can be found: so the engine itself can compare its index with them.
            found = f"SELECT id, x, stem, meta FROM {self.messages.name} WHERE shown"  # noqa: S608  # our own table name
            connection.exec_driver_sql(f"CREATE VIEW {self.fts}_found AS {found}")
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {self.fts} USING fts5(x, stem, meta, content='{self.fts}_found', "
                "content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
            )
            # What many texts at once add is written out together, and merged when there is more of it.
            for setting, value in _FTS_SETTINGS.items():
                connection.exec_driver_sql(f"INSERT INTO {self.fts}({self.fts}, rank) VALUES('{setting}', {value})")

    def _drop_fts(self, _: Table, connection: Connection, **__: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TABLE {self.fts}")
            connection.exec_driver_sql(f"DROP VIEW {self.fts}_found")


def item_number(stream: str) -> int:
    """Return an id as a number that a database keeps in eight bytes."""
    return int(stream[:16], 16) >> 1
