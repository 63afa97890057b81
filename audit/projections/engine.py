"""The database the views live in: a file of SQLite's, or a schema of PostgreSQL's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL, Connection

BUSY_SECONDS = 60


def sqlite_engine(path: Path) -> Engine:
    """Open ``views.db``. Its loss costs a rebuild, so a commit does not wait for the disk."""
    # What stands there is the words themselves, not sealed: nobody else on the machine may read it.
    path.touch(mode=0o600)
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, poolclass=QueuePool
    )
    event.listen(engine, "connect", _settle_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def postgresql_engine(url: str | URL, schema: str) -> Engine:
    """Open the views of the archive whose events are in ``schema``: they stand in a schema beside it."""
    place = f"{schema}_views"
    quoted = '"' + place.replace('"', '""') + '"'
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), hide_parameters=True, isolation_level="READ COMMITTED"
    )

    def settle(connection: Any, _: object) -> None:
        connection.execute(f"SET search_path TO {quoted}")
        connection.execute("SET jit TO off")
        connection.commit()

    event.listen(engine, "connect", settle)
    with engine.begin() as db:
        # Two processes that start together would both find it missing.
        db.execute(text("SELECT pg_advisory_xact_lock(hashtext(:place))"), {"place": place})
        there = db.scalar(text("SELECT 1 FROM pg_namespace WHERE nspname = :place"), {"place": place})
        if not there:
            db.execute(text(f"CREATE SCHEMA {quoted}"))
    return engine


def is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _settle_sqlite(connection: Any, _: object) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite does, and in the right way.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-32768",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(db: Connection) -> None:
    """Begin so that a writer has its turn from the start: one that only gets it later could never have it at all."""
    writing = db.get_execution_options().get("writing", False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
