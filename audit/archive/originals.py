"""Originals: what is too long for a row, sealed under its owner and kept by the digest of the sealed file."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.archive.sealing import NONCE_LENGTH, Altered, event_key
from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class OriginalMissing(Exception):
    """A file that an event names is not in the store of originals."""


class Shelf(Protocol):
    """A place for sealed files, named by the SHA-256 of their bytes in hex."""

    def put(self, name: str, sealed: bytes) -> None: ...

    def get(self, name: str) -> bytes: ...

    def remove(self, name: str) -> None: ...

    def names(self) -> Iterator[str]: ...


class Folder:
    """A shelf in a folder: two levels of two hex digits, each file written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, sealed: bytes) -> None:
        """Keep a sealed file, durably: it is on the disk before the event that names it is stored."""
        target = self._path(name)
        if target.exists():
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = target.with_name(f".{name}.{os.getpid()}")
            with unfinished.open("wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            raise Unavailable(f"An original could not be kept ({error.strerror}); make room or repair it.") from error

    def get(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise OriginalMissing(name) from None

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        for file in sorted(self._folder.glob("??/??/*")):
            if not file.name.startswith("."):
                yield file.name

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name[2:4] / name


class Originals:
    """Seals long values before they leave the house, and opens them again."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def keep(self, value: bytes, key: bytes, context: bytes, nonce: bytes) -> str:
        """Seal and store a value; return the SHA-256 of the sealed file in hex, its name."""
        sealed = nonce + AESGCM(event_key(key, b"original" + context)).encrypt(nonce, value, context)
        name = sha256(sealed).hexdigest()
        self.shelf.put(name, sealed)
        return name

    def open(self, name: str, key: bytes, context: bytes) -> bytes:
        """Return a value. Raises OriginalMissing when it is gone and Altered when its bytes were changed."""
        sealed = self.shelf.get(name)
        if sha256(sealed).hexdigest() != name:
            raise Altered(f"the original {name} was changed")
        try:
            return AESGCM(event_key(key, b"original" + context)).decrypt(
                sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], context
            )
        except InvalidTag:
            raise Altered(f"the original {name} does not belong to this event") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
