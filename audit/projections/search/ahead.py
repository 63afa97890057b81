"""Words worked out ahead: while a page of the log is read, another process works on the texts of the page before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.conversation import AttachmentKept
from audit.domain.event import Record
from audit.projections.columns import is_erased
from audit.projections.search.kinds import told_in
from audit.projections.search.rows import Worded, told_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from audit.domain.event import Damaged, Event
    from audit.projections.search.kinds import Told

_WORKER: Final = "audit.projections.search.words_worker"
_MOST: Final = 20_000
"""Texts that wait at most: beyond, nobody came for the first ones."""


class _Page(NamedTuple):
    """The texts of a page as they are sent, and whose they are."""

    events: list[tuple[int, Event]]
    texts: list[tuple[str, str]]


class Ahead:
    """Texts given to another process, and the words that came back. Whatever is not there, one works out oneself."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._waiting: deque[_Page] = deque()
        self._asked: _Page | None = None
        self._done: dict[int, tuple[Event, Worded]] = {}

    def foresee(self, records: Sequence[Record | Damaged]) -> None:
        """Have the words of these records worked out; of files not, whose texts are not read yet."""
        if _processors() < 2:  # noqa: PLR2004  # one alone has nobody to share with
            return
        told = [(one, told) for one in records if isinstance(one, Record) and (told := _told(one)) is not None]
        page = _Page(
            [(record.position, record.event) for record, _ in told], [(told_by(one.parts), one.kind) for _, one in told]
        )
        if sum(len(one.events) for one in self._waiting) + len(self._done) < _MOST:
            self._waiting.append(page)
            self._exchange()

    def take(self, record: Record) -> Worded | None:
        """Return the words of a record, waiting for them where they are being worked out."""
        position = record.position
        while position not in self._done and self._is_coming(position):
            self._exchange(wait=True)
        event, words = self._done.pop(position, (None, None))
        # The same position may have been read anew since, with less of it left.
        return words if event is record.event else None

    def rest(self) -> None:
        """End the process; whoever asks again starts another."""
        self._waiting.clear()
        self._done.clear()
        self._asked = None
        line, self._line = self._line, None
        process, self._process = self._process, None
        if line is not None:
            line.close()
        if process is not None:
            process.terminate()
            process.wait()

    def _is_coming(self, position: int) -> bool:
        pages = (*([self._asked] if self._asked else []), *self._waiting)
        return any(one.events and one.events[0][0] <= position <= one.events[-1][0] for one in pages)

    def _exchange(self, *, wait: bool = False) -> None:
        """Take an answer if there is one, and ask for the next page: never two at once, or both sides could wait."""
        try:
            if self._line is None:
                self._line = self._started()
            if self._asked is not None and (wait or self._line.poll()):
                asked, self._asked = self._asked, None
                words = self._line.recv()
                for (position, event), one in zip(asked.events, words, strict=True):
                    self._done[position] = (event, one)
            if self._asked is None and self._waiting:
                page = self._waiting.popleft()
                self._line.send(page.texts)
                self._asked = page
        except (EOFError, OSError):
            # It was ended from outside, perhaps for want of memory: then all of it is worked out here.
            self.rest()

    def _started(self) -> Connection:
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own module, with a number of our own
                (sys.executable, "-m", _WORKER, str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return ours


def _told(record: Record) -> Told | None:
    if isinstance(record.event, AttachmentKept) or is_erased(record):
        return None
    told = told_in(record.event)
    return told if told and told.parts else None


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
