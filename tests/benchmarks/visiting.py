"""A server as a person starts it, and those who visit its pages: by plain sockets, so that measuring costs little."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Barrier, Thread
from time import perf_counter, sleep
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.ground import BY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.ground import Ground

_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
_PATIENCE_SECONDS = 120
_OK = 200


class Unanswered(Exception):
    """A page that was to be measured did not come: the figures would mean nothing."""


@dataclass(frozen=True)
class Served:
    """A running server: its port, and when it said that it is up, on the clock of the benchmarks."""

    port: int
    up_at: float


class Asked(NamedTuple):
    """One page as one visitor asks for it: its path and the cookie they hold."""

    path: str
    cookie: str


class Answered(NamedTuple):
    """How long an answer took to its last byte, and how long it is."""

    seconds: float
    length: int


@contextmanager
def served(ground: Ground) -> Iterator[Served]:
    """Run ``onrecord serve`` on the ground's archive, and stop it with Ctrl+C's signal."""
    words = ["serve", "--port", "0", "--as", BY.login, "--data", str(ground.folder / "archive")]
    words += ["--database-url", ground.url] if ground.url else []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    command = [sys.executable, "-m", "audit.cli", *words]
    silent, heard = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(command, stdout=silent, stderr=heard, text=True, env=kept) as process:  # noqa: S603 - our own
        try:
            assert process.stderr is not None, "it was asked for"
            port, up_at = _port_said(process.stderr), perf_counter()
            # What it says later is passed on as it comes: a full pipe would hold the server.
            listener = Thread(target=_passed_on, args=(process.stderr,))
            listener.start()
            yield Served(port, up_at)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
            listener.join()


def _port_said(lines: Iterator[str]) -> int:
    for line in lines:
        if found := _ADDRESS.search(line):
            return int(found[1])
        sys.stderr.write(line)
    raise Unanswered("The server ended before it said where it is.")


def _passed_on(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stderr.write(line)


def fetched(port: int, asked: Asked) -> str:
    """Return the text of a page, by a connection of its own."""
    with closing(_connection(port)) as connection:
        return _answer(connection, asked).decode()


def alone(port: int, asked: Sequence[Asked]) -> list[Answered]:
    """Ask one after the other, over one connection."""
    with closing(_connection(port)) as connection:
        return [_timed(connection, one) for one in asked]


def together(port: int, asked: Sequence[Sequence[Asked]], *, reading: float = 0.0) -> list[Answered]:
    """Ask as so many clients as there are lists; each asks anew when it was answered and has read for some seconds.

    Who reads begins at a moment of their own: people do not turn their pages together.
    """
    answers: list[list[Answered]] = [[] for _ in asked]
    faults: list[BaseException] = []
    ready = Barrier(len(asked))

    def visit(place: int) -> None:
        try:
            with closing(_connection(port)) as connection:
                connection.connect()
                ready.wait()
                sleep(reading * place / len(asked))
                for one in asked[place]:
                    answers[place].append(_timed(connection, one))
                    sleep(reading)
        except BaseException as fault:  # noqa: BLE001 - it is raised again where the clients are waited for
            ready.abort()
            faults.append(fault)

    clients = [Thread(target=visit, args=(place,)) for place in range(len(asked))]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if faults:
        raise faults[0]
    return [one for some in answers for one in some]


def _connection(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)


def _timed(connection: HTTPConnection, asked: Asked) -> Answered:
    began = perf_counter()
    content = _answer(connection, asked)
    return Answered(perf_counter() - began, len(content))


def _answer(connection: HTTPConnection, asked: Asked) -> bytes:
    connection.request("GET", asked.path, headers={"Accept": "text/html", "Cookie": asked.cookie})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != _OK:
        raise Unanswered(f"{asked.path} was answered with {answer.status}: {content[:500]!r}")
    return content
