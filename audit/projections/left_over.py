"""What views still hold of events whose words an erasure took, and whether a word is somebody else's too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, literal, or_, select

from audit.domain.spans import ranges_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Table

    from audit.projections.views import Views


def left_in_views(views: Views, spans: Collection[str]) -> list[str]:
    """Return the tables in which one of these events still has words."""
    left = []
    with views.engine.connect() as db:
        for table in _tables(views):
            words = _words_of(table)
            if words is None:
                continue
            for span in ranges_of(spans):
                here = table.c.position.between(literal(span.start), literal(span.stop - 1))
                if db.execute(select(literal(1)).where(here, words).limit(1)).first() is not None:
                    left.append(table.name)
                    break
    return left


def is_in_views(views: Views, text: str) -> bool:
    """Say whether a living row of any view holds a text: then it is somebody's who was not forgotten."""
    with views.engine.connect() as db:
        for table in _tables(views):
            columns = [column for column in table.columns if isinstance(column.type, String)]
            if columns:
                held = or_(*(column.contains(text, autoescape=True) for column in columns))
                if db.execute(select(literal(1)).where(held).limit(1)).first() is not None:
                    return True
    return False


def _tables(views: Views) -> Iterator[Table]:
    for standing in views.standings():
        if standing.version == views.projections[standing.name].version:
            yield from views.instance(standing.name, standing.generation).metadata.sorted_tables


def _words_of(table: Table) -> ColumnElement[bool] | None:
    """Return the condition that a row has words; None for a table that never has."""
    if "position" not in table.c:
        return None
    personal = [column for column in table.columns if column.info.get("personal")]
    if personal:
        return or_(*(column.is_distinct_from(column.info["blank"]) for column in personal))
    # A table with words that no erasure blanks: there the row itself must be gone.
    return literal(1) == 1 if "text" in table.c else None
