"""Copying a key database, from whatever engine to whatever engine, as it stood at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, event, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from audit.archive.key_tables import metadata
from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Engine

_PORTION: Final = 5_000
_SNAPSHOT: Final = {"postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "sqlite": "BEGIN"}


def key_file(path: Path) -> Engine:
    """Return a key database in one plain file, which holds nothing of what was destroyed."""
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _settle)
    return engine


def copy_keys(source: Engine, target: Engine) -> None:
    """Copy all keys, row by row: what was destroyed leaves no trace in the copy. Raises Refused for a full target."""
    try:
        with source.connect().execution_options(isolation_level="AUTOCOMMIT") as reading, target.begin() as writing:
            there = set(inspect(writing).get_table_names()) & set(metadata.tables)
            if there:
                raise Refused("There are keys in that key database already: name an empty one in ONRECORD_KEYS_URL.")
            metadata.create_all(writing)
            reading.exec_driver_sql(_SNAPSHOT[source.dialect.name])
            try:
                _copy_tables(reading, writing)
            finally:
                reading.exec_driver_sql("ROLLBACK")
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise Unavailable(f"The keys could not be copied ({reason}): mend that and try again.") from error


def _copy_tables(reading: Connection, writing: Connection) -> None:
    known = set(inspect(reading).get_table_names())
    for table in metadata.sorted_tables:
        if table.name in known:
            # Asked of the statement: of the connection it would hold for all that comes after, which is no query.
            found = reading.execute(select(table).execution_options(yield_per=_PORTION))
            for rows in found.mappings().partitions():
                writing.execute(insert(table), [dict(row) for row in rows])


def _settle(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
