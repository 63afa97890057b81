"""The tables of the log in PostgreSQL, in the schema of the events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from audit.archive.faults import database_faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import LiteralString

    from audit.archive.log.store import SignedCheckpoint, StoredTile
    from audit.archive.log.time_stamps import StoredTimeStamp
    from audit.archive.recorders.postgres import PostgresRecorder

_THERE: Final = "SELECT count(*) FROM pg_tables WHERE schemaname = %s AND tablename = %s"
_MAY_CREATE: Final = "SELECT has_schema_privilege(%s, 'CREATE')"
# The function refuse() came with the events.
_MISSING: Final = (
    SQL("""CREATE TABLE {schema}.checkpoints (
        size bigint PRIMARY KEY, root bytea NOT NULL, note text NOT NULL, signed_at text NOT NULL)"""),
    SQL("""CREATE TABLE {schema}.tiles (
        level integer NOT NULL, number bigint NOT NULL, hashes bytea NOT NULL, PRIMARY KEY (level, number))"""),
    # Hashes do not compress.
    SQL("ALTER TABLE {schema}.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL"),
    SQL("""CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON {schema}.checkpoints
        FOR EACH ROW EXECUTE FUNCTION {schema}.refuse('checkpoints are never deleted')"""),
    SQL("""CREATE TRIGGER checkpoints_no_truncate BEFORE TRUNCATE ON {schema}.checkpoints
        EXECUTE FUNCTION {schema}.refuse('checkpoints are never deleted')"""),
    SQL("""CREATE TRIGGER checkpoints_only_gain BEFORE UPDATE ON {schema}.checkpoints FOR EACH ROW
        WHEN ((NEW.size, NEW.root, NEW.signed_at) IS DISTINCT FROM (OLD.size, OLD.root, OLD.signed_at)
            OR NOT starts_with(NEW.note, OLD.note))
        EXECUTE FUNCTION {schema}.refuse('a checkpoint never changes; its note may gain signatures')"""),
    SQL("""CREATE TRIGGER tiles_no_change BEFORE UPDATE OR DELETE ON {schema}.tiles
        FOR EACH ROW EXECUTE FUNCTION {schema}.refuse('tiles never change')"""),
    SQL("""CREATE TRIGGER tiles_no_truncate BEFORE TRUNCATE ON {schema}.tiles
        EXECUTE FUNCTION {schema}.refuse('tiles never change')"""),
    # Without ALWAYS a session that calls itself a replica passes by.
    SQL("ALTER TABLE {schema}.checkpoints ENABLE ALWAYS TRIGGER checkpoints_no_delete"),
    SQL("ALTER TABLE {schema}.checkpoints ENABLE ALWAYS TRIGGER checkpoints_no_truncate"),
    SQL("ALTER TABLE {schema}.checkpoints ENABLE ALWAYS TRIGGER checkpoints_only_gain"),
    SQL("ALTER TABLE {schema}.tiles ENABLE ALWAYS TRIGGER tiles_no_change"),
    SQL("ALTER TABLE {schema}.tiles ENABLE ALWAYS TRIGGER tiles_no_truncate"),
)
# They came later than the tables above.
_MISSING_TIME_STAMPS: Final = (
    SQL("""CREATE TABLE {schema}.time_stamps (
        size bigint PRIMARY KEY, covers bigint NOT NULL, response bytea NOT NULL, stamped_at text NOT NULL)"""),
    SQL("""CREATE TRIGGER time_stamps_no_change BEFORE UPDATE OR DELETE ON {schema}.time_stamps
        FOR EACH ROW EXECUTE FUNCTION {schema}.refuse('time-stamps never change')"""),
    SQL("""CREATE TRIGGER time_stamps_no_truncate BEFORE TRUNCATE ON {schema}.time_stamps
        EXECUTE FUNCTION {schema}.refuse('time-stamps never change')"""),
    SQL("ALTER TABLE {schema}.time_stamps ENABLE ALWAYS TRIGGER time_stamps_no_change"),
    SQL("ALTER TABLE {schema}.time_stamps ENABLE ALWAYS TRIGGER time_stamps_no_truncate"),
)
_CHECKPOINTS: Final = "SELECT size, root, note, signed_at FROM {schema}.checkpoints "
_TIME_STAMPS: Final = "SELECT size, covers, response, stamped_at FROM {schema}.time_stamps "
_WITHOUT_TIME_STAMP: Final = (
    "SELECT count(*) FROM {schema}.checkpoints WHERE size > (SELECT coalesce(max(size), 0) FROM {schema}.time_stamps)"
)


class PostgresLogStore:
    """See the protocol LogStore."""

    def __init__(self, recorder: PostgresRecorder) -> None:
        self._server = recorder.datastore

    @database_faults()
    def prepare(self) -> None:
        schema = self._server.schema
        if self._has("tiles") and self._has("time_stamps"):
            return
        if self._has("tiles") and not self._all(_MAY_CREATE, (schema,))[0][0]:
            return  # The owner makes what came later; a role that may only append goes on without.
        with self._server.transaction(commit=True) as cursor:
            # Two processes that open an older archive together would both find them missing.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"{schema}/tiles",))
            for table, statements in (("tiles", _MISSING), ("time_stamps", _MISSING_TIME_STAMPS)):
                there = (f"{_quoted(schema)}.{table}",)
                if cursor.execute("SELECT to_regclass(%s) AS found", there).fetchall()[0]["found"]:
                    continue
                for statement in statements:
                    cursor.execute(statement.format(schema=Identifier(schema)))

    @database_faults()
    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        which = "SELECT leaf_hash FROM {schema}.events WHERE position BETWEEN %b AND %b ORDER BY position"
        return [leaf for (leaf,) in self._all(which, (first, last))]

    @database_faults()
    def tile(self, level: int, number: int) -> Any:
        found = self._all("SELECT hashes FROM {schema}.tiles WHERE level = %b AND number = %b", (level, number))
        return found[0][0] if found else None

    @database_faults()
    def tiles(self, level: int, first: int, limit: int) -> list[tuple[Any, Any]]:
        which = "SELECT number, hashes FROM {schema}.tiles WHERE level = %b AND number >= %b ORDER BY number LIMIT %b"
        return self._all(which, (level, first, limit))

    @database_faults()
    def tile_count(self, level: int) -> int:
        which = "SELECT coalesce(max(number) + 1, 0) FROM {schema}.tiles WHERE level = %b"
        return int(self._all(which, (level,))[0][0])

    @database_faults()
    def tile_total(self) -> int:
        return int(self._all("SELECT count(*) FROM {schema}.tiles")[0][0])

    @database_faults()
    def add_tiles(self, tiles: Sequence[StoredTile]) -> None:
        self._write("INSERT INTO {schema}.tiles VALUES (%b, %b, %b) ON CONFLICT DO NOTHING", tiles)

    @database_faults()
    def newest(self) -> tuple[Any, ...] | None:
        found = self._all(_CHECKPOINTS + "ORDER BY size DESC LIMIT 1")
        return found[0] if found else None

    @database_faults()
    def covering(self, position: int) -> tuple[Any, ...] | None:
        found = self._all(_CHECKPOINTS + "WHERE size >= %b ORDER BY size LIMIT 1", (position,))
        return found[0] if found else None

    @database_faults()
    def checkpoints(self) -> list[tuple[Any, ...]]:
        return self._all(_CHECKPOINTS + "ORDER BY size")

    @database_faults()
    def add_checkpoint(self, checkpoint: SignedCheckpoint) -> None:
        row = (checkpoint.size, checkpoint.root, checkpoint.note, checkpoint.signed_at.isoformat())
        self._write("INSERT INTO {schema}.checkpoints VALUES (%b, %b, %b, %b) ON CONFLICT DO NOTHING", [row])

    @database_faults()
    def add_signatures(self, size: int, note: str) -> None:
        self._write("UPDATE {schema}.checkpoints SET note = %b WHERE size = %b", [(note, size)])

    @database_faults()
    def earlier_checkpoints(self) -> list[tuple[Any, ...]]:
        if not self._has("earlier_checkpoints"):
            return []
        return self._all("SELECT size, root, note, signed_at FROM {schema}.earlier_checkpoints ORDER BY size")

    @database_faults()
    def time_stamps(self) -> list[tuple[Any, ...]]:
        return self._all(_TIME_STAMPS + "ORDER BY size") if self._has("time_stamps") else []

    @database_faults()
    def time_stamp(self, size: int) -> tuple[Any, ...] | None:
        if not self._has("time_stamps"):
            return None
        found = self._all(_TIME_STAMPS + "WHERE size = %b", (size,))
        return found[0] if found else None

    @database_faults()
    def without_time_stamp(self) -> int:
        if not self._has("time_stamps"):
            return len(self.checkpoints())
        return int(self._all(_WITHOUT_TIME_STAMP)[0][0])

    @database_faults()
    def add_time_stamp(self, stamp: StoredTimeStamp) -> None:
        self._write("INSERT INTO {schema}.time_stamps VALUES (%b, %b, %b, %b) ON CONFLICT DO NOTHING", [stamp])

    def _has(self, table: str) -> bool:
        return bool(self._all(_THERE, (self._server.schema, table))[0][0])

    def _all(self, statement: LiteralString, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with (
            self._server.get_connection() as connection,
            connection.cursor(binary=True, row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(self._made(statement), values).fetchall()

    def _write(self, statement: LiteralString, rows: Sequence[tuple[object, ...]]) -> None:
        with self._server.transaction(commit=True) as cursor:
            cursor.executemany(self._made(statement), rows)

    def _made(self, statement: LiteralString) -> bytes:
        return SQL(statement).format(schema=Identifier(self._server.schema)).as_bytes(None)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
