"""Connections lent to one thread at a time and kept for the next, on either engine."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from eventsourcing.persistence import InterfaceError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Closable(Protocol):
    def close(self) -> None: ...


Connection = TypeVar("Connection", bound=Closable)


class Lender(Generic[Connection]):
    """Lends connections, at most so many at once.

    The library's pools are not used: SQLite's keeps its writer lock for ever when connecting fails once, and
    PostgreSQL's connects in threads of its own, so that the driver's words about a server that is down get lost.
    """

    def __init__(self, connect: Callable[[], Connection], *, at_most: int, wait_seconds: float) -> None:
        self._connect = connect
        self._at_most = at_most
        self._wait_seconds = wait_seconds
        self._places = Semaphore(at_most)
        self._idle: list[Connection] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def lend(self, is_clean: Callable[[Connection], bool]) -> Iterator[Connection]:
        """Give a connection, and keep it afterwards if it is clean; whatever connecting raises goes through."""
        if not self._places.acquire(timeout=self._wait_seconds):
            raise OperationalError(f"All {self._at_most} database connections are busy: try again.")
        try:
            connection = self._taken() or self._connect()
            try:
                yield connection
            finally:
                self._return(connection, clean=is_clean(connection))
        finally:
            self._places.release()

    def forget(self) -> None:
        """Close the connections nobody uses, so that the next ones are fresh."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def close(self) -> None:
        """Lend nothing any more; connections in use are closed when they come back."""
        self._closed = True
        self.forget()

    def _taken(self) -> Connection | None:
        with self._lock:
            if self._closed:
                raise InterfaceError("The archive is closed: open it again.")
            return self._idle.pop() if self._idle else None

    def _return(self, connection: Connection, *, clean: bool) -> None:
        with self._lock:
            if clean and not self._closed:
                self._idle.append(connection)
                return
        connection.close()
