"""Copies of words under another key, and ties put right: which row of an event is found.

A copy has a row of its own at its own position. Of an event and its copies the newest that still has words is found,
and by everyone a copy belongs to; the others stay in their rows until they are erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from audit.domain.conversation import AttachmentKept
from audit.domain.customer import TieCorrected
from audit.projections.copies import bytes_in, text_in, words_of
from audit.projections.search.amounts import amounts_in
from audit.projections.search.attachments import File
from audit.projections.search.kinds import is_speech, parts_from
from audit.projections.search.meta import author_names, meta_token, named_by, tie_tokens, without_field
from audit.projections.search.rows import BLANK, put_into_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.domain.custody import WordsResealed
    from audit.domain.event import Record
    from audit.projections.search.index import Index
    from audit.projections.search.kinds import Part
    from audit.projections.writer import Writer

_KEPT = (
    "at",
    "zone",
    "item",
    "kind",
    "topic",
    "channel",
    "direction",
    "role",
    "language",
    "source",
    "media_type",
    "actor",
    "conversation_id",
    "customer_id",
)
_SHOWN_FIELDS = ("kind", "channel", "direction", "role", "language", "source")
_NAMED = ("conversation", "customer", "ticket")


class Copies:
    """Puts copies into the index, and takes out what they stand in for."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def take(self, db: Writer, record: Record, event: WordsResealed | TieCorrected) -> None:
        """Take in a copy, or a tie put right."""
        messages = self._index.messages
        original = db.execute(select(messages).where(messages.c.position == event.position)).first()
        if original is None:
            return
        if event.words is not None:
            row = self._row(db, record, original, event)
            db.insert(messages, row)
        elif isinstance(event, TieCorrected):
            self._tie_otherwise(db, record, original, event)
        self._settle(db, event.position)

    def settle(self, db: Writer, rows: Sequence[Any]) -> None:
        """See which rows are found after the words of some are gone."""
        originals = {row.original or row.position for row in rows}
        copied = self._index.messages.c.original
        for position in sorted(originals):
            if db.execute(select(copied).where(copied == position).limit(1)).first() is not None:
                self._settle(db, position)

    def _row(self, db: Writer, record: Record, original: Any, event: WordsResealed | TieCorrected) -> dict[str, Any]:
        kept = {name: getattr(original, name) for name in _KEPT}
        row = {"id": self._index.row_id(db, record), "position": record.position, "original": event.position, **kept}
        row |= BLANK | {"shown": False, "spoken": False}
        stamp = record.stamp
        for tie in ("conversation", "customer"):
            if tied := stamp.tie(tie):
                row[f"{tie}_id"] = tied.hex
        told = words_of(event)
        if not told:
            return row
        parts = self._parts(db, record, row, told)
        row["spoken"] = bool(parts) and is_speech(row["topic"])
        author = told.get("author")
        names = author_names(author if isinstance(author, str) else None)
        meta = [meta_token(name, row[name]) for name in _SHOWN_FIELDS if row[name]]
        meta += [meta_token("kind", row["topic"])] if row["topic"] != row["kind"] else []
        meta += [] if row["spoken"] else [meta_token("silent", "yes")]
        meta += [meta_token("agent", row["actor"])] if row["actor"] else []
        meta += [meta_token("author", name) for name in names]
        meta += [meta_token(field, value) for field, value in named_by(stamp.ids)]
        meta += tie_tokens(tied.hex for _, tied in stamp.ties)
        put_into_words(row, parts, dict.fromkeys(meta))
        self._index.note_cut(db, record, row)
        row |= {tie: stamp.written(tie) for tie in _NAMED} | {"author": names[0] if names else None}
        return row

    def _parts(self, db: Writer, record: Record, row: dict[str, Any], words: dict[str, Any]) -> tuple[Part, ...]:
        """Return what a copy tells; of a file, its text too."""
        parts = parts_from(row["topic"], row["kind"], words)
        if row["topic"] != AttachmentKept.TOPIC:
            return parts
        content = bytes_in(words.get("content"))
        file = File(content, row["media_type"], text_in(words, "name"))
        text = self._index.attachments.text(db, record, file, len(content) if content is not None else None)
        return (*parts, text) if text else parts

    def _tie_otherwise(self, db: Writer, record: Record, original: Any, event: TieCorrected) -> None:
        """Tie an event to the right thing: known by its id alone, since its name is sealed under another key."""
        tied = record.stamp.tie(event.kind)
        kind = "order" if event.kind == "work_order" else event.kind
        columns: dict[str, Any] = {}
        if kind in {"conversation", "customer"}:
            columns[f"{kind}_id"] = tied.hex if tied else None
        if kind in _NAMED:
            columns[kind] = None
        if original.meta is not None and kind in {*_NAMED, "order", "promise"}:
            meta = [*without_field(original.meta, kind), *tie_tokens([tied.hex if tied else None])]
            self._index.take_out(db, [original])
            columns |= {"meta": " ".join(dict.fromkeys(meta)), "shown": False}
        if columns:
            messages = self._index.messages
            db.execute(update(messages).where(messages.c.position == event.position).values(columns))

    def _settle(self, db: Writer, position: int) -> None:
        """Let the newest copy that has words be found, else the original."""
        index = self._index
        messages = index.messages.c
        either = or_(messages.position == position, messages.original == position)
        rows = db.execute(select(index.messages).where(either).order_by(messages.position.desc())).all()
        living = [row for row in rows if row.text is not None]
        newest = next((row for row in living if row.original is not None), next(iter(living), None))
        index.take_out(db, rows)
        db.execute(update(index.messages).where(either).values(shown=False))
        if newest is not None:
            self._show(db, newest, (row.customer_id for row in rows if row.original is not None))

    def _show(self, db: Writer, row: Any, customers: Iterable[str | None]) -> None:
        index = self._index
        meta = " ".join(dict.fromkeys([*row.meta.split(), *tie_tokens(customers)]))
        here = index.messages.c.id == row.id
        db.execute(update(index.messages).where(here).values(meta=meta, shown=True))
        values = {"id": row.id, "position": row.position, "x": row.x, "stem": row.stem, "meta": meta}
        index.add_words(db, values)
        index.add_amounts(db, values, amounts_in(row.text))
