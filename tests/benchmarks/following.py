"""Following: how fast records are read, and how fast views take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.projections.follow import PAGE
from audit.projections.timeline import Timeline
from tests.benchmarks.figures import Figure, Rounds

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from tests.benchmarks.ground import Ground


def follow(ground: Ground) -> list[Figure]:
    rounds = Rounds()
    with ground.filled_house() as house:
        size = house.archive.head().size
        with rounds.timed("reading alone", size):
            _read(house)
        with rounds.timed("timeline", size):
            house.follower.catch_up(only=lambda: [Timeline.name])
        with rounds.timed("all views", size):
            house.follower.rebuild()
    return [
        rounds.figure("archive read and opened", "records/s", side="reading alone"),
        rounds.figure("follow, the timeline alone", "records/s", side="timeline", against="reading alone"),
        rounds.figure("follow, all views", "records/s", side="all views", against="reading alone"),
    ]


def _read(house: House) -> None:
    after = 0
    while page := house.archive.read(after, PAGE):
        after = page[-1].position
