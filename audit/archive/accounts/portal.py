"""The customers' portal: a code that was sent to somebody lets them in once, soon, and after few tries."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update

from audit.archive.accounts.portal_tables import portal_codes, portal_guests
from audit.archive.accounts.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from audit.archive.keyring import Keyring

CODE_SECONDS: Final = 15 * 60
TRIES: Final = 5
IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 2 * 60 * 60
_DIGITS: Final = 8
_CHALLENGE_LENGTH: Final = 24
_TOKEN_LENGTH: Final = 32
_LIMITS: Final = ((60 * 60, 3), (24 * 60 * 60, 8))
"""How many codes one contact point is sent within so many seconds: nobody's mailbox is flooded from here."""


class PortalCodes:
    """Makes codes and takes them back. What is kept tells neither the code nor where it was sent."""

    def __init__(self, keyring: Keyring, *, random: Callable[[int], bytes], clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._random = random
        self._clock = clock
        self._key = hmac.digest(keyring.secret("delivery"), b"portal", "sha256")
        with keyring.transaction() as db:
            metadata.create_all(db)

    def new_challenge(self) -> str:
        """Return what a form carries until its code comes; it says nothing of whether a code was sent."""
        return self._random(_CHALLENGE_LENGTH).hex()

    def make(self, challenge: str, *, contact: str, customer: UUID) -> str | None:
        """Make the code of a challenge for a customer, None where this contact point was sent enough of them."""
        now, whose = self._now(), self._keyed("contact", contact)
        # Of ten to the power of 8, more than enough bytes: no remainder is likelier than another to speak of.
        code = f"{int.from_bytes(self._random(16)) % 10**_DIGITS:0{_DIGITS}}"
        row = {
            "challenge": _digest(challenge),
            "code": self._keyed(challenge, code),
            "contact": whose,
            "customer": customer.hex,
            "made": now,
            "tries": 0,
            "spent": 0,
        }
        with self._keyring.transaction() as db:
            db.execute(delete(portal_codes).where(portal_codes.c.made <= now - max(_LIMITS)[0]))
            for seconds, most in _LIMITS:
                mine = (portal_codes.c.contact == whose) & (portal_codes.c.made > now - seconds)
                if (db.scalar(select(func.count()).where(mine)) or 0) >= most:
                    return None
            db.execute(insert(portal_codes).values(row))
        return code

    def redeem(self, challenge: str, code: str) -> UUID | None:
        """Return the customer whom a code lets in, None for one that is wrong, spent, too late or tried too often.

        Each try is counted before the code is looked at, so that many at once are no more than one after the other.
        """
        mine = portal_codes.c.challenge == _digest(challenge)
        living = mine & (portal_codes.c.spent == 0) & (portal_codes.c.made > self._now() - CODE_SECONDS)
        with self._keyring.transaction() as db:
            tried = update(portal_codes).where(living, portal_codes.c.tries < TRIES)
            if not db.execute(tried.values(tries=portal_codes.c.tries + 1)).rowcount:
                return None
            row = db.execute(select(portal_codes).where(mine)).one()
        if not hmac.compare_digest(row.code, self._keyed(challenge, "".join(code.split()))):
            return None
        with self._keyring.transaction() as db:
            spent = db.execute(update(portal_codes).where(living).values(spent=1)).rowcount
        return UUID(hex=row.customer) if spent else None

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _keyed(self, name: str, words: str) -> str:
        said = f"{len(name)}:{name}{words}".encode(errors="surrogatepass")
        return hmac.digest(self._key, said, "sha256").hex()


class PortalGuests:
    """Who is in, by the token their browser holds, until they leave, are idle or have been there long enough."""

    def __init__(self, keyring: Keyring, *, random: Callable[[int], bytes], clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._random = random
        self._clock = clock
        with keyring.transaction() as db:
            metadata.create_all(db)

    def let_in(self, customer: UUID) -> str:
        """Return the token of somebody who comes in."""
        token, now = self._random(_TOKEN_LENGTH).hex(), self._now()
        with self._keyring.transaction() as db:
            db.execute(delete(portal_guests).where(_over(now)))
            db.execute(insert(portal_guests).values(digest=_digest(token), customer=customer.hex, opened=now, seen=now))
        return token

    def find(self, token: str) -> UUID | None:
        """Return the customer a token stands for while it lasts."""
        now, mine = self._now(), portal_guests.c.digest == _digest(token)
        with self._keyring.transaction() as db:
            row = db.execute(select(portal_guests).where(mine, ~_over(now))).first()
            if row is None:
                return None
            db.execute(update(portal_guests).where(mine).values(seen=now))
        return UUID(hex=row.customer)

    def leave(self, token: str) -> None:
        with self._keyring.transaction() as db:
            db.execute(delete(portal_guests).where(portal_guests.c.digest == _digest(token)))

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _over(now: int) -> Any:
    return or_(portal_guests.c.seen <= now - IDLE_SECONDS, portal_guests.c.opened <= now - LONGEST_SECONDS)
