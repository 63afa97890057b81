"""The press: a child process that sets page after page within limits of memory and time, and is killed beyond them."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import Refused, Unavailable
from audit.reports.fonts import Fonts

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import IO, Self

_OUT_OF_MEMORY: Final = (
    "MemoryError",
    "annot allocate memory",
    "failed to map segment",
    "SystemError: error return without exception set",
)
"""How Python and the libraries below it say that no memory was left; the last one where they lost the reason."""
_ROOT: Final = Path(__file__).resolve().parents[2]
_JOBS: Final = 200
"""A child that sets many documents grows a little with each: after so many another one takes its place."""
_AT_ONCE: Final = 1 << 20
_SAID_LAST: Final = 4_000


class RecordTooLarge(Refused):
    """The record does not fit into one file within the limits of memory and time."""


class EngineFailed(Unavailable):
    """The engine did not make a faultless document; none is handed out."""


@dataclass(frozen=True)
class Limits:
    """What the child process may take for a document."""

    memory_bytes: int = 4 << 30
    wall_seconds: float = 600


USUAL: Final = Limits()
HOUSE_FONTS: Final = Fonts()


class Press:
    """Sets documents one after another, in one child as long as that goes well. Close it, or use it as a context.

    ``each`` is how many documents a child may set: 1 for a press that is used once.
    """

    def __init__(self, limits: Limits = USUAL, fonts: Fonts = HOUSE_FONTS, *, each: int = _JOBS) -> None:
        self.limits = limits
        self.fonts = fonts
        self._each = each
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def answer(self, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return the head of the answer and the document. Raises RecordTooLarge, EngineFailed."""
        if self._child is None:
            self._child = _Child(self.fonts)
        job = job | {"memory_bytes": self.limits.memory_bytes}
        try:
            head, pdf = self._child.answer(json.dumps(job).encode() + b"\n", self.limits.wall_seconds)
        except BaseException:
            self.close()
            raise
        if head.get("error") == "memory" or self._child.served >= self._each:
            self.close()
        return head, pdf


class _Child:
    """One child process; a broken one is not used again."""

    def __init__(self, fonts: Fonts) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="onrecord-paper-")
        folder = Path(self._folder.name)
        configuration = folder / "fonts.conf"
        configuration.write_text(fonts.configuration(folder), encoding="utf-8")
        # Kept in a file, so that a child that says much never waits for somebody to listen.
        self._said = (folder / "said").open("w+b")
        self._process = subprocess.Popen(  # our own module, with no argument from outside
            [sys.executable, "-m", "audit.reports.render"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=_environment(configuration),
        )
        self.served = 0

    def answer(self, job: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        deadline = time.monotonic() + seconds
        with suppress(BrokenPipeError):  # that it died shows when its answer is read
            self._in.write(job)
            self._in.flush()
        line, rest = self._read(deadline, b"", lambda got: b"\n" in got).split(b"\n", 1)
        head: dict[str, Any] = json.loads(line)
        pdf = self._read(deadline, rest, lambda got: len(got) >= head["size"])
        self.served += 1
        return head, pdf

    def end(self) -> None:
        """Kill it, as whatever it does now is of no use, and leave nothing behind."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._in.close()
        self._out.close()
        self._said.close()
        self._folder.cleanup()

    def _read(self, deadline: float, got: bytes, enough: Callable[[bytearray], bool]) -> bytes:
        pieces = bytearray(got)
        while not enough(pieces):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._out], [], [], left)[0]:
                raise too_large()
            piece = os.read(self._out.fileno(), _AT_ONCE)
            if not piece:
                raise self._died()
            pieces += piece
        return bytes(pieces)

    def _died(self) -> EngineFailed | RecordTooLarge:
        code = self._process.wait()
        self._said.seek(0)
        said = self._said.read()[-_SAID_LAST:].decode(errors="replace").strip().splitlines()
        if code < 0 or any(sign in line for line in said for sign in _OUT_OF_MEMORY):
            return too_large()
        return EngineFailed(f"The engine for paper stopped, report it to us: {said[-1] if said else code}.")

    @property
    def _in(self) -> IO[bytes]:
        assert self._process.stdin is not None, "asked for when it was started"
        return self._process.stdin

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None, "asked for when it was started"
        return self._process.stdout


def too_large() -> RecordTooLarge:
    """Return what to say of a document that breaks the limits."""
    return RecordTooLarge("The record is too large for one file: ask for a shorter period, with --from and --to.")


def _environment(configuration: Path) -> dict[str, str]:
    """Return the child's surroundings: our fonts, our modules, and nothing of the caller's that could change bytes."""
    ours = {"FONTCONFIG_FILE": str(configuration), "SOURCE_DATE_EPOCH": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), **ours}
