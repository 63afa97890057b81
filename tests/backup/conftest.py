"""Archives that are in use, and the two things a restore takes besides the backup."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from audit.archive.backup.making import InUse, make_backup
from audit.archive.backup.restoring import Outcome, Place, restore
from audit.archive.erasure.register import ErasedRegister
from audit.bootstrap.house import build
from audit.bootstrap.settings import Settings
from tests.archive.house import new_house, new_world
from tests.whole.conftest import ENGINES, commands, company

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.archive.backup.manifest import Manifest
    from audit.bootstrap.house import House

__all__ = ["commands", "company"]


@dataclass
class Safe:
    """Where backups are, and beside them the root key and the register of erased keys."""

    folder: Path
    url: str | None

    @property
    def backup(self) -> Path:
        return self.folder / "backup"

    def keep(self, house: House) -> Manifest:
        """Make a backup of a house in use, and put the root key away."""
        self.folder.mkdir(exist_ok=True)
        shutil.copy(house.settings.root_key, self.folder / "root.key")
        return make_backup(in_use(house), self.backup, house.world.clock())

    def place(self, house: House, name: str = "elsewhere") -> Place:
        """Return an empty place for the archive, on the same server where it was on one."""
        folder = self.folder / name
        return Place(
            folder=folder,
            database_url=self.url,
            schema=f"restored_{uuid4().hex[:8]}",
            keys_url=f"sqlite:///{folder / 'keys.db'}",
            root_key=self.folder / "root.key",
            register=house.settings.erased_register,
            clock=house.world.clock,
            random=new_world(name.encode()).random,
        )

    def brought_back(self, place: Place, *, origin: str | None = "example.com/second") -> Outcome:
        return restore(self.backup, place, origin=origin)


def in_use(house: House) -> InUse:
    return InUse(
        recorder=house.recorder,
        keyring=house.keyring,
        originals=house.originals,
        register=ErasedRegister(house.settings.erased_register),
        folder=house.settings.folder,
        origin=house.origin,
        random=house.world.random,
    )


def opened(place: Place) -> House:
    """Open what was restored."""
    settings = Settings(
        folder=place.folder,
        database_url=place.database_url,
        keys_url=place.keys_url,
        root_key=place.root_key,
        schema=place.schema,
    )
    return build(settings, world=replace(new_world(b"opened"), clock=place.clock))


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    house = new_house(tmp_path / "archive", url)
    yield house
    house.close()


@pytest.fixture
def safe(house: House, tmp_path: Path) -> Safe:
    return Safe(tmp_path / "safe", house.settings.database_url)
