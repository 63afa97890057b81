"""The command line as each person uses it, over an archive in which a customer was promised a credit."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from audit.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OPERATOR: Final = "ona"
PEOPLE: Final = {
    "petras": "agent",
    "simona": "supervisor",
    "jonas": "compliance-officer",
    "admin": "administrator",
    "regina": "customer",
}


class Said(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    facts: Any
    errors: str


@dataclass
class Commands:
    """Runs commands as somebody, who proves it with the secret they were given."""

    capsys: pytest.CaptureFixture[str]
    place: list[str]
    secrets: dict[str, str] = field(default_factory=dict)
    log_key: str = ""

    def __call__(self, by: str, *words: str, secret: str | None = None) -> Said:
        self.capsys.readouterr()
        with pytest.MonkeyPatch.context() as patched:
            patched.delenv("ONRECORD_SECRET", raising=False)
            if given := secret or self.secrets.get(by):
                patched.setenv("ONRECORD_SECRET", given)
            acting = [] if "--as" in words else ["--as", by]
            code = run([*words, "--json", *acting, *self.place])
        heard = self.capsys.readouterr()
        return Said(code, json.loads(heard.out) if heard.out else None, heard.err)

    def done(self, by: str, *words: str) -> Any:
        """Run a command that must succeed, and return what it says."""
        said = self(by, *words)
        assert said.code == 0, (words, said.errors)
        return said.facts


def opened(
    capsys: pytest.CaptureFixture[str], folder: Path, url: str | None, lines: Sequence[dict[str, Any]]
) -> Commands:
    """Make an archive with people in their roles, bring the lines in, and return its command line."""
    commands = Commands(capsys, ["--data", str(folder / "data"), *(["--database-url", url] if url else [])])
    commands.log_key = commands.done(OPERATOR, "init", "--origin", "example.com/archive")["log_key"]
    for person, role in PEOPLE.items():
        commands.secrets[person] = commands.done(OPERATOR, "users", "add", person, "--role", role)["secret"]
    file = folder / "company.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert commands.done(OPERATOR, "import", str(file))["new"] == len(lines)
    return commands
