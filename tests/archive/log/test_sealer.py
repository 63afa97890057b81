"""The sealer: when it seals, and that it outlives what goes wrong."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from audit.archive.log.sealer import EVENTS, SECONDS, Sealer
from audit.domain.errors import Unavailable
from tests.archive.log.sealed import say

if TYPE_CHECKING:
    import pytest

    from audit.bootstrap.house import House


class Paper:
    """A log that is sealed on paper."""

    def __init__(self) -> None:
        self.waiting = 0
        self.seals = 0
        self.broken = False

    def uncovered(self) -> int:
        return self.waiting

    def seal(self) -> None:
        if self.broken:
            raise Unavailable("The database is gone: start it.")
        self.waiting = 0
        self.seals += 1


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_minute_passes_before_a_few_events_are_sealed() -> None:
    log, clock = Paper(), Clock()
    sealer = Sealer(log, clock)
    clock.seconds = SECONDS
    sealer.look()
    assert log.seals == 0
    log.waiting = 1
    sealer.look()
    assert log.seals == 1
    log.waiting = 1
    sealer.look()
    assert log.seals == 1
    clock.seconds += SECONDS
    sealer.look()
    assert log.seals == 2


def test_many_events_are_sealed_at_once() -> None:
    log = Paper()
    sealer = Sealer(log, Clock())
    log.waiting = EVENTS - 1
    sealer.look()
    assert log.seals == 0
    log.waiting = EVENTS
    sealer.look()
    assert log.seals == 1


def test_what_goes_wrong_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    log = Paper()
    sealer = Sealer(log, Clock())
    log.waiting, log.broken = EVENTS, True
    with caplog.at_level(logging.ERROR):
        sealer.look()
        sealer.look()
    assert [record.getMessage() for record in caplog.records] == [
        "The log cannot be sealed: The database is gone: start it."
    ]
    log.broken = False
    sealer.look()
    assert log.seals == 1


def test_a_house_is_sealed_when_it_is_shut(house: House) -> None:
    with Sealer(house.log):
        say(house, 1, 3)
    assert house.log.uncovered() == 0
