"""Answers that are given again: a request that is sent twice with the same idempotency key is carried out once."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from audit.archive.accounts.tables import answered, metadata
from audit.domain.errors import Refused, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from audit.archive.keyring import Keyring

KEPT_SECONDS: Final = 24 * 60 * 60
_ABANDONED_SECONDS: Final = 15 * 60


class StillWorkedOn(Refused):
    """The first request with this key has no answer yet."""


class AnotherRequest(WrongUse):
    """An idempotency key is for one request."""


class Answers:
    """Keeps answers for a day, by who asked and with which key."""

    def __init__(self, keyring: Keyring, *, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock
        with keyring.transaction() as db:
            metadata.create_all(db)

    def begin(self, principal: str, key: str, asked: str) -> str | None:
        """Return the answer that was given before; None where this is the first, which must end in keep or drop.

        ``asked`` is a digest of the request. Raises StillWorkedOn or AnotherRequest.
        """
        named, now = _named(principal, key), int(self._clock().timestamp())
        with self._keyring.transaction() as db:
            db.execute(delete(answered).where(answered.c.made <= now - KEPT_SECONDS))
            left = answered.c.answer.is_(None) & (answered.c.made <= now - _ABANDONED_SECONDS)
            db.execute(delete(answered).where(answered.c.digest == named, left))
            row = db.execute(select(answered).where(answered.c.digest == named)).first()
            if row is None and _begun(db, {"digest": named, "asked": asked, "made": now, "answer": None}):
                return None
        if row is None:
            raise _still()
        if row.asked != asked:
            raise AnotherRequest("This Idempotency-Key was sent with another request: take a new one for each.")
        if row.answer is None:
            raise _still()
        return str(row.answer)

    def keep(self, principal: str, key: str, answer: str) -> None:
        with self._keyring.transaction() as db:
            mine = answered.c.digest == _named(principal, key)
            db.execute(update(answered).where(mine).values(answer=answer))

    def drop(self, principal: str, key: str) -> None:
        """Forget a request that failed, so that it may be sent again."""
        with self._keyring.transaction() as db:
            db.execute(delete(answered).where(answered.c.digest == _named(principal, key)))


def _begun(db: Connection, row: Mapping[str, object]) -> bool:
    """Say whether this request is the first one, however many come at once."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    return bool(db.execute(dialect.insert(answered).values(**row).on_conflict_do_nothing()).rowcount)


def _still() -> StillWorkedOn:
    return StillWorkedOn("The first request with this Idempotency-Key is being worked on: ask again in a moment.")


def _named(principal: str, key: str) -> str:
    return sha256(f"{len(principal)}:{principal}{key}".encode(errors="surrogatepass")).hexdigest()
