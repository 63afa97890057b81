"""How the hits of a search divide: by a column, by who wrote, by month."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, literal_column, select

from audit.projections.columns import moment_of
from audit.projections.portions import portions

if TYPE_CHECKING:
    from datetime import tzinfo

    from sqlalchemy import ColumnElement, Connection, Select

    from audit.projections.search.index import Index

FACETS: Final = (
    "channel",
    "direction",
    "role",
    "kind",
    "language",
    "source",
    "agent",
    "customer",
    "conversation",
    "ticket",
    "month",
)
_CUSTOMERS_SIDE: Final = frozenset({"customer", "representative"})
_LOW_BITS: Final = 20
# No zone's days begin but on a quarter of an hour.
_QUARTER: Final = 900_000
_DAY: Final = 86_400_000


def counted(
    db: Connection, index: Index, found: Select[tuple[int]], facet: str, *, zone: tzinfo, conversations: bool
) -> dict[str, int]:
    """Return how many hits each value has, the most frequent first; months in their order.

    ``conversations`` counts the conversations with a hit instead.
    """
    messages = index.messages.c
    number = func.count(messages.conversation_id.distinct()) if conversations else func.count()
    matching = select(number.label("hits")).where(messages.id.in_(found))
    if facet == "agent":
        return _agents(db, index, matching)
    if facet == "month":
        return _months(db, index, found, zone, conversations=conversations)
    value = messages[facet]
    query = matching.add_columns(value.label("value")).where(value.is_not(None)).group_by(value)
    return _ordered({row.value: row.hits for row in db.execute(query)})


def _agents(db: Connection, index: Index, matching: Select[Any]) -> dict[str, int]:
    """Return the counts by the id of staff as written; where none is known, by the id in hexadecimal."""
    messages = index.messages.c
    ours = matching.add_columns(messages.actor).where(
        messages.actor.is_not(None), messages.role.not_in(_CUSTOMERS_SIDE)
    )
    counts = {row.actor: row.hits for row in db.execute(ours.group_by(messages.actor))}
    written: dict[str, str] = {}
    staff = index.staff.table.c
    for some in portions(sorted(counts)):
        known = select(staff.staff, staff.written).where(staff.staff.in_(some), staff.written.is_not(None))
        written |= {row.staff: row.written for row in db.execute(known.order_by(staff.position))}
    return _ordered({written.get(actor, actor): count for actor, count in counts.items()})


def _months(
    db: Connection, index: Index, found: Select[tuple[int]], zone: tzinfo, *, conversations: bool
) -> dict[str, int]:
    """Return the counts by calendar month of a zone; the database counts by stretches that no zone parts."""
    messages = index.messages.c
    ids = found.subquery()
    span = _DAY if str(zone) == "UTC" else _QUARTER
    key = f"{index.messages.name}.id" if conversations else "id"
    stretch: ColumnElement[int] = literal_column(f"({key} >> {_LOW_BITS}) / {span}")
    if conversations:
        places = select(stretch.label("stretch"), messages.conversation_id).distinct()
        rows = db.execute(places.where(messages.id.in_(found), messages.conversation_id.is_not(None)))
        return _in_order(Counter(month for month, _ in {(_month(row.stretch * span, zone), row[1]) for row in rows}))
    months: Counter[str] = Counter()
    for row in db.execute(
        select(stretch.label("stretch"), func.count().label("hits")).select_from(ids).group_by(stretch)
    ):
        months[_month(row.stretch * span, zone)] += row.hits
    return _in_order(months)


def _month(milliseconds: int, zone: tzinfo) -> str:
    return f"{moment_of(milliseconds * 1_000).astimezone(zone):%Y-%m}"


def _in_order(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _ordered(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
