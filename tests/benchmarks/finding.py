"""From a delivered file to words that are found, and how long a search takes."""

from __future__ import annotations

from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from audit.bootstrap.register import SOURCES
from audit.intake.delivery import Importer, Options
from audit.projections.search.find import Asked, search
from tests.benchmarks.figures import Figure, Rounds
from tests.benchmarks.ground import BY

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from tests.benchmarks.ground import Ground

QUERIES = (
    "internet",
    "internetas",
    "интернет",
    "техник",
    "网络",
    '"I will credit"',
    "router OR modem",
    "invoice NOT paid",
    "tech*",
    "channel:chat internet",
    "role:customer AND language:lt",
    '"technician tomorrow"~5',
    "zzzzunheardof",
)


def file_to_found(ground: Ground) -> list[Figure]:
    file = ground.company()
    rounds = Rounds()
    with ground.house() as house:
        importer = Importer(house.archive, SOURCES, Options(secret=house.delivery_secret, clock=house.world.clock))
        began = perf_counter()
        done = importer.bring(file, BY)
        brought = perf_counter() - began
        house.follower.catch_up()
        search(house.views, Asked(query=QUERIES[0]))
        found = perf_counter() - began
        times = _searches(house, rounds, ground.size.rounds)
    percentiles = quantiles(times, n=100, method="inclusive")
    return [
        Figure("import alone", done.found / brought, "items/s"),
        Figure("from the file to found in search", done.found / found, "items/s"),
        Figure("search, half of them within", 1e3 * percentiles[49], "ms"),
        Figure("search, 99 of 100 within", 1e3 * percentiles[98], "ms"),
    ]


def _searches(house: House, rounds: Rounds, repeats: int) -> list[float]:
    for _ in range(repeats):
        for query in QUERIES:
            with rounds.timed("search", 1):
                search(house.views, Asked(query=query))
    return rounds.seconds("search")
