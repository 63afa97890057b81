"""Whether an executed erasure took the words of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.archive.log.authority import authority

if TYPE_CHECKING:
    from audit.archive.recorders.recorder import Recorder


class Taken:
    """Remembers what authorities name, and reads the log on only where it is asked about something it does not know."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._known = frozenset[int]()
        self._read = 0

    def __call__(self, position: int) -> bool:
        """Say whether an erasure on record names this position."""
        if position not in self._known:
            head = self._recorder.head().size
            self._known |= authority(self._recorder, after=self._read).positions
            self._read = head
        return position in self._known
