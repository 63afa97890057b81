"""Streams that keep their promises: whatever goes wrong below is said in one way, and nothing swells without end."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, BinaryIO
from zipfile import BadZipFile

from audit.domain.errors import Unreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER = 256 * 1024


class Guarded(io.RawIOBase):
    """Reads a stream; every failure of it is ``Unreadable``, and so is more than ``most`` bytes."""

    def __init__(self, inner: BinaryIO, *, most: int | None = None) -> None:
        self._inner = inner
        self._most = most
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        try:
            piece = self._inner.read(len(target))
        except (OSError, EOFError, BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
            raise Unreadable(f"It is damaged or cut off and cannot be read to its end ({_why(error)}).") from None
        self._read += len(piece)
        if self._most is not None and self._read > self._most:
            raise Unreadable(f"It unpacks to more than {self._most} bytes, far more than such a file should.")
        target[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._inner.close()
        super().close()


def guarded(inner: BinaryIO, *, most: int | None = None) -> BinaryIO:
    """Return the stream with a buffer, guarded."""
    return io.BufferedReader(Guarded(inner, most=most), BUFFER)


def _why(error: Exception) -> str:
    """Return what went wrong without the file's name, which may name a person."""
    return (error.strerror or "no access") if isinstance(error, OSError) and error.errno else type(error).__name__
