"""Reading from a socket with one deadline for the whole, so that who sends a byte now and then does not hold us up."""

from __future__ import annotations

from io import BufferedReader, RawIOBase
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from _typeshed import WriteableBuffer


class Hurried(RawIOBase):
    """The incoming bytes of a socket. Raises TimeoutError once the deadline is over, however little is awaited."""

    def __init__(self, connection: socket.socket, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._connection = connection
        # It keeps the socket open until it is closed itself, as the standard library's clients expect.
        self._incoming = connection.makefile("rb", buffering=0)
        self._now = now
        self._until = now()

    def give(self, seconds: float) -> None:
        """Begin anew: everything from here on has so many seconds."""
        self._until = self._now() + seconds
        self._connection.settimeout(seconds)

    def buffered(self) -> BufferedReader:
        """Return a reader of lines and blocks."""
        return BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        left = self._until - self._now()
        if left <= 0:
            raise TimeoutError("The other side took too long.")
        self._connection.settimeout(left)
        return self._incoming.readinto(buffer)

    def close(self) -> None:
        self._incoming.close()
        super().close()
