"""Secrets of users: what proves that it is they, kept hashed beside the keys and never in the log."""

from __future__ import annotations

from base64 import b32encode
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select

from audit.archive.key_tables import metadata, passwords
from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.archive.keyring import Keyring

SHORTEST: Final = 12
LONGEST: Final = 1_000
_SECRET_LENGTH: Final = 20
_HASHER: Final = PasswordHasher()


class UserSecrets:
    """Makes secrets, and says whether one is right. They are kept as Argon2id hashes (RFC 9106)."""

    def __init__(self, keyring: Keyring, random: Callable[[int], bytes]) -> None:
        self._keyring = keyring
        self._random = random
        with keyring.transaction() as db:
            metadata.create_all(db)

    def renew(self, staff: UUID) -> str:
        """Make a new secret in place of an older one, and return it: it cannot be shown again."""
        secret = b32encode(self._random(_SECRET_LENGTH)).decode().lower()
        self._keep(staff, secret)
        return secret

    def choose(self, staff: UUID, secret: str) -> None:
        """Keep the secret somebody chose. Raises WrongUse for one that will not do."""
        self.must_do(secret)
        self._keep(staff, secret)

    def must_do(self, secret: str) -> None:
        """Raise WrongUse for a secret that is too short or too long."""
        if not SHORTEST <= len(secret.strip()) <= LONGEST:
            raise WrongUse(f"A password has {SHORTEST} to {LONGEST} characters: choose another.")

    def has(self, staff: UUID) -> bool:
        return self._encoded(staff) is not None

    def having(self) -> frozenset[UUID]:
        """Return everybody who has a secret."""
        with self._keyring.transaction() as db:
            return frozenset(UUID(hex=staff) for staff in db.scalars(select(passwords.c.staff)))

    def is_right(self, staff: UUID, secret: str) -> bool:
        """Say whether this is the user's secret, in the same time whether they have one or not."""
        if len(secret) > LONGEST:
            return False
        encoded = self._encoded(staff)
        try:
            _HASHER.verify(encoded or _nobodys(), _spelled(secret))
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None

    def remove(self, staff: UUID) -> None:
        with self._keyring.transaction() as db:
            db.execute(delete(passwords).where(passwords.c.staff == staff.hex))

    def _encoded(self, staff: UUID) -> str | None:
        with self._keyring.transaction() as db:
            return db.scalar(select(passwords.c.encoded).where(passwords.c.staff == staff.hex))

    def _keep(self, staff: UUID, secret: str) -> None:
        encoded = _HASHER.hash(_spelled(secret))
        with self._keyring.transaction() as db:
            db.execute(delete(passwords).where(passwords.c.staff == staff.hex))
            db.execute(insert(passwords).values(staff=staff.hex, encoded=encoded))


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Return a hash that nothing matches: checked where there is none, so that the time tells nothing."""
    return _HASHER.hash("")


def _spelled(secret: str) -> bytes:
    return secret.strip().encode(errors="surrogatepass")
