"""A house on each engine in which a customer was promised a credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.house import new_house
from tests.requests.given import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    house = new_house(tmp_path / "archive", url)
    told(house)
    yield house
    house.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    """The same in one file, where the engine makes no difference."""
    house = new_house(tmp_path / "archive")
    told(house)
    yield house
    house.close()
