"""The engine alone with our own rows: the count and the newest twenty by its statements, and nothing of ours around."""

from __future__ import annotations

from datetime import UTC
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.sql.compiler import SQLCompiler

from audit.projections.search import compile_postgres, compile_sqlite
from audit.projections.search.grammar import parse
from audit.projections.search.index import Index
from audit.projections.search.query import Field, Not, all_of
from audit.projections.search.resolving import Resolving

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Select

    from audit.projections.search.find import Asked
    from audit.projections.views import Views

_NEWEST = 20


class _Statement(NamedTuple):
    sql: str
    values: Any


def engine_times(views: Views, asked: Iterable[Asked]) -> list[float]:
    """Return the seconds the engine takes for each question, whose statements were made before."""
    times = []
    with views.reading(Index) as (db, index):
        driver = db.connection.driver_connection
        assert driver is not None
        cursor = driver.cursor()
        for statements in [_statements(db, index, one) for one in asked]:
            began = perf_counter()
            for one in statements:
                cursor.execute(one.sql, one.values)
                cursor.fetchall()
            times.append(perf_counter() - began)
        cursor.close()
    return times


def _statements(db: Connection, index: Index, asked: Asked) -> Sequence[_Statement]:
    matching = compile_postgres.matching if db.dialect.name == "postgresql" else compile_sqlite.matching
    query = all_of([parse(asked.query, UTC, None), Not(Field("silent", "yes"))])
    found = matching(index, Resolving(db, index, None, None).resolved(query), lambda _: ())
    messages, ids = index.messages.c, found.ids.subquery()
    newest = select(ids.c.id).order_by(ids.c.id.desc()).limit(_NEWEST)
    statements = [_written(db, select(func.count()).select_from(ids), found.values)]
    if asked.limit:
        statements.append(_written(db, select(messages.text).where(messages.id.in_(newest)), found.values))
    return statements


def _written(db: Connection, query: Select[Any], values: Mapping[str, Any]) -> _Statement:
    compiled = query.compile(dialect=db.dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    named = compiled.construct_params(dict(values))
    order = compiled.positiontup
    return _Statement(str(compiled), named if order is None else [named[name] for name in order])
