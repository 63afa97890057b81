"""A file that a path holds, and how much of one is believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from audit.domain.errors import Unreadable
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from pathlib import Path

BESIDE_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an archive of files may hold. Below ``ratio_from`` bytes a file may swell as it likes."""

    members: int = 65_000
    depth: int = 32
    expanded: int = 64 * 1024**3
    ratio: int = 200
    ratio_from: int = 64 * 1024**2


@dataclass(frozen=True, kw_only=True)
class Held:
    """A file that a path holds. ``refused`` is why it may not be opened; then nothing else of it counts.

    ``identity`` changes when the file does. ``place`` is where it lies, for telling that it was taken already as an
    attachment; ``beside`` gives the bytes and the place of a file near it.
    """

    name: str
    open: Callable[[], BinaryIO]
    beside: Callable[[str], tuple[bytes, str]]
    identity: Callable[[], object]
    place: str
    refused: str | None = None


def refused(name: str, reason: str) -> Held:
    return Held(name=name, open=_never, beside=_nothing, identity=lambda: None, place=name, refused=reason)


def identity_of(path: Path) -> object:
    """Return what changes when a file does; None when it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def whole(file: BinaryIO) -> bytes:
    """Return all bytes of a file beside. Raises ``NotTaken`` when they are too many to be an attachment."""
    content = file.read(BESIDE_MAX + 1)
    if len(content) > BESIDE_MAX:
        raise NotTaken(f"path is a file longer than {BESIDE_MAX} bytes")
    return content


def _never() -> BinaryIO:
    raise Unreadable("It was refused: do not open it.")


def _nothing(_: str) -> tuple[bytes, str]:
    raise NotTaken("path is no file beside this one")
