"""Restoring a backup into an empty place: checked, brought up to what was erased since, and only then an archive."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from psycopg.sql import SQL, Identifier
from sqlalchemy import create_engine, make_url

from audit.archive.backup.continuing import go_on, must_hold_all_signed, new_log_key
from audit.archive.backup.event_copy import ARCHIVE_FILE, POSTGRESQL, SQLITE, copy_in
from audit.archive.backup.key_copy import copy_keys
from audit.archive.backup.making import KEYS_FILE, ORIGINALS, SEALED_SUFFIX, unseal_file
from audit.archive.backup.manifest import Manifest, must_be_genuine, must_be_whole, read_manifest, write_durably
from audit.archive.backup.replay import Gone, Restored, must_know_all, replay
from audit.archive.checking import check
from audit.archive.erasure.keys import KeyCare
from audit.archive.erasure.register import ErasedRegister
from audit.archive.faults import database_faults
from audit.archive.guarding import make_triggers
from audit.archive.keyring import Keyring
from audit.archive.log.authority import authority
from audit.archive.log.log import Log
from audit.archive.log.memory import sync_folder
from audit.archive.log.signer import KEY_FILE, NEXT_KEY_FILE, SEAL_FILE, STATE_FILE
from audit.archive.mapper import Mapper
from audit.archive.originals import Folder, Originals
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.postgres_connections import PostgresServer
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.archive.root import FileRoot
from audit.archive.stored import FORMAT
from audit.archive.upcasts import UPCASTS
from audit.domain.catalogue import EVENTS
from audit.domain.errors import NotFound, Refused, Unavailable, Unreadable
from audit.domain.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Cursor
    from psycopg.rows import DictRow

STAGE: Final = ".restoring"
_MAY_LIE_THERE: Final = frozenset({"root.key", "erased.register", STAGE})
# In this order they are moved into place: the last one makes it an archive.
_MOVED: Final = (ORIGINALS, KEYS_FILE, NEXT_KEY_FILE, KEY_FILE, SEAL_FILE, STATE_FILE, ARCHIVE_FILE)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an archive is to be: like the settings of one. ``register`` holds the ids of destroyed keys."""

    folder: Path
    database_url: str | None
    schema: str
    keys_url: str
    root_key: Path
    register: Path
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    @property
    def stage(self) -> Path:
        return self.folder / STAGE

    @property
    def stage_schema(self) -> str:
        return f"{self.schema}_restoring"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was restored: so many events, under which log.

    ``forgotten`` keys had come back with the backup, and ``emptied`` events whose words went while their key lives on.
    """

    size: int
    origin: str
    root: str
    log_key: str
    forgotten: int
    emptied: int


def restore(
    backup: Path,
    place: Place,
    *,
    checkpoints: tuple[tuple[str, bytes], ...] = (),
    origin: str | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Make an archive of a backup. Cut short, nothing is there that serves, and it can be called again.

    Raises Refused where the place is not empty or the log could not go on, Unreadable for a damaged backup, which
    names the file, and NotFound without a register.
    """
    manifest = read_manifest(backup)
    _must_fit(manifest, place, origin)
    register = _register(place)
    with _empty_place(place):
        must_be_whole(backup, manifest)
        _copy(backup, place)
        keyring = Keyring(f"sqlite:///{place.stage / KEYS_FILE}", FileRoot(place.root_key, place.random), place.random)
        with closing(keyring):
            secret = keyring.secret("delivery")
            must_be_genuine(backup, secret)
            _unseal_keys(backup, place.stage, secret)
            with closing(_recorder(backup, place, manifest)) as recorder:
                restored = _restored(place, recorder, keyring)
                _must_be_what_was_copied(restored, manifest, on_progress)
                must_know_all(restored, register)
                outcome = _finished(restored, place, manifest, (checkpoints, origin), register)
                with database_faults():
                    recorder.scrub()
            KeyCare(keyring).scrub()
        _move(place)
    return outcome


def _finished(
    restored: Restored,
    place: Place,
    manifest: Manifest,
    wished: tuple[tuple[tuple[str, bytes], ...], str | None],
    register: Gone,
) -> Outcome:
    checkpoints, origin = wished
    log = Log(restored.recorder, place.stage, origin=manifest.origin, clock=place.clock)
    if origin is None:
        must_hold_all_signed(log, manifest, checkpoints)
        key = str(log.key_history().keys[0][0])
    else:
        made = new_log_key(origin)
        # It is certified by the key of the log before: the archive makes another with its next paper.
        (place.stage / SEAL_FILE).unlink(missing_ok=True)
        go_on(restored, manifest, made, place.stage)
        key = str(made.verifier)
    again = replay(restored, register)
    return Outcome(
        size=restored.recorder.head().size,
        origin=origin or manifest.origin,
        root=manifest.root,
        log_key=key,
        forgotten=again.keys,
        emptied=again.emptied,
    )


# -- the place --


def _must_fit(manifest: Manifest, place: Place, origin: str | None) -> None:
    engine = POSTGRESQL if place.database_url else SQLITE
    if manifest.engine != engine:
        needed = "a PostgreSQL database with --database-url" if manifest.engine == POSTGRESQL else "a folder alone"
        raise Refused(f"This backup is of an archive in {manifest.engine}: restore it into {needed}.")
    if origin == manifest.origin:
        raise Refused(f"{origin} is the name of the log before: give it a new one.")


def _register(place: Place) -> Gone:
    if not place.register.exists():
        raise NotFound(
            f"There is no register of erased keys at {place.register}: set ONRECORD_ERASED_REGISTER to the newest "
            "there is, for without it people who were forgotten would come back."
        )
    register = ErasedRegister(place.register)
    return Gone(frozenset(register.read()), frozenset(register.emptied()))


@contextmanager
def _empty_place(place: Place) -> Iterator[None]:
    """Make a stage in the empty place, and clear it away whatever happens. Raises Refused where it is not empty."""
    _must_be_empty(place)
    try:
        # What an earlier restore had moved when it was cut short is its own, for it had found the place empty.
        _clear(place)
        place.stage.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise Unavailable(f"{place.folder} cannot be used ({error.strerror}): choose another place.") from None
    try:
        yield
    except BaseException:
        _clear(place)
        raise
    shutil.rmtree(place.stage)


def _must_be_empty(place: Place) -> None:
    found = {path.name for path in place.folder.iterdir()} if place.folder.is_dir() else set()
    allowed = {*_MAY_LIE_THERE, *(_MOVED if STAGE in found and ARCHIVE_FILE not in found else ())}
    if ARCHIVE_FILE in found or found - allowed:
        raise Refused(f"{place.folder} is not empty: restore into a place of its own.")
    target = _target(place, KEYS_FILE)
    if target is not None and target.parent != place.folder and target.exists():
        raise Refused(f"There are keys in {target} already: name another file in ONRECORD_KEYS_URL.")
    if place.database_url:
        with _administering(place) as cursor:
            names = [place.schema, f"{place.schema}_views"]
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", (names,))
            for row in cursor.fetchall():
                raise Refused(f"There is a schema {row['nspname']} in that database already: set ONRECORD_SCHEMA.")


@contextmanager
def _administering(place: Place) -> Iterator[Cursor[DictRow]]:
    assert place.database_url is not None, "the archive is in a database"
    with closing(PostgresServer(place.database_url, schema=place.stage_schema)) as server:  # noqa: SIM117 - faults of the closing, too
        with database_faults(), server.transaction(commit=True) as cursor:
            yield cursor


def _clear(place: Place) -> None:
    if not (place.folder / ARCHIVE_FILE).exists():
        for name in _MOVED:
            path = place.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    shutil.rmtree(place.stage, ignore_errors=True)
    if place.database_url:
        with _administering(place) as cursor:
            cursor.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(place.stage_schema)))


# -- the stage --


def _copy(backup: Path, place: Place) -> None:
    names = [name for name in (KEYS_FILE, ARCHIVE_FILE, STATE_FILE) if (backup / name).exists()]
    for name in names:
        shutil.copyfile(backup / name, place.stage / name)
        (place.stage / name).chmod(0o600)
    (place.stage / ORIGINALS).mkdir(mode=0o700)
    shelf = Folder(place.stage / ORIGINALS)
    kept = Folder(backup / ORIGINALS)
    for name in kept.names():
        shelf.put(name, kept.get(name))


def _unseal_keys(backup: Path, stage: Path, secret: bytes) -> None:
    for name in (KEY_FILE, NEXT_KEY_FILE, SEAL_FILE):
        sealed = backup / f"{name}{SEALED_SUFFIX}"
        if sealed.exists():
            try:
                write_durably(stage / name, unseal_file(sealed.read_bytes(), name, secret))
            except InvalidTag:
                raise Unreadable(f"{sealed.name} in the backup was altered: take another backup.") from None


def _recorder(backup: Path, place: Place, manifest: Manifest) -> SQLiteRecorder | PostgresRecorder:
    if place.database_url is None:
        embedded = SQLiteRecorder.at(place.stage / ARCHIVE_FILE)
        with database_faults():
            make_triggers(embedded)
        return embedded
    recorder = PostgresRecorder.at(place.database_url, schema=place.stage_schema)
    try:
        copy_in(recorder, backup, size=manifest.size, erasures=manifest.erasures)
    except BaseException:
        recorder.close()
        raise
    return recorder


def _restored(place: Place, recorder: SQLiteRecorder | PostgresRecorder, keyring: Keyring) -> Restored:
    keyring.prepare()
    originals = Originals(Folder(place.stage / ORIGINALS))
    return Restored(
        recorder=recorder,
        keyring=keyring,
        mapper=Mapper(keyring.secret("archive"), originals, place.random, events=EVENTS, upcasts=UPCASTS),
        originals=originals,
        names=Names(UUID(bytes=keyring.secret("namespace"))),
        clock=place.clock,
        random=place.random,
    )


def _must_be_what_was_copied(restored: Restored, manifest: Manifest, on_progress: Callable[[int], None]) -> None:
    """Recompute every leaf and the root, and look for every original."""
    with database_faults():
        facts = restored.recorder.facts()
    if not facts.get("format", "").isdecimal() or int(facts["format"]) > FORMAT:
        raise Refused("This backup holds an archive of a newer On Record: update first.")
    if facts.get("archive") != restored.keyring.secret("archive").hex():
        raise Unreadable("The events and the keys in this backup are not of one archive: take another backup.")
    allowed, kept = authority(restored.recorder).positions, dict[int, list[str]]()
    checked = check(restored.recorder, may_be_missing=allowed, on_progress=on_progress, originals=kept)
    if checked.findings:
        first = checked.findings[0]
        raise Unreadable(f"The events in this backup are not whole (event {first.position}: {first.what})")
    if (checked.size, checked.root.hex()) != (manifest.size, manifest.root):
        raise Unreadable("The events in this backup are not those the manifest names: take another backup.")
    there = set(restored.originals.shelf.names())
    named = {name for names in kept.values() for name in names}
    missing = {name for position, names in kept.items() if position not in allowed for name in names} - there
    if missing:
        raise Unreadable(f"The original {min(missing)} is missing from the backup: take another backup.")
    for name in there - named:
        restored.originals.shelf.remove(name)


def _move(place: Place) -> None:
    """Put everything into its place; the last step makes it an archive, and is done whole or not at all."""
    if _target(place, KEYS_FILE) is None:
        _send_keys(place)
        (place.stage / KEYS_FILE).unlink()
    for name in _MOVED:
        target = _target(place, name)
        if target is not None and (place.stage / name).exists():
            shutil.move(place.stage / name, target)
            sync_folder(target.parent)
    if place.database_url:
        with _administering(place) as cursor:
            names = (Identifier(place.stage_schema), Identifier(place.schema))
            cursor.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(*names))


def _target(place: Place, name: str) -> Path | None:
    """Return where a file goes; None for keys that go into a database."""
    if name != KEYS_FILE:
        return place.folder / name
    url = make_url(place.keys_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _send_keys(place: Place) -> None:
    staged = create_engine(f"sqlite:///{place.stage / KEYS_FILE}", hide_parameters=True)
    target = create_engine(make_url(place.keys_url).set(drivername="postgresql+psycopg"), hide_parameters=True)
    try:
        copy_keys(staged, target)
    finally:
        staged.dispose()
        target.dispose()
