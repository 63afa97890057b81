"""Every test of a view may ask for a place on each engine."""

from __future__ import annotations

from pathlib import Path

import pytest

Place = Path | str


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where views can be made: a file, then a database."""
    if request.param == "sqlite":
        return tmp_path / "views.db"
    url: str = request.getfixturevalue("postgres_url")
    return url
