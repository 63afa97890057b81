"""Short words for tests about forgetting: who acts, what is asked, and what is left afterwards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from audit.archive.checking import check
from audit.archive.log.authority import authority
from audit.bootstrap import erasing
from audit.bootstrap.house import build
from audit.domain import hold, same_person
from audit.domain.actor import Actor
from audit.domain.custody import HoldPlaced
from audit.domain.event import Damaged, Personal, Record
from audit.projections.search.find import Asked, search

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from audit.archive.checking import Finding
    from audit.bootstrap.erasing import Forgotten
    from audit.bootstrap.house import House

ONA = Actor(login="operator", role="operator")
JONAS = Actor(login="jonas", role="data protection officer")
ME = "cust-7"


def forget(house: House, customer: str = ME) -> Forgotten:
    """Ask and execute, by two."""
    return erasing.execute(house, erasing.ask(house, customer, "asked-by-person", ONA), JONAS)


def reopened(house: House) -> House:
    """Close the house as a crash would, and open it again: whatever was begun is finished then."""
    house.close()
    return build(house.settings, world=house.world)


def link(house: House, one: str, other: str) -> None:
    ties = [("customer", one), ("linked", other)]
    house.archive.decide(same_person.subject(one, other=other), same_person.evolve, same_person.link, ONA, ties=ties)


def place(
    house: House,
    *ties: tuple[str, str],
    query: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> str:
    """Place a hold on these; return its id."""
    placed = HoldPlaced(
        title=Personal("the meter case"),
        query=Personal(query) if query else None,
        persons=Personal([known for kind, known in ties if kind == "customer"]),
        cases=Personal([list(tie) for tie in ties if tie[0] != "customer"]),
        since=since,
        until=until,
    )
    written = f"hold-{house.archive.head().size}"
    house.archive.decide(("hold", written), hold.evolve, partial(hold.place, placed=placed), ONA, ties=ties)
    return written


def release(house: House, written: str) -> None:
    reason = Personal("the case is closed")
    house.archive.decide(("hold", written), hold.evolve, partial(hold.release, reason=reason), ONA)


def findings(house: House) -> Sequence[Finding]:
    """Return what a check finds when it is told what erasures took."""
    taken = authority(house.recorder).positions
    return check(house.recorder, may_be_missing=taken, on_progress=lambda _: None).findings


def records(house: House) -> list[Record]:
    """Return every record; none may be damaged."""
    found = house.archive.read(0, 10_000)
    assert not [one for one in found if isinstance(one, Damaged)], found
    return [one for one in found if isinstance(one, Record)]


def events(house: House, kind: type[Any]) -> list[Any]:
    return [one.event for one in records(house) if isinstance(one.event, kind)]


def hits(house: House, query: str) -> int:
    house.follower.catch_up()
    return search(house.views, Asked(query=query)).total
