"""The statements of the PostgreSQL recorder, for one schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.sql import SQL, Identifier

if TYPE_CHECKING:
    from typing import LiteralString

_COLUMNS = SQL("position, originator_id, originator_version, topic, state, sealed, leaf_hash")


class Statements:
    """The statements as bytes, made once."""

    def __init__(self, schema: str) -> None:
        def made(text: LiteralString) -> bytes:
            return SQL(text).format(schema=Identifier(schema), columns=_COLUMNS).as_bytes(None)

        select: LiteralString = "SELECT {columns} FROM {schema}.events WHERE "
        stream: LiteralString = "originator_id = %b AND originator_version > %b AND originator_version <= %b "
        self.page = made(select + "position > %b AND position <= %b ORDER BY position LIMIT %b")
        self.topics = made(select + "topic = ANY(%b) AND position > %b AND position <= %b ORDER BY position LIMIT %b")
        self.positions = made(
            "SELECT position FROM {schema}.events"
            " WHERE topic = ANY(%b) AND position > %b AND position <= %b ORDER BY position LIMIT %b"
        )
        self.stream = made(select + stream + "ORDER BY originator_version LIMIT %b")
        self.stream_back = made(select + stream + "ORDER BY originator_version DESC LIMIT %b")
        self.at = made(select + "position = ANY(%b::bigint[])")
        self.states = made(
            "SELECT originator_id, state FROM {schema}.events"
            " WHERE originator_version = 1 AND originator_id = ANY(%b::uuid[])"
        )
        self.extent = made("SELECT count(*), min(position), max(position) FROM {schema}.events")
        self.head = made("SELECT size, erasures FROM {schema}.head")
        self.facts = made("SELECT name, value FROM {schema}.archive")
        self.record_fact = made(
            "INSERT INTO {schema}.archive VALUES (%b, %b) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value"
        )
        self.reserve = made(
            "UPDATE {schema}.head SET size = size + %b, erasures = erasures + %b RETURNING size, erasures"
        )
        # Numbered from the head it is one statement on one node, also where the schema lies on a cluster.
        self.insert = made(
            "INSERT INTO {schema}.events ({columns})"
            " SELECT head.size - %b + new.n, new.id, new.version, new.topic, new.state, new.sealed, new.leaf"
            " FROM {schema}.head, unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[], %b::bytea[], %b::bytea[])"
            " WITH ORDINALITY AS new (id, version, topic, state, sealed, leaf, n)"
        )
        self.copy = made("COPY {schema}.events ({columns}) FROM STDIN (FORMAT BINARY)")
        self.known = made("SELECT DISTINCT originator_id FROM {schema}.events WHERE originator_id = ANY(%b::uuid[])")
        self.leaf_hashes = made(
            "SELECT leaf_hash FROM {schema}.events WHERE position BETWEEN %b AND %b ORDER BY position"
        )
        self.empty = made("UPDATE {schema}.events SET sealed = NULL WHERE position = ANY(%b::bigint[])")
