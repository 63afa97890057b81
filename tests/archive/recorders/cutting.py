"""A connection through which a commit can get lost: on the way there, or on the way back."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from enum import Enum
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 65_536
_COMMIT = b"COMMIT"


class Cut(Enum):
    """Where the line is cut at the next commit."""

    NOWHERE = "nowhere"
    BEFORE_COMMIT = "the server never hears of it"
    AFTER_COMMIT = "the server commits, and nobody hears of it"


class CuttableLine:
    """Passes bytes between clients and a server; each cut happens once."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.cut = Cut.NOWHERE
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._sockets:
            _hang_up(end)
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                self._sockets += [client, server]
                for passing, one, other in ((self._there, client, server), (self._back, server, client)):
                    thread = Thread(target=passing, args=(one, other), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _there(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while sent := client.recv(_CHUNK):
                if _COMMIT in sent and self.cut is Cut.BEFORE_COMMIT:
                    self.cut = Cut.NOWHERE
                    break
                server.sendall(sent)
        _hang_up(client)
        _hang_up(server)

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while answered := server.recv(_CHUNK):
                if _COMMIT in answered and self.cut is Cut.AFTER_COMMIT:
                    self.cut = Cut.NOWHERE
                    break
                client.sendall(answered)
        _hang_up(client)
        _hang_up(server)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cuttable_line(url: str) -> Iterator[tuple[str, CuttableLine]]:
    """Give a URL that leads to the same database through a line that can be cut."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    line = CuttableLine((parts.hostname, parts.port))
    try:
        yield parts._replace(netloc=f"{parts.username}@127.0.0.1:{line.port}").geturl(), line
    finally:
        line.close()
