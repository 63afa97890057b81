"""Many importers at one archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from audit.sample.company import write
from tests.whole.company import bring, items

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole.commands import Place


class Load(NamedTuple):
    """How many processes import, and how many messages each of them brings beside those that all of them bring."""

    processes: int
    messages: int


@pytest.mark.parametrize("load", [Load(8, 20), pytest.param(Load(8, 2_000), marks=pytest.mark.long)])
def test_importers_at_once_lose_nothing_and_double_nothing(made: Place, tmp_path: Path, load: Load) -> None:
    files = [_lines(tmp_path, f"own-{number}", load.messages) for number in range(load.processes)]
    shared = _lines(tmp_path, "shared", load.messages)
    started = [made.start("import", str(file), str(shared), "--json") for file in files]
    said = [one.ended().facts for one in started]
    assert all(one["found"] == one["new"] + one["known"] for one in said)
    wanted = sum(len(file.read_text().splitlines()) for file in (*files, shared))
    assert sum(one["new"] for one in said) == wanted
    checked = made.checked()
    assert checked.findings == []
    with made.house() as house:
        assert house.recorder.extent() == (checked.size, 1, checked.size)
        before = items(house)
        again = bring(house, *files, shared)
        assert (again.found, again.known) == (wanted, wanted)
        assert items(house) == before


def test_deciders_at_once_all_succeed(made: Place) -> None:
    """Searches append their access events on streams of their own, while the views are followed by each of them."""
    started = [made.start("search", "anything", "--json") for _ in range(8)]
    ended = [one.ended() for one in started]
    assert [one.facts["total"] for one in ended] == [0] * 8
    assert made.checked().findings == []


def _lines(folder: Path, source: str, messages: int) -> Path:
    """Write a made-up company whose items are all its own: the sources and ids carry a name."""
    path = folder / f"{source}.ndjson"
    write(path, messages=messages, seed=3)
    path.write_text(path.read_text().replace('"source":"', f'"source":"{source}-'))
    return path
