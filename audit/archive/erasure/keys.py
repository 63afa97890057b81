"""The end of keys: closed before their destruction is on record, destroyed after, and epochs that retire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from audit.archive.key_tables import closed_keys, data_keys, epochs
from audit.archive.keyring import KeyOf
from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from audit.archive.keyring import Keyring

_IN_LIST: Final = 500


class EpochInUse(Refused):
    """The newest epoch cannot retire: nothing could be sealed any more."""


class Wrapped(NamedTuple):
    """A key as it lies in the key database."""

    id: str
    wrapped: bytes


class KeyCare:
    """Closes and destroys keys, and begins and retires epochs, in the database of a keyring."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def owned_by(self, owners: Iterable[UUID]) -> dict[str, KeyOf]:
        """Return every key of these owners that can still open something, by its id."""
        found: dict[str, KeyOf] = {}
        with self._keyring.transaction() as db:
            for some in _portions(sorted(owner.hex for owner in owners)):
                found |= _named(db.execute(_openable.where(data_keys.c.owner.in_(some))))
        return found

    def of(self, key_ids: Iterable[str]) -> dict[str, KeyOf]:
        """Return whose these keys are, those that are destroyed left out."""
        found: dict[str, KeyOf] = {}
        with self._keyring.transaction() as db:
            for some in _portions(sorted(key_ids)):
                found |= _named(db.execute(_openable.where(data_keys.c.id.in_(some))))
        return found

    def of_classes(self, months: dict[str, str]) -> dict[str, KeyOf]:
        """Return the keys of each class (by name) whose month is not after the one given."""
        found: dict[str, KeyOf] = {}
        with self._keyring.transaction() as db:
            for name, last in months.items():
                due = (data_keys.c.retention == name) & (data_keys.c.month <= last)
                found |= _named(db.execute(_openable.where(due)))
        return found

    def close(self, key_ids: Iterable[str]) -> None:
        """From now on these keys open what they sealed, and seal nothing new."""
        with self._keyring.transaction() as db:
            for some in _portions(sorted(key_ids)):
                living = data_keys.c.id.in_(some) & data_keys.c.wrapped.is_not(None)
                chosen = select(data_keys.c.id, data_keys.c.wrapped).where(living)
                db.execute(insert(closed_keys).from_select(["id", "wrapped"], chosen))
                db.execute(update(data_keys).where(living).values(wrapped=None))
        self._keyring.forget_cached()

    def destroy(self, key_ids: Iterable[str]) -> list[Wrapped]:
        """Destroy keys for ever; return how those that were still there lay in the database, to look for residue."""
        gone: list[Wrapped] = []
        with self._keyring.transaction() as db:
            for some in _portions(sorted(key_ids)):
                here = _openable.where(data_keys.c.id.in_(some))
                gone += [Wrapped(row.id, row.wrapped) for row in db.execute(here)]
                db.execute(delete(closed_keys).where(closed_keys.c.id.in_(some)))
                db.execute(update(data_keys).where(data_keys.c.id.in_(some)).values(wrapped=None))
        self._keyring.forget_cached()
        self.scrub()
        return gone

    def scrub(self) -> bool:
        """Clear the key database's files of what was taken out; False when a reader was in the way."""
        engine = self._keyring.engine
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
                if engine.dialect.name == "sqlite":
                    return bool(db.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0] == 0)
                for table in (data_keys, closed_keys, epochs):
                    db.execute(text(f"VACUUM {table.name}"))
        except SQLAlchemyError as error:
            raise Unavailable("The key database does not answer: start it, then run the command again.") from error
        return True

    # -- epochs --

    def begin_epoch(self) -> int:
        """Make a new key-encryption key; return its number. New data keys are wrapped under it from now on."""
        with self._keyring.transaction() as db:
            number = int(db.execute(select(func.max(epochs.c.number))).scalar_one()) + 1
            db.execute(insert(epochs).values(number=number, wrapped=self._keyring.new_epoch_key(number)))
        self._keyring.forget_cached()
        return number

    def retire_epoch(self, number: int) -> int:
        """Wrap what lives under an epoch anew under the newest, destroy that epoch; return how many keys moved."""
        with self._keyring.transaction() as db:
            newest = db.execute(select(func.max(epochs.c.number))).scalar_one()
            if number == newest:
                raise EpochInUse(f"Epoch {number} is the newest: begin another with onrecord keys rotate first.")
            here = epochs.c.number == number
            # The lock first: whoever makes a key under this epoch is then either done or refused.
            db.execute(update(epochs).where(here).values(number=number))
            if db.execute(select(epochs.c.wrapped).where(here).with_for_update()).scalar_one_or_none() is None:
                raise Refused(f"There is no living epoch {number}: look at onrecord keys list.")
            moved = sum(self._rewrap(db, table, number) for table in (data_keys, closed_keys))
            db.execute(update(data_keys).where(data_keys.c.epoch == number).values(epoch=newest))
            db.execute(update(epochs).where(here).values(wrapped=None))
        self._keyring.forget_cached()
        self.scrub()
        return moved

    def epochs(self) -> list[tuple[int, bool, int]]:
        """Return each epoch's number, whether it lives, and how many data keys it wraps."""
        counted = (
            select(epochs.c.number, epochs.c.wrapped.is_not(None), func.count(data_keys.c.wrapped))
            .outerjoin(data_keys, data_keys.c.epoch == epochs.c.number)
            .group_by(epochs.c.number, epochs.c.wrapped)
            .order_by(epochs.c.number)
        )
        with self._keyring.transaction() as db:
            return [(number, bool(living), count) for number, living, count in db.execute(counted)]

    def _rewrap(self, db: Connection, table: Any, number: int) -> int:
        names = (data_keys.c.id, data_keys.c.owner, data_keys.c.retention, data_keys.c.month, data_keys.c.epoch)
        chosen = select(*names, table.c.wrapped).where(data_keys.c.epoch == number, table.c.wrapped.is_not(None))
        if table is not data_keys:
            chosen = chosen.join(table, table.c.id == data_keys.c.id)
        rows = db.execute(chosen).all()
        for row in rows:
            db.execute(update(table).where(table.c.id == row.id).values(wrapped=self._keyring.wrapped_anew(db, row)))
        return len(rows)


_openable = select(
    data_keys.c.id,
    data_keys.c.owner,
    data_keys.c.retention,
    data_keys.c.month,
    func.coalesce(data_keys.c.wrapped, closed_keys.c.wrapped).label("wrapped"),
).where(func.coalesce(data_keys.c.wrapped, closed_keys.c.wrapped).is_not(None))
_openable = _openable.outerjoin(closed_keys, closed_keys.c.id == data_keys.c.id)


def _named(rows: Iterable[Any]) -> dict[str, KeyOf]:
    return {row.id: KeyOf(UUID(hex=row.owner), row.retention, row.month) for row in rows}


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IN_LIST):
        yield ids[start : start + _IN_LIST]
