"""Comparing any view with one made anew from the events: a row that was changed, taken out or put in is found."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from audit.projections.engine import sqlite_engine
from audit.projections.follow import Follower, Log
from audit.projections.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sqlalchemy import Connection, Table

    from audit.projections.projection import Projection

_PREFIX: Final = ".views-made-anew-"
_AT_ONCE: Final = 5_000
_MOST: Final = 100
_WHOLE: Final = 1 << 256


class Different(NamedTuple):
    """A table of a view that is not as the events say, at an event where its rows name one."""

    view: str
    table: str
    position: int | None


def different_views(
    log: Log,
    views: Views,
    folder: Path,
    *,
    names: Collection[str],
    on_progress: Callable[[int], None],
) -> list[Different]:
    """Make these views anew in a folder of their own beside the archive's, and compare them row by row.

    As long as a rebuild takes; the folder is removed at the end. What a view could not take, it is not asked for.
    """
    sweep(folder)
    found: list[Different] = []
    with _scratch(views, folder, names) as scratch:
        follower = Follower(log, scratch)
        begun = min((views.position(name) for name in names), default=0)
        follower.catch_up(begun, on_progress=lambda done, _: on_progress(done))
        for name in sorted(names):
            found += _compared(follower, views, scratch, name)
    return found


def sweep(folder: Path) -> None:
    """Remove what a comparison left behind that was killed; one that goes on elsewhere is left alone."""
    with _locked(folder):
        for place in folder.glob(f"{_PREFIX}*"):
            with suppress(BlockingIOError, FileNotFoundError), _locked(place, fcntl.LOCK_NB):
                rmtree(place, ignore_errors=True)


@contextmanager
def _locked(place: Path, how: int = 0) -> Iterator[None]:
    """Hold a folder's lock, which ends with the process."""
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | how)
        yield
    finally:
        os.close(handle)


@contextmanager
def _scratch(views: Views, folder: Path, names: Collection[str]) -> Iterator[Views]:
    with ExitStack() as held:
        # Who sweeps meanwhile must not find the folder before it is locked.
        with _locked(folder):
            # Words stand in it in the clear: it lies where the views lie, for its owner alone.
            place = held.enter_context(TemporaryDirectory(dir=folder, prefix=_PREFIX))
            held.enter_context(_locked(Path(place)))
        scratch = Views(sqlite_engine(Path(place) / "views.db"), [views.projections[name] for name in sorted(names)])
        try:
            yield scratch
        finally:
            scratch.close()


def _compared(follower: Follower, views: Views, scratch: Views, name: str) -> list[Different]:
    """Compare one view where it stands, with the rows of one moment."""
    projection = views.projections[name]
    with views.reading(projection) as (db, mine):
        position = views.as_of(db, name)
        left_out = set(views.unread(db, name))
        follower.catch_up(position, only=lambda: {name})
        with scratch.reading(projection) as (other, anew):
            pairs = list(zip(_tables(mine), _tables(anew), strict=True))
            differing = [(one, two) for one, two in pairs if _sum(db, one) != _sum(other, two)]
            return [
                Different(name, two.name, place)
                for one, two in differing
                for place in _places(db, one, other, two)
                if place not in left_out
            ]


def _tables(instance: Projection) -> list[Table]:
    plain = type(instance)()
    suffix = min(instance.metadata.tables)[len(min(plain.metadata.tables)) :]
    names = [table.name for table in plain.metadata.sorted_tables if not table.info.get("derived")]
    return [instance.metadata.tables[f"{name}{suffix}"] for name in names]


def _rows(db: Connection, table: Table) -> Iterator[tuple[bytes, Any]]:
    """Yield of each row what stands for all of it, and the position it names."""
    named = next((number for number, column in enumerate(table.columns) if column.name == "position"), None)
    for row in db.execution_options(yield_per=_AT_ONCE).execute(select(table)):
        yield sha256(repr(tuple(row)).encode(errors="surrogatepass")).digest(), None if named is None else row[named]


def _sum(db: Connection, table: Table) -> tuple[int, int]:
    """Return what stands for all rows in whatever order: their number, and the sum of what stands for each."""
    count = total = 0
    for digest, _ in _rows(db, table):
        count += 1
        total = (total + int.from_bytes(digest, "big")) % _WHOLE
    return count, total


def _places(db: Connection, one: Table, other: Connection, two: Table) -> list[int | None]:
    """Return the positions of rows that one of the two tables has and the other has not."""
    rows = Counter(_rows(db, one))
    rows.subtract(_rows(other, two))
    places = {position if type(position) is int else None for (_, position), count in rows.items() if count}
    return sorted(places, key=lambda place: place or 0)[:_MOST]
