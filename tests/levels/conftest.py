"""What the tests of service level may ask for: an archive on each engine, asked through the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def speaking(options: list[str], capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return what runs a command and gives its JSON, or its one sentence where it is refused.

    Whoever was added by it may act too, by ``login``.
    """
    secrets: dict[str, str] = {}

    def said(*words: str, login: str = "ona") -> Any:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ONRECORD_SECRET", secrets.get(login, ""))
            code = run([*words, *options, "--as", login, "--json"])
        heard = capsys.readouterr()
        told = json.loads(heard.out) if code == 0 else heard.err
        if words[:2] == ("users", "add") and isinstance(told, dict):
            secrets[words[2]] = told["secret"]
        return told

    return said


@pytest.fixture
def onrecord(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    said = speaking(["--data", str(tmp_path / "data")], capsys)
    said("init", "--origin", "example.com/archive")
    return said


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def on_each_engine(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    options = ["--data", str(tmp_path / "data")]
    if request.param == "postgresql":
        options += ["--database-url", str(request.getfixturevalue("postgres_url"))]
    said = speaking(options, capsys)
    said("init", "--origin", "example.com/archive")
    return said
