"""The rules of the house that no linter knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from audit.bootstrap.register import PROJECTIONS, SOURCES
from audit.cli.register import COMMANDS, function_of

ROOT: Final = Path(__file__).resolve().parent.parent
ROOMS: Final = sorted([f"audit.{folder.parent.name}" for folder in (ROOT / "audit").glob("*/__init__.py")] + ["api"])


def tracked() -> list[Path]:
    """Return the files that belong to the project, or all of them where it is no checkout."""
    listed = subprocess.run(  # our own words
        ["git", "ls-files", "-z"],  # noqa: S607  # whichever git there is
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    names = [name for name in listed.stdout.split("\0") if name]
    if not names:
        pytest.skip("this is no git checkout: nothing says which files belong to the project")
    return [path for name in names if (path := ROOT / name).is_file()]


@pytest.mark.parametrize("room", ROOMS)
def test_the_map_names_every_room(room: str) -> None:
    assert f"`{room}`" in (ROOT / "ARCHITECTURE.md").read_text()


def test_the_top_of_the_tree_holds_nothing_unexpected() -> None:
    allowed = {
        *("audit", "api", "tests", "docs", ".ci", "pyproject.toml", "requirements.lock", ".gitignore"),
        *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Makefile", "LICENSE"),
    }
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= allowed


def test_every_projection_has_a_name_of_its_own() -> None:
    names = [projection.name for projection in PROJECTIONS]
    assert len(names) == len(set(names))


def test_every_format_is_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [source.name for source in SOURCES if f"`{source.name}`" not in readme] == []


def test_every_command_says_in_one_sentence_what_it_does() -> None:
    for name in COMMANDS:
        first = (function_of(name).__doc__ or "").strip().split("\n")[0]
        assert first.endswith("."), name


@pytest.mark.parametrize("room", ["audit", "api"])
def test_a_module_opens_with_a_sentence(room: str) -> None:
    for path in sorted((ROOT / room).rglob("*.py")):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert re.fullmatch(r'""".+[.?!…]("""|)', first) or first.startswith("#!"), path


def test_no_file_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(r"/(?:work|root|home)/[a-z]+/|pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org")
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".txt", ".html", ".css", ".lock", ""} and path != Path(__file__):
            found = forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, (path, found)


def test_what_is_allowed_to_be_overlooked_has_its_reason_beside_it() -> None:
    unexplained = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|noqa|type: ignore(?:\[[a-z, -]+\])?)\s*$")
    for path in tracked():
        if path.suffix == ".py":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                assert not unexplained.search(line), (path, number, line)
