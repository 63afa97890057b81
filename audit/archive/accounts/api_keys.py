"""Keys for programs: who a program acts for, what it may do, and until when."""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, update

from audit.archive.accounts.tables import api_keys, metadata
from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from audit.archive.keyring import Keyring

LONGEST_DAYS: Final = 730
_ID_LENGTH: Final = 6
_SECRET_LENGTH: Final = 32
_NONCE_LENGTH: Final = 12
_SPELLED: Final = re.compile(r"onrecord_([0-9a-f]{12})_([0-9a-f]{64})")
_USED_EVERY: Final = 60


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key as it may be shown: never what it is. ``purpose`` is what it was made for, in the maker's words."""

    id: str
    staff: UUID
    login: str
    purpose: str
    scopes: tuple[str, ...]
    made: datetime
    until: datetime
    used: datetime | None
    ended: bool


class ApiKeys:
    """Makes, finds and ends keys. The database holds a digest of each: a key is 256 random bits, so that will do."""

    def __init__(self, keyring: Keyring, *, random: Callable[[int], bytes], clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._random = random
        self._clock = clock
        self._seal = AESGCM(sha256(b"api keys" + keyring.secret("delivery")).digest())
        with keyring.transaction() as db:
            metadata.create_all(db)

    def new_id(self) -> str:
        """Return an id for a key that is to be made."""
        return self._random(_ID_LENGTH).hex()

    def until(self, days: int) -> datetime:
        """Return when a key made now for so many days ends. Raises WrongUse for one that would live too long."""
        if not 1 <= days <= LONGEST_DAYS:
            raise WrongUse(f"A key lives 1 to {LONGEST_DAYS} days: give a number of days between.")
        return self._clock() + timedelta(days=days)

    def make(self, key: str, *, of: tuple[UUID, str], purpose: str, scopes: Sequence[str], until: datetime) -> str:
        """Keep a new key of somebody, (staff, login), and return it as a program sends it: shown this once."""
        secret = self._random(_SECRET_LENGTH).hex()
        staff, login = of
        row = {
            "id": key,
            "digest": _digest(secret),
            "staff": staff.hex,
            "sealed": self._sealed([login, purpose], key),
            "scopes": " ".join(scopes),
            "made": self._now(),
            "until": int(until.timestamp()),
            "used": 0,
            "ended": 0,
        }
        with self._keyring.transaction() as db:
            db.execute(insert(api_keys).values(row))
        return f"onrecord_{key}_{secret}"

    def find(self, sent: str) -> ApiKey | None:
        """Return the key a program sent while it lives."""
        spelled = _SPELLED.fullmatch(sent)
        if spelled is None:
            return None
        now, mine = self._now(), api_keys.c.id == spelled[1]
        with self._keyring.transaction() as db:
            row = db.execute(select(api_keys).where(mine)).first()
            if row is None or not hmac.compare_digest(row.digest, _digest(spelled[2])):
                return None
            if row.ended or row.until <= now:
                return None
            if row.used < now - _USED_EVERY:
                db.execute(update(api_keys).where(mine).values(used=now))
        return self._shown(row)

    def all(self) -> list[ApiKey]:
        """Return every key, the newest first."""
        with self._keyring.transaction() as db:
            rows = db.execute(select(api_keys).order_by(api_keys.c.made.desc(), api_keys.c.id)).all()
        return [self._shown(row) for row in rows]

    def get(self, key: str) -> ApiKey | None:
        """Return a key by its id, living or not."""
        with self._keyring.transaction() as db:
            row = db.execute(select(api_keys).where(api_keys.c.id == key)).first()
        return self._shown(row) if row else None

    def end(self, key: str) -> None:
        with self._keyring.transaction() as db:
            db.execute(update(api_keys).where(api_keys.c.id == key).values(ended=self._now()))

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _shown(self, row: Any) -> ApiKey:
        plain = self._seal.decrypt(row.sealed[:_NONCE_LENGTH], row.sealed[_NONCE_LENGTH:], row.id.encode())
        login, purpose = json.loads(plain)
        return ApiKey(
            id=row.id,
            staff=UUID(hex=row.staff),
            login=login,
            purpose=purpose,
            scopes=tuple(row.scopes.split()),
            made=_moment(row.made),
            until=_moment(row.until),
            used=_moment(row.used) if row.used else None,
            ended=bool(row.ended) or row.until <= self._now(),
        )

    def _sealed(self, words: list[str], key: str) -> bytes:
        nonce = self._random(_NONCE_LENGTH)
        return nonce + self._seal.encrypt(nonce, json.dumps(words).encode(), key.encode())


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
