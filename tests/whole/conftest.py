"""What the tests of the whole share: a warm command line, the made-up company, and archives that hold it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from audit.sample.company import write
from tests.whole.commands import Commands, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres_server import PostgresServer

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    commands = Commands(tmp_path_factory.mktemp("commands"))
    yield commands
    commands.close()


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a made-up company of 300 messages."""
    path = tmp_path_factory.mktemp("company") / "company.ndjson"
    write(path, messages=300, seed=7)
    return path


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, commands: Commands, tmp_path: Path) -> Place:
    """Where an archive could be made, on each engine."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return Place(commands=commands, folder=tmp_path / "archive", url=url)


@pytest.fixture
def made(place: Place) -> Place:
    """An archive with nothing in it but its operator."""
    place.run("init", "--origin", "example.com/archive", "--json").facts  # noqa: B018 - it must succeed
    return place
