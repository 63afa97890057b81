"""Sealing: what a checkpoint every 256 events costs each of them, and its share of the way in."""

from __future__ import annotations

from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Final

from audit.archive.log.sealer import EVENTS
from tests.benchmarks.figures import Figure, Rounds

if TYPE_CHECKING:
    from tests.benchmarks.ground import Ground

_SEALED_MAX: Final = 100
"""Checkpoints cut in one run."""


def seal(ground: Ground) -> list[Figure]:
    rounds = Rounds()
    with ground.house() as house:
        items = [item for batch in islice(ground.batches(), 1 + _SEALED_MAX * EVENTS // 1_000) for item in batch]
        for start in range(0, min(len(items), _SEALED_MAX * EVENTS), EVENTS):
            some = items[start : start + EVENTS]
            facts = sum(len(item.facts) for item in some)
            with rounds.timed("append", facts):
                house.archive.append_new(some)
            with rounds.timed("seal", facts):
                house.log.seal()
    appended, sealed = rounds.seconds("append"), rounds.seconds("seal")
    share = median(mine / (mine + other) for mine, other in zip(sealed, appended, strict=True))
    return [
        rounds.figure("seal, every 256 items", "events/s", side="seal", against="append")._replace(
            against="appending them"
        ),
        Figure("the cost of sealing", 1e6 / rounds.rate("seal"), "us/event"),
        Figure("its share of the way in", 100 * share, "%"),
    ]
