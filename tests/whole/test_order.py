"""In whatever order, pieces and repetitions things are brought in, the same items and views come of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from audit.projections.directory import Directory
from tests.archive.house import new_house
from tests.whole.company import (
    ADDED_BY_A_REPETITION,
    bring,
    dumps,
    items,
    records,
    views_apart_from_positions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from audit.bootstrap.house import House

_PIECES = 5
# Lines whose meaning hangs on lines that may come later: changes before what they change, ties, names told anew.
TANGLED = Path(__file__).with_name("tangled.ndjson")


@pytest.fixture
def tangled() -> Path:
    return TANGLED


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Callable[[], House]]:
    """Makes archives whose streams have the same names."""
    houses: list[House] = []

    def made() -> House:
        houses.append(new_house(tmp_path / f"archive-{len(houses)}"))
        return houses[-1]

    yield made
    for house in houses:
        house.close()


ARRANGEMENTS = ["backwards", "shuffled", "in pieces", "twice", "in overlapping pieces"]


@pytest.mark.parametrize(
    ("file", "arrangement"),
    [
        *(("tangled", arrangement) for arrangement in ARRANGEMENTS),
        ("company", "shuffled"),
        ("company", "in overlapping pieces"),
        *(pytest.param("company", arrangement, marks=pytest.mark.long) for arrangement in ARRANGEMENTS),
    ],
)
def test_another_order_gives_the_same_items_and_the_same_views(
    file: str, arrangement: str, new: Callable[[], House], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(file)
    straight, other = new(), new()
    once = bring(straight, path)
    assert (once.refused, once.new) == (0, once.found)
    assert sum(bring(other, piece).new for piece in _arranged(path, arrangement, tmp_path)) == once.new
    assert _told(other) == _told(straight)


@pytest.mark.long
def test_a_hundred_shuffles_give_the_same_views(tangled: Path, new: Callable[[], House], tmp_path: Path) -> None:
    straight = new()
    bring(straight, tangled)
    told = _told(straight)
    lines = tangled.read_text().splitlines(keepends=True)
    for seed in range(100):
        other = new()
        bring(other, _written(tmp_path / f"{seed}.ndjson", Random(seed).sample(lines, len(lines))))  # noqa: S311 - no secret
        assert _told(other) == told
        other.close()


def test_the_name_that_holds_is_the_newest_in_any_order(new: Callable[[], House], tmp_path: Path) -> None:
    lines = [
        f'{{"kind":"message","source":"chat","id":"m{day}","conversation":"c1","at":"2026-03-0{day}T10:00:00Z",'
        f'"channel":"chat","direction":"outbound","role":"agent","author":"{name}","author_id":"a-1","text":"Hello"}}\n'
        for day, name in enumerate(("Ona", "Ona P.", "Ona"), 1)
    ]
    straight, other = new(), new()
    bring(straight, _written(tmp_path / "straight.ndjson", lines))
    bring(other, _written(tmp_path / "backwards.ndjson", lines[::-1]))
    assert _told(other).staff == _told(straight).staff


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_repeated_delivery_adds_only_that_it_came_again(
    engine: str, company: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if engine == "postgresql" else None
    with closing(new_house(tmp_path / "archive", url)) as house:
        bring(house, company)
        house.follower.catch_up()
        before, shown = records(house), dumps(house)
        again = bring(house, company)
        assert (again.known, again.new, again.refused) == (again.found, 0, 0)
        assert records(house)[: len(before)] == before
        assert {one.event.TOPIC for one in records(house)[len(before) :]} == ADDED_BY_A_REPETITION
        assert house.archive.head().size == len(before) + 2
        house.follower.catch_up()
        changed = {name for name, rows in dumps(house).items() if rows != shown[name]}
        assert changed <= {"deliveries", "ties"}


class _Told(NamedTuple):
    items: set[tuple[str, int, str]]
    views: dict[str, set[tuple[object, ...]]]
    staff: dict[UUID, str]


def _told(house: House) -> _Told:
    """Return what an archive says, apart from how it came in."""
    house.follower.catch_up()
    assert house.views.alarms() == []
    with house.views.reading(Directory) as (db, directory):
        staff = directory.names(db)
    return _Told(items(house), views_apart_from_positions(house), staff)


def _arranged(path: Path, arrangement: str, folder: Path) -> list[Path]:
    """Return files that hold the lines of a file in another order."""
    lines = path.read_text().splitlines(keepends=True)
    if arrangement == "twice":
        return [path, path]
    if arrangement == "backwards":
        return [_written(folder / "backwards.ndjson", lines[::-1])]
    if arrangement == "shuffled":
        return [_written(folder / "shuffled.ndjson", Random(1).sample(lines, len(lines)))]  # noqa: S311 - no secret
    size, overlap = -(-len(lines) // _PIECES), 3 if arrangement == "in overlapping pieces" else 0
    starts = range(0, len(lines), size)
    return [_written(folder / f"{start}.ndjson", lines[max(0, start - overlap) : start + size]) for start in starts]


def _written(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(lines))
    return path
