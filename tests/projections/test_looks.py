"""Who looked at somebody, however a list of persons names them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from audit.domain.access import RecordViewed
from audit.domain.actor import HOUSE
from audit.domain.event import Personal
from audit.projections.search.looks import Looks
from tests.archive.house import new_house

if TYPE_CHECKING:
    from pathlib import Path


def test_a_look_at_a_list_is_found_whether_it_names_ties_or_ids_as_written(tmp_path: Path) -> None:
    with closing(new_house(tmp_path)) as house:
        mine, other = (house.archive.names.tie("customer", one) for one in ("cust-1", "cust-2"))
        for what, persons in (
            ("by-tie", [str(mine)]),
            ("as-written", ["cust-1"]),
            ("of-another", [str(other), "cust-2"]),
        ):
            house.archive.note(RecordViewed(what=what, count=1, position=1, persons=Personal(persons)), HOUSE)
        house.follower.catch_up()
        with house.views.reading(Looks) as (db, view):
            assert {one.what for one in view.at(db, {mine}, {"cust-1"})} == {"by-tie", "as-written"}
