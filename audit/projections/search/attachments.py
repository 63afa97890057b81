"""What the index holds of attachments: their names, their texts, and which could not be read and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, Column, Table, delete, func, literal, select

from audit.domain.conversation import AttachmentKept
from audit.domain.spans import ranges_of
from audit.language.analysis import analyse
from audit.projections.attachments.sandbox import Sandbox
from audit.projections.attachments.verdict import Reading
from audit.projections.columns import position_column, text_of, word
from audit.projections.search.kinds import Part

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

    from audit.domain.custody import ErasureExecuted
    from audit.domain.event import Record
    from audit.projections.search.kinds import Told
    from audit.projections.writer import Writer

KIND: Final = "attachment"
TEXT: Final = "attachment text"
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

    def with_text(self, db: Writer, record: Record, told: Told) -> Told:
        """Return what an event tells; where it keeps a file, the text of that too. What cannot be read is noted."""
        event = record.event
        if not isinstance(event, AttachmentKept) or (event.content is not None and event.content.erased):
            return told
        reading = self._read(event)
        text = _fitting(reading.text)
        reason = reading.reason if len(text) == len(reading.text) else "cut"
        if reason is not None:
            row = {
                "position": record.position,
                "name": text_of(event.name),
                "media_type": event.media_type,
                "customer": record.stamp.written("customer"),
                "reason": reason,
                "length": None if event.length is None else min(event.length, _LARGEST),
            }
            db.insert(self.table, row)
        if not text.strip():
            return told
        return told._replace(spoken=True, parts=(*told.parts, Part(TEXT, text)))

    def forget(self, db: Writer, executed: ErasureExecuted) -> None:
        """Take out what was noted about erased files."""
        for span in ranges_of(executed.spans):
            gone = self.table.c.position.between(literal(span.start), literal(span.stop - 1))
            db.execute(delete(self.table).where(gone))

    def unread(self, db: Connection, *, limit: int) -> list[Unread]:
        """Return what could not be read, the newest first."""
        columns = self.table.c
        query = select(
            columns.position, columns.name, columns.media_type, columns.length, columns.customer, columns.reason
        )
        return [Unread(*row) for row in db.execute(query.order_by(columns.position.desc()).limit(limit))]

    def reasons(self, db: Connection) -> dict[str, int]:
        """Return how many could not be read, or not completely, by the code of the reason, the most frequent first."""
        reason, count = self.table.c.reason, func.count().label("files")
        query = select(reason, count).group_by(reason).order_by(count.desc(), reason)
        return {row[0]: row[1] for row in db.execute(query)}

    def searched(self, db: Connection, messages: Table) -> int:
        """Return how many attachments stand in the index, by their text or by their name alone."""
        named_or_read = (messages.c.kind == KIND) & messages.c.spoken
        return db.scalar(select(func.count()).select_from(messages).where(named_or_read)) or 0

    def _read(self, event: AttachmentKept) -> Reading:
        content = event.content.value if event.content is not None else None
        if not isinstance(content, bytes):
            return Reading("", "not-here")
        return self._sandbox.read(content, event.media_type, text_of(event.name))


def _fitting(text: str) -> str:
    """Return as much of a text as both engines can hold the words of."""
    while len(text) > _SURELY_FITS and _bytes_of(text) > _MOST_BYTES:
        text = text[: len(text) // 2]
    return text


def _bytes_of(text: str) -> int:
    """Return how much room the words of a text take at most: each once, with a letter before and a place after it."""
    analysis = analyse(text)
    words = (set(analysis.exact), analysis.stems, analysis.identifiers)
    return sum(len(word.encode()) + 5 for some in words for word in some)
