"""How the hits of a search divide: by a column, by who wrote, by month."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, literal, literal_column, select, union_all

from audit.projections.columns import moment_of
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from sqlalchemy import ColumnElement, Connection, Select

    from audit.projections.search.found import Found
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
_OF_FEW_VALUES: Final = frozenset({"channel", "direction", "role", "kind", "language", "source"})
_CUSTOMERS_SIDE: Final = frozenset({"customer", "representative"})
_LOW_BITS: Final = 20
# No zone's days begin but on a quarter of an hour.
_QUARTER: Final = 900_000
_DAY: Final = 86_400_000


def counted(
    db: Connection, index: Index, found: Found, facets: Collection[str], *, zone: tzinfo, conversations: bool
) -> dict[str, dict[str, int]]:
    """Return for each facet how many hits each value has, the most frequent first; months in their order.

    ``conversations`` counts the conversations with a hit instead.
    """
    counts: dict[str, dict[str, int]] = {facet: {} for facet in facets}
    few = tuple(facet for facet in counts if facet in _OF_FEW_VALUES and not conversations)
    many = tuple(facet for facet in counts if facet not in few and facet != "month")
    if few:
        counts |= _of_few_values(db, index, found, few)
    if many:
        for row in db.execute(_by_value(index, found.ids, many, conversations=conversations), found.values):
            counts[row.facet][row.value] = row.hits
    if "agent" in counts:
        counts["agent"] = _as_written(db, index, counts["agent"])
    told = {facet: _ordered(counts[facet]) for facet in counts}
    if "month" in counts:
        told["month"] = _months(db, index, found, zone, conversations=conversations)
    return told


@lru_cache(maxsize=100)
def newest(ids: Select[tuple[int]], most: int) -> Select[tuple[int]]:
    """Return the selection of the newest of these texts: their ids are in the order in which things happened."""
    return ids.order_by(ids.selected_columns.id.desc()).limit(most)


def _of_few_values(db: Connection, index: Index, found: Found, facets: tuple[str, ...]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in facets}
    for *values, hits in db.execute(_together(index, found.ids, facets), found.values):
        for facet, value in zip(facets, values, strict=True):
            if value is not None:
                counts[facet][value] += hits
    return {facet: dict(counted) for facet, counted in counts.items()}


@lru_cache(maxsize=100)
def _together(index: Index, ids: Select[tuple[int]], facets: tuple[str, ...]) -> Any:
    """Return the selection of how often each combination of values is there: they are few, and counted in one go."""
    messages = index.messages.c
    columns = [messages[facet] for facet in facets]
    return select(*columns, func.count()).where(messages.id.in_(ids)).group_by(*columns)


@lru_cache(maxsize=100)
def _by_value(index: Index, ids: Select[tuple[int]], facets: tuple[str, ...], *, conversations: bool) -> Any:
    """Return the selection of (facet, value, hits); the rows are read once for all facets."""
    messages = index.messages.c
    columns = {messages[facet if facet != "agent" else "actor"] for facet in facets} | {messages.role}
    needed = [*sorted(columns, key=lambda one: one.name), messages.conversation_id.label("place")]
    rows = select(*needed).where(messages.id.in_(ids)).cte("rows_found")
    # SQLite would read the rows once for each facet.
    rows = rows.prefix_with("MATERIALIZED")
    number = func.count(rows.c.place.distinct()) if conversations else func.count()
    queries = []
    for facet in facets:
        value = rows.c[facet if facet != "agent" else "actor"]
        mine = select(literal(facet).label("facet"), value.label("value"), number.label("hits"))
        if facet == "agent":
            mine = mine.where(rows.c.role.not_in(_CUSTOMERS_SIDE))
        queries.append(mine.where(value.is_not(None)).group_by(value))
    return union_all(*queries)


def _as_written(db: Connection, index: Index, counts: dict[str, int]) -> dict[str, int]:
    """Return the counts by the id of staff as written; where none is known, by the id in hexadecimal."""
    written: dict[str, str] = {}
    staff = index.staff.table.c
    for some in portions(sorted(counts)):
        # An id in hexadecimal is made of the id as written, so that all rows of one say the same.
        known = select(staff.staff, func.max(staff.written).label("written")).where(staff.staff.in_(some))
        rows = db.execute(known.where(staff.written.is_not(None)).group_by(staff.staff))
        written |= {row.staff: row.written for row in rows}
    return {written.get(actor, actor): count for actor, count in counts.items()}


def _months(db: Connection, index: Index, found: Found, zone: tzinfo, *, conversations: bool) -> dict[str, int]:
    """Return the counts by calendar month of a zone; the database counts by stretches that no zone parts."""
    messages = index.messages.c
    ids = found.ids.subquery()
    span = _DAY if str(zone) == "UTC" else _QUARTER
    key = f"{index.messages.name}.id" if conversations else "id"
    stretch: ColumnElement[int] = literal_column(f"({key} >> {_LOW_BITS}) / {span}")
    if conversations:
        places = select(stretch.label("stretch"), messages.conversation_id).distinct()
        places = places.where(messages.id.in_(found.ids), messages.conversation_id.is_not(None))
        rows = db.execute(places, found.values)
        return _in_order(Counter(month for month, _ in {(_month(row.stretch * span, zone), row[1]) for row in rows}))
    months: Counter[str] = Counter()
    counts = select(stretch.label("stretch"), func.count().label("hits")).select_from(ids).group_by(stretch)
    for row in db.execute(counts, found.values):
        months[_month(row.stretch * span, zone)] += row.hits
    return _in_order(months)


def _month(milliseconds: int, zone: tzinfo) -> str:
    return f"{moment_of(milliseconds * 1_000).astimezone(zone):%Y-%m}"


def _in_order(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _ordered(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
