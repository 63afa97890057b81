"""The keys: one for each person, retention class and month, wrapped under epochs, in a database of their own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import create_engine, event, func, insert, inspect, make_url, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from audit.archive.faults import unavailable
from audit.archive.key_tables import archive_secrets, closed_keys, data_keys, epochs, metadata
from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from uuid import UUID

    from sqlalchemy import URL, Connection, Engine

_KEY_LENGTH = 32
_NONCE_LENGTH = 12
_IN_LIST = 500
_CACHED = 200_000


class Root(Protocol):
    """What guards the keys that guard the keys: a file, or a key management service."""

    def wrap(self, key: bytes, purpose: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes: ...


class KeyOf(NamedTuple):
    """Whose key: the owner's tie, the retention class, and the calendar month (``2026-03``) of the words."""

    owner: UUID
    retention: str
    month: str


class DataKey(NamedTuple):
    id: str
    key: bytes


class Keyring:
    """Gives keys out, makes them when they are absent, and remembers which ones are destroyed.

    A key is committed here before anything sealed under it is stored elsewhere.
    Raises Unavailable when the key database does not answer.
    """

    def __init__(self, url: str, root: Root, random: Callable[[int], bytes]) -> None:
        self._engine = create_engine(_with_driver(url), hide_parameters=True)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        self._root = root
        self._random = random
        self._epoch: tuple[int, AESGCM] | None = None
        self._openers: dict[int, AESGCM] = {}
        self._by_owner: dict[KeyOf, DataKey] = {}
        self._by_id: dict[str, bytes | None] = {}
        self._forgotten = 0

    def create(self, secrets: Mapping[str, bytes]) -> None:
        """Make the key database, its first epoch and the archive's secrets. Raises Refused where one exists."""
        with self.transaction() as db:
            if _has_secrets(db):
                raise Refused("There are keys here already: name another key database, or use the archive they open.")
            metadata.create_all(db)
            kek = self._random(_KEY_LENGTH)
            db.execute(insert(epochs).values(number=1, wrapped=self._root.wrap(kek, "epoch 1")))
            for name, secret in secrets.items():
                db.execute(insert(archive_secrets).values(name=name, wrapped=self._root.wrap(secret, f"secret {name}")))

    def exists(self) -> bool:
        with self.transaction() as db:
            return _has_secrets(db)

    def prepare(self) -> None:
        """Make the tables that an older version did not have."""
        with self.transaction() as db:
            metadata.create_all(db)

    def secret(self, name: str) -> bytes:
        """Return a secret made at ``create``."""
        with self.transaction() as db:
            wrapped = db.execute(select(archive_secrets.c.wrapped).where(archive_secrets.c.name == name)).scalar_one()
        return self._root.unwrap(wrapped, f"secret {name}")

    def keys_for(self, wanted: Iterable[KeyOf]) -> dict[KeyOf, DataKey]:
        """Return a living key for each, making and committing those that are absent."""
        asked = set(wanted)
        found = {one: key for one in asked if (key := self._by_owner.get(one))}
        missing = asked - found.keys()
        if missing:
            forgotten = self._forgotten
            try:
                made = self._loaded_or_made(missing)
            except _EpochRetired:
                self.forget_cached()
                made = self._loaded_or_made(missing)
            self._make_room(len(made))
            if forgotten == self._forgotten:
                # Else one of these may have been closed since it was read, and would be handed out for ever.
                self._by_owner.update(made)
            found |= made
        return found

    def open(self, key_ids: Iterable[str]) -> dict[str, bytes | None]:
        """Return each key by its id, None for one that is destroyed; an id that was never here is left out."""
        asked = set(key_ids)
        found = {one: self._by_id[one] for one in asked if one in self._by_id}
        missing = list(asked - found.keys())
        if missing:
            read: dict[str, bytes | None] = {}
            forgotten = self._forgotten
            with self.transaction() as db:
                for start in range(0, len(missing), _IN_LIST):
                    for row in db.execute(_openable.where(data_keys.c.id.in_(missing[start : start + _IN_LIST]))):
                        read[row.id] = self._unwrap(db, row)
            self._make_room(len(read))
            if forgotten == self._forgotten:
                self._by_id.update(read)
            found |= read
        return found

    def forget_cached(self) -> None:
        """Drop every key held in memory: something was erased since they were read."""
        self._forgotten += 1
        self._epoch = None
        self._openers.clear()
        self._by_owner.clear()
        self._by_id.clear()

    @property
    def engine(self) -> Engine:
        """The key database."""
        return self._engine

    def new_epoch_key(self, number: int) -> bytes:
        """Draw a key-encryption key and return it as the root wraps it."""
        return self._root.wrap(self._random(_KEY_LENGTH), f"epoch {number}")

    def wrapped_anew(self, db: Connection, row: Any) -> bytes:
        """Return a data key, given as its row, wrapped under the newest epoch."""
        key = self._unwrap(db, row)
        assert key is not None, "a living key has its wrapped form"
        return self._wrap(self._current_epoch(db)[1], row.id, key, _names(row))

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection in a transaction. Raises Unavailable when the key database does not answer."""
        try:
            with self._engine.begin() as db:
                yield db
        except SQLAlchemyError as error:
            raise unavailable("The key database", getattr(error, "orig", None) or error) from error

    def _make_room(self, coming: int) -> None:
        if len(self._by_owner) + coming > _CACHED:
            self._by_owner.clear()
        if len(self._by_id) + coming > _CACHED:
            self._by_id.clear()

    def _loaded_or_made(self, wanted: set[KeyOf]) -> dict[KeyOf, DataKey]:
        with self.transaction() as db:
            found = self._load(db, wanted)
            if absent := sorted(wanted - found.keys(), key=str):
                self._make(db, absent)
                found |= self._load(db, set(absent))
        return found

    def _load(self, db: Connection, wanted: set[KeyOf]) -> dict[KeyOf, DataKey]:
        columns = tuple_(data_keys.c.owner, data_keys.c.retention, data_keys.c.month)
        by_name = {(one.owner.hex, one.retention, one.month): one for one in wanted}
        names = list(by_name)
        found = {}
        for start in range(0, len(names), _IN_LIST):
            named = columns.in_(names[start : start + _IN_LIST])
            chosen = select(data_keys).where(named, data_keys.c.wrapped.is_not(None))
            for row in db.execute(chosen):
                key = self._unwrap(db, row)
                assert key is not None, "a living key has its wrapped form"
                found[by_name[row.owner, row.retention, row.month]] = DataKey(row.id, key)
        return found

    def _make(self, db: Connection, absent: list[KeyOf]) -> None:
        number, wrapper = self._current_epoch(db)
        rows = []
        for one in absent:
            drawn = self._random(16 + _KEY_LENGTH)
            key_id, key = drawn[:16].hex(), drawn[16:]
            names = {"owner": one.owner.hex, "retention": one.retention, "month": one.month}
            wrapped = self._wrap(wrapper, key_id, key, names)
            rows.append({"id": key_id, "epoch": number, "wrapped": wrapped, **names})
        dialect = sqlite if db.dialect.name == "sqlite" else postgresql
        # Another process may make the same key at the same moment: the first one stands, and both read it back.
        db.execute(dialect.insert(data_keys).on_conflict_do_nothing(), rows)
        # Looked at after the insert, and locked: whoever retires an epoch either sees these keys or is seen here.
        alive = select(epochs.c.wrapped).where(epochs.c.number == number).with_for_update(read=True)
        if db.execute(alive).scalar_one_or_none() is None:
            raise _EpochRetired

    def _wrap(self, wrapper: AESGCM, key_id: str, key: bytes, names: dict[str, str]) -> bytes:
        nonce = self._random(_NONCE_LENGTH)
        return nonce + wrapper.encrypt(nonce, key, _bound(key_id, **names))

    def _current_epoch(self, db: Connection) -> tuple[int, AESGCM]:
        if self._epoch is None:
            newest = select(epochs).where(epochs.c.wrapped.is_not(None)).order_by(epochs.c.number.desc()).limit(1)
            row = db.execute(newest).one()
            self._epoch = row.number, AESGCM(self._root.unwrap(row.wrapped, f"epoch {row.number}"))
        return self._epoch

    def _unwrap(self, db: Connection, row: Any) -> bytes | None:
        wrapped: bytes | None = row.wrapped
        if wrapped is None:
            return None
        key_id, opener = row.id, self._opener(db, row.epoch)
        if opener is None:
            return None
        try:
            return opener.decrypt(wrapped[:_NONCE_LENGTH], wrapped[_NONCE_LENGTH:], _bound(key_id, **_names(row)))
        except InvalidTag:
            raise Unavailable(f"Key {key_id} was altered in the key database; restore that from its backup.") from None

    def _opener(self, db: Connection, number: int) -> AESGCM | None:
        opener = self._openers.get(number)
        if opener is None:
            kek = db.execute(select(epochs.c.wrapped).where(epochs.c.number == number)).scalar_one_or_none()
            if kek is None:
                return None
            opener = self._openers[number] = AESGCM(self._root.unwrap(kek, f"epoch {number}"))
        return opener


class _EpochRetired(Exception):
    """Keys were about to be made under an epoch that another process has just retired."""


_openable = select(
    data_keys.c.id,
    data_keys.c.owner,
    data_keys.c.retention,
    data_keys.c.month,
    data_keys.c.epoch,
    func.coalesce(data_keys.c.wrapped, closed_keys.c.wrapped).label("wrapped"),
).outerjoin(closed_keys, closed_keys.c.id == data_keys.c.id)


def _with_driver(url: str) -> URL:
    """Return the URL with the driver we use, which a plain postgresql:// does not name."""
    parsed = make_url(url)
    return parsed if parsed.get_backend_name() == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def _names(row: Any) -> dict[str, str]:
    return {"owner": row.owner, "retention": row.retention, "month": row.month}


def _has_secrets(db: Connection) -> bool:
    """Say whether there is an archive's key database; bare tables are what a ``create`` left that was cut short."""
    if not inspect(db).has_table(archive_secrets.name):
        return False
    return db.execute(select(archive_secrets.c.name).limit(1)).first() is not None


def _bound(key_id: str, *, owner: str, retention: str, month: str) -> bytes:
    return f"{key_id}|{owner}|{retention}|{month}".encode()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
