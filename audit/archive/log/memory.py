"""What the signer remembers, in a file beside its key: the last checkpoint it signed, and the edge of that tree."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from audit.archive.root import read_private
from audit.domain.errors import Unavailable
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import NotProven
from audit.evidence.note import Note
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Memory(msgspec.Struct, frozen=True):
    """The note as it was handed out, and the roots of the complete subtrees its tree consists of, in hex."""

    size: int
    root: str
    hashes: tuple[str, ...]
    note: str
    signed_at: datetime

    def frontier(self) -> Frontier:
        """Return the edge of the tree, to go on from."""
        return Frontier(self.size, [bytes.fromhex(one) for one in self.hashes])


def recall(path: Path) -> Memory | None:
    """Return what was remembered last, None where nothing ever was. Raises Unavailable for a damaged file."""
    if not path.exists():
        return None
    try:
        memory = msgspec.json.decode(read_private(path), type=Memory)
        frontier = memory.frontier()
        said = Checkpoint.parse(Note.parse(memory.note.encode()).text)
    except (msgspec.MsgspecError, ValueError, NotProven):
        raise Unavailable(f"{path} is damaged: restore it from its backup, for nothing is signed without it.") from None
    if (said.size, said.root.hex()) != (memory.size, memory.root) or frontier.root() != said.root:
        raise Unavailable(f"{path} contradicts itself: restore it from its backup, for nothing is signed without it.")
    return memory


def remember(path: Path, memory: Memory) -> None:
    """Write the memory whole or not at all; when this returns it is on the disk."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(memory)))


def write_whole(path: Path, content: bytes) -> None:
    """Replace a private file by another, durably. Raises Unavailable where that cannot be done."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written ({error.strerror}): make room or mend its permissions.") from error


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock that no other process and no other thread holds meanwhile; it ends with the process."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable(f"{path} cannot be opened ({error.strerror}): mend its permissions.") from error
    try:
        # A lock belongs to the opened file, and each caller opens its own: threads wait for one another as well.
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
