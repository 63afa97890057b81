"""A view as a list of rows, to compare engines, rebuilds and orders of arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

if TYPE_CHECKING:
    from audit.projections.projection import Projection
    from audit.projections.views import Views


def dump(views: Views, projection: type[Projection]) -> list[tuple[object, ...]]:
    """Return every row of the view that is read, in an order that depends on the content alone.

    Tables that one engine alone needs (``info["derived"]``) are left out.
    """
    rows: list[tuple[object, ...]] = []
    plain = projection()
    names = [table.name for table in plain.metadata.sorted_tables if not table.info.get("derived")]
    with views.reading(projection) as (db, instance):
        suffix = _suffix(instance)
        for name in names:
            table = instance.metadata.tables[f"{name}{suffix}"]
            rows += [(name, *row) for row in db.execute(select(table))]
    return sorted(rows, key=repr)


def _suffix(instance: Projection) -> str:
    plain, mine = (min(each.metadata.tables) for each in (type(instance)(), instance))
    return mine[len(plain) :]
