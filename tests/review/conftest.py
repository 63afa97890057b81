"""A conversation to review, on each engine, through the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.levels.conftest import speaking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAID = (
    ("agent", "Hello, this is Rasa from Fennmoor, how can I help?"),
    ("customer", "My router is dead since Sunday and I am really upset."),
    ("agent", "I am so sorry to hear that. So your router is dead since Sunday, is that right?"),
    ("customer", "Yes."),
    ("agent", "I have reset the line for you, it works now. Is there anything else I can do for you? Have a nice day!"),
)


def _line(conversation: int, number: int, role: str, text: str) -> dict[str, object]:
    ours = {"author_id": "rasa", "author": "\u202eayaR", "direction": "outbound"} if role == "agent" else {}
    return {
        "kind": "message",
        "source": "chat",
        "id": f"m{conversation}-{number}",
        "conversation": f"c{conversation}",
        "customer": f"k{conversation}",
        "at": f"2026-03-02T10:{conversation:02d}:{number:02d}Z",
        "channel": "chat",
        "direction": "inbound",
        "role": role,
        "text": text,
        **ours,
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def reviewed(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    options = ["--data", str(tmp_path / "data")]
    if request.param == "postgresql":
        options += ["--database-url", str(request.getfixturevalue("postgres_url"))]
    said = speaking(options, capsys)
    said("init", "--origin", "example.com/archive")
    brought = tmp_path / "b.ndjson"
    lines = [
        _line(conversation, number, role, text)
        for conversation in range(1, 5)
        for number, (role, text) in enumerate(SAID)
    ]
    brought.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert said("import", str(brought))["refused"] == 0
    for login, role in (("rasa", "agent"), ("tomas", "agent"), ("sigita", "supervisor")):
        said("users", "add", login, "--role", role)
    return said
