"""Commands as a person types them, at an archive in a folder or in a database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from audit.archive.checking import check
from audit.bootstrap.house import build
from audit.bootstrap.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.archive.checking import Checked
    from audit.bootstrap.house import House

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended; a negative code is the signal that killed it."""

    code: int
    out: str
    err: str
    mebibytes: int
    cpu_seconds: float

    @property
    def said(self) -> Any:
        """What it said with ``--json``."""
        return json.loads(self.out)

    @property
    def facts(self) -> Any:
        """What it said with ``--json``; it must have succeeded."""
        assert self.code in {0, 2}, (self.code, self.err)
        return self.said

    def refusal(self, code: int) -> str:
        """Return the one sentence on standard error with which it ended."""
        assert (self.code, self.out) == (code, ""), (self.code, self.out, self.err)
        assert self.err.startswith("onrecord: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("onrecord: ").strip()


@dataclass(frozen=True)
class Running:
    """A command under way."""

    pid: int
    output: Path
    commands: Commands

    def ended(self) -> Ended:
        """Wait for it."""
        return self._told(self.commands.order(wait=self.pid))

    def ended_yet(self) -> Ended | None:
        """Look whether it has ended."""
        answer = self.commands.order(look=self.pid)
        return None if answer["code"] is None else self._told(answer)

    def kill(self) -> None:
        """Send it SIGKILL. Its number is its own until it was waited for."""
        os.kill(self.pid, signal.SIGKILL)

    def _told(self, answer: dict[str, Any]) -> Ended:
        out, err = (
            (self.output / name).read_text() if (self.output / name).exists() else "" for name in ("out", "err")
        )
        return Ended(out=out, err=err, **answer)


class Commands:
    """Runs commands, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._warm = subprocess.Popen(
            [sys.executable, "-m", "tests.whole.warm"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")},
        )

    def start(self, *words: str, cpu_seconds: float = 0, environ: Mapping[str, str] | None = None) -> Running:
        """Begin a command; after ``cpu_seconds`` of work it dies."""
        output = self._folder / str(next(self._numbers))
        output.mkdir()
        order = {"words": words, "environ": dict(environ or {}), "output": str(output)}
        return Running(self.order(**order, cpu_seconds=cpu_seconds)["pid"], output, self)

    def run(self, *words: str, environ: Mapping[str, str] | None = None) -> Ended:
        return self.start(*words, environ=environ).ended()

    def order(self, **order: Any) -> Any:
        stdin, stdout = _open(self._warm.stdin), _open(self._warm.stdout)
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())

    def close(self) -> None:
        _open(self._warm.stdin).close()
        self._warm.wait()
        _open(self._warm.stdout).close()


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None, "it was asked for"
    return pipe


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an archive is or will be: a folder, and a database where the events do not lie in the folder."""

    commands: Commands
    folder: Path
    url: str | None = None
    schema: str = "onrecord"

    @property
    def settings(self) -> Settings:
        keys = f"sqlite:///{self.folder / 'keys.db'}"
        return Settings(
            folder=self.folder,
            database_url=self.url,
            keys_url=keys,
            root_key=self.folder / "root.key",
            schema=self.schema,
        )

    @property
    def database(self) -> str:
        """What the functions that write behind our back call this archive."""
        return self.url or str(self.folder / "archive.db")

    def start(self, *words: str, cpu_seconds: float = 0) -> Running:
        where = ("--data", str(self.folder), *(("--database-url", self.url) if self.url else ()), "--as", OPERATOR)
        return self.commands.start(*words, *where, cpu_seconds=cpu_seconds, environ={"ONRECORD_SCHEMA": self.schema})

    def run(self, *words: str) -> Ended:
        return self.start(*words).ended()

    @contextmanager
    def house(self) -> Iterator[House]:
        with closing(build(self.settings)) as house:
            yield house

    def checked(self) -> Checked:
        """Return what verifying finds, without a process for it."""
        with self.house() as house:
            return check(house.recorder, may_be_missing=frozenset(), on_progress=lambda _: None)
