"""``verify --views``: any row of any view that was changed, taken out or put in is found."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from audit.projections.made_anew import different_views, sweep
from audit.projections.search.index import Index
from audit.projections.ties import Ties
from tests.archive.log.sealed import say

if TYPE_CHECKING:
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.projections.made_anew import Different


def found(house: House, folder: Path) -> list[Different]:
    names = house.views.projections.keys() - {Ties.name, Index.name}
    return different_views(house.archive, house.views, folder, names=names, on_progress=lambda _: None)


def test_a_row_taken_out_of_any_view_is_found(house: House, tmp_path: Path) -> None:
    say(house, 1, 12)
    house.follower.catch_up()
    before = set(tmp_path.iterdir())
    assert found(house, tmp_path) == []
    emptied = set()
    for name, projection in house.views.projections.items():
        if name in {Ties.name, Index.name}:
            continue
        for table in projection().metadata.sorted_tables:
            with house.views.writing() as db:
                if not table.info.get("derived") and db.scalar(select(func.count()).select_from(table)):
                    db.execute(table.delete())
                    emptied.add((name, table.name))
    assert len(emptied) > 3
    assert {(one.view, one.table) for one in found(house, tmp_path)} == emptied
    assert set(tmp_path.iterdir()) == before
    house.follower.rebuild()
    assert found(house, tmp_path) == []


def test_a_changed_row_is_found_at_its_event(house: House, tmp_path: Path) -> None:
    say(house, 1, 12)
    house.follower.catch_up(9)
    assert found(house, tmp_path) == []
    with house.views.writing() as db:
        db.exec_driver_sql("UPDATE timeline SET text = 'never said' WHERE position = 5")
    assert [(one.view, one.position) for one in found(house, tmp_path)] == [("timeline", 5)]


def test_what_a_killed_comparison_left_is_swept_up_and_a_living_one_is_left_alone(house: House, tmp_path: Path) -> None:
    say(house, 1, 3)
    house.follower.catch_up()
    for name in ("dead", "alive"):
        (tmp_path / f".views-made-anew-{name}").mkdir()
        (tmp_path / f".views-made-anew-{name}" / "views.db").write_bytes(b"words in the clear")
    handle = os.open(tmp_path / ".views-made-anew-alive", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert found(house, tmp_path) == []
        assert [one.name for one in tmp_path.glob(".views-made-anew-*")] == [".views-made-anew-alive"]
    finally:
        os.close(handle)
    sweep(tmp_path)
    assert not list(tmp_path.glob(".views-made-anew-*"))
