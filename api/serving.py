"""The pages on a socket: whoever sends a request too slowly, or will not take its answer, is cut off."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.guards import SLOWEST_BYTES
from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from fastapi import FastAPI

_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""As ``SO_LINGER`` takes it: on, and for no time."""
_HOST: Final = "127.0.0.1"
_WAITING: Final = 2_048
"""So many may wait to be let in."""


class Connection(H11Protocol):
    """One visitor's connection. ``slow_seconds`` bounds how long it may keep us waiting.

    The head of a request is to come whole in that time; what still comes after the answer, at no less than a slow
    line's speed; and the answer is to be taken, so that what waits for it does not fill the memory. How the body comes
    is for the guards, who can say what is wrong. See CWE-400 and RFC 9110, section 15.5.9.
    """

    slow_seconds: float

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._waiting: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._late_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the class above
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        if self._writing is not None:
            self._writing.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if bool(self.cycle) and not self.cycle.response_complete:
            self._rest()
            return
        self._late_bytes += len(data)
        if self._waiting is None:
            self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._late_bytes = 0

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writing = self.loop.call_later(self.slow_seconds, self._drop)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _wait(self) -> None:
        self._late_bytes = 0
        self._waiting = self.loop.call_later(self.slow_seconds, self._cut_off)

    def _rest(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _drop(self) -> None:
        """End a connection whose answer is not taken, at once: else the system would keep what was not yet sent."""
        taken = self.transport.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _cut_off(self) -> None:
        """End the connection, unless it is quick with the rest of what was refused: so its visitor sees the refusal."""
        self._waiting = None
        if self._late_bytes > self.slow_seconds * SLOWEST_BYTES:
            self._wait()
        else:
            self.transport.abort()


def server_of(app: FastAPI, *, slow_seconds: float) -> uvicorn.Server:
    """Return a server of the application, to be run with listening sockets."""
    connection = type("PatientConnection", (Connection,), {"slow_seconds": slow_seconds})
    return uvicorn.Server(uvicorn.Config(app, http=connection, log_level="warning", server_header=False))


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Give a socket on this machine alone, where visitors may wait from now on. Raises Unavailable for a used port."""
    # Said to be TCP: only then what is accepted sends at once (TCP_NODELAY), and no answer waits 40 ms for its end.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((_HOST, port))
        except OSError as error:
            raise Unavailable(f"Port {port} cannot be used ({error.strerror}): choose another with --port.") from None
        taken.listen(_WAITING)
        yield taken
