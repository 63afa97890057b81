"""The sealer: a thread that cuts a checkpoint a minute, or as soon as 256 events wait for one."""

from __future__ import annotations

import logging
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol, Self

from audit.domain.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS: Final = 60
EVENTS: Final = 256
_LOOK_SECONDS: Final = 1

_logger = logging.getLogger(__name__)


class Sealable(Protocol):
    """What is sealed: the log."""

    def uncovered(self) -> int:
        """Return how many events wait for a checkpoint."""

    def seal(self) -> object:
        """Cut one."""


class Sealer:
    """Seals in the background while it is entered, and once more when it is left."""

    def __init__(self, log: Sealable, now: Callable[[], float] = monotonic) -> None:
        self._log = log
        self._now = now
        self._sealed_at = now()
        self._said = ""
        self._stop = Event()
        self._thread = Thread(target=self._run, name="sealer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.look(closing=True)

    def look(self, *, closing: bool = False) -> None:
        """Seal when it is time to. What goes wrong is logged once, and tried again."""
        try:
            waiting = self._log.uncovered()
            if waiting and (closing or waiting >= EVENTS or self._now() - self._sealed_at >= SECONDS):
                self._log.seal()
                self._sealed_at = self._now()
            self._said = ""
        except AuditError as error:
            if str(error) != self._said:
                self._said = str(error)
                _logger.error("The log cannot be sealed: %s", error)  # noqa: TRY400  # a sentence for people, no trace

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            self.look()
