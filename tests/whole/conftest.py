"""What the tests of the whole share: a warm command line, the made-up company, and archives that hold it."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from audit.sample.company import write
from tests.archive.house import new_house
from tests.whole.commands import Commands, Place
from tests.whole.company import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import LiteralString

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
    assert place.run("init", "--origin", "example.com/archive").code == 0
    return place


@pytest.fixture(scope="session")
def full_folder(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded archive of the made-up company, for copying only."""
    folder = tmp_path_factory.mktemp("full") / "archive"
    with closing(new_house(folder)) as house:
        filled(house, company)
    return folder


@pytest.fixture(scope="session")
def full_database(
    company: Path, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The same in a database, with the folder of its keys; for copying only."""
    folder = tmp_path_factory.mktemp("full-database") / "archive"
    with postgres_server.database() as url:
        with closing(new_house(folder, url)) as house:
            filled(house, company)
        yield folder, url


@pytest.fixture(params=ENGINES)
def full(request: pytest.FixtureRequest, commands: Commands, tmp_path: Path) -> Iterator[Place]:
    """An archive of the made-up company that the test may spoil, on each engine."""
    if request.param == "sqlite":
        yield Place(commands=commands, folder=_copied(request.getfixturevalue("full_folder"), tmp_path))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    folder, original = request.getfixturevalue("full_database")
    name = f"copy_{uuid4().hex}"
    _administer(server, "CREATE DATABASE {} TEMPLATE {}", name, urlsplit(original).path[1:])
    yield Place(commands=commands, folder=_copied(folder, tmp_path), url=server.url(name))
    _administer(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def embedded(full_folder: Path, commands: Commands, tmp_path: Path) -> Place:
    """An embedded archive of the made-up company that the test may spoil."""
    return Place(commands=commands, folder=_copied(full_folder, tmp_path))


def _copied(folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(folder, tmp_path / "archive")
    return tmp_path / "archive"


def _administer(server: PostgresServer, statement: LiteralString, *names: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(SQL(statement).format(*map(Identifier, names)))
