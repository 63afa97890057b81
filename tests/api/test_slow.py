"""Whoever is slow is cut off, and nobody waits for them: real sockets at a real server with little patience."""

from __future__ import annotations

import json
import select
import socket
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from itertools import repeat
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.guards import BODY_MAX
from api.serving import listening, server_of
from audit.bootstrap.settings import read_settings
from audit.domain.errors import Unavailable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi import FastAPI

    from audit.bootstrap.house import House

SLOW_SECONDS = 1
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
_LONGEST = 60
_PIECE = 0.02
"""How long a slow visitor looks for an answer before each further byte."""
HEAD = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"


@pytest.fixture
def port(house: House) -> Iterator[int]:
    app = create_app(replace(house, settings=replace(house.settings, slow_seconds=SLOW_SECONDS)))
    with running(app) as at:
        yield at


@contextmanager
def running(app: FastAPI) -> Iterator[int]:
    with listening(0) as doorway:
        server = server_of(app, slow_seconds=SLOW_SECONDS)
        thread = threading.Thread(target=partial(server.run, sockets=[doorway]), name="pages")
        thread.start()
        try:
            yield doorway.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def connected(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=_LONGEST)
    made.settimeout(_PIECE)
    return made


def dripped(slow: socket.socket, sent: Iterable[bytes]) -> bytes:
    """Send piece by piece until the other side ends it, and return what it said. Fails if it takes everything."""
    said = b""
    for piece in sent:
        try:
            slow.sendall(piece)
            said += (got := slow.recv(65_536))
            if not got:
                return said
        except TimeoutError:
            continue
        except (ConnectionResetError, BrokenPipeError):
            return said
    pytest.fail("it was never cut off")


def is_served(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=_LONGEST)) as other:
        other.request("GET", "/sign-in", headers={"Accept": "text/html"})
        answer = other.getresponse()
        return answer.status == 200 and b"</html>" in answer.read()


def test_who_sends_nothing_or_their_head_byte_by_byte_is_cut_off_while_others_are_served(port: int) -> None:
    endless = HEAD + b"X-Slow: " + b"a" * 10_000
    many = [connected(port) for _ in range(40)]
    try:
        assert is_served(port), "forty who wait hold nobody up"
        assert dripped(many[0], (bytes([one]) for one in endless)) == b""
        assert dripped(many[1], repeat(b"", 10_000)) == b"", "silence is no request"
        assert is_served(port)
    finally:
        for one in many:
            one.close()


def test_a_second_head_on_the_same_connection_is_to_come_in_time_too(port: int) -> None:
    with closing(connected(port)) as slow:
        slow.settimeout(_LONGEST)
        slow.sendall(HEAD + b"\r\n")
        assert slow.recv(65_536).startswith(b"HTTP/1.1 200")
        slow.settimeout(_PIECE)
        rest = dripped(slow, (bytes([one]) for one in HEAD + b"X-Slow: " + b"a" * 10_000))
        assert b"HTTP/1.1" not in rest


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_body_byte_by_byte_is_refused_in_words_and_cut_off(port: int, accept: str) -> None:
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nContent-Length: 100000\r\n{FORM}\r\n"
    ).encode()
    with closing(connected(port)) as slow:
        said = dripped(slow, [head, *repeat(b"a", 10_000)])
    assert said.startswith(b"HTTP/1.1 408")
    if accept == "text/html":
        assert b"The rest did not come in time: send it again." in said
        assert b"</html>" in said
    else:
        assert json.loads(said.partition(b"\r\n\r\n")[2])["status"] == 408
    assert is_served(port)


def test_a_refused_body_that_goes_on_byte_by_byte_is_not_waited_for(port: int) -> None:
    head = f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BODY_MAX + 1}\r\n{FORM}\r\n".encode()
    with closing(connected(port)) as slow:
        said = dripped(slow, [head, *repeat(b"a", 10_000)])
    assert said.startswith(b"HTTP/1.1 413")


def test_who_does_not_read_their_answers_is_cut_off_and_holds_nobody_up(port: int) -> None:
    with closing(socket.socket()) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        slow.settimeout(_LONGEST)
        slow.connect(("127.0.0.1", port))
        # They ask and ask, and read nothing: their answers are more than what lies between us takes.
        slow.sendall(b"GET /static/onrecord.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2_000)
        ended = select.poll()
        ended.register(slow, select.POLLHUP | select.POLLERR)
        assert ended.poll(1_000 * _LONGEST), "it was never cut off"
    assert is_served(port)


def test_a_port_in_use_is_named(port: int) -> None:
    with pytest.raises(Unavailable, match=f"Port {port} cannot be used .*--port"), listening(port):
        pass


@pytest.mark.parametrize("written", ["0", "-1", "a", "1.5", "9999999"])
def test_no_patience_and_too_much_are_refused(written: str) -> None:
    with pytest.raises(WrongUse, match="ONRECORD_SLOW_SECONDS"):
        read_settings({"ONRECORD_SLOW_SECONDS": written})
    assert read_settings({"ONRECORD_SLOW_SECONDS": "5"}).slow_seconds == 5
