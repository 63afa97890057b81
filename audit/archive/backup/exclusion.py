"""While a backup is made nothing is erased, and while something is erased no backup is made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from audit.archive.faults import database_faults
from audit.archive.log.memory import alone
from audit.archive.recorders.postgres import PostgresRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.archive.recorders.recorder import Recorder

_LOCK_FILE: Final = "erasure.lock"


@contextmanager
def erasures_excluded(recorder: Recorder, folder: Path) -> Iterator[None]:
    """Wait until nobody else holds this lock, then hold it; it ends with the process, however that ends.

    In PostgreSQL it holds for all machines, as an advisory lock; everywhere it is a lock on a file, too.
    """
    with alone(folder / _LOCK_FILE):
        if not isinstance(recorder, PostgresRecorder):
            yield
            return
        name = (f"{recorder.datastore.schema}/erasure",)
        with database_faults(), recorder.datastore.get_connection() as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", name)
            try:
                yield
            finally:
                connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", name)
