"""The tables of the key database: epochs, data keys, the archive's secrets, and what proves who somebody is."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()
archive_secrets = Table(
    "secrets",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
epochs = Table(
    "epochs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("wrapped", LargeBinary),
)
data_keys = Table(
    "data_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("retention", String(40), nullable=False),
    Column("month", String(7), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("wrapped", LargeBinary),
)
# One living key for each owner, class and month; a destroyed one (wrapped is null) keeps its id for ever.
Index(
    "living_keys",
    data_keys.c.owner,
    data_keys.c.retention,
    data_keys.c.month,
    unique=True,
    sqlite_where=data_keys.c.wrapped.is_not(None),
    postgresql_where=data_keys.c.wrapped.is_not(None),
)
# A closed key opens what it sealed and seals nothing new: so it is from before its destruction is on record until then.
closed_keys = Table(
    "closed_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
# By the directory id of a user: their password as Argon2id writes it (RFC 9106), with salt and cost. Never in the log.
passwords = Table(
    "passwords",
    metadata,
    Column("staff", String(32), primary_key=True),
    Column("encoded", Text, nullable=False),
)
# The second factor of a user: the secret of their device, sealed under a secret of the archive; ``step`` is the last
# one that was used (RFC 6238), and 0 while it is not confirmed.
second_factors = Table(
    "second_factors",
    metadata,
    Column("staff", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("step", Integer, nullable=False),
)
# Codes for whoever lost their device, each good once, as keyed digests.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff", String(32), primary_key=True),
    Column("digest", String(64), primary_key=True),
)
