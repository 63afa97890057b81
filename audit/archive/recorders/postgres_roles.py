"""The roles in PostgreSQL: one that writes and reads, one that may take out sealed boxes, neither an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.sql import SQL, Composed, Identifier

from audit.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Cursor

    from audit.archive.recorders.postgres import PostgresRecorder

_APPLICATION: Final = (
    SQL("GRANT USAGE ON SCHEMA {schema} TO {role}"),
    SQL(
        "GRANT SELECT, INSERT ON {schema}.events, {schema}.checkpoints, {schema}.tiles, {schema}.time_stamps TO {role}"
    ),
    SQL("GRANT SELECT, UPDATE ON {schema}.head TO {role}"),
    SQL("GRANT SELECT, INSERT, UPDATE ON {schema}.archive TO {role}"),
    SQL("GRANT UPDATE (note) ON {schema}.checkpoints TO {role}"),
)
_ERASER: Final = (
    SQL("GRANT USAGE ON SCHEMA {schema} TO {role}"),
    SQL("GRANT SELECT (position), UPDATE (sealed) ON {schema}.events TO {role}"),
)
_VACUUM_FROM: Final = 170_000
"""From PostgreSQL 17 on somebody else than the owner may be allowed to clear away old rows."""


class Reach(NamedTuple):
    """What the role that we connect as may do to the table of events beyond adding to it and reading it."""

    role: str
    superuser: bool
    owner: bool
    changes: bool
    deletes: bool

    @property
    def is_too_wide(self) -> bool:
        return self.superuser or self.owner or self.changes or self.deletes


def grant_roles(recorder: PostgresRecorder, *, application: str, eraser: str) -> None:
    """Give two roles that exist just what they need, and take all else from them. Raises NotFound for one that is not.

    The views, which are disposable, become the application's own.
    """
    schema = recorder.datastore.schema
    with recorder.datastore.transaction(commit=True) as cursor:
        for role in (application, eraser):
            if not _found(cursor, "SELECT 1 AS found FROM pg_roles WHERE rolname = %s", (role,)):
                raise NotFound(f"There is no role {role} in the database: make it with CREATE ROLE {role} LOGIN.")
        for statement in _statements(cursor, schema, application, eraser):
            cursor.execute(statement)


def reach_of(recorder: PostgresRecorder) -> Reach:
    """Return what we may do to the events, as the database says."""
    with recorder.datastore.transaction() as cursor:
        cursor.execute(
            "SELECT current_user::text AS role, r.rolsuper AS superuser,"
            " pg_has_role(c.relowner, 'USAGE') AS owner,"
            " has_any_column_privilege(c.oid, 'UPDATE') AS changes,"
            " has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE') AS deletes"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles r"
            " WHERE n.nspname = %s AND c.relname = 'events' AND r.rolname = current_user",
            (recorder.datastore.schema,),
        )
        return Reach(**cursor.fetchall()[0])


def _statements(cursor: Cursor[Any], schema: str, application: str, eraser: str) -> Iterator[Composed]:
    there = Identifier(schema)
    for role in (application, eraser):
        yield SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}, PUBLIC").format(there, Identifier(role))
        yield SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(there, Identifier(role))
    for statement in _APPLICATION:
        yield statement.format(schema=there, role=Identifier(application))
    earlier = "SELECT 1 AS found FROM pg_tables WHERE schemaname = %s AND tablename = 'earlier_checkpoints'"
    if _found(cursor, earlier, (schema,)):
        yield SQL("GRANT SELECT ON {}.earlier_checkpoints TO {}").format(there, Identifier(application))
    for statement in _ERASER:
        yield statement.format(schema=there, role=Identifier(eraser))
    if cursor.connection.info.server_version >= _VACUUM_FROM:
        yield SQL("GRANT MAINTAIN ON {}.events TO {}").format(there, Identifier(eraser))
    yield from _views_to(cursor, f"{schema}_views", application)


def _views_to(cursor: Cursor[Any], views: str, application: str) -> Iterator[Composed]:
    owner = Identifier(application)
    if not _found(cursor, "SELECT 1 AS found FROM pg_namespace WHERE nspname = %s", (views,)):
        yield SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(Identifier(views), owner)
        return
    yield SQL("ALTER SCHEMA {} OWNER TO {}").format(Identifier(views), owner)
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (views,))
    for row in cursor.fetchall():
        yield SQL("ALTER TABLE {}.{} OWNER TO {}").format(Identifier(views), Identifier(row["tablename"]), owner)


def _found(cursor: Cursor[Any], statement: Any, values: tuple[str, ...]) -> bool:
    return bool(cursor.execute(statement, values).fetchall())
