"""A day of the made-up company's telephone queues, as Asterisk's queue_log."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from audit.sample.company import LAST_DAY, Counts
from audit.sample.dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_QUEUES: Final = ("faults", "billing", "faults", "moving")
_AGENTS: Final = ("PJSIP/201", "PJSIP/202", "PJSIP/203", "PJSIP/204", "PJSIP/205", "PJSIP/206", "PJSIP/207")
_OVERFLOW: Final = "overflow"
_OPENS, _SHUTS = 7 * 3600, 21 * 3600
_SECONDS_A_DAY: Final = 86_400
_PAUSES: Final = 12
_GIVES_UP, _TIMES_OUT, _PRESSES = 0.10, 0.14, 0.16
"""Where on a die a call is given up, times out, or leaves by a key; all others are answered."""
_BLIND, _ATTENDED = 0.08, 0.12

_Row = tuple[int, str]


def rows(calls: int, seed: int, *, day: date = LAST_DAY) -> Iterator[str]:
    """Return the lines of one day (in UTC), oldest first; the same for the same seed.

    Raises ``ValueError`` when asked for less than one call.
    """
    if calls < 1:
        raise ValueError(f"A day of {calls} calls cannot be made: ask for at least one call.")
    dice = Dice(seed)
    midnight = int(datetime.combine(day, time.min, UTC).timestamp())
    told: list[_Row] = [(_OPENS - 5, "NONE|NONE|NONE|QUEUESTART"), (_OPENS, "NONE|NONE|NONE|CONFIGRELOAD")]
    told += [(_OPENS + number, f"CLI|{_QUEUES[number % 3]}|{agent}|ADDMEMBER") for number, agent in enumerate(_AGENTS)]
    for number in range(calls):
        told += _Call(dice, midnight, number).rows()
    for _ in range(_PAUSES):
        told += _pause(dice)
    return (f"{midnight + at}|{text}" for at, text in sorted(told, key=lambda row: row[0]))


def write_queue_log(path: Path, *, calls: int, seed: int) -> Counts:
    """Write the day to a file."""
    kinds: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows(calls, seed):
            kinds[row.split("|")[4]] += 1
            file.write(row + "\n")
    return Counts(messages=0, lines=kinds.total(), kinds=dict(kinds))


class _Call:
    """One caller's way through the queues."""

    def __init__(self, dice: Dice, midnight: int, number: int) -> None:
        self._dice = dice
        self._at = dice.between(_OPENS, _SHUTS)
        self._id = f"{midnight + self._at}.{number}"
        self._told: list[_Row] = []

    def rows(self) -> list[_Row]:
        self._wait(self._dice.pick(_QUEUES))
        return self._told

    def _tell(self, queue: str, agent: str, event: str, *given: object) -> None:
        self._told.append((self._at, "|".join([self._id, queue, agent, event, *map(str, given)])))

    def _wait(self, queue: str) -> None:
        entered, place = self._at, self._dice.between(1, 6)
        self._tell(queue, "NONE", "ENTERQUEUE", "", f"+3702{self._dice.digits(7)}", place)
        fate = self._dice.random()
        if fate < _GIVES_UP:
            self._at += self._dice.pick((0, 2, 3, 4, 5, 9, 20, 21, 45, 90))
            self._tell(queue, "NONE", "ABANDON", self._dice.between(1, place), place, self._at - entered)
        elif fate < _TIMES_OUT and queue != _OVERFLOW:
            self._at += 120
            self._tell(queue, "NONE", "EXITWITHTIMEOUT", 1, place, 120)
            # The same channel goes on into another queue, in the same second.
            self._wait(_OVERFLOW)
        elif fate < _PRESSES:
            self._at += self._dice.between(3, 40)
            self._tell(queue, "NONE", "EXITWITHKEY", 1, place, place, self._at - entered)
        else:
            self._answered(queue, entered, place)

    def _answered(self, queue: str, entered: int, place: int) -> None:
        dice = self._dice
        agent = dice.pick(_AGENTS)
        self._at += int(-math.log(1 - dice.random()) * 14)
        if dice.chance(0.2):
            self._tell(queue, dice.pick(_AGENTS), "RINGNOANSWER", 15_000)
            self._at += 3
        wait = self._at - entered
        self._tell(queue, agent, "CONNECT", wait, f"{self._id}b", dice.between(1, 9))
        talk = dice.between(15, 900)
        self._at += talk
        fate = dice.random()
        if fate < _BLIND:
            self._tell(queue, agent, "BLINDTRANSFER", "300", "internal", wait, talk, place)
        elif fate < _ATTENDED:
            self._tell(queue, agent, "ATTENDEDTRANSFER", "BRIDGE", f"{self._id}c", wait, talk, place)
        else:
            ending = "COMPLETECALLER" if dice.chance(0.6) else "COMPLETEAGENT"
            self._tell(queue, agent, ending, wait, talk, place)


def _pause(dice: Dice) -> list[_Row]:
    agent, begins = dice.pick(_AGENTS), dice.between(_OPENS, _SHUTS)
    ends = min(begins + dice.between(300, 2_400), _SECONDS_A_DAY - 1)
    return [(begins, f"NONE|NONE|{agent}|PAUSEALL|lunch"), (ends, f"NONE|NONE|{agent}|UNPAUSEALL|lunch")]
