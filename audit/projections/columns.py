"""What the columns of all views have in common: ids, moments, words, and the order in which people read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, func, select

from audit.domain.event import Personal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from audit.domain.event import Record

# Both engines must compare texts alike: by code point, never by the rules of a language.
WORD: Final = String().with_variant(String(collation="C"), "postgresql")
PLACE: Final = BigInteger().with_variant(Integer, "sqlite")
"""A position, or another whole number of 64 bits; the row id where it is the primary key on SQLite."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
NO_SEQ: Final = -1
_LARGEST: Final = 2**63 - 1


def position_column() -> Column[Any]:
    return Column("position", PLACE, primary_key=True, autoincrement=False)


def word(name: str, *, index: bool = False) -> Column[Any]:
    """Make a column for a code, or an id that says nothing: it survives an erasure."""
    return Column(name, WORD, index=index)


def personal(name: str, *, blank: str | None = None) -> Column[Any]:
    """Make a column for words about a person: an erasure puts ``blank`` in their place."""
    return Column(name, WORD, nullable=blank is None, info={"personal": True, "blank": blank})


def erased_column() -> Column[Any]:
    return Column("erased", Boolean, nullable=False, info={"personal": True, "blank": True})


def order_columns() -> tuple[Column[Any], ...]:
    """Return the columns by which people read: ``at``, source, seq, the item's id and, all equal, its stream."""
    return (
        Column("at", BigInteger, nullable=False),
        Column("zone", Integer, nullable=False),
        Column("source", WORD, nullable=False),
        Column("seq", BigInteger, nullable=False),
        personal("item", blank=""),
        Column("stream", WORD, nullable=False),
    )


def order_values(record: Record) -> dict[str, Any]:
    """Return the values for ``order_columns``."""
    stamp = record.stamp
    return {
        "at": microseconds(stamp.happened_at),
        "zone": zone_of(stamp.happened_at),
        "source": stamp.source,
        "seq": NO_SEQ if stamp.seq is None else max(min(stamp.seq, _LARGEST), NO_SEQ),
        "item": stamp.written("item") or "",
        "stream": record.stream.hex,
    }


def reading_order(row: Any) -> tuple[int, str, int, str, str]:
    """Return the key that sorts rows with ``order_columns`` as people read them."""
    return row.at, row.source, row.seq, row.item, row.stream


def newest(db: Connection, *tables: Table) -> int:
    """Return the position of the newest row of these tables, 0 where they have none."""
    return max(db.scalar(select(func.max(table.c.position))) or 0 for table in tables)


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def zone_of(moment: datetime) -> int:
    """Return the offset from UTC, in seconds, that the source wrote the moment with."""
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset else 0


def moment_of(at: int, zone: int = 0) -> datetime:
    """Return the moment behind ``microseconds`` and ``zone_of``, in the zone of its source."""
    moment = _EPOCH + at * _MICROSECOND
    try:
        return moment.astimezone(_zone(zone))
    except OverflowError:
        # The last hours that a date can name have no name in zones further east.
        return moment


@lru_cache(maxsize=256)
def _zone(seconds: int) -> timezone:
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def text_of(words: Personal | None) -> str | None:
    """Return the words, None where there are none, where they are erased, or where they are no text."""
    return words.text if words is not None else None


def is_erased(record: Record) -> bool:
    """Say whether the words of the event are gone: all its parts share one key."""
    ids = record.stamp.ids
    if ids is not None:
        return ids.erased
    parts = vars(record.event).values()
    return any(isinstance(part, Personal) and part.erased for part in parts)
