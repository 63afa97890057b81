"""Locking out: who guesses waits, longer each time; names that do not exist are locked like those that do."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from audit.archive.accounts.tables import failures, metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from audit.archive.keyring import Keyring

FREE_TRIES: Final = 5
_FIRST_WAIT: Final = 60
_LONGEST_WAIT: Final = 24 * 60 * 60


class Lock:
    """Counts failures in a row for each subject: what somebody called themselves, or where they came from."""

    def __init__(self, keyring: Keyring, *, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock
        self._secret = keyring.secret("delivery")
        with keyring.transaction() as db:
            metadata.create_all(db)

    def wait(self, subject: str) -> int:
        """Return for how many seconds more this subject is locked, 0 when it is not."""
        with self._keyring.transaction() as db:
            until = db.scalar(select(failures.c.locked_until).where(failures.c.subject == self._named(subject)))
        return max(0, (until or 0) - self._now())

    def failed(self, subject: str) -> None:
        """Count a failure; from the fifth on each doubles the time to wait."""
        named = self._named(subject)
        with self._keyring.transaction() as db:
            count = (db.scalar(select(failures.c.count).where(failures.c.subject == named)) or 0) + 1
            wait = min(_LONGEST_WAIT, _FIRST_WAIT << min(count - FREE_TRIES, 20)) if count >= FREE_TRIES else 0
            values = {"count": count, "locked_until": self._now() + wait if wait else 0}
            if count > 1:
                db.execute(update(failures).where(failures.c.subject == named).values(values))
            else:
                db.execute(insert(failures).values(subject=named, **values))

    def succeeded(self, subject: str) -> None:
        with self._keyring.transaction() as db:
            db.execute(delete(failures).where(failures.c.subject == self._named(subject)))

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _named(self, subject: str) -> str:
        return hmac.digest(self._secret, b"sign-in" + subject.encode(errors="surrogatepass"), "sha256").hex()
