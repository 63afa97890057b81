"""Tables of the portal in the key database: codes that were sent, and who came in by one. No backup has them."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from audit.archive.accounts.tables import metadata

# By the digest of the challenge that the form or the letter's link carries. ``code`` and ``contact`` are keyed digests,
# ``customer`` a tie that says nothing without the archive. Times are seconds since 1970.
portal_codes = Table(
    "portal_codes",
    metadata,
    Column("challenge", String(64), primary_key=True),
    Column("code", String(64), nullable=False),
    Column("contact", String(64), nullable=False, index=True),
    Column("customer", String(32), nullable=False),
    Column("made", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("spent", Integer, nullable=False),
)
# By the digest of the token that the browser holds.
portal_guests = Table(
    "portal_guests",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("customer", String(32), nullable=False),
    Column("opened", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
)
