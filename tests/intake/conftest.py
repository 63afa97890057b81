"""What the tests of bringing in may ask for: a desk at a fresh archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.house import new_house
from tests.intake.bringing import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def new_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Desk]]:
    """Return a maker of desks, each at an archive of its own."""
    desks: list[Desk] = []

    def make(**options: object) -> Desk:
        desks.append(Desk(new_house(tmp_path_factory.mktemp("archive") / "house"), **options))
        return desks[-1]

    yield make
    for desk in desks:
        desk.house.close()


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    return new_desk()
