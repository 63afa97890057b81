"""The views of an archive: which there are, how far each has come, and which generation of each is read."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)

from audit.domain.errors import NotFound, Unavailable, WrongUse
from audit.projections.columns import PLACE, WORD, word
from audit.projections.engine import BUSY_SECONDS, is_postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Engine

    from audit.projections.projection import Projection

_P = TypeVar("_P", bound="Projection")

_tables = MetaData()
_views = Table(
    "views",
    _tables,
    Column("name", WORD, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("position", PLACE, nullable=False),
    Column("active", Boolean, nullable=False),
)
_alarms = Table(
    "view_alarms",
    _tables,
    Column("view", WORD, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("position", PLACE, primary_key=True, autoincrement=False),
    word("reason"),
)
# Made once: every question begins with these.
_ACTIVE = select(
    _views.c.name,
    _views.c.generation,
    _views.c.version,
    _views.c.position,
    _views.c.active,
    exists().where(_alarms.c.view == _views.c.name, _alarms.c.generation == _views.c.generation).label("alarmed"),
).where(_views.c.name == bindparam("name"), _views.c.active)
_ALARMED = (
    select(_alarms.c.position)
    .where(_alarms.c.view == bindparam("name"), _alarms.c.generation == bindparam("generation"))
    .order_by(_alarms.c.position)
)
_KEY = func.hashtext(func.concat(func.current_schema(), "/", bindparam("name", type_=String)))
_KEEP, _KEEP_ALONE = select(func.pg_advisory_xact_lock_shared(_KEY)), select(func.pg_advisory_xact_lock(_KEY))


@dataclass(frozen=True)
class Standing:
    """One generation of a view: its tables hold the records up to ``position``. One generation is ``active``: read."""

    name: str
    generation: int
    version: int
    position: int
    active: bool


@dataclass(frozen=True)
class Alarm:
    """A record that the view could not take."""

    view: str
    position: int
    reason: str


class Views:
    """The tables of all projections in one database."""

    def __init__(self, engine: Engine, projections: Sequence[type[Projection]]) -> None:
        self.engine = engine
        self.projections = {projection.name: projection for projection in projections}
        self._instances: dict[tuple[str, int], Projection] = {}
        with self.writing() as db:
            self._lock_list(db)
            _tables.create_all(db)
            known = {standing.name for standing in _standings(db)}
            for name in self.projections.keys() - known:
                self._add(db, name, 1, active=True)

    def close(self) -> None:
        self.engine.dispose()

    # -- reading --

    @contextmanager
    def reading(self, projection: type[_P]) -> Iterator[tuple[Connection, _P]]:
        """Give a connection and the generation that is read, both as they were at one moment.

        Raises Unavailable while the tables still are as an older version made them.
        """
        with self.engine.connect() as connection:
            if is_postgresql(self.engine):
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                self._keep(connection, projection.name)
                active, alarmed = _found(connection, projection.name)
                # Nothing that is read here can change any more: what was read of it need not be asked for again.
                connection.execution_options(read=active, alarmed=alarmed)
                if active.version != projection.version:
                    raise Unavailable(
                        f"The view {projection.name} is being made anew: try again soon, or run onrecord follow --once."
                    )
                instance = self.instance(active.name, active.generation)
                assert isinstance(instance, projection)
                yield connection, instance

    def position(self, name: str) -> int:
        """Return the position that the generation which is read has come to."""
        with self.engine.connect() as db:
            return _active(db, name).position

    def as_of(self, db: Connection, name: str) -> int:
        """Return the position that what ``reading`` gave is true for."""
        return _active(db, name).position

    def standings(self) -> list[Standing]:
        """Return every generation of every view that this version knows."""
        with self.engine.connect() as db:
            return [standing for standing in _standings(db) if standing.name in self.projections]

    def unread(self, db: Connection, name: str) -> tuple[int, ...]:
        """Return the positions of the records that are missing in what ``reading`` gave."""
        active, read = _active(db, name), db.get_execution_options()
        if read.get("read") is active and not read["alarmed"]:
            return ()
        mine = {"name": name, "generation": active.generation}
        return tuple(db.scalars(_ALARMED, mine))

    def alarms(self) -> list[Alarm]:
        """Return the records that the views which are read could not take."""
        query = (
            select(_alarms.c.view, _alarms.c.position, _alarms.c.reason)
            .join(_views, (_views.c.name == _alarms.c.view) & (_views.c.generation == _alarms.c.generation))
            .where(_views.c.active)
            .order_by(_alarms.c.view, _alarms.c.position)
        )
        with self.engine.connect() as db:
            return [Alarm(*row) for row in db.execute(query)]

    def instance(self, name: str, generation: int) -> Projection:
        """Return the projection with the tables of that generation."""
        key = (name, generation)
        if key not in self._instances:
            self._instances[key] = self.projections[name]("" if generation == 1 else f"_{generation}")
        return self._instances[key]

    def made(self) -> list[Projection]:
        """Return the projections that were asked for so far, of whatever generation."""
        return list(self._instances.values())

    # -- following --

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.connect() as db:
            db.execution_options(writing=True)
            with db.begin():
                yield db

    def holds(self, db: Connection, standing: Standing) -> bool:
        """Lock a generation for this transaction; say whether it still stands where it stood."""
        query = select(_views.c.position).where(_is(standing)).with_for_update()
        return db.scalar(query) == standing.position

    def advance(self, db: Connection, standing: Standing, position: int) -> None:
        """Note how far the rows have come, in the transaction that wrote them."""
        here = _is(standing) & (_views.c.position == standing.position)
        moved = db.execute(update(_views).where(here).values(position=position))
        assert moved.rowcount == 1, "the row was locked by holds"

    def alarm(self, db: Connection, standing: Standing, position: int, reason: str) -> None:
        """Set a record aside that the view cannot take. ``reason`` must not hold words of the record."""
        db.execute(
            insert(_alarms).values(view=standing.name, generation=standing.generation, position=position, reason=reason)
        )

    # -- generations --

    def renew(self, name: str) -> None:
        """Begin a new generation of a view, unless one is being made; the old one is read until the new is there."""
        with self.writing() as db:
            self._lock_list(db)
            mine = [standing for standing in _standings(db) if standing.name == name]
            if not mine:
                raise NotFound(f"There is no view called {name}: take one of {', '.join(sorted(self.projections))}.")
            for standing in mine:
                if not standing.active and standing.version != self.projections[name].version:
                    self._remove(db, standing)
            if all(standing.active or standing.version != self.projections[name].version for standing in mine):
                self._add(db, name, max(standing.generation for standing in mine) + 1, active=False)

    def outdated(self, head: Callable[[], int]) -> list[str]:
        """Return the views to make anew: an older version made them, or they hold more than the archive does.

        The head is asked for after the views were: what comes in meanwhile may be in the views before it is in a head
        that was read first.
        """
        names = []
        standings, size = self.standings(), head()
        for standing in standings:
            version = self.projections[standing.name].version
            if standing.version > version:
                raise WrongUse(
                    f"A newer On Record made the view {standing.name}: use that version, or delete the views."
                )
            if standing.active and (standing.version < version or standing.position > size):
                names.append(standing.name)
        return names

    def switch(self, new: Standing) -> None:
        """From now on read this generation; then drop the older ones."""
        with self.writing() as db:
            self._lock_list(db)
            others = (_views.c.name == new.name) & (_views.c.generation < new.generation)
            db.execute(update(_views).where(others).values(active=False))
            db.execute(update(_views).where(_is(new)).values(active=True))
        with self.writing() as db:
            self._lock_list(db)
            self._keep(db, new.name, alone=True)
            for old in _standings(db):
                if old.name == new.name and old.generation < new.generation:
                    self._remove(db, old)
        self.scrub()

    def scrub(self) -> bool:
        """Clear the files of what was deleted; False when a reader was in the way and it must be done again."""
        with self.engine.connect() as db:
            if is_postgresql(self.engine):
                db.execution_options(isolation_level="AUTOCOMMIT")
                for name in db.scalars(
                    text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
                ).all():
                    db.exec_driver_sql(f'VACUUM "{name}"')
                return True
            # Not through the connection's own transaction: a checkpoint can only be made outside of one.
            driver = db.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout=0")
            busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1_000}")
            return bool(busy == 0)

    def _add(self, db: Connection, name: str, generation: int, *, active: bool) -> None:
        version = self.projections[name].version
        db.execute(insert(_views).values(name=name, generation=generation, version=version, position=0, active=active))
        self.instance(name, generation).metadata.create_all(db, checkfirst=False)

    def _remove(self, db: Connection, old: Standing) -> None:
        db.execute(delete(_alarms).where(_alarms.c.view == old.name, _alarms.c.generation == old.generation))
        db.execute(delete(_views).where(_is(old)))
        self.instance(old.name, old.generation).metadata.drop_all(db)

    def _lock_list(self, db: Connection) -> None:
        if is_postgresql(self.engine):
            db.execute(text("SELECT pg_advisory_xact_lock(hashtext(current_schema()))"))

    def _keep(self, db: Connection, name: str, *, alone: bool = False) -> None:
        """Keep a view's tables from being dropped while they are read; ``alone`` waits until nobody reads them."""
        if is_postgresql(self.engine):
            db.execute(_KEEP_ALONE if alone else _KEEP, {"name": name})


def _is(standing: Standing) -> Any:
    return (_views.c.name == standing.name) & (_views.c.generation == standing.generation)


def _standings(db: Connection) -> list[Standing]:
    query = select(_views.c.name, _views.c.generation, _views.c.version, _views.c.position, _views.c.active)
    return [Standing(*row) for row in db.execute(query.order_by(_views.c.name, _views.c.generation))]


def _active(db: Connection, name: str) -> Standing:
    read = db.get_execution_options().get("read")
    if read is not None and read.name == name:
        assert isinstance(read, Standing)
        return read
    return _found(db, name)[0]


def _found(db: Connection, name: str) -> tuple[Standing, bool]:
    """Return the generation that is read, and whether there are records it could not take."""
    found = db.execute(_ACTIVE, {"name": name}).first()
    if found is None:
        raise NotFound(f"There is no view called {name}: run onrecord follow --once.")
    *standing, alarmed = found
    return Standing(*standing), bool(alarmed)
