"""The second factor: codes of a device (TOTP, RFC 6238), each good once, and recovery codes for who lost it."""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select, update

from audit.archive.key_tables import metadata, recovery_codes, second_factors
from audit.domain.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from audit.archive.keyring import Keyring

ISSUER: Final = "On Record"
CODES: Final = 10
_SECRET_LENGTH: Final = 20
_CODE_LENGTH: Final = 10
_NONCE_LENGTH: Final = 12
_STEP_SECONDS: Final = 30
_STEPS_AROUND: Final = 1


class CodeWrong(NotAllowed):
    """A device is trusted once it has shown a right code."""


class SecondFactors:
    """Sets second factors up, checks their codes and takes them away. Only sealed secrets and digests are kept."""

    def __init__(self, keyring: Keyring, *, random: Callable[[int], bytes], clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._random = random
        self._clock = clock
        self._secret = keyring.secret("delivery")
        self._seal = AESGCM(sha256(b"second factors" + self._secret).digest())
        with keyring.transaction() as db:
            metadata.create_all(db)

    def has(self, staff: UUID) -> bool:
        """Say whether a code is asked of this user: only of a device that was confirmed."""
        with self._keyring.transaction() as db:
            mine = second_factors.c.staff == staff.hex
            return bool(db.scalar(select(second_factors.c.step).where(mine)))

    def begin(self, staff: UUID) -> str:
        """Make a secret for a device in place of an unconfirmed one, and return it in base32: shown this once."""
        secret = b32encode(self._random(_SECRET_LENGTH)).decode()
        row = {"staff": staff.hex, "sealed": self._sealed(secret, staff), "step": 0}
        with self._keyring.transaction() as db:
            mine = second_factors.c.staff == staff.hex
            if db.scalar(select(second_factors.c.step).where(mine)):
                raise NotAllowed("There is a second factor already: take it away first.")
            db.execute(delete(second_factors).where(mine))
            db.execute(insert(second_factors).values(row))
        return secret

    def confirm(self, staff: UUID, code: str) -> list[str]:
        """Trust the device that shows this code, and return new recovery codes: shown this once. Raises CodeWrong."""
        if self.has(staff) or not self._is_shown(staff, code):
            raise CodeWrong("This is not the code that the device shows now: look at it again.")
        codes = [b32encode(self._random(_CODE_LENGTH)).decode().lower() for _ in range(CODES)]
        with self._keyring.transaction() as db:
            db.execute(delete(recovery_codes).where(recovery_codes.c.staff == staff.hex))
            rows = [{"staff": staff.hex, "digest": self._digest(one, staff)} for one in codes]
            db.execute(insert(recovery_codes), rows)
        return codes

    def is_right(self, staff: UUID, code: str) -> bool:
        """Say whether this is a code of the user's device that was not used before, or a recovery code."""
        return self.has(staff) and (self._is_shown(staff, code) or self._is_recovery(staff, code))

    def remove(self, staff: UUID) -> None:
        with self._keyring.transaction() as db:
            db.execute(delete(second_factors).where(second_factors.c.staff == staff.hex))
            db.execute(delete(recovery_codes).where(recovery_codes.c.staff == staff.hex))

    def _is_shown(self, staff: UUID, code: str) -> bool:
        """Say whether the device shows this code about now, and see to it that it is good once."""
        with self._keyring.transaction() as db:
            row = db.execute(select(second_factors).where(second_factors.c.staff == staff.hex)).first()
        if row is None:
            return False
        device = pyotp.TOTP(self._opened(row.sealed, staff))
        now = int(self._clock().timestamp()) // _STEP_SECONDS
        for step in range(now - _STEPS_AROUND, now + _STEPS_AROUND + 1):
            if step > row.step and hmac.compare_digest(device.generate_otp(step).encode(), _plain(code)):
                return self._used(staff, step)
        return False

    def _used(self, staff: UUID, step: int) -> bool:
        mine = (second_factors.c.staff == staff.hex) & (second_factors.c.step < step)
        with self._keyring.transaction() as db:
            return bool(db.execute(update(second_factors).where(mine).values(step=step)).rowcount)

    def _is_recovery(self, staff: UUID, code: str) -> bool:
        digest = self._digest(_plain(code).decode(), staff)
        mine = (recovery_codes.c.staff == staff.hex) & (recovery_codes.c.digest == digest)
        with self._keyring.transaction() as db:
            return bool(db.execute(delete(recovery_codes).where(mine)).rowcount)

    def _digest(self, code: str, staff: UUID) -> str:
        return hmac.digest(self._secret, b"recovery" + staff.bytes + code.encode(), "sha256").hex()

    def _sealed(self, secret: str, staff: UUID) -> bytes:
        nonce = self._random(_NONCE_LENGTH)
        return nonce + self._seal.encrypt(nonce, secret.encode(), staff.bytes)

    def _opened(self, sealed: bytes, staff: UUID) -> str:
        return self._seal.decrypt(sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:], staff.bytes).decode()


def address_of(secret: str, login: str) -> str:
    """Return what a device reads from a QR code (otpauth URI)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def _plain(code: str) -> bytes:
    """Return a code as people meant it: without spaces and dashes, in small letters."""
    return "".join(sign for sign in code.lower() if sign.isalnum() and sign.isascii())[:100].encode()
