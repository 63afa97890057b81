"""Sessions: who is signed in, until they leave, are idle too long, or the day is over."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, or_, select, update

from audit.archive.accounts.tables import metadata, sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from audit.archive.keyring import Keyring

IDLE_SECONDS: Final = 60 * 60
LONGEST_SECONDS: Final = 12 * 60 * 60
PURPOSE_SECONDS: Final = 30 * 60
_SEEN_EVERY: Final = 60
_TOKEN_LENGTH: Final = 32
_NONCE_LENGTH: Final = 12


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody who is signed in. ``purpose`` is the reason they gave for reading, while it holds."""

    token: str
    staff: UUID
    login: str
    how: str
    purpose: str | None = None


class Sessions:
    """Opens, finds and ends sessions. The database holds digests of tokens, never a token."""

    def __init__(self, keyring: Keyring, *, random: Callable[[int], bytes], clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._random = random
        self._clock = clock
        self._seal = AESGCM(sha256(b"sessions" + keyring.secret("delivery")).digest())
        with keyring.transaction() as db:
            metadata.create_all(db)

    def open(self, staff: UUID, login: str, how: str) -> Session:
        """Begin a session under a new token, and forget those that are over."""
        token, now = self._random(_TOKEN_LENGTH).hex(), self._now()
        row = {
            "digest": _digest(token),
            "staff": staff.hex,
            "login": self._sealed(login, token),
            "how": how,
            "opened": now,
            "seen": now,
            "purpose_until": 0,
        }
        with self._keyring.transaction() as db:
            db.execute(delete(sessions).where(_over(now)))
            db.execute(insert(sessions).values(row))
        return Session(token=token, staff=staff, login=login, how=how)

    def find(self, token: str) -> Session | None:
        """Return the session of a token while it lasts; being used keeps it from falling idle."""
        now, mine = self._now(), sessions.c.digest == _digest(token)
        with self._keyring.transaction() as db:
            row = db.execute(select(sessions).where(mine, ~_over(now))).first()
            if row is None:
                return None
            if row.seen < now - _SEEN_EVERY:
                db.execute(update(sessions).where(mine).values(seen=now))
        purpose = self._opened(row.purpose, token) if row.purpose and row.purpose_until > now else None
        login = self._opened(row.login, token)
        return Session(token=token, staff=UUID(hex=row.staff), login=login, how=row.how, purpose=purpose)

    def give_purpose(self, token: str, purpose: str) -> None:
        """Keep the reason for reading with the session, for half an hour."""
        values = {"purpose": self._sealed(purpose, token), "purpose_until": self._now() + PURPOSE_SECONDS}
        with self._keyring.transaction() as db:
            db.execute(update(sessions).where(sessions.c.digest == _digest(token)).values(values))

    def end(self, token: str) -> None:
        with self._keyring.transaction() as db:
            db.execute(delete(sessions).where(sessions.c.digest == _digest(token)))

    def end_all(self, staff: UUID) -> None:
        """End every session of a user, as when their password changes or they retire."""
        with self._keyring.transaction() as db:
            db.execute(delete(sessions).where(sessions.c.staff == staff.hex))

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _sealed(self, text: str, token: str) -> bytes:
        nonce = self._random(_NONCE_LENGTH)
        return nonce + self._seal.encrypt(nonce, text.encode(errors="surrogatepass"), token.encode())

    def _opened(self, sealed: bytes, token: str) -> str:
        plain = self._seal.decrypt(sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:], token.encode())
        return plain.decode(errors="surrogatepass")


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _over(now: int) -> Any:
    return or_(sessions.c.seen <= now - IDLE_SECONDS, sessions.c.opened <= now - LONGEST_SECONDS)
