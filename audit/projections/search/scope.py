"""What a search may find whatever it asks for: nothing that came later than its position, nothing that is withheld."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from audit.projections.search.index import Index


@dataclass(frozen=True)
class Scope:
    """``upto`` is the last position to find, None where that is the newest; ``hidden`` are positions not to find."""

    upto: int | None = None
    hidden: Collection[int] = ()

    def limits(self, db: Connection, index: Index, key: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """Return the conditions on the id of a row. What is left out is the shorter list, so that is looked up."""
        messages = index.messages.c
        limits: list[ColumnElement[bool]] = []
        if self.upto is not None:
            # A copy that was made later stands in for an event that was there.
            later = (messages.position > self.upto) & or_(messages.original.is_(None), messages.original > self.upto)
            limits.append(key.not_in(select(messages.id).where(later)))
        if self.hidden:
            withheld = _positions(db, self.hidden)
            both = (messages.position, messages.original)
            limits += [key.not_in(select(messages.id).where(position.in_(withheld))) for position in both]
        return limits


def _positions(db: Connection, positions: Collection[int]) -> Any:
    """Return a selection of these numbers, however many there are."""
    if db.dialect.name == "postgresql":
        return select(func.unnest(bindparam(None, sorted(positions), ARRAY(BigInteger))))
    numbers = func.json_each(json.dumps(sorted(positions))).table_valued("value")
    return select(literal_column("value", BigInteger)).select_from(numbers)
