"""From a delivered file to words that are found, and how long a search takes."""

from __future__ import annotations

from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from audit.bootstrap.register import SOURCES
from audit.domain.access import SearchMade
from audit.domain.conversation import MessagePosted
from audit.domain.event import Personal, Record
from audit.intake.delivery import Importer, Options
from audit.projections.follow import PAGE
from audit.projections.search.find import Asked, search
from audit.projections.search.index import Index
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
        with rounds.timed("read", house.archive.head().size):
            messages = _read(house)
        house.views.renew(Index.name)
        with rounds.timed("index", messages):
            house.follower.catch_up(only=lambda: [Index.name])
        times = _searches(house, rounds, ground.size.rounds)
        recorded = _recorded(house, rounds)
    percentiles = quantiles(times, n=100, method="inclusive")
    return [
        rounds.figure("archive read and opened", "events/s", side="read"),
        rounds.figure("the search view anew from the archive", "messages/s", side="index"),
        Figure("import alone", done.found / brought, "items/s"),
        Figure("from the file to found in search", done.found / found, "items/s"),
        Figure("search, half of them within", 1e3 * percentiles[49], "ms"),
        Figure("search, 99 of 100 within", 1e3 * percentiles[98], "ms"),
        Figure("its access event stored, half within", 1e3 * median(recorded), "ms"),
    ]


def _read(house: House) -> int:
    """Read the whole log; return how many messages it holds."""
    after = messages = 0
    while page := house.archive.read(after, PAGE):
        messages += sum(isinstance(one, Record) and isinstance(one.event, MessagePosted) for one in page)
        after = page[-1].position
    return messages


def _recorded(house: House, rounds: Rounds) -> list[float]:
    """Store the event that a search was made, once for each query: what a search costs besides finding."""
    for query in QUERIES:
        with rounds.timed("note", 1):
            made = SearchMade(query=Personal(query), count=0, position=house.archive.head().size)
            house.archive.note(made, BY)
    return rounds.seconds("note")


def _searches(house: House, rounds: Rounds, repeats: int) -> list[float]:
    for _ in range(repeats):
        for query in QUERIES:
            with rounds.timed("search", 1):
                search(house.views, Asked(query=query))
    return rounds.seconds("search")
