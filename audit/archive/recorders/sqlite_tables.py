"""The tables and triggers of an archive in SQLite."""

from __future__ import annotations

_NOT_CHANGED = " AND ".join(
    f"NEW.{column} IS OLD.{column}"
    for column in ("position", "originator_id", "originator_version", "topic", "state", "leaf_hash")
)

TABLES = (
    """CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        originator_id BLOB NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        sealed BLOB,
        leaf_hash BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    )""",
    """CREATE TABLE head (
        single INTEGER PRIMARY KEY CHECK (single = 1),
        size INTEGER NOT NULL,
        erasures INTEGER NOT NULL
    )""",
    "CREATE TABLE archive (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "INSERT INTO head VALUES (1, 0, 0)",
)

TRIGGERS = (
    """CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN
        SELECT RAISE(ABORT, 'events are never deleted');
    END""",
    f"""CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (NEW.sealed IS NULL AND {_NOT_CHANGED}) BEGIN
        SELECT RAISE(ABORT, 'events are never changed; only a sealed box may be taken out');
    END""",
    # INSERT OR REPLACE deletes the row in its way without a delete trigger, so the way must be free.
    """CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN
        EXISTS (SELECT 1 FROM events WHERE position = NEW.position) OR EXISTS (
            SELECT 1 FROM events
            WHERE originator_id = NEW.originator_id AND originator_version = NEW.originator_version)
    BEGIN
        SELECT RAISE(ABORT, 'this position or this version of the stream is taken');
    END""",
    """CREATE TRIGGER head_no_delete BEFORE DELETE ON head BEGIN
        SELECT RAISE(ABORT, 'the head is never deleted');
    END""",
    """CREATE TRIGGER head_no_replace BEFORE INSERT ON head WHEN EXISTS (SELECT 1 FROM head) BEGIN
        SELECT RAISE(ABORT, 'there is one head');
    END""",
    """CREATE TRIGGER head_only_grows BEFORE UPDATE ON head WHEN NOT (
        NEW.single IS OLD.single AND NEW.size >= OLD.size AND NEW.erasures >= OLD.erasures)
    BEGIN
        SELECT RAISE(ABORT, 'the head only grows');
    END""",
)
