"""Telephone queues written for tests, and a second calculation of their service level, straight from the file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOON = 1_772_362_800
"""2026-03-01T11:00:00Z."""


class Fate(NamedTuple):
    """So many calls that waited so long, and whether somebody answered."""

    calls: int
    wait: int
    answered: bool


VECTOR = (
    Fate(500, 4, True),
    Fate(360, 20, True),
    Fate(100, 21, True),
    Fate(40, 90, True),
    Fate(10, 3, False),
    Fate(10, 20, False),
    Fate(40, 55, False),
)
"""A = 1000, Ab = 60, A in 20 s = 860, Ab in 20 s = 20, Ab after = 40, Ab under 5 s = 10."""


def queue_log(fates: Iterable[Fate], *, begins: int = NOON, every: int = 1) -> Iterator[str]:
    """Yield the lines of calls that come one after the other, each call's lines together."""
    number = 0
    for fate in fates:
        for _ in range(fate.calls):
            number += 1
            at = begins + number * every
            call = f"{at}.{number}"
            yield f"{at}|{call}|support|NONE|ENTERQUEUE||+3702{number:07d}|1"
            if fate.answered:
                yield f"{at + fate.wait}|{call}|support|PJSIP/201|CONNECT|{fate.wait}|{call}b|2"
                yield f"{at + fate.wait + 60}|{call}|support|PJSIP/201|COMPLETECALLER|{fate.wait}|60|1"
            else:
                yield f"{at + fate.wait}|{call}|support|NONE|ABANDON|1|1|{fate.wait}"


def by_hand(text: str, threshold: int = 20, short: int = 5) -> dict[str, float | int]:
    """Return what a queue_log says, counted from the waits the log itself gives, without a step of ours between."""
    counts: dict[str, int] = defaultdict(int)
    waited = talked = 0
    for line in text.splitlines():
        fields = line.split("|")
        event, given = fields[4], fields[5:]
        if event == "ENTERQUEUE":
            counts["offered"] += 1
        elif event == "CONNECT":
            counts["answered"] += 1
            counts["answered_within"] += int(given[0]) <= threshold
            waited += int(given[0])
        elif event == "ABANDON":
            counts["abandoned"] += 1
            counts["abandoned_within"] += int(given[2]) <= threshold
            counts["short_abandoned"] += int(given[2]) < short
        elif event.startswith("EXIT"):
            counts["flow_out"] += 1
        elif event.startswith("COMPLETE"):
            talked += int(given[1])
        elif event.endswith("TRANSFER"):
            counts["transferred"] += 1
            talked += int(given[3])
    a, ab = counts["answered"], counts["abandoned"]
    at, abt, abs_ = counts["answered_within"], counts["abandoned_within"], counts["short_abandoned"]
    return {
        **counts,
        "asa": round(waited / a, 1),
        "aht": round(talked / a, 1),
        "SL1": round(100 * (at + abt) / (a + ab), 2),
        "SL2": round(100 * at / a, 2),
        "SL3": round(100 * at / (a + ab), 2),
        "SL4": round(100 * at / (a + ab - abt), 2),
        "SL5": round(100 * (at + abs_) / (a + ab), 2),
        "SL6": round(100 * at / (a + ab - abs_), 2),
    }
