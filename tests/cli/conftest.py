"""A company that was brought in once, and the command line that asks about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from audit.cli.app import run
from audit.sample.company import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres_server import PostgresServer


class Said(NamedTuple):
    """What a command said: its exit code, its one JSON object or None, and what went to standard error."""

    code: int
    facts: Any
    errors: str


Command = "Callable[..., Said]"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The options that name an archive into which a small company was brought."""
    folder = tmp_path_factory.mktemp("archive")
    company = folder / "company.ndjson"
    write(company, messages=150, seed=3)
    options = ["--data", str(folder / "data")]
    if request.param == "sqlite":
        _bring(options, company)
        yield options
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        options += ["--database-url", url]
        _bring(options, company)
        yield options


def _bring(options: list[str], company: Path) -> None:
    assert run(["init", "--origin", "example.com/archive", "--as", "ona", *options]) == 0
    assert run(["import", str(company), "--as", "ona", *options]) == 0


@pytest.fixture
def onrecord(place: list[str], capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command on that archive, as Ona, for its JSON."""

    def said(*words: str) -> Said:
        capsys.readouterr()
        code = run([*words, "--json", "--as", "ona", *place])
        heard = capsys.readouterr()
        return Said(code, json.loads(heard.out) if heard.out else None, heard.err)

    return said
