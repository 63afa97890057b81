"""A house on each engine, with two people who may forget somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.house import new_house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    house = new_house(tmp_path / "archive", url)
    yield house
    house.close()
