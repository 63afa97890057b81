"""Tables in the key database that no backup keeps: who is signed in, and who fails to."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()
# How often somebody failed in a row, by what they called themselves, as a keyed digest. Times are seconds since 1970.
failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("locked_until", Integer, nullable=False),
)
# By the digest of the token that the browser holds. ``purpose`` is sealed under a secret of the archive.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("staff", String(32), nullable=False),
    Column("login", LargeBinary, nullable=False),
    Column("how", String(20), nullable=False),
    Column("opened", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("purpose", LargeBinary),
    Column("purpose_until", Integer, nullable=False),
)
