"""Houses in which a customer was promised a credit, as fixtures for every folder of tests that begins there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.archive.house import new_house
from tests.requests.given import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House

SERVER: Final = "postgresql"


@pytest.fixture(params=["sqlite", SERVER])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """One on each engine."""
    yield from _told(request, tmp_path)


@pytest.fixture(params=["sqlite", pytest.param(SERVER, marks=pytest.mark.long)])
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The same where the engine should make no difference: on the server only in the long run."""
    yield from _told(request, tmp_path)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[House]:
    """One in files, for tests that reach into them."""
    house = new_house(tmp_path / "archive")
    told(house)
    yield house
    house.close()


def _told(request: pytest.FixtureRequest, folder: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == SERVER else None
    house = new_house(folder / "archive", url)
    told(house)
    yield house
    house.close()
