"""Secrets of users: what proves that it is they, kept hashed beside the keys and never in the log."""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import delete, insert, select

from audit.archive.key_tables import user_secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from audit.archive.keyring import Keyring

_SECRET_LENGTH: Final = 20
_SALT_LENGTH: Final = 16
_COST: Final = 15
_LONGEST: Final = 1_000


class UserSecrets:
    """Makes secrets, and says whether one is right. Hashes are scrypt (RFC 7914) with N = 2^cost, r = 8, p = 1."""

    def __init__(self, keyring: Keyring, random: Callable[[int], bytes]) -> None:
        self._keyring = keyring
        self._random = random

    def renew(self, staff: UUID) -> str:
        """Make a new secret in place of an older one, and return it: it cannot be shown again."""
        secret = b32encode(self._random(_SECRET_LENGTH)).decode().lower()
        salt = self._random(_SALT_LENGTH)
        row = {"staff": staff.hex, "salt": salt, "hash": _hashed(secret, salt, _COST), "cost": _COST}
        with self._keyring.transaction() as db:
            db.execute(delete(user_secrets).where(user_secrets.c.staff == staff.hex))
            db.execute(insert(user_secrets).values(row))
        return secret

    def has(self, staff: UUID) -> bool:
        with self._keyring.transaction() as db:
            return db.execute(select(user_secrets.c.cost).where(user_secrets.c.staff == staff.hex)).first() is not None

    def is_right(self, staff: UUID, secret: str) -> bool:
        """Say whether this is the user's secret; never where none is set."""
        with self._keyring.transaction() as db:
            row = db.execute(select(user_secrets).where(user_secrets.c.staff == staff.hex)).first()
        if row is None or len(secret) > _LONGEST:
            return False
        return hmac.compare_digest(_hashed(secret, row.salt, row.cost), row.hash)

    def remove(self, staff: UUID) -> None:
        with self._keyring.transaction() as db:
            db.execute(delete(user_secrets).where(user_secrets.c.staff == staff.hex))


def _hashed(secret: str, salt: bytes, cost: int) -> bytes:
    spelled = secret.strip().lower().encode(errors="surrogatepass")
    return Scrypt(salt=salt, length=32, n=1 << cost, r=8, p=1).derive(spelled)
