"""The guards in the database: triggers that keep what is stored as it was, and who could go past them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.log import earlier_checkpoints
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.postgres_roles import reach_of
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.archive.recorders.sqlite_tables import TRIGGERS

if TYPE_CHECKING:
    from audit.archive.recorders.recorder import Recorder

_SQLITE: Final = frozenset(
    {
        *("events_no_delete", "events_no_update", "events_no_replace"),
        *("head_no_delete", "head_no_replace", "head_only_grows"),
        *("checkpoints_no_delete", "checkpoints_no_replace", "checkpoints_only_gain"),
        *("tiles_no_delete", "tiles_no_update", "tiles_no_replace"),
        *("time_stamps_no_delete", "time_stamps_no_update", "time_stamps_no_replace"),
    }
)
_POSTGRESQL: Final = frozenset(
    {
        *("events_no_delete", "events_no_update", "events_no_truncate"),
        *("head_no_delete", "head_no_truncate", "head_only_grows"),
        *("checkpoints_no_delete", "checkpoints_no_truncate", "checkpoints_only_gain"),
        *("tiles_no_change", "tiles_no_truncate"),
        *("time_stamps_no_change", "time_stamps_no_truncate"),
    }
)
# Only an archive that went on after a restore has this table.
_EARLIER: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'earlier_checkpoints'"
_EARLIER_IN_SCHEMA: Final = (
    "SELECT 1 AS found FROM pg_tables WHERE schemaname = %s AND tablename = 'earlier_checkpoints'"
)
_REMEDY: Final = (
    "run onrecord verify to see whether anything was changed, then onrecord backup and onrecord restore, "
    "which make them anew"
)


class Guard(NamedTuple):
    """One thing that was looked at: whether it is well, and what was seen or what to do."""

    what: str
    well: bool
    seen: str


def guards(recorder: Recorder) -> list[Guard]:
    """Return how the events are guarded; on PostgreSQL also what the role we connect as could do to them."""
    missing = sorted(_missing(recorder))
    seen = f"{', '.join(missing)} are missing or switched off: {_REMEDY}" if missing else "all are in force"
    found = [Guard("triggers", not missing, seen)]
    if isinstance(recorder, PostgresRecorder):
        found.append(_roles(recorder))
    return found


def make_triggers(recorder: SQLiteRecorder) -> None:
    """Make the triggers on events and head where they are missing."""
    with recorder.datastore.writing() as cursor:
        for statement in TRIGGERS:
            cursor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1))
        if cursor.execute(_EARLIER).fetchall():
            for statement in earlier_checkpoints.SQLITE_TRIGGERS:
                cursor.execute(statement)
        # Its absence has the log's store make all of its own that are missing.
        cursor.execute("DROP TRIGGER IF EXISTS tiles_no_replace")


def _missing(recorder: Recorder) -> frozenset[str]:
    if isinstance(recorder, PostgresRecorder):
        statement = (
            "SELECT t.tgname::text AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND t.tgenabled = 'A'"
        )
        with recorder.datastore.transaction() as names:
            names.execute(statement, (recorder.datastore.schema,))
            found = {row["name"] for row in names.fetchall()}
            names.execute(_EARLIER_IN_SCHEMA, (recorder.datastore.schema,))
            expected = _POSTGRESQL | (earlier_checkpoints.POSTGRESQL_GUARDS if names.fetchall() else frozenset())
            return expected - found
    assert isinstance(recorder, SQLiteRecorder), "there are two engines"
    with recorder.datastore.reading() as cursor:
        there = cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        earlier = cursor.execute(_EARLIER).fetchall()
    expected = _SQLITE | (earlier_checkpoints.SQLITE_GUARDS if earlier else frozenset())
    return expected - {name for (name,) in there}


def _roles(recorder: PostgresRecorder) -> Guard:
    reach = reach_of(recorder)
    if not reach.is_too_wide:
        return Guard("roles", True, f"{reach.role} adds events and reads them, nothing else")
    could = "is a superuser" if reach.superuser else "owns the events" if reach.owner else "may change or delete events"
    remedy = "run onrecord doctor --grant APPLICATION --eraser ERASER as it, and connect as those roles from then on"
    # Only the triggers stand before such a role: that is allowed, for a database of one's own, but must be said.
    return Guard("roles", True, f"{reach.role} {could}: {remedy} (ONRECORD_DATABASE_URL and ONRECORD_ERASER_URL)")
