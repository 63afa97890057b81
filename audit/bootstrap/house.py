"""The house: every outside thing is taken in here, and one object given out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from audit.archive.archive import Archive, Parts
from audit.archive.erasure.taken import Taken
from audit.archive.faults import database_faults
from audit.archive.group_commit import GroupCommit
from audit.archive.keyring import Keyring, Root
from audit.archive.kms_root import KmsRoot
from audit.archive.log.log import Log
from audit.archive.log.signer import KEY_FILE, read_key, write_key
from audit.archive.mapper import Mapper
from audit.archive.originals import Folder, Originals
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.recorder import Recorder
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.archive.root import FileRoot
from audit.archive.stored import FORMAT
from audit.archive.upcasts import UPCASTS
from audit.archive.witness.time_stamper import Authority
from audit.archive.witness.witnessed_log import WitnessedLog
from audit.archive.witness.witnesses import Witnesses
from audit.bootstrap.erasing import finish_erasures
from audit.bootstrap.register import PROJECTIONS
from audit.bootstrap.settings import Settings
from audit.domain import directory
from audit.domain.actor import Actor
from audit.domain.catalogue import EVENTS
from audit.domain.errors import AuditError, NotFound, Refused, Unavailable, WrongUse
from audit.domain.names import Names
from audit.evidence.errors import NotProven
from audit.evidence.keys import SigningKey
from audit.projections.engine import postgresql_engine, sqlite_engine
from audit.projections.faults import view_faults
from audit.projections.follow import Follower
from audit.projections.views import Views

ARCHIVE_FILE = "archive.db"
VIEWS_FILE = "views.db"
_SECRETS = {"archive": 16, "namespace": 16, "delivery": 32}


@dataclass(frozen=True, kw_only=True)
class World:
    """What the house takes from outside and tests bring along: the time, and randomness."""

    clock: Callable[[], datetime]
    random: Callable[[int], bytes]


REAL_WORLD = World(clock=partial(datetime.now, UTC), random=os.urandom)


@dataclass(frozen=True, kw_only=True)
class House:
    """An open archive and all that stands around it."""

    settings: Settings
    archive: Archive
    parts: Parts
    recorder: Recorder
    log: Log
    keyring: Keyring
    originals: Originals
    origin: str
    delivery_secret: bytes
    views: Views
    follower: Follower
    world: World

    def today(self) -> date:
        """Return the day it is in the zone of the settings."""
        return self.world.clock().astimezone(self.settings.zone).date()

    def close(self) -> None:
        self.views.close()
        self.archive.close()


def create(settings: Settings, *, origin: str, operator: str, world: World = REAL_WORLD) -> str:
    """Make an archive, its keys, its log identity and its first operator; return the log's vkey.

    Raises Refused where an archive exists. What an earlier ``create`` made before it was cut short is used: an archive
    is finished once its format is recorded.
    """
    key = _new_log_key(origin)
    _make_folder(settings.folder)
    recorder = _recorder(settings)
    try:
        begun = _is_begun(recorder, _place(settings))
        archive_id = _create_keys(settings, world)
        log_key = _create_log_key(settings, key)
        with database_faults():
            if not begun:
                recorder.create()
            for name, value in (("origin", log_key.name), ("archive", archive_id)):
                recorder.record_fact(name, value)
            facts = recorder.facts()
    except BaseException:
        recorder.close()
        raise
    with closing(_open(settings, world, recorder, facts)) as house:
        by, register = Actor(login=operator, role="operator"), partial(directory.register, login=operator)
        with suppress(directory.UserKnownAlready):
            house.archive.decide(("staff", operator), directory.evolve, partial(register, role="operator"), by)
        with database_faults():
            recorder.record_fact("format", str(FORMAT))
    return str(log_key.verifier)


def build(settings: Settings, *, world: World = REAL_WORLD) -> House:
    """Open an archive. Raises NotFound where there is none, Refused where it is newer than this code."""
    if settings.database_url is None and not (settings.folder / ARCHIVE_FILE).exists():
        raise NotFound(f"There is no archive in {settings.folder}: make one with onrecord init, or name another place.")
    recorder = _recorder(settings)
    with database_faults():
        if not recorder.exists():
            recorder.close()
            raise NotFound(f"There is no archive in {_place(settings)}: make one with onrecord init.")
        facts = recorder.facts()
    try:
        _must_be_readable(facts, _place(settings))
        if int(facts["format"]) < FORMAT:
            # From here on it may hold what older code cannot read, which is told so in one sentence.
            with database_faults():
                recorder.record_fact("format", str(FORMAT))
    except AuditError:
        recorder.close()
        raise
    return _open(settings, world, recorder, facts)


def _open(settings: Settings, world: World, recorder: Recorder, facts: Mapping[str, str]) -> House:
    try:
        keyring = _open_keys(settings, world, facts["archive"])
    except AuditError:
        recorder.close()
        raise
    originals = Originals(Folder(settings.folder / "originals"))
    mapper = Mapper(
        bytes.fromhex(facts["archive"]), originals, world.random, events=EVENTS, upcasts=UPCASTS, taken=Taken(recorder)
    )
    parts = Parts(
        recorder=recorder,
        writer=GroupCommit(recorder),
        keyring=keyring,
        mapper=mapper,
        names=Names(UUID(bytes=keyring.secret("namespace"))),
        clock=world.clock,
        random=world.random,
        retention_of=settings.retention_of,
    )
    archive = Archive(parts)
    try:
        log = _log(settings, world, recorder, facts["origin"])
        views = _views(settings)
    except AuditError:
        archive.close()
        raise
    house = House(
        settings=settings,
        archive=archive,
        parts=parts,
        views=views,
        follower=Follower(archive, views),
        recorder=recorder,
        log=log,
        keyring=keyring,
        originals=originals,
        origin=facts["origin"],
        delivery_secret=keyring.secret("delivery"),
        world=world,
    )
    try:
        finish_erasures(house)
    except AuditError:
        house.close()
        raise
    return house


def read_log_key(settings: Settings) -> SigningKey:
    """Return the key that signs this archive's checkpoints."""
    return read_key(_log_key_file(settings))


def _new_log_key(origin: str) -> SigningKey:
    try:
        return SigningKey.generate(origin)
    except NotProven:
        raise WrongUse(
            f"{origin!r} cannot name a log: write a name like example.com/archive, without spaces."
        ) from None


def _is_begun(recorder: Recorder, place: str) -> bool:
    """Say whether an earlier ``create`` was cut short here. Raises Refused where it was not."""
    with database_faults():
        begun = recorder.exists()
        if begun and "format" in recorder.facts():
            raise Refused(f"There is an archive in {place} already: use it, or name another place.")
    return begun


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(f"The folder {folder} cannot be made ({error.strerror}): choose another place.") from None


def _create_log_key(settings: Settings, key: SigningKey) -> SigningKey:
    """Keep the key where there is none yet, and return the one that is kept."""
    if not _log_key_file(settings).exists():
        write_key(_log_key_file(settings), key)
    kept = read_log_key(settings)
    if kept.name != key.name:
        raise Refused(
            f"The log key in {settings.folder} is that of {kept.name}: name that origin, or take another folder."
        )
    return kept


def _create_keys(settings: Settings, world: World) -> str:
    """Make the root and the key database where they are absent; return the archive's id in hex."""
    root = _root(settings, world)
    if isinstance(root, FileRoot) and not root.exists():
        root.create()
    keyring = Keyring(settings.keys_url, root, world.random)
    try:
        if not keyring.exists():
            keyring.create({name: world.random(length) for name, length in _SECRETS.items()})
        return keyring.secret("archive").hex()
    finally:
        keyring.close()


def _root(settings: Settings, world: World) -> Root:
    if settings.kms_key is not None:
        return KmsRoot.at(settings.kms_key)
    return FileRoot(settings.root_key, world.random)


def _open_keys(settings: Settings, world: World, archive_id: str) -> Keyring:
    path = settings.keys_url.removeprefix("sqlite:///")
    missing = Unavailable(
        f"The key database {settings.keys_url.rpartition('@')[2]} is missing: restore it from its backup, "
        "or set ONRECORD_KEYS_URL to where it is; without it nothing can be read."
    )
    if path != settings.keys_url and not Path(path).exists():
        raise missing
    keyring = Keyring(settings.keys_url, _root(settings, world), world.random)
    try:
        if not keyring.exists():
            raise missing
        keyring.prepare()
        if keyring.secret("archive").hex() != archive_id:
            raise Unavailable("The key database belongs to another archive: set ONRECORD_KEYS_URL to this one's.")
    except AuditError:
        keyring.close()
        raise
    return keyring


def _must_be_readable(facts: Mapping[str, str], place: str) -> None:
    written = facts.get("format", "")
    if not written.isdecimal() or not facts.keys() >= {"origin", "archive"}:
        raise Unavailable(
            f"The archive in {place} was never finished, or was damaged: run onrecord init again, or restore it."
        )
    if int(written) > FORMAT:
        raise Refused(
            f"This archive was written by a newer On Record (format {written}, this one reads {FORMAT}): update first."
        )


def _recorder(settings: Settings) -> Recorder:
    if settings.database_url is None:
        return SQLiteRecorder.at(settings.folder / ARCHIVE_FILE)
    return PostgresRecorder.at(settings.database_url, schema=settings.schema, eraser_url=settings.eraser_url)


def _log(settings: Settings, world: World, recorder: Recorder, origin: str) -> Log:
    wished = settings.time_stamping
    authority = Authority(wished, clock=world.clock) if wished and wished.url else None
    log = Log if settings.witnesses is None else partial(WitnessedLog, witnesses=Witnesses(settings.witnesses))
    return log(recorder, settings.folder, origin=origin, clock=world.clock, time_stamper=authority)


def _views(settings: Settings) -> Views:
    with view_faults():
        if settings.database_url is None:
            engine = sqlite_engine(settings.folder / VIEWS_FILE)
        else:
            engine = postgresql_engine(settings.database_url, settings.schema)
        return Views(engine, PROJECTIONS)


def _place(settings: Settings) -> str:
    if settings.database_url is None:
        return str(settings.folder)
    return f"schema {settings.schema} of {settings.database_url.rpartition('@')[2]}"


def _log_key_file(settings: Settings) -> Path:
    return settings.folder / KEY_FILE
