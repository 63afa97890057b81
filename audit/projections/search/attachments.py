"""What the index holds of attachments: their names, their texts, and which could not be read and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Table, delete, exists, func, literal, select

from audit.domain.conversation import AttachmentKept
from audit.domain.spans import ranges_of
from audit.language.analysis import analyse
from audit.projections.attachments.sandbox import Sandbox
from audit.projections.attachments.verdict import Reading
from audit.projections.columns import position_column, text_of, word
from audit.projections.search.kinds import Part

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, MetaData, Select

    from audit.domain.custody import ErasureExecuted
    from audit.domain.event import Record
    from audit.projections.search.kinds import Told
    from audit.projections.writer import Writer

KIND: Final = "attachment"
TEXT: Final = "attachment text"
CUT: Final = "cut"
_SURELY_FITS: Final = 20_000
_LARGEST: Final = 2**63 - 1
# PostgreSQL keeps a megabyte of words with a text; what does not fit there is not searched on SQLite either.
_MOST_BYTES: Final = 900_000


@dataclass(frozen=True)
class Unread:
    """An attachment that cannot be searched, or not all of it; ``reason`` is a code of ``verdict.REASONS``."""

    event: int
    name: str | None
    media_type: str | None
    length: int | None
    customer: str | None
    reason: str


class File(NamedTuple):
    """A file as it came; ``content`` is None where it is not here."""

    content: bytes | None
    media_type: str | None
    name: str | None


class Attachments:
    """The table of what could not be read; the texts of the others stand among those of the index."""

    def __init__(self, metadata: MetaData, name: str) -> None:
        self.table = Table(
            name,
            metadata,
            position_column(),
            *(word(column) for column in ("name", "media_type", "customer", "reason")),
            Column("length", BigInteger),
        )
        self._sandbox = Sandbox()
        self._counted: tuple[int, int] | None = None

    def with_text(self, db: Writer, record: Record, told: Told) -> Told:
        """Return what an event tells; where it keeps a file, the text of that too. What cannot be read is noted."""
        event = record.event
        if not isinstance(event, AttachmentKept) or (event.content is not None and event.content.erased):
            return told
        content = event.content.value if event.content is not None else None
        file = File(content if isinstance(content, bytes) else None, event.media_type, text_of(event.name))
        length = None if event.length is None else min(event.length, _LARGEST)
        part = self.text(db, record, file, length)
        return told._replace(spoken=True, parts=(*told.parts, part)) if part else told

    def text(self, db: Writer, record: Record, file: File, length: int | None) -> Part | None:
        """Return the text of a file that a record keeps, None where it has none; note what cannot be read."""
        if file.content is None:
            reading = Reading("", "not-here")
        else:
            reading = self._sandbox.read(file.content, file.media_type, file.name)
        text = fitting(reading.text)
        reason = reading.reason if len(text) == len(reading.text) else CUT
        if reason is not None:
            row = {"media_type": file.media_type, "reason": reason, "length": length}
            self.note(db, record, row | {"name": file.name})
        return Part(TEXT, text) if text.strip() else None

    def note(self, db: Writer, record: Record, row: dict[str, Any]) -> None:
        """Note that something cannot be searched, or not all of it."""
        db.insert(self.table, {"position": record.position, "customer": record.stamp.written("customer"), **row})

    def forget(self, db: Writer, executed: ErasureExecuted) -> None:
        """Take out what was noted about erased files."""
        for span in ranges_of(executed.spans):
            gone = self.table.c.position.between(literal(span.start), literal(span.stop - 1))
            db.execute(delete(self.table).where(gone))

    def unread(self, db: Connection, messages: Table, *, limit: int) -> list[Unread]:
        """Return what could not be read, the newest first; of copies of one file, that which is found."""
        columns = self.table.c
        query = select(
            columns.position, columns.name, columns.media_type, columns.length, columns.customer, columns.reason
        )
        query = self._found(query, messages).order_by(columns.position.desc()).limit(limit)
        return [Unread(*row) for row in db.execute(query)]

    def count_all_unread(self, db: Connection, messages: Table, *, position: int) -> int:
        """Return how many could not be read in all; counted once for each position that the view comes to."""
        counted = self._counted
        if counted is None or counted[0] != position:
            counted = self._counted = position, self.count_unread(db, messages)
        return counted[1]

    def count_unread(self, db: Connection, messages: Table, *limits: ColumnElement[bool], **values: Any) -> int:
        """Return how many could not be read, or not completely, of those whose row fulfils the conditions.

        ``values`` are those of the parameters in these.
        """
        query = self._found(select(func.count()).select_from(self.table), messages, *limits)
        return db.scalar(query, values) or 0

    def reasons(self, db: Connection, messages: Table) -> dict[str, int]:
        """Return how many could not be read, or not completely, by the code of the reason, the most frequent first."""
        reason, count = self.table.c.reason, func.count().label("files")
        query = self._found(select(reason, count), messages).group_by(reason).order_by(count.desc(), reason)
        return {row[0]: row[1] for row in db.execute(query)}

    def _found(self, query: Select[Any], messages: Table, *limits: ColumnElement[bool]) -> Select[Any]:
        # Not a join: an engine could begin it with the rows of all messages.
        mine = messages.c.position == self.table.c.position
        return query.where(exists().where(mine, messages.c.shown, *limits))

    def searched(self, db: Connection, messages: Table) -> int:
        """Return how many attachments stand in the index, by their text or by their name alone."""
        named_or_read = (messages.c.kind == KIND) & messages.c.spoken
        return db.scalar(select(func.count()).select_from(messages).where(named_or_read)) or 0


@lru_cache(maxsize=4)
def fitting(text: str) -> str:
    """Return as much of a text as both engines can hold the words of."""
    while len(text) > _SURELY_FITS and _bytes_of(text) > _MOST_BYTES:
        text = text[: len(text) // 2]
    return text


def _bytes_of(text: str) -> int:
    """Return how much room the words of a text take at most: each once, with a letter before and a place after it."""
    analysis = analyse(text)
    words = (set(analysis.exact), analysis.stems, analysis.identifiers)
    return sum(len(word.encode()) + 5 for some in words for word in some)
