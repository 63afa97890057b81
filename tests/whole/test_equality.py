"""The same things brought in give the same archive on either engine, to the byte."""

from __future__ import annotations

import shutil
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

import pytest

from audit.archive.checking import check
from tests.archive.house import new_house
from tests.whole.company import bring, dumps

if TYPE_CHECKING:
    from pathlib import Path

    from audit.archive.recorders.recorder import Row
    from audit.bootstrap.house import House

_OF_EACH_KIND = 12


@pytest.fixture
def real_files(shared_data: Path, tmp_path: Path) -> Path:
    """Some real mails and vCons, from all over their folders."""
    chosen = tmp_path / "real"
    for kind in ("email", "vcon"):
        files = sorted(path for path in (shared_data / kind).rglob("*") if path.is_file())
        step = max(1, len(files) // _OF_EACH_KIND)
        for number, file in enumerate(files[::step]):
            target = chosen / kind / f"{number}-{file.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return chosen


@pytest.mark.parametrize("files", ["company", "real_files"])
def test_both_engines_hold_the_same_bytes_and_show_the_same_views(
    files: str, tmp_path: Path, postgres_url: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(files)
    with (
        closing(new_house(tmp_path / "one")) as sqlite,
        closing(new_house(tmp_path / "other", postgres_url)) as postgresql,
    ):
        accounts = [bring(house, path, numbers=count(1)) for house in (sqlite, postgresql)]
        assert accounts[0] == accounts[1]
        assert accounts[0].new > 0
        assert _rows(sqlite) == _rows(postgresql)
        checks = [
            check(house.recorder, may_be_missing=frozenset(), on_progress=_silent) for house in (sqlite, postgresql)
        ]
        assert checks[0] == checks[1]
        assert checks[0].findings == []
        for house in (sqlite, postgresql):
            house.follower.catch_up()
            assert house.views.alarms() == []
        assert dumps(sqlite) == dumps(postgresql)


def _rows(house: House) -> list[Row]:
    size = house.archive.head().size
    rows = house.recorder.rows(0, size)
    assert len(rows) == size
    return rows


def _silent(_: int) -> None:
    """Tell nobody how far it is."""
