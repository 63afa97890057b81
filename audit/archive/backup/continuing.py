"""Going on after a restore: under the same origin where nothing that was signed is missing, else under a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg.sql import SQL, Identifier

from audit.archive.backup.replay import append_clear
from audit.archive.faults import database_faults
from audit.archive.log import earlier_checkpoints
from audit.archive.log.continued import keep_earlier_keys
from audit.archive.log.held import open_held
from audit.archive.log.log import Log
from audit.archive.log.signer import KEY_FILE, NEXT_KEY_FILE, STATE_FILE, write_key
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.domain.custody import ArchiveContinued
from audit.domain.errors import Refused, Unreadable, WrongUse
from audit.evidence.errors import NotProven
from audit.evidence.keys import SigningKey
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from audit.archive.backup.manifest import Manifest
    from audit.archive.backup.replay import Restored
    from audit.archive.recorders.recorder import Recorder

_ROTATIONS: Final = "log-key rotations"
_PAGE: Final = 10_000


def new_log_key(origin: str) -> SigningKey:
    """Return a key for a log of this name. Raises WrongUse for what cannot name one."""
    try:
        return SigningKey.generate(origin)
    except NotProven:
        raise WrongUse(
            f"{origin!r} cannot name a log: write a name like example.com/archive, without spaces."
        ) from None


def must_hold_all_signed(log: Log, manifest: Manifest, checkpoints: Sequence[tuple[str, bytes]]) -> None:
    """Raise Refused unless the newest checkpoint that was handed out is given and covers nothing that is missing.

    What was signed after the backup cannot be seen from it. A log that signed about the lost events what it would sign
    differently now has forked, and nobody could believe it any more.
    """
    if not checkpoints:
        raise Refused(
            "Whether more was signed after this backup cannot be seen from it: give the newest checkpoint that was "
            "handed out with --checkpoint FILE, or a new name for the log with --origin NAME."
        )
    keys = log.key_history()
    for name, content in checkpoints:
        held = open_held(name, content, origin=manifest.origin, keys=keys, policy=None)
        if held.size > manifest.size:
            raise Refused(
                f"{name} covers {held.size} events, but the backup ends at {manifest.size}: take a newer backup, or go "
                "on under a new name for the log with --origin NAME."
            )
        if _root_over(log, held.size) != held.root:
            raise Unreadable(f"The backup is not of the events that {name} was signed over: take another backup.")


def go_on(restored: Restored, manifest: Manifest, key: SigningKey, folder: Path) -> None:
    """Let the archive go on as another log, whose first event names the one before it."""
    before = Log(restored.recorder, folder, origin=manifest.origin, clock=restored.clock)
    keep_earlier_keys(restored.recorder, before.key_history())
    for name in (KEY_FILE, NEXT_KEY_FILE, STATE_FILE):
        (folder / name).unlink(missing_ok=True)
    write_key(folder / KEY_FILE, key)
    with database_faults():
        _set_aside_checkpoints(restored.recorder)
        restored.recorder.record_fact(_ROTATIONS, "")
        restored.recorder.record_fact("origin", key.name)
    event = ArchiveContinued(origin=manifest.origin, size=manifest.size, root=manifest.root)
    append_clear(restored, restored.names.decided(ArchiveContinued.TOPIC, key.name), [event])


def _root_over(log: Log, size: int) -> bytes:
    frontier = Frontier()
    for start in range(0, size, _PAGE):
        frontier.extend(log.store.leaf_hashes(start + 1, min(size, start + _PAGE)))
    return frontier.root()


def _set_aside_checkpoints(recorder: Recorder) -> None:
    """Move the checkpoints of the earlier log to a table of their own: this log did not sign them."""
    if isinstance(recorder, PostgresRecorder):
        with recorder.datastore.transaction(commit=True) as cursor:
            for statement in _POSTGRESQL:
                cursor.execute(SQL(statement).format(schema=Identifier(recorder.datastore.schema)))
        return
    assert isinstance(recorder, SQLiteRecorder), "there are two engines"
    with recorder.datastore.writing() as file:
        kept = file.execute("SELECT sql FROM sqlite_master WHERE name = 'checkpoints_no_delete'").fetchall()
        for statement in (*_SQLITE, *(sql for (sql,) in kept)):
            file.execute(statement)


_SQLITE: Final = (
    earlier_checkpoints.SQLITE_TABLE,
    *earlier_checkpoints.SQLITE_TRIGGERS,
    "INSERT INTO earlier_checkpoints SELECT size, root, note, signed_at FROM checkpoints",
    "DROP TRIGGER IF EXISTS checkpoints_no_delete",
    "DELETE FROM checkpoints",
)
_POSTGRESQL: Final = (
    earlier_checkpoints.POSTGRESQL_TABLE,
    *earlier_checkpoints.POSTGRESQL_TRIGGERS,
    "INSERT INTO {schema}.earlier_checkpoints SELECT size, root, note, signed_at FROM {schema}.checkpoints",
    "ALTER TABLE {schema}.checkpoints DISABLE TRIGGER checkpoints_no_delete",
    "DELETE FROM {schema}.checkpoints",
    "ALTER TABLE {schema}.checkpoints ENABLE ALWAYS TRIGGER checkpoints_no_delete",
)
