"""Killed in the middle of anything, an archive is whole, and the same command again finishes the work."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from audit.archive.checking import check
from audit.sample.company import write
from tests.archive.house import new_house
from tests.archive.recorders.places import recorder_at
from tests.whole.commands import Place
from tests.whole.company import bring, dumps, records

if TYPE_CHECKING:
    from pathlib import Path

    from audit.archive.recorders.recorder import Row
    from audit.bootstrap.house import House
    from tests.whole.commands import Running

_PIECES = 8
_DELIVERIES = "delivery."


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up company in several files, so that an import has many beginnings and ends."""
    folder = tmp_path_factory.mktemp("pieces")
    whole = tmp_path_factory.mktemp("whole") / "company.ndjson"
    write(whole, messages=100, seed=7)
    lines = whole.read_text().splitlines(keepends=True)
    for number in range(_PIECES):
        (folder / f"{number}.ndjson").write_text("".join(lines[number::_PIECES]))
    return folder


@pytest.fixture(scope="module")
def topics(pieces: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How often each topic occurs in an archive where nothing ever went wrong."""
    with closing(new_house(tmp_path_factory.mktemp("never") / "archive")) as house:
        bring(house, pieces)
        return _topics(house)


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.long)])
def test_an_import_killed_again_and_again_ends_as_if_nothing_had_happened(
    made: Place, kills: int, pieces: Path, topics: Counter[str]
) -> None:
    chance = Random(kills)  # noqa: S311 - no secret
    whole_work = made.run("import", str(pieces / "0.ndjson")).cpu_seconds * _PIECES
    seen: list[Row] = []
    for number in range(kills):
        if number % 2:
            following = made.start("follow", "--once", cpu_seconds=chance.uniform(0.001, whole_work))
            assert following.ended().code in {0, -27}
        goal = len(seen) + chance.randrange(topics.total() // kills + 1)
        _kill_at(made, made.start("import", str(pieces), cpu_seconds=whole_work * 20), seen, goal)
        _assert_whole(made, seen)
    _assert_finished(made, pieces, topics)


@pytest.mark.parametrize("moments", [1, pytest.param(50, marks=pytest.mark.long)])
def test_a_command_that_dies_at_any_moment_of_its_work_leaves_a_whole_archive(
    made: Place, moments: int, pieces: Path, topics: Counter[str]
) -> None:
    chance = Random(moments)  # noqa: S311 - no secret
    whole_work = made.run("import", str(pieces / "0.ndjson")).cpu_seconds * _PIECES
    for _ in range(moments):
        for words in (("import", str(pieces)), ("follow", "--once"), ("rebuild",)):
            died = made.start(*words, cpu_seconds=chance.uniform(0.001, whole_work)).ended()
            assert died.code in {0, -27}, died.err
        _assert_whole(made, [])
    _assert_finished(made, pieces, topics)


@pytest.mark.parametrize("moments", [2, pytest.param(60, marks=pytest.mark.long)])
def test_an_init_that_dies_can_be_run_again(place: Place, moments: int, tmp_path: Path) -> None:
    work = place.run("init", "--origin", "example.com/archive").cpu_seconds
    for moment in range(moments):
        new = Place(commands=place.commands, folder=tmp_path / f"archive-{moment}", url=place.url, schema=f"s{moment}")
        died = new.start("init", "--origin", "example.com/archive", cpu_seconds=work * (moment + 1) / moments).ended()
        again = new.run("init", "--origin", "example.com/archive")
        assert again.code == 0 or (again.code == 1 and "already" in again.err), (died, again.err)
        assert new.run("verify").code == 2, (died, again)


def _kill_at(place: Place, running: Running, seen: list[Row], goal: int) -> None:
    """Read what is committed, as it grows, and kill the command once so much of it was seen."""
    with closing(recorder_at(place.database)) as reader:
        while running.ended_yet() is None:
            seen += reader.rows(len(seen), 500)
            if len(seen) >= goal:
                running.kill()
                running.ended()
                break
        seen += reader.rows(len(seen), 100_000)
    assert [row.position for row in seen] == list(range(1, len(seen) + 1))


def _assert_whole(place: Place, seen: list[Row]) -> None:
    with place.house() as house:
        checked = check(house.recorder, may_be_missing=frozenset(), on_progress=lambda _: None)
        assert checked.findings == []
        assert house.recorder.rows(0, len(seen)) == seen


def _assert_finished(place: Place, pieces: Path, topics: Counter[str]) -> None:
    last = place.run("import", str(pieces), "--json").facts
    assert last["found"] == last["new"] + last["known"]
    again = place.run("import", str(pieces), "--json").facts
    assert (again["new"], again["refused"], again["known"]) == (0, 0, last["found"])
    with place.house() as house:
        assert _topics(house) == topics
        house.follower.catch_up()
        assert house.views.alarms() == []
        followed = dumps(house)
        house.follower.rebuild()
        assert dumps(house) == followed
    _assert_whole(place, [])


def _topics(house: House) -> Counter[str]:
    """Count what is in an archive, apart from how often somebody tried to bring it."""
    return Counter(one.event.TOPIC for one in records(house) if not one.event.TOPIC.startswith(_DELIVERIES))
