"""An archive of so many events as a company would have: imported, followed, with promises, requests, holds, users."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from audit.archive.accounts.sessions import Sessions
from audit.bootstrap import requesting
from audit.bootstrap.portal import guests_of
from audit.bootstrap.promising import break_overdue, find_promises
from audit.bootstrap.receiving import bring
from audit.bootstrap.requesting import Asking
from audit.domain import directory, hold
from audit.domain.actor import HOUSE
from audit.domain.custody import HoldPlaced
from audit.domain.event import Personal
from audit.domain.record_request import RecordRequested
from tests.benchmarks.ground import BY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.bootstrap.house import House
    from tests.benchmarks.ground import Ground

EVENTS_OF_A_MESSAGE: Final = 2.56
"""What the company's year gives: its tickets, visits and calls are events beside the messages."""
PRINCIPALS: Final = 100
"""Of each role: so many that nobody's allowance is spent, as if so many people worked."""
ROLES: Final = ("supervisor", "compliance officer", "administrator")
GUEST: Final = "customer"
"""Who comes through the portal: without an account."""
_REQUESTS: Final = 60
_READ_FOR_PROMISES: Final = 50_000
_HOLDS: Final = 20
_SAID_EVERY: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What was put in: how many events, how fast, and the tokens of those who are signed in, by role."""

    events: int
    seconds: float
    file: Path
    tokens: dict[str, list[str]]


def stocked(ground: Ground) -> Stock:
    """Make the archive in the ground's folder or database, and close it."""
    messages = max(1, round(ground.size.events / EVENTS_OF_A_MESSAGE))
    file = ground.company_of(messages)
    tell = _Teller()
    with ground.house() as house:
        began = perf_counter()
        bring(house, [file], BY, on_progress=lambda progress: tell("items brought", progress.accounting.found))
        house.follower.catch_up(on_progress=lambda done, goal: tell(f"events followed, of {goal:,}", done))
        # Of a large archive only the latest: the server that follows would read on from there.
        after = max(0, house.archive.head().size - _READ_FOR_PROMISES)
        find_promises(house, after=after, on_progress=lambda position: tell("events read for promises", position))
        break_overdue(house)
        customers = list(islice(_customers(file), _REQUESTS))
        _asked(house, customers)
        _held(house, customers)
        tokens = {role: _signed_in(house, role) for role in ROLES}
        tokens[GUEST] = _let_in(house, customers)
        house.follower.catch_up()
        house.log.seal()
        tell.now("events in the archive", house.archive.head().size)
        return Stock(events=house.archive.head().size, seconds=perf_counter() - began, file=file, tokens=tokens)


class _Teller:
    """Says on standard error how far the building is, every ten seconds: a large archive takes a while."""

    def __init__(self) -> None:
        self._began = self._said = perf_counter()

    def __call__(self, what: str, count: int) -> None:
        if perf_counter() - self._said >= _SAID_EVERY:
            self.now(what, count)

    def now(self, what: str, count: int) -> None:
        self._said = perf_counter()
        sys.stderr.write(f"pages: {count:,} {what} after {self._said - self._began:,.0f} s\n")
        sys.stderr.flush()


def _customers(file: Path) -> Iterator[str]:
    """Yield the ids of customers as the file has them."""
    with file.open(encoding="utf-8") as opened:
        seen: set[str] = set()
        for line in opened:
            told = json.loads(line)
            if told["kind"] == "customer" and "represents" not in told and told["id"] not in seen:
                seen.add(told["id"])
                yield told["id"]


def _asked(house: House, customers: list[str]) -> None:
    """Ask for records; every other request is acknowledged."""
    today = house.world.clock().date()
    for number, customer in enumerate(customers):
        asking = Asking(customer=customer, asked=RecordRequested(scope="all", language="en"))
        request = requesting.ask(house, asking, BY)
        if number % 2:
            requesting.acknowledge(house, request, BY, received=today, law="gdpr")


def _held(house: House, customers: list[str]) -> None:
    for number, customer in enumerate(customers[:_HOLDS]):
        placed = HoldPlaced(title=Personal(f"Matter {number}"), persons=Personal([customer]))
        decision = partial(hold.place, placed=placed)
        house.archive.decide(("hold", f"hold-{number}"), hold.evolve, decision, BY, ties=[("customer", customer)])


def _signed_in(house: House, role: str) -> list[str]:
    """Register people of a role, and return the tokens of their sessions; they have said why they read."""
    sessions = Sessions(house.keyring, random=house.world.random, clock=house.world.clock)
    tokens = []
    for number in range(PRINCIPALS):
        login = f"{role.replace(' ', '-')}-{number}"
        decision = partial(directory.register, login=login, role=role)
        house.archive.decide(("staff", login), directory.evolve, decision, HOUSE)
        session = sessions.open(house.archive.names.tie("staff", login), login, "password")
        sessions.give_purpose(session.token, "benchmark")
        tokens.append(session.token)
    return tokens


def _let_in(house: House, customers: list[str]) -> list[str]:
    guests, tie = guests_of(house), house.archive.names.tie
    return [guests.let_in(tie("customer", customer)) for customer in islice(cycle(customers), PRINCIPALS)]
