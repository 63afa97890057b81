"""An archive on each engine for every test of the recorders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.recorders.places import made, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.archive.recorders.recorder import Recorder


@pytest.fixture(params=["sqlite", "postgres"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an archive could be made."""
    return str(tmp_path / "archive.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))


@pytest.fixture
def place(empty_place: str) -> str:
    """Where an archive is."""
    return made(empty_place)


@pytest.fixture
def recorder(place: str) -> Iterator[Recorder]:
    with opened(place) as recorder:
        yield recorder
