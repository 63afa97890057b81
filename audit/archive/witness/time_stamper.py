"""Having checkpoints time-stamped by an authority outside (RFC 3161), over HTTP or HTTPS, off unless it is wished."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.archive.log.time_stamps import StoredTimeStamp, attested_at, read_roots, request_for
from audit.archive.witness.exchange import SECONDS, Silent, post
from audit.domain.errors import AuditError, Refused, Unavailable
from audit.evidence.errors import NotProven

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from audit.archive.log.store import LogStore

_REQUEST: Final = "application/timestamp-query"
_GRANTED: Final = 200

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class TimeStamping:
    """The settings: whose certificates are trusted, and where the authority is; None asks nobody, but still checks."""

    root: Path
    url: str | None = None


class Authority:
    """Asks one authority, and stores what it attests once that is shown to be good.

    That it is silent or answers wrongly keeps nobody from sealing; it is said once, and the next checkpoint is shown.
    """

    def __init__(self, settings: TimeStamping, *, clock: Callable[[], datetime], seconds: float = SECONDS) -> None:
        self._settings = settings
        self._clock = clock
        self._seconds = seconds
        self._said = ""

    def look(self, store: LogStore) -> None:
        """Have the newest checkpoint time-stamped where it is not."""
        try:
            self._look(store)
        except AuditError as fault:
            if str(fault) != self._said:
                self._said = str(fault)
                _logger.warning("The newest checkpoint has no time-stamp, and the next one is shown again: %s", fault)

    def _look(self, store: LogStore) -> None:
        newest = store.newest()
        if newest is None or not isinstance(newest[2], str) or not store.without_time_stamp():
            return
        size, content = newest[0], newest[2].encode(errors="surrogateescape")
        response = self.ask(content)
        store.add_time_stamp(StoredTimeStamp(size, len(content), response, self._clock().isoformat()))
        self._said = ""

    def ask(self, content: bytes) -> bytes:
        """Return what the authority answers about these bytes, once it is shown to be good.

        Raises Unavailable when it does not answer, Refused when what it answers is not to be relied upon.
        """
        url = self._settings.url
        assert url is not None, "somebody is to be asked"
        roots = read_roots(self._settings.root)
        request = request_for(content)
        try:
            said = post(url, request.content, kind=_REQUEST, seconds=self._seconds)
        except Silent as why:
            raise Unavailable(f"The time-stamping authority {url} does not answer ({why}).") from why
        if said.status != _GRANTED:
            raise Unavailable(f"The time-stamping authority {url} answers {said.status}: look at its address.")
        try:
            attested_at(said.content, content, roots, nonce=request.nonce)
        except NotProven as reason:
            raise Refused(f"The time-stamping authority {url} gave nothing to rely upon: {reason}") from reason
        return said.content
