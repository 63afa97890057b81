"""Making a backup: events first and keys second, while the archive is in use and nothing is erased."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.archive.backup.event_copy import ARCHIVE_FILE, copy_file, copy_out, engine_of
from audit.archive.backup.exclusion import erasures_excluded
from audit.archive.backup.key_copy import copy_keys, key_file
from audit.archive.backup.manifest import (
    Manifest,
    derived,
    files_of,
    made_at,
    write_durably,
    write_manifest,
)
from audit.archive.erasure.register import ErasedRegister
from audit.archive.keyring import Keyring
from audit.archive.log.memory import alone
from audit.archive.log.signer import KEY_FILE, NEXT_KEY_FILE, SEAL_FILE, STATE_FILE
from audit.archive.originals import Folder, Originals
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.recorder import Recorder
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from audit.archive.backup.event_copy import Copied

KEYS_FILE: Final = "keys.db"
ORIGINALS: Final = "originals"
SEALED_SUFFIX: Final = ".sealed"
LOCK_FILE: Final = "log.lock"
_NONCE_LENGTH: Final = 12


@dataclass(frozen=True, kw_only=True)
class InUse:
    """The archive that is copied: what a house holds of it."""

    recorder: Recorder
    keyring: Keyring
    originals: Originals
    register: ErasedRegister
    folder: Path
    origin: str
    random: Callable[[int], bytes]


def make_backup(archive: InUse, into: Path, now: datetime) -> Manifest:
    """Copy the archive into an empty folder; return what was copied. Raises Refused where something lies there.

    The root key is not copied: with it, whoever has the backup could read it. The keys of the log and of its papers
    are sealed.
    """
    with erasures_excluded(archive.recorder, archive.folder):
        _make_place(into)
        # Without one, nobody could tell at a restore whether it was lost or nothing was ever erased.
        archive.register.add(())
        secret = archive.keyring.secret("delivery")
        # Before the events: what was signed is then always among them.
        _copy_log(archive, into, secret)
        copied = _copy_events(archive.recorder, into)
        keys = key_file(into / KEYS_FILE)
        try:
            copy_keys(archive.keyring.engine, keys)
        finally:
            keys.dispose()
        shelf = Folder(into / ORIGINALS)
        for name in archive.originals.shelf.names():
            shelf.put(name, archive.originals.shelf.get(name))
        _sync(into)
        manifest = Manifest(
            engine=engine_of(archive.recorder),
            origin=archive.origin,
            made_at=made_at(now),
            size=copied.size,
            erasures=copied.erasures,
            root=copied.root.hex(),
            checkpoint=copied.checkpoint,
            files=files_of(into),
        )
        write_manifest(into, manifest, secret)
    return manifest


def seal_file(content: bytes, name: str, secret: bytes, nonce: bytes) -> bytes:
    """Return a file sealed under a key that the archive's root guards."""
    return nonce + AESGCM(derived(secret, name.encode())).encrypt(nonce, content, name.encode())


def unseal_file(sealed: bytes, name: str, secret: bytes) -> bytes:
    """Return what ``seal_file`` sealed."""
    return AESGCM(derived(secret, name.encode())).decrypt(sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:], name.encode())


def _make_place(into: Path) -> None:
    try:
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(into.iterdir()):
            raise Refused(f"{into} is not empty: name a folder of its own for each backup.")
    except OSError as error:
        raise Unavailable(f"{into} cannot be used ({error.strerror}): choose another place.") from None


def _copy_log(archive: InUse, into: Path, secret: bytes) -> None:
    with alone(archive.folder / LOCK_FILE):
        for name in (KEY_FILE, NEXT_KEY_FILE, SEAL_FILE):
            if (archive.folder / name).exists():
                sealed = seal_file((archive.folder / name).read_bytes(), name, secret, archive.random(_NONCE_LENGTH))
                write_durably(into / f"{name}{SEALED_SUFFIX}", sealed)
        if (archive.folder / STATE_FILE).exists():
            write_durably(into / STATE_FILE, (archive.folder / STATE_FILE).read_bytes())


def _copy_events(recorder: Recorder, into: Path) -> Copied:
    if isinstance(recorder, PostgresRecorder):
        return copy_out(recorder, into)
    assert isinstance(recorder, SQLiteRecorder), "there are two engines"
    return copy_file(recorder.datastore.path, into / ARCHIVE_FILE)


def _sync(folder: Path) -> None:
    """Make every file of a folder durable, before the manifest says that they are there."""
    for path in (folder, *folder.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
