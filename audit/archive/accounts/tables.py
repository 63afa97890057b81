"""Tables in the key database that no backup keeps: who is signed in, and who fails to."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, Text

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
# Keys for programs, by their public id; a restored archive has none, so that none lives again. ``sealed`` is the login
# and what the key is for, ``ended`` 0 while it lives.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("staff", String(32), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("scopes", String(80), nullable=False),
    Column("made", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("ended", Integer, nullable=False),
)
# Answers to requests that came with an idempotency key, by a digest of the principal and it; ``answer`` is null while
# the first of them is being worked on. An answer holds positions and hashes, and nobody's words.
answered = Table(
    "api_answers",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("asked", String(64), nullable=False),
    Column("made", Integer, nullable=False, index=True),
    Column("answer", Text),
)
