"""What every test may ask for: the shared real data, and a PostgreSQL server of its own."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres_server import PostgresMissing, PostgresServer
from tests.postgres_server import postgres_server as started_server

if TYPE_CHECKING:
    from collections.abc import Iterator

# Speed is checked by a benchmark: a busy machine must not fail a test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
SERVER_IN_LONG = frozenset({"backup", "cli", "desk", "erasure", "promises", "review", "whole", "witness"})
"""Folders that ask through commands and the whole house: there PostgreSQL is asked in the long tests. What lies below,
the archive and the views, is asked on both engines each time."""


def pytest_collection_finish() -> None:
    # What was collected stays until the end: looking through it for garbage again and again is an eighth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in SERVER_IN_LONG and "postgresql" in item.name:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout, or where ``ONRECORD_SHARED_DATA`` points."""
    folder = Path(os.environ.get("ONRECORD_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the shared real data is not at {folder}")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test run; ``ONRECORD_REQUIRE_POSTGRES=1`` makes its absence a failure."""
    with ExitStack() as at_end:
        try:
            server = at_end.enter_context(started_server())
        except PostgresMissing as missing:
            if os.environ.get("ONRECORD_REQUIRE_POSTGRES") == "1":
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a fresh database, dropped after the test."""
    with postgres_server.database() as url:
        yield url
