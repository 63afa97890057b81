"""A small archive whose events have everything that is hard to hand over, and productions of it."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run
from tests.archive.house import new_house
from tests.whole.company import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres_server import PostgresServer

HOSTILE_NAME = "../../etc/\u202egpj.exe con.\n=cmd|'/c calc'!A1" + "ž" * 300 + ".PDF"
TEXTS = (
    '=HYPERLINK("http://evil.example","refund") refund',
    "@refund\r\nBcc: everybody@mail.test\r\n\r\nrefund",
    "refund þ þþ ¶ \u0014 \u00ae \"quoted\", 'single'\nsecond line\rthird",
    "refund \u202eдоговор\u202c 退款 ąčęėįšųūž й и \u0085\u2028 end",
    "refund & <b>bold</b> ]]> <!-- \u0001\u0008\u000b -->",
    "refund " + "very long " * 5_000,
    "From refund, at the beginning of a line\n.\nFrom here on",
    "'refund with an apostrophe before it",
)


def lines() -> Iterator[dict[str, Any]]:
    """Yield the items of the archive, as our interchange writes them."""
    for number, text in enumerate(TEXTS):
        yield {
            "kind": "message", "source": "chat", "id": f"m{number}", "conversation": f"c{number % 2}",
            "customer": "ona@mail.test" if number % 2 else "cust-7", "at": f"2026-03-01T10:{number:02}:00+02:00",
            "channel": "chat", "direction": "inbound" if number % 2 else "outbound",
            "role": "customer" if number % 2 else "agent", "author": f"Rasa\r\nBcc: x@y.example {number}",
            "author_id": "a1", "text": text,
        }  # fmt: skip
        yield {
            "kind": "message", "source": "chat", "id": f"n{number}", "conversation": f"c{number % 2}",
            "customer": "cust-7", "at": f"2026-03-01T10:{number:02}:30+02:00", "channel": "chat", "role": "agent",
            "author_id": "a1", "text": f"An answer of another kind, number {number}.",
        }  # fmt: skip
    yield {
        "kind": "attachment", "source": "chat", "id": "f1", "of": "m0", "conversation": "c0", "customer": "cust-7",
        "at": "2026-03-01T10:00:01+02:00", "name": HOSTILE_NAME, "media_type": "application/pdf",
        "base64": "JVBERi0xLjQK",
    }  # fmt: skip
    yield {
        "kind": "attachment", "source": "chat", "id": "f2", "of": "m0", "conversation": "c0", "customer": "cust-7",
        "at": "2026-03-01T10:00:02+02:00", "name": "CON", "media_type": "multipart/mixed", "missing": "too-large",
    }  # fmt: skip
    yield {
        "kind": "message_edit", "source": "chat", "id": "e1", "of": "m1", "conversation": "c1",
        "customer": "ona@mail.test", "at": "2026-03-01T11:00:00+02:00", "text": "No money back is wanted any more.",
    }  # fmt: skip
    yield {
        "kind": "ticket", "source": "desk", "id": "T-1", "customer": "cust-7", "conversation": "c0",
        "at": "2026-03-01T12:00:00+02:00", "subject": "Refund", "text": "refund asked", "fields": {"mood": "=1+1"},
    }  # fmt: skip


class Desk:
    """Commands at one archive, as its operator, for their JSON."""

    def __init__(self, options: list[str], folder: Path, said: Callable[[], str]) -> None:
        self._options = options
        self._said = said
        self.folder = folder

    def run(self, *words: str, login: str = "operator", code: int = 0) -> Any:
        self._said()
        ended = run([*words, "--json", "--as", login, *self._options])
        heard = self._said()
        assert ended == code, (ended, heard)
        return json.loads(heard) if heard else None

    def export(self, name: str, *words: str, **more: Any) -> tuple[Path, Any]:
        """Export, by default everything about refunds; return the folder and what the command said."""
        query = [] if words and not words[0].startswith("--") else ["refund"]
        # Printing takes longer than all the rest: it is asked for where it is looked at.
        plain = [f"--no-{what}" for what in ("paper", "images") if f"--{what}" not in words]
        words = (*words, *plain)
        return self.folder / name, self.run("export", *query, *words, "-o", str(self.folder / name), **more)


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handing-over")
    _fill(folder, None)
    return folder


@pytest.fixture
def desk(
    filled_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """The small archive, embedded."""
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    return Desk(["--data", str(filled_folder / "data")], tmp_path, lambda: capsys.readouterr().out)


@pytest.fixture
def own_desk(
    filled_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A copy of it, for tests that decide something."""
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    shutil.copytree(filled_folder / "data", tmp_path / "data")
    return Desk(["--data", str(tmp_path / "data")], tmp_path, lambda: capsys.readouterr().out)


@pytest.fixture
def server_desk(
    postgres_server: PostgresServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """The same in a database."""
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    with postgres_server.database() as url:
        _fill(tmp_path, url)
        yield Desk(["--data", str(tmp_path / "data"), "--database-url", url], tmp_path, lambda: capsys.readouterr().out)


def _fill(folder: Path, url: str | None) -> None:
    file = folder / "items.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines()))
    with closing(new_house(folder / "data", url)) as house:
        filled(house, file)
