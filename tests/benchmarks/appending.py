"""Bulk append: items sealed and stored, and items that are there already, beside the same rows written bare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.bare import bare_table
from tests.benchmarks.figures import Figure, Rounds

if TYPE_CHECKING:
    from tests.benchmarks.ground import Ground


def bulk_append(ground: Ground) -> list[Figure]:
    rounds = Rounds()
    with ground.house() as house, bare_table(ground) as bare:
        for items in ground.batches():
            before = house.archive.head().size
            facts = sum(len(item.facts) for item in items)
            with rounds.timed("append", facts):
                house.archive.append_new(items)
            rows = house.recorder.rows(before, 10 * len(items))
            with rounds.timed("bare rows", len(rows)):
                bare.write(rows)
            with rounds.timed("known", facts):
                house.archive.append_new(items)
    return [
        rounds.figure("append new items, sealed", "events/s", side="append", against="bare rows"),
        rounds.figure("append known items", "events/s", side="known", against="bare rows"),
        rounds.figure("bare rows", "events/s", side="bare rows"),
    ]
