"""The root key in a file: what guards the keys that guard the keys, where no key management service does."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LENGTH = 32
_NONCE_LENGTH = 12


class FileRoot:
    """Wraps with AES-256-GCM (NIST SP 800-38D) under a key that lies in a file only its owner may read."""

    def __init__(self, path: Path, random: Callable[[int], bytes]) -> None:
        self._path = path
        self._random = random
        self._cipher: AESGCM | None = None

    def create(self) -> None:
        """Make the file. Raises Refused where one exists."""
        write_private(self._path, self._random(_LENGTH).hex() + "\n")

    def exists(self) -> bool:
        return self._path.exists()

    def wrap(self, key: bytes, purpose: str) -> bytes:
        nonce = self._random(_NONCE_LENGTH)
        return nonce + self._opened().encrypt(nonce, key, purpose.encode())

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """Return the key. Raises Unavailable when this root did not wrap it."""
        try:
            return self._opened().decrypt(wrapped[:_NONCE_LENGTH], wrapped[_NONCE_LENGTH:], purpose.encode())
        except InvalidTag:
            raise Unavailable(
                f"The root key in {self._path} does not open the key database: put the two that match in place."
            ) from None

    def _opened(self) -> AESGCM:
        if self._cipher is None:
            text = read_private(self._path)
            try:
                key = bytes.fromhex(text.strip())
            except ValueError:
                key = b""
            if len(key) != _LENGTH:
                raise Unavailable(f"{self._path} does not hold a root key: restore it from where it is kept.")
            self._cipher = AESGCM(key)
        return self._cipher


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner may read, whole and durably or not at all.

    Raises Refused where one exists.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never takes the place of a file that is there.
        path.hardlink_to(unfinished)
        _sync_folder(path.parent)
    except FileExistsError:
        raise Refused(f"{path} exists already: it may guard an archive, so it is not overwritten.") from None
    except OSError as error:
        raise Unavailable(f"{path} cannot be written ({error.strerror}): make room, or choose another place.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def read_private(path: Path) -> str:
    """Return what a private file holds. Raises Unavailable when it is missing, or open to others than its owner."""
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Unavailable(f"{path} may be read by others than its owner: run chmod 600 {path}.")
        # Bytes that are no text are no key either; the caller finds that out.
        return path.read_text(errors="replace")
    except OSError as error:
        raise Unavailable(f"{path} cannot be read ({error.strerror}): restore it from where it is kept.") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
