"""The tables of the log in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from audit.archive.faults import database_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.archive.log.store import SignedCheckpoint, StoredTile
    from audit.archive.log.time_stamps import StoredTimeStamp
    from audit.archive.recorders.sqlite import SQLiteRecorder

# Without IF NOT EXISTS for the triggers too, two processes that open an older archive together would collide.
_MISSING: Final = (
    """CREATE TABLE IF NOT EXISTS checkpoints (
        size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL, signed_at TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS tiles (
        level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, number))""",
    """CREATE TRIGGER IF NOT EXISTS checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN
        SELECT RAISE(ABORT, 'checkpoints are never deleted');
    END""",
    """CREATE TRIGGER IF NOT EXISTS checkpoints_no_replace BEFORE INSERT ON checkpoints WHEN
        EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size)
    BEGIN
        SELECT RAISE(ABORT, 'there is a checkpoint of this size');
    END""",
    """CREATE TRIGGER IF NOT EXISTS checkpoints_only_gain BEFORE UPDATE ON checkpoints WHEN NOT (
        NEW.size IS OLD.size AND NEW.root IS OLD.root AND NEW.signed_at IS OLD.signed_at
        AND substr(NEW.note, 1, length(OLD.note)) IS OLD.note)
    BEGIN
        SELECT RAISE(ABORT, 'a checkpoint never changes; its note may gain signatures');
    END""",
    """CREATE TRIGGER IF NOT EXISTS tiles_no_delete BEFORE DELETE ON tiles BEGIN
        SELECT RAISE(ABORT, 'tiles are never deleted');
    END""",
    """CREATE TRIGGER IF NOT EXISTS tiles_no_update BEFORE UPDATE ON tiles BEGIN
        SELECT RAISE(ABORT, 'tiles never change');
    END""",
    """CREATE TRIGGER IF NOT EXISTS tiles_no_replace BEFORE INSERT ON tiles WHEN
        EXISTS (SELECT 1 FROM tiles WHERE level = NEW.level AND number = NEW.number)
    BEGIN
        SELECT RAISE(ABORT, 'this tile is there');
    END""",
    """CREATE TABLE IF NOT EXISTS time_stamps (
        size INTEGER PRIMARY KEY, covers INTEGER NOT NULL, response BLOB NOT NULL, stamped_at TEXT NOT NULL)""",
    """CREATE TRIGGER IF NOT EXISTS time_stamps_no_delete BEFORE DELETE ON time_stamps BEGIN
        SELECT RAISE(ABORT, 'time-stamps are never deleted');
    END""",
    """CREATE TRIGGER IF NOT EXISTS time_stamps_no_update BEFORE UPDATE ON time_stamps BEGIN
        SELECT RAISE(ABORT, 'time-stamps never change');
    END""",
    """CREATE TRIGGER IF NOT EXISTS time_stamps_no_replace BEFORE INSERT ON time_stamps WHEN
        EXISTS (SELECT 1 FROM time_stamps WHERE size = NEW.size)
    BEGIN
        SELECT RAISE(ABORT, 'this checkpoint has a time-stamp');
    END""",
)
# The last of those that came first, and of those that came later.
_THERE: Final = (
    "SELECT count(*) = 2 FROM sqlite_master WHERE type = 'trigger'"
    " AND name IN ('tiles_no_replace', 'time_stamps_no_replace')"
)
_EARLIER: Final = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'earlier_checkpoints'"
_CHECKPOINTS: Final = "SELECT size, root, note, signed_at FROM checkpoints "
_ADD_TILE: Final = (
    "INSERT INTO tiles SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM tiles WHERE level = ?1 AND number = ?2)"
)
_ADD_CHECKPOINT: Final = (
    "INSERT INTO checkpoints SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM checkpoints WHERE size = ?1)"
)
_ADD_TIME_STAMP: Final = (
    "INSERT INTO time_stamps SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM time_stamps WHERE size = ?1)"
)
_WITHOUT_TIME_STAMP: Final = (
    "SELECT count(*) FROM checkpoints WHERE size > (SELECT coalesce(max(size), 0) FROM time_stamps)"
)


class SQLiteLogStore:
    """See the protocol LogStore; the tables stand in the file of the events."""

    def __init__(self, recorder: SQLiteRecorder) -> None:
        self._file = recorder.datastore

    @database_faults()
    def prepare(self) -> None:
        if not self._one(_THERE)[0]:
            with self._file.writing() as cursor:
                for statement in _MISSING:
                    cursor.execute(statement)

    @database_faults()
    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        found = self._all(
            "SELECT leaf_hash FROM events WHERE position BETWEEN ? AND ? ORDER BY position", (first, last)
        )
        return [leaf for (leaf,) in found]

    @database_faults()
    def tile(self, level: int, number: int) -> Any:
        found = self._all("SELECT hashes FROM tiles WHERE level = ? AND number = ?", (level, number))
        return found[0][0] if found else None

    @database_faults()
    def tiles(self, level: int, first: int, limit: int) -> list[tuple[Any, Any]]:
        which = "SELECT number, hashes FROM tiles WHERE level = ? AND number >= ? ORDER BY number LIMIT ?"
        return self._all(which, (level, first, limit))

    @database_faults()
    def tile_count(self, level: int) -> int:
        return int(self._one("SELECT coalesce(max(number) + 1, 0) FROM tiles WHERE level = ?", (level,))[0])

    @database_faults()
    def tile_total(self) -> int:
        return int(self._one("SELECT count(*) FROM tiles")[0])

    @database_faults()
    def add_tiles(self, tiles: Sequence[StoredTile]) -> None:
        with self._file.writing() as cursor:
            cursor.executemany(_ADD_TILE, tiles)

    @database_faults()
    def newest(self) -> tuple[Any, ...] | None:
        found = self._all(_CHECKPOINTS + "ORDER BY size DESC LIMIT 1")
        return found[0] if found else None

    @database_faults()
    def covering(self, position: int) -> tuple[Any, ...] | None:
        found = self._all(_CHECKPOINTS + "WHERE size >= ? ORDER BY size LIMIT 1", (position,))
        return found[0] if found else None

    @database_faults()
    def checkpoints(self) -> list[tuple[Any, ...]]:
        return self._all(_CHECKPOINTS + "ORDER BY size")

    @database_faults()
    def add_checkpoint(self, checkpoint: SignedCheckpoint) -> None:
        row = (checkpoint.size, checkpoint.root, checkpoint.note, checkpoint.signed_at.isoformat())
        with self._file.writing() as cursor:
            cursor.execute(_ADD_CHECKPOINT, row)

    @database_faults()
    def add_signatures(self, size: int, note: str) -> None:
        with self._file.writing() as cursor:
            cursor.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (note, size))

    @database_faults()
    def earlier_checkpoints(self) -> list[tuple[Any, ...]]:
        if not self._one(_EARLIER)[0]:
            return []
        return self._all("SELECT size, root, note, signed_at FROM earlier_checkpoints ORDER BY size")

    @database_faults()
    def time_stamps(self) -> list[tuple[Any, ...]]:
        return self._all("SELECT size, covers, response, stamped_at FROM time_stamps ORDER BY size")

    @database_faults()
    def time_stamp(self, size: int) -> tuple[Any, ...] | None:
        found = self._all("SELECT size, covers, response, stamped_at FROM time_stamps WHERE size = ?", (size,))
        return found[0] if found else None

    @database_faults()
    def without_time_stamp(self) -> int:
        return int(self._one(_WITHOUT_TIME_STAMP)[0])

    @database_faults()
    def add_time_stamp(self, stamp: StoredTimeStamp) -> None:
        with self._file.writing() as cursor:
            cursor.execute(_ADD_TIME_STAMP, stamp)

    def _all(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self._file.reading() as cursor:
            return cursor.execute(statement, values).fetchall()

    def _one(self, statement: str, values: tuple[object, ...] = ()) -> Any:
        return self._all(statement, values)[0]
