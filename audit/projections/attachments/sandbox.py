"""The other side of the process that reads foreign files: it asks, waits so long and no longer, and begins anew."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final
from weakref import finalize

from audit.projections.attachments.protocol import ANSWER, LONGEST_ANSWER, OUT_OF_MEMORY, QUESTION
from audit.projections.attachments.verdict import LARGEST_FILE, REASONS, Reading

_ROOT: Final = Path(__file__).resolve().parents[3]
_WALL_SECONDS: Final = 60
_FILES_OF_A_LIFE: Final = 500
_BLOCK: Final = 1 << 16
_LONGEST_LABEL: Final = 1_000


class _Ended(Exception):
    """The process ended, or was ended, before it answered."""


@dataclass
class _Child:
    """A running process, and how many files it was given."""

    process: subprocess.Popen[bytes]
    files: int = 0


class Sandbox:
    """Reads files one after the other in a process of its own, which is begun when it is needed.

    ``wall_seconds`` is how long a file may take by the clock; its share of the processor ends long before on a machine
    that is not overwhelmed.
    """

    def __init__(self, wall_seconds: float = _WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._lock = Lock()
        self._child: _Child | None = None
        self._at_end: finalize[..., Sandbox] | None = None

    def read(self, content: bytes, media_type: str | None, name: str | None) -> Reading:
        """Return the text of a file, or why there is none: it never raises because of what the file holds."""
        if len(content) > LARGEST_FILE:
            return Reading("", "too-large")
        with self._lock:
            child = self._running()
            try:
                return self._asked(child.process, content, media_type or "", name or "")
            except _Ended as ended:
                return Reading("", str(ended))

    def close(self) -> None:
        """End the process; the next file begins another."""
        with self._lock:
            self._end()

    def _running(self) -> _Child:
        if self._child and (self._child.process.poll() is not None or self._child.files >= _FILES_OF_A_LIFE):
            self._end()
        if self._child is None:
            self._child = _Child(_begun())
            self._at_end = finalize(self, _finish, self._child.process)
        self._child.files += 1
        return self._child

    def _end(self) -> None:
        if self._at_end is not None:
            self._at_end()
        self._child = self._at_end = None

    def _asked(self, process: subprocess.Popen[bytes], content: bytes, *labels: str) -> Reading:
        media_type, name = (label.encode("utf-8", "replace")[:_LONGEST_LABEL] for label in labels)
        media_type, name = (label.decode("utf-8", "ignore").encode() for label in (media_type, name))
        head = QUESTION.pack(len(media_type), len(name), len(content))
        exchange = _Exchange(process, [head, media_type, name, content], monotonic() + self._wall_seconds)
        try:
            answer = exchange.carried_out()
        except (TimeoutError, BrokenPipeError, EOFError) as failure:
            slow = isinstance(failure, TimeoutError)
            if slow:
                process.kill()
            code = process.wait()
            self._end()
            raise _Ended("slow" if slow else _why_it_ended(code)) from None
        reason_length, _ = ANSWER.unpack_from(answer)
        body = answer[ANSWER.size :]
        reason = body[:reason_length].decode()
        return Reading(body[reason_length:].decode(), reason if reason in REASONS else None)


class _Exchange:
    """One question and its answer over the pipes of a process, neither of which may block for ever."""

    def __init__(self, process: subprocess.Popen[bytes], question: list[bytes], until: float) -> None:
        assert process.stdin is not None, "it was begun with pipes"
        assert process.stdout is not None, "it was begun with pipes"
        self._to, self._from = process.stdin.fileno(), process.stdout.fileno()
        self._rest = [memoryview(part) for part in question if part]
        self._answer = bytearray()
        self._until = until

    def carried_out(self) -> bytes:
        """Return the answer. Raises TimeoutError, BrokenPipeError or EOFError where there is none."""
        with selectors.DefaultSelector() as ready:
            ready.register(self._to, selectors.EVENT_WRITE)
            ready.register(self._from, selectors.EVENT_READ)
            while not self._is_complete():
                events = ready.select(max(0.0, self._until - monotonic()))
                if not events:
                    raise TimeoutError
                for key, _ in events:
                    if key.fd == self._from:
                        self._take()
                    elif not self._give():
                        ready.unregister(self._to)
        return bytes(self._answer)

    def _give(self) -> bool:
        """Write some more; say whether there is still more to come."""
        if self._rest:
            self._rest[0] = self._rest[0][os.write(self._to, self._rest[0][:_BLOCK]) :]
            if not self._rest[0]:
                self._rest.pop(0)
        return bool(self._rest)

    def _take(self) -> None:
        some = os.read(self._from, _BLOCK)
        if not some or len(self._answer) > LONGEST_ANSWER + _BLOCK:
            raise EOFError
        self._answer += some

    def _is_complete(self) -> bool:
        if len(self._answer) < ANSWER.size:
            return False
        reason_length, text_length = ANSWER.unpack_from(self._answer)
        return len(self._answer) >= ANSWER.size + int(reason_length) + int(text_length)


def _begun() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # our own module, with no argument from outside
        [sys.executable, "-m", "audit.projections.attachments.inside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    assert process.stdin is not None, "it was begun with pipes"
    os.set_blocking(process.stdin.fileno(), False)
    return process


def _finish(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _why_it_ended(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "slow"
    return "memory" if code == OUT_OF_MEMORY else "crashed"
