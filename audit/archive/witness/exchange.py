"""One exchange over HTTP or HTTPS with somebody outside, who may be slow, silent or rude."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from audit.archive.witness.hurried import Hurried

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

SECONDS: Final = 5.0
_ANSWER_MAX: Final = 65_536


class Silent(Exception):
    """Nothing came back, or too late."""


class Said(NamedTuple):
    """What was answered: the status, the media type, and at most 64 KiB of content."""

    status: int
    kind: str
    content: bytes


def post(url: str, body: bytes, *, kind: str, seconds: float = SECONDS) -> Said:
    """Post a body and return the answer, which has to come whole within so many seconds. Raises Silent."""
    return ask("POST", url, body, {"Content-Type": kind}, seconds=seconds)


def ask(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float = SECONDS,
) -> Said:
    """Ask and return the answer, as ``post`` does; where it leads elsewhere nobody follows. Raises Silent."""
    try:
        parts = urlsplit(url)
        connecting = _HTTPS if parts.scheme == "https" else _HTTP
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with closing(connecting(parts.hostname or "", parts.port, timeout=seconds)) as connection:
            connection.request(method, path, body, {**(headers or {}), "Connection": "close"})
            with closing(connection.getresponse()) as response:
                content = response.read(_ANSWER_MAX)
                return Said(response.status, response.headers.get("Content-Type", ""), content)
    except (OSError, HTTPException, ValueError) as error:
        raise Silent(str(error) or type(error).__name__) from error


def is_web_address(url: str) -> bool:
    """Say whether something can be posted to what is written here."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return fine and not parts.fragment and url.isascii() and not set(url) & set(" \t\r\n")


class _Hasty:
    """A connected socket whose answer has to come whole before a deadline."""

    def __init__(self, connected: socket.socket, seconds: float) -> None:
        self._connected = connected
        self._seconds = seconds

    def sendall(self, content: bytes) -> None:
        self._connected.sendall(content)

    def makefile(self, mode: str) -> Any:
        assert mode == "rb", "the library reads answers so"
        incoming = Hurried(self._connected)
        incoming.give(self._seconds)
        return incoming.buffered()

    def close(self) -> None:
        self._connected.close()


class _HTTP(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Hasty(self.sock, self.timeout or SECONDS)


class _HTTPS(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Hasty(self.sock, self.timeout or SECONDS)
