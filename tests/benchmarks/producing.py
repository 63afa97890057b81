"""Handing over: a production of everything in each form, with its proofs."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from audit.bootstrap.house import read_log_key
from audit.projections.search.find import Asked
from audit.reports.production.folder import new_folder
from audit.reports.production.model import Terms
from audit.reports.production.planning import Wanted, plan
from audit.reports.production.producing import FORMATS, produce
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import BY

if TYPE_CHECKING:
    from tests.benchmarks.ground import Ground

MOST = 10_000


def hand_over(ground: Ground) -> list[Figure]:
    """Time each form on the same items, from the search to the manifest; at most so many of them."""
    figures = []
    with ground.filled_house() as house:
        house.follower.catch_up()
        position = min(house.archive.head().size, 4 * MOST)
        asked = Asked(query="kind:message")
        for form in FORMATS:
            terms = Terms(
                query=asked.query, format=form, prefix="REC", first=1, origin=house.origin,
                log_key=str(read_log_key(house.settings).verifier), by=BY.login, role=BY.role, why=None,
                zone=asked.zone,
            )  # fmt: skip
            began = perf_counter()
            planned = plan(house.views, Wanted(asked=asked, position=position), tie=house.archive.names.tie)
            with new_folder(Path(ground.folder) / f"production-{form}") as folder:
                produced = produce(house, planned, terms, folder, lambda _: None)
            seconds = perf_counter() - began
            figures.append(Figure(f"production as {form}", produced.counts["items"] / seconds, "items/s"))
    return figures
