"""The keys: one for each person, retention class and month, wrapped under epochs, in a database of their own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    URL,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from uuid import UUID

    from sqlalchemy import Connection

_KEY_LENGTH = 32
_NONCE_LENGTH = 12
_IN_LIST = 500
_CACHED = 200_000

_metadata = MetaData()
_secrets = Table(
    "secrets",
    _metadata,
    Column("name", String(40), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
_epochs = Table(
    "epochs",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("wrapped", LargeBinary),
)
_keys = Table(
    "data_keys",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("retention", String(40), nullable=False),
    Column("month", String(7), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("wrapped", LargeBinary),
)
# One living key for each owner, class and month; a destroyed one (wrapped is null) keeps its id for ever.
Index(
    "living_keys",
    _keys.c.owner,
    _keys.c.retention,
    _keys.c.month,
    unique=True,
    sqlite_where=_keys.c.wrapped.is_not(None),
    postgresql_where=_keys.c.wrapped.is_not(None),
)


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

    def create(self, secrets: Mapping[str, bytes]) -> None:
        """Make the key database, its first epoch and the archive's secrets. Raises Refused where one exists."""
        with self._begin() as db:
            if inspect(db).has_table(_secrets.name):
                raise Refused("There are keys here already: name another key database, or use the archive they open.")
            _metadata.create_all(db)
            kek = self._random(_KEY_LENGTH)
            db.execute(insert(_epochs).values(number=1, wrapped=self._root.wrap(kek, "epoch 1")))
            for name, secret in secrets.items():
                db.execute(insert(_secrets).values(name=name, wrapped=self._root.wrap(secret, f"secret {name}")))

    def exists(self) -> bool:
        with self._begin() as db:
            return inspect(db).has_table(_secrets.name)

    def secret(self, name: str) -> bytes:
        """Return a secret made at ``create``."""
        with self._begin() as db:
            wrapped = db.execute(select(_secrets.c.wrapped).where(_secrets.c.name == name)).scalar_one()
        return self._root.unwrap(wrapped, f"secret {name}")

    def keys_for(self, wanted: Iterable[KeyOf]) -> dict[KeyOf, DataKey]:
        """Return a living key for each, making and committing those that are absent."""
        asked = set(wanted)
        found = {one: key for one in asked if (key := self._by_owner.get(one))}
        missing = asked - found.keys()
        if missing:
            with self._begin() as db:
                made = self._load(db, missing)
                if absent := sorted(missing - made.keys(), key=str):
                    self._make(db, absent)
                    made |= self._load(db, set(absent))
            self._make_room(len(made))
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
            with self._begin() as db:
                for start in range(0, len(missing), _IN_LIST):
                    chosen = select(_keys).where(_keys.c.id.in_(missing[start : start + _IN_LIST]))
                    for row in db.execute(chosen):
                        read[row.id] = self._unwrap(db, row)
            self._make_room(len(read))
            self._by_id.update(read)
            found |= read
        return found

    def forget_cached(self) -> None:
        """Drop every key held in memory: something was erased since they were read."""
        self._by_owner.clear()
        self._by_id.clear()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as db:
                yield db
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise Unavailable(f"The key database does not answer ({reason}); start it, or restore it.") from error

    def _make_room(self, coming: int) -> None:
        if len(self._by_owner) + coming > _CACHED:
            self._by_owner.clear()
        if len(self._by_id) + coming > _CACHED:
            self._by_id.clear()

    def _load(self, db: Connection, wanted: set[KeyOf]) -> dict[KeyOf, DataKey]:
        columns = tuple_(_keys.c.owner, _keys.c.retention, _keys.c.month)
        by_name = {(one.owner.hex, one.retention, one.month): one for one in wanted}
        names = list(by_name)
        found = {}
        for start in range(0, len(names), _IN_LIST):
            chosen = select(_keys).where(columns.in_(names[start : start + _IN_LIST]), _keys.c.wrapped.is_not(None))
            for row in db.execute(chosen):
                key = self._unwrap(db, row)
                assert key is not None, "a living key has its wrapped form"
                found[by_name[row.owner, row.retention, row.month]] = DataKey(row.id, key)
        return found

    def _make(self, db: Connection, absent: list[KeyOf]) -> None:
        number, wrapper = self._current_epoch(db)
        rows = []
        for one in absent:
            drawn = self._random(16 + _KEY_LENGTH + _NONCE_LENGTH)
            key_id, key, nonce = drawn[:16].hex(), drawn[16:-_NONCE_LENGTH], drawn[-_NONCE_LENGTH:]
            names = {"owner": one.owner.hex, "retention": one.retention, "month": one.month}
            wrapped = nonce + wrapper.encrypt(nonce, key, _bound(key_id, **names))
            rows.append({"id": key_id, "epoch": number, "wrapped": wrapped, **names})
        dialect = sqlite if db.dialect.name == "sqlite" else postgresql
        # Another process may make the same key at the same moment: the first one stands, and both read it back.
        db.execute(dialect.insert(_keys).on_conflict_do_nothing(), rows)

    def _current_epoch(self, db: Connection) -> tuple[int, AESGCM]:
        if self._epoch is None:
            newest = select(_epochs).where(_epochs.c.wrapped.is_not(None)).order_by(_epochs.c.number.desc()).limit(1)
            row = db.execute(newest).one()
            self._epoch = row.number, AESGCM(self._root.unwrap(row.wrapped, f"epoch {row.number}"))
        return self._epoch

    def _unwrap(self, db: Connection, row: Any) -> bytes | None:
        wrapped: bytes | None = row.wrapped
        if wrapped is None:
            return None
        number, key_id = row.epoch, row.id
        names = {"owner": row.owner, "retention": row.retention, "month": row.month}
        if number not in self._openers:
            kek = db.execute(select(_epochs.c.wrapped).where(_epochs.c.number == number)).scalar_one_or_none()
            if kek is None:
                return None
            self._openers[number] = AESGCM(self._root.unwrap(kek, f"epoch {number}"))
        try:
            return self._openers[number].decrypt(
                wrapped[:_NONCE_LENGTH], wrapped[_NONCE_LENGTH:], _bound(key_id, **names)
            )
        except InvalidTag:
            raise Unavailable(f"Key {key_id} was altered in the key database; restore that from its backup.") from None


def _with_driver(url: str) -> URL:
    """Return the URL with the driver we use, which a plain postgresql:// does not name."""
    parsed = make_url(url)
    return parsed if parsed.get_backend_name() == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def _bound(key_id: str, *, owner: str, retention: str, month: str) -> bytes:
    return f"{key_id}|{owner}|{retention}|{month}".encode()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
