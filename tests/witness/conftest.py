"""A house whose log asks witnesses, on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.house import new_house
from tests.whole.commands import Commands

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


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Commands as a person types them, each in a process of its own."""
    commands = Commands(tmp_path_factory.mktemp("commands"))
    yield commands
    commands.close()
