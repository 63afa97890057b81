"""The checkpoints of logs an archive went on from: a table of their own, which only grows."""

from __future__ import annotations

from typing import Final

SQLITE_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS earlier_checkpoints (size INTEGER, root BLOB, note TEXT, signed_at TEXT)"
)
SQLITE_TRIGGERS: Final = (
    """CREATE TRIGGER IF NOT EXISTS earlier_checkpoints_no_delete BEFORE DELETE ON earlier_checkpoints BEGIN
        SELECT RAISE(ABORT, 'checkpoints are never deleted');
    END""",
    """CREATE TRIGGER IF NOT EXISTS earlier_checkpoints_no_update BEFORE UPDATE ON earlier_checkpoints BEGIN
        SELECT RAISE(ABORT, 'earlier checkpoints never change');
    END""",
    # Nothing in this table has to be unique, but a row can be replaced by its number.
    """CREATE TRIGGER IF NOT EXISTS earlier_checkpoints_no_replace BEFORE INSERT ON earlier_checkpoints WHEN
        EXISTS (SELECT 1 FROM earlier_checkpoints WHERE rowid = NEW.rowid)
    BEGIN
        SELECT RAISE(ABORT, 'this earlier checkpoint is there');
    END""",
)
POSTGRESQL_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS {schema}.earlier_checkpoints (size bigint, root bytea, note text, signed_at text)"
)
# The function refuse() came with the events; without ALWAYS a session that calls itself a replica passes by.
POSTGRESQL_TRIGGERS: Final = (
    "DROP TRIGGER IF EXISTS earlier_checkpoints_no_change ON {schema}.earlier_checkpoints",
    "DROP TRIGGER IF EXISTS earlier_checkpoints_no_truncate ON {schema}.earlier_checkpoints",
    """CREATE TRIGGER earlier_checkpoints_no_change BEFORE UPDATE OR DELETE ON {schema}.earlier_checkpoints
        FOR EACH ROW EXECUTE FUNCTION {schema}.refuse('earlier checkpoints never change')""",
    """CREATE TRIGGER earlier_checkpoints_no_truncate BEFORE TRUNCATE ON {schema}.earlier_checkpoints
        EXECUTE FUNCTION {schema}.refuse('earlier checkpoints never change')""",
    "ALTER TABLE {schema}.earlier_checkpoints ENABLE ALWAYS TRIGGER earlier_checkpoints_no_change",
    "ALTER TABLE {schema}.earlier_checkpoints ENABLE ALWAYS TRIGGER earlier_checkpoints_no_truncate",
)
SQLITE_GUARDS: Final = frozenset(
    {"earlier_checkpoints_no_delete", "earlier_checkpoints_no_update", "earlier_checkpoints_no_replace"}
)
POSTGRESQL_GUARDS: Final = frozenset({"earlier_checkpoints_no_change", "earlier_checkpoints_no_truncate"})
