"""Strata: what a sample is divided by, read off the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from audit.domain.errors import WrongUse
from audit.projections.portions import portions
from audit.projections.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.projections.views import Views

STRATA: Final = {
    "agent": "actor",
    "channel": "channel",
    "language": "language",
    "kind": "kind",
    "role": "role",
    "direction": "direction",
    "source": "source",
    "conversation": "conversation_id",
    "customer": "customer_id",
}
"""What one can divide by, and the column that says it; ids are those that name nobody."""
NONE: Final = "none"


def strata_of(views: Views, positions: Iterable[int], by: str) -> dict[str, list[int]]:
    """Return the events of each stratum. Raises WrongUse for what one cannot divide by."""
    if by not in STRATA:
        raise WrongUse(f"A sample cannot be drawn per {by}: take one of {', '.join(STRATA)}.")
    found: dict[str, list[int]] = {}
    with views.reading(Index) as (db, index):
        table = index.messages.c
        for some in portions(sorted(set(positions))):
            query = select(table.position, table[STRATA[by]]).where(table.position.in_(some)).distinct()
            for position, value in db.execute(query.order_by(table.position)):
                found.setdefault(str(value) if value else NONE, []).append(position)
    return dict(sorted(found.items()))
