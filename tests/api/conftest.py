"""A house for the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.house import new_house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = new_house(tmp_path)
    yield house
    house.close()
