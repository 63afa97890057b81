"""An archive for tests: real databases in a folder, a clock that ticks, and randomness that can be repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import shake_256
from itertools import count
from typing import TYPE_CHECKING

from audit.bootstrap.house import House, World, build, create
from audit.bootstrap.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from audit.archive.archive import Archive

BEGINNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


def ticking(start: datetime = BEGINNING, step: timedelta = timedelta(milliseconds=1)) -> Callable[[], datetime]:
    """Return a clock that goes on by ``step`` each time it is read."""
    ticks = count()
    return lambda: start + step * next(ticks)


def repeated(seed: bytes = b"seed") -> Callable[[int], bytes]:
    """Return randomness that is the same for the same seed: the n-th call gives the same bytes."""
    calls = count()
    return lambda length: shake_256(seed + next(calls).to_bytes(8, "big")).digest(length)


def new_world(seed: bytes = b"seed") -> World:
    return World(clock=ticking(), random=repeated(seed))


def new_house(folder: Path, url: str | None = None, world: World | None = None) -> House:
    """Return a fresh archive in a folder, or on a PostgreSQL server with only the keys in the folder."""
    settings = Settings(
        folder=folder,
        database_url=url,
        keys_url=f"sqlite:///{folder / 'keys.db'}",
        root_key=folder / "root.key",
    )
    world = world or new_world()
    create(settings, origin="example.com/archive", operator="operator", world=world)
    return build(settings, world=world)


def new_archive(folder: Path, url: str | None = None, world: World | None = None) -> Archive:
    """Return the archive of a new house."""
    return new_house(folder, url, world).archive
