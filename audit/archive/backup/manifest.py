"""The manifest: what a backup holds, file by file, and what stood in the archive when it was made."""

from __future__ import annotations

import hmac
import os
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from audit.archive.log.memory import sync_folder
from audit.domain.errors import Unavailable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

FORM: Final = "onrecord-backup@v1"
MANIFEST_FILE: Final = "manifest.json"
MAC_FILE: Final = "manifest.mac"
_APART: Final = frozenset({MANIFEST_FILE, MAC_FILE})


class Kept(msgspec.Struct, frozen=True):
    """A file of the backup: its path with slashes, its SHA-256 in hex, its length."""

    name: str
    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was copied. ``root`` in hex is that over ``size`` events; ``checkpoint`` the newest note among them."""

    form: str = FORM
    engine: str
    origin: str
    made_at: str
    size: int
    erasures: int
    root: str
    checkpoint: str | None
    files: tuple[Kept, ...]


def files_of(folder: Path) -> tuple[Kept, ...]:
    """Return what lies in a folder, in the order of names, but for the manifest itself."""
    return tuple(Kept(name, *_measured(folder / name)) for name in sorted(_names(folder)) if name not in _APART)


def write_manifest(folder: Path, manifest: Manifest, secret: bytes) -> None:
    """Write the manifest, by which the backup is finished, and what only this archive's keys can say of it."""
    content = msgspec.json.format(msgspec.json.encode(manifest))
    write_durably(folder / MAC_FILE, (_mac(content, secret).hex() + "\n").encode())
    write_durably(folder / MANIFEST_FILE, content)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup. Raises Unreadable for what is none, or is of a newer form."""
    try:
        return _manifest((folder / MANIFEST_FILE).read_bytes())
    except FileNotFoundError:
        raise Unreadable(
            f"There is no finished backup in {folder}: name the folder that onrecord backup wrote."
        ) from None
    except OSError as error:
        raise Unreadable(f"{folder} cannot be read ({error.strerror}): mend that, or take another backup.") from None


def must_be_whole(folder: Path, manifest: Manifest) -> None:
    """Raise Unreadable, which names the file, where the folder does not hold exactly what the manifest says."""
    expected = {one.name: one for one in manifest.files}
    found = {name for name in _names(folder) if name not in _APART}
    for name in sorted(expected.keys() - found):
        raise Unreadable(f"{name} is missing from the backup: take another one.")
    for name in sorted(found - expected.keys()):
        raise Unreadable(f"{name} does not belong to the backup: take it out, or take another backup.")
    for name, one in expected.items():
        if (one.sha256, one.size) != _measured(folder / name):
            raise Unreadable(f"{name} in the backup is damaged: take another backup.")


def must_be_genuine(folder: Path, secret: bytes) -> None:
    """Raise Unreadable where somebody without this archive's keys wrote the manifest."""
    try:
        said = bytes.fromhex((folder / MAC_FILE).read_text().strip())
    except (OSError, ValueError):
        said = b""
    if not hmac.compare_digest(said, _mac((folder / MANIFEST_FILE).read_bytes(), secret)):
        raise Unreadable(f"{MANIFEST_FILE} in the backup was altered: take another backup.")


def derived(secret: bytes, purpose: bytes) -> bytes:
    """Return a key of its own for one purpose (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"onrecord backup " + purpose).derive(secret)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; when this returns it is on the disk."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written ({error.strerror}): make room, or choose another place.") from None


def made_at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _manifest(content: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
        bytes.fromhex(manifest.root)
    except (msgspec.MsgspecError, ValueError):
        raise Unreadable(f"{MANIFEST_FILE} in the backup is damaged: take another backup.") from None
    if manifest.form != FORM:
        raise Unreadable("This backup was made by a newer On Record: update first.")
    return manifest


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        # A link could lead out of the backup: it is named like a file, and found not to be what was written.
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _measured(path: Path) -> tuple[str, int]:
    if path.is_symlink():
        return "", 0
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest(), file.seek(0, os.SEEK_END)


def _mac(content: bytes, secret: bytes) -> bytes:
    return hmac.digest(derived(secret, b"manifest"), content, sha256)
