"""The tables and triggers of an archive in PostgreSQL, in a schema of its own."""

from __future__ import annotations

from psycopg.sql import SQL

TABLES = (
    SQL("""CREATE TABLE {schema}.events (
        position bigint PRIMARY KEY,
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        sealed bytea,
        leaf_hash bytea NOT NULL,
        UNIQUE (originator_id, originator_version)
    )"""),
    # Ciphertext does not compress.
    SQL("ALTER TABLE {schema}.events ALTER COLUMN sealed SET STORAGE EXTERNAL"),
    SQL("""CREATE TABLE {schema}.head (
        single boolean PRIMARY KEY CHECK (single),
        size bigint NOT NULL,
        erasures bigint NOT NULL
    )"""),
    SQL("CREATE TABLE {schema}.archive (name text PRIMARY KEY, value text NOT NULL)"),
    SQL("INSERT INTO {schema}.head VALUES (true, 0, 0)"),
)

TRIGGERS = (
    SQL("""CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
        END
    $$"""),
    SQL("""CREATE TRIGGER events_no_delete BEFORE DELETE ON {schema}.events
        FOR EACH ROW EXECUTE FUNCTION {schema}.refuse('events are never deleted')"""),
    SQL("""CREATE TRIGGER events_no_update BEFORE UPDATE ON {schema}.events FOR EACH ROW WHEN (
            NEW.sealed IS NOT NULL OR
            (NEW.position, NEW.originator_id, NEW.originator_version, NEW.topic, NEW.state, NEW.leaf_hash)
            IS DISTINCT FROM
            (OLD.position, OLD.originator_id, OLD.originator_version, OLD.topic, OLD.state, OLD.leaf_hash))
        EXECUTE FUNCTION {schema}.refuse('events are never changed; only a sealed box may be taken out')"""),
    SQL("""CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON {schema}.events
        EXECUTE FUNCTION {schema}.refuse('events are never deleted')"""),
    SQL("""CREATE TRIGGER head_no_delete BEFORE DELETE ON {schema}.head
        FOR EACH ROW EXECUTE FUNCTION {schema}.refuse('the head is never deleted')"""),
    SQL("""CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON {schema}.head
        EXECUTE FUNCTION {schema}.refuse('the head is never deleted')"""),
    SQL("""CREATE TRIGGER head_only_grows BEFORE UPDATE ON {schema}.head FOR EACH ROW
        WHEN (NEW.size < OLD.size OR NEW.erasures < OLD.erasures)
        EXECUTE FUNCTION {schema}.refuse('the head only grows')"""),
    # Without ALWAYS a session that calls itself a replica passes by.
    SQL("ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_no_delete"),
    SQL("ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_no_update"),
    SQL("ALTER TABLE {schema}.events ENABLE ALWAYS TRIGGER events_no_truncate"),
    SQL("ALTER TABLE {schema}.head ENABLE ALWAYS TRIGGER head_no_delete"),
    SQL("ALTER TABLE {schema}.head ENABLE ALWAYS TRIGGER head_no_truncate"),
    SQL("ALTER TABLE {schema}.head ENABLE ALWAYS TRIGGER head_only_grows"),
)
