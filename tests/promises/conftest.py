"""A house on each engine whose clock stands until it is set, and a small company that promises things."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from audit.bootstrap.house import House, World, build
from tests.archive.house import new_house, repeated
from tests.whole.company import bring

if TYPE_CHECKING:
    from collections.abc import Iterator


CUSTOMER = "ona@mail.test"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Told:
    """A house, what was told to it, and its clock."""

    house: House
    folder: Path
    now: list[datetime]
    lines: int = 0
    files: list[Path] = field(default_factory=list)

    def tell(self, *lines: dict[str, Any]) -> None:
        file = self.folder / f"items-{len(self.files)}.ndjson"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.files.append(file)
        accounting = bring(self.house, file)
        assert not accounting.refused, accounting
        self.house.follower.catch_up()

    def say(
        self, text: str, *, role: str = "agent", at: str = "2026-03-02T10:00:00+02:00", **more: Any
    ) -> dict[str, Any]:
        """Return a message in the chat with Ona."""
        self.lines += 1
        return {
            "kind": "message", "source": "chat", "id": f"m{self.lines}", "conversation": "c1", "customer": CUSTOMER,
            "at": at, "channel": "chat", "role": role, "seq": self.lines, "text": text, **more,
        }  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    told = made(tmp_path, url)
    yield told
    told.house.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Told]:
    told = made(tmp_path, None)
    yield told
    told.house.close()


def made(folder: Path, url: str | None) -> Told:
    now = [START]
    world = World(clock=lambda: now[0], random=repeated())
    first = new_house(folder / "archive", url, world)
    settings = replace(first.settings, zone=ZoneInfo("Europe/Vilnius"))
    first.close()
    return Told(build(settings, world=world), folder, now)
