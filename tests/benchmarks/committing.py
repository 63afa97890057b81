"""One durable append at a time, from one thread and from many, beside the library's own recorder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from statistics import median
from typing import TYPE_CHECKING
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from psycopg.conninfo import conninfo_to_dict

from audit.domain.conversation import MessagePosted
from audit.domain.event import Personal
from tests.benchmarks.figures import Figure, Rounds
from tests.benchmarks.ground import BY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.archive.archive import Archive
    from tests.benchmarks.ground import Ground

_CLIENTS = 32
_TEXT = "Hello, the line has been down since Tuesday and the lamp on the box is red."
_STATE_BYTES = 1_100
"""About what an event of ours takes, state and box together."""


def single_append(ground: Ground) -> list[Figure]:
    rounds = Rounds()
    with ground.house() as house, _stock(ground) as stock:
        sides: dict[str, Callable[[], object]] = {"ours": partial(_note, house.archive), "stock": stock}
        for append in sides.values():
            append()
        with ThreadPoolExecutor(_CLIENTS) as pool:
            for _ in range(ground.size.rounds):
                for name, append in sides.items():
                    with rounds.timed(f"{name}, 1 client", ground.size.singles):
                        for _ in range(ground.size.singles):
                            append()
                for name, append in sides.items():
                    with rounds.timed(f"{name}, {_CLIENTS} clients", ground.size.singles):
                        for call in [pool.submit(append) for _ in range(ground.size.singles)]:
                            call.result()
    return [
        _figure(rounds, "1 client"),
        _figure(rounds, f"{_CLIENTS} clients"),
        Figure("the same, 1 client", 1e3 * median(rounds.seconds("ours, 1 client")) / ground.size.singles, "ms each"),
    ]


def _figure(rounds: Rounds, clients: str) -> Figure:
    what = f"one durable append, sealed, {clients}"
    figure = rounds.figure(what, "events/s", side=f"ours, {clients}", against=f"stock, {clients}")
    return figure._replace(against=f"the library's recorder, not sealed, {clients}")


def _note(archive: Archive) -> int:
    return archive.note(MessagePosted(text=Personal(_TEXT), channel="chat"), BY, [("customer", "cust-7")])


@contextmanager
def _stock(ground: Ground) -> Iterator[Callable[[], object]]:
    """Give a call that stores one event with the library's own recorder."""

    def stored() -> StoredEvent:
        return StoredEvent(uuid4(), 1, "message.posted", bytes(_STATE_BYTES))

    if ground.url is None:
        with closing(SQLiteDatastore(str(ground.folder / "stock.db"))) as file:
            embedded = SQLiteApplicationRecorder(file)
            embedded.create_table()
            yield lambda: embedded.insert_events([stored()])
    else:
        parts = {name: str(value) for name, value in conninfo_to_dict(ground.url).items()}
        with closing(
            PostgresDatastore(
                parts["dbname"], parts["host"], parts["port"], parts["user"], "", pool_size=5, max_overflow=_CLIENTS
            )
        ) as server:
            served = PostgresApplicationRecorder(server)
            served.create_table()
            yield lambda: served.insert_events([stored()])
