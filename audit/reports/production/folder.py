"""A new folder that appears whole or not at all, with every file in it counted and hashed as it is written."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedWriter

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """A file as it was written; ``path`` with slashes, from the folder down."""

    path: str
    size: int
    digest: str


class Written:
    """A file that is being written."""

    def __init__(self, file: BufferedWriter) -> None:
        self._file = file
        self._hash = sha256()
        self.size = 0

    def write(self, content: bytes) -> int:
        self._hash.update(content)
        self.size += len(content)
        return self._file.write(content)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class Folder:
    """Files in a folder that is not there yet. Names are made by us: none ever comes from the events."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.entries: dict[str, Entry] = {}
        self.of: dict[str, list[str]] = {}
        """The files that hold an item, by its number."""

    def write(self, path: str, content: bytes, *, number: str | None = None) -> Entry:
        """Write a file at once; ``number`` is that of the item it holds."""
        with self.open(path) as file:
            file.write(content)
        if number is not None:
            self.note(number, path)
        return self.entries[path]

    def note(self, number: str, path: str) -> None:
        """Remember that an item stands in a file."""
        known = self.of.setdefault(number, [])
        if path not in known:
            known.append(path)

    @contextmanager
    def open(self, path: str) -> Iterator[Written]:
        """Give a file to write to; it counts once it is closed."""
        target = self.place / self._checked(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                written = Written(file)
                yield written
        except OSError as error:
            raise Unavailable(f"{self.place} cannot be written to ({error.strerror}): make room there.") from error
        self.entries[path] = Entry(path, written.size, written.digest)

    def adopt(self, path: str) -> Entry:
        """Count a file that a library wrote there."""
        digest, size = sha256(), 0
        with (self.place / self._checked(path)).open("rb") as file:
            while some := file.read(1 << 20):
                digest.update(some)
                size += len(some)
        self.entries[path] = Entry(path, size, digest.hexdigest())
        return self.entries[path]

    def _checked(self, path: str) -> PurePosixPath:
        parts = path.split("/")
        assert all(_NAME.fullmatch(part) and not _RESERVED.fullmatch(part) for part in parts), "we name files ourselves"
        assert path not in self.entries, "a file is written once"
        return PurePosixPath(path)


@contextmanager
def new_folder(wanted: Path) -> Iterator[Folder]:
    """Give a folder beside the wanted one; it takes that name at the end, and is gone if anything goes wrong.

    Raises Refused where the wanted one exists, Unavailable where nothing can be written. Until then only its owner may
    look into it.
    """
    if os.path.lexists(wanted):
        raise Refused(f"{wanted} is there already: name a folder that is not.")
    unfinished = wanted.with_name(f".{wanted.name}.{os.getpid()}.unfinished")
    try:
        unfinished.mkdir(mode=0o700)
    except OSError as error:
        raise Unavailable(f"{wanted} cannot be made ({error.strerror}): choose another place.") from None
    try:
        yield Folder(unfinished)
        _take_name(unfinished, wanted)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _take_name(unfinished: Path, wanted: Path) -> None:
    try:
        # Making it fails if somebody else was faster; an empty folder may then be replaced by a full one.
        wanted.mkdir(mode=0o700)
        unfinished.replace(wanted)
    except OSError as error:
        raise Unavailable(f"{wanted} cannot be made ({error.strerror}): choose another place.") from None


def volume(place: int) -> str:
    """Return the subfolder for the item at a place: a thousand items each, for file systems that slow down."""
    return f"{place // 1_000 + 1:04}"


_EXTENSION: Final = re.compile(r"[A-Za-z0-9]{1,8}")
_BY_TYPE: Final = {
    "text/plain": "txt",
    "text/html": "html",
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/json": "json",
    "message/rfc822": "eml",
}


def extension(name: str | None, media_type: str | None) -> str:
    """Return an ending for a file: that of its own name where it is plain, else by its media type, else ``bin``."""
    _, dot, ending = (name or "").rpartition(".")
    if dot and _EXTENSION.fullmatch(ending):
        return ending.lower()
    return _BY_TYPE.get((media_type or "").partition(";")[0].strip().lower(), "bin")
