"""What a witness remembers: the checkpoint it cosigned last for each log, in a SQLite file of its own."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from audit.archive.log.memory import sync_folder
from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from audit.evidence.witness import Submission

_WAIT_SECONDS: Final = 5
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS keeper (one INTEGER PRIMARY KEY CHECK (one = 1), vkey TEXT NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS cosigned (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT""",
    # What a log signed for a size at which another tree was cosigned: the two notes prove that it has two faces.
    """CREATE TABLE IF NOT EXISTS refused (
        origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, seen_at TEXT NOT NULL,
        PRIMARY KEY (origin, size, root)) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS cosigned_only_grows BEFORE UPDATE ON cosigned WHEN NEW.origin IS NOT OLD.origin
        OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root IS NOT OLD.root)
    BEGIN
        SELECT RAISE(ABORT, 'what was cosigned is not taken back');
    END""",
    """CREATE TRIGGER IF NOT EXISTS cosigned_no_delete BEFORE DELETE ON cosigned BEGIN
        SELECT RAISE(ABORT, 'what was cosigned is not forgotten');
    END""",
    """CREATE TRIGGER IF NOT EXISTS cosigned_no_replace BEFORE INSERT ON cosigned WHEN
        EXISTS (SELECT 1 FROM cosigned WHERE origin = NEW.origin)
    BEGIN
        SELECT RAISE(ABORT, 'this log is known');
    END""",
)
_REFUSED_MAX: Final = 1_000


class WitnessMemory:
    """One file, one connection; threads queue for it, and other processes on the same file do too."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._one_at_a_time = Lock()

    @classmethod
    def create(cls, path: Path) -> WitnessMemory:
        """Make the file where there is none, and open it."""
        memory = cls._opened(path, "rwc")
        try:
            with memory.writing() as cursor:
                for statement in _TABLES:
                    cursor.execute(statement)
            sync_folder(path.parent)
        except OSError as error:
            memory.close()
            raise Unavailable(f"{path.parent} cannot be written ({error.strerror}): mend its permissions.") from error
        except BaseException:
            memory.close()
            raise
        return memory

    @classmethod
    def open(cls, path: Path) -> WitnessMemory:
        """Open a file that is there. Raises Unavailable where there is none: nothing then is as it was remembered."""
        return cls._opened(path, "rw")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor that holds the write lock from its beginning: nobody else reads, decides and writes meanwhile.

        When it is left without an exception, what was written is on the disk.
        """
        with self._one_at_a_time, _faults(self._path):
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")
                raise
            finally:
                cursor.close()

    def close(self) -> None:
        with self._one_at_a_time:
            self._connection.close()

    @classmethod
    def _opened(cls, path: Path, mode: str) -> WitnessMemory:
        with _faults(path):
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                timeout=_WAIT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                # In this mode, and no other, a commit is on the disk when it returns (see SQLite on synchronous).
                mode_found = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
                connection.execute("PRAGMA synchronous = FULL")
                if mode_found != "wal":
                    raise sqlite3.OperationalError("its disk cannot hold a write-ahead log")
            except sqlite3.Error:
                connection.close()
                raise
        return cls(path, connection)


def note_of(cursor: sqlite3.Cursor, origin: str) -> str | None:
    """Return the note that was cosigned last for a log, None where none ever was."""
    found = cursor.execute("SELECT note FROM cosigned WHERE origin = ?", (origin,)).fetchone()
    return str(found[0]) if found else None


def keep_cosigned(cursor: sqlite3.Cursor, submission: Submission, note: str) -> None:
    """Remember what is about to be cosigned."""
    said = submission.checkpoint
    row = {"origin": said.origin, "size": said.size, "root": said.root, "note": note}
    if note_of(cursor, said.origin) is None:
        cursor.execute("INSERT INTO cosigned VALUES (:origin, :size, :root, :note)", row)
    else:
        cursor.execute("UPDATE cosigned SET size = :size, root = :root, note = :note WHERE origin = :origin", row)


def keep_refused(cursor: sqlite3.Cursor, submission: Submission, *, at: datetime) -> None:
    """Keep the proof that a log signed another tree of the same size, up to a thousand of them."""
    said = submission.checkpoint
    if cursor.execute("SELECT count(*) FROM refused").fetchone()[0] < _REFUSED_MAX:
        row = (said.origin, said.size, said.root, bytes(submission.note).decode(), at.isoformat())
        cursor.execute("INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?, ?)", row)


def keeper(cursor: sqlite3.Cursor) -> tuple[str | None, bool]:
    """Return the vkey of the witness whose memory this is, and whether it ever cosigned."""
    found = cursor.execute("SELECT vkey FROM keeper").fetchone()
    cosigned = cursor.execute("SELECT EXISTS (SELECT 1 FROM cosigned)").fetchone()[0]
    return (str(found[0]) if found else None), bool(cosigned)


def name_keeper(cursor: sqlite3.Cursor, vkey: str) -> None:
    """Say whose memory this is."""
    cursor.execute("INSERT OR REPLACE INTO keeper VALUES (1, ?)", (vkey,))


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(
            f"The memory of the witness in {path} failed ({error}): make room or restore it; without it nothing is "
            "cosigned."
        ) from error
