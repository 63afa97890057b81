"""Words on PostgreSQL: vectors made of our own tokens, and long texts in stretches that lose no phrase.

A vector holds every exact token (``x…``), every stem and identifier (``s…``, ``i…``) and all metadata (``m…``) of a
text. PostgreSQL counts places up to 16,383 and keeps 255 of a token: the vector of a longer text has no places at all,
and stretches of the text, each of them short enough, stand beside it. They overlap by more than a phrase can be long.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, bindparam, cast
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from audit.projections.columns import PLACE
from audit.projections.search.query import LONGEST_PHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

_MOST_PLACES: Final = 16_000
_MOST_OF_A_TOKEN: Final = 255
_OVERLAP: Final = LONGEST_PHRASE


class Vectors:
    """The two tables; they exist on PostgreSQL alone."""

    def __init__(self, suffix: str) -> None:
        self._metadata = MetaData()
        key = Column("id", PLACE, primary_key=True, autoincrement=False)
        self.words = Table(f"search_words{suffix}", self._metadata, key, Column("words", TSVECTOR, nullable=False))
        self.parts = Table(
            f"search_parts{suffix}",
            self._metadata,
            Column("id", PLACE, primary_key=True, autoincrement=False),
            Column("part", Integer, primary_key=True, autoincrement=False),
            Column("places", TSVECTOR, nullable=False),
        )
        for column in (self.words.c.words, self.parts.c.places):
            Index(
                f"{column.table.name}_gin",
                column,
                postgresql_using="gin",
                # A list of pending words would make the first reader pay for the writer.
                postgresql_with={"fastupdate": "off"},
            )

    def create(self, _: Table, connection: Connection, **__: Any) -> None:
        if connection.dialect.name == "postgresql":
            self._metadata.create_all(connection, checkfirst=False)

    def drop(self, _: Table, connection: Connection, **__: Any) -> None:
        if connection.dialect.name == "postgresql":
            self._metadata.drop_all(connection)


def holds(vector: ColumnElement[Any], said: str) -> ColumnElement[bool]:
    """Return the condition that a vector matches what is said as a ``tsquery``."""
    return vector.bool_op("@@")(cast(bindparam(None, said, String), TSQUERY))


def vector_of(exact: Sequence[str], keys: Sequence[str], meta: Sequence[str]) -> str:
    """Return the vector of a text from its tokens; the exact ones have places when all of them fit."""
    words = _placed(exact) if _fits(exact) else " ".join(f"'x{token}'" for token in set(exact))
    return " ".join([words, *(f"'{key}'" for key in keys), *(f"'m{token}'" for token in meta)])


def parts_of(tokens: Sequence[str]) -> Iterator[str]:
    """Yield the stretches of a text whose exact tokens do not fit into one vector with their places."""
    if _fits(tokens):
        return
    start = 0
    while start < len(tokens):
        end = _end_of_stretch(tokens, start)
        yield _placed(tokens[start:end])
        start = end if end == len(tokens) else end - _OVERLAP


def _end_of_stretch(tokens: Sequence[str], start: int) -> int:
    counts: Counter[str] = Counter()
    for place in range(start, min(start + _MOST_PLACES, len(tokens))):
        counts[tokens[place]] += 1
        if counts[tokens[place]] > _MOST_OF_A_TOKEN:
            return place
    return min(start + _MOST_PLACES, len(tokens))


def _fits(tokens: Sequence[str]) -> bool:
    if len(tokens) <= _MOST_OF_A_TOKEN:
        return True
    return len(tokens) <= _MOST_PLACES and max(Counter(tokens).values()) <= _MOST_OF_A_TOKEN


def _placed(tokens: Sequence[str]) -> str:
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens, 1):
        places.setdefault(token, []).append(str(place))
    return " ".join(f"'x{token}':{','.join(where)}" for token, where in places.items())
