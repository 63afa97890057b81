"""The company most tests look at: two thousand messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.sample.company import lines

if TYPE_CHECKING:
    from tests.sample.section_eleven import Line


@pytest.fixture(scope="session")
def company() -> list[Line]:
    return list(lines(2000, 42))
