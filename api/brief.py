"""What the next person needs to know of a customer beside their talks: promises, requests, who acts for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from audit.projections.authority import Authority, Given, in_force
from audit.projections.customers import Customers
from audit.projections.promises import Promised, Promises
from audit.projections.requests import Request, Requests

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from audit.bootstrap.house import House


@dataclass(frozen=True, kw_only=True)
class Brief:
    """``promises`` are those that count: open, broken or in dispute; ``suggested`` those that nobody judged yet."""

    promises: Sequence[Promised]
    suggested: int
    requests: Sequence[Request]
    acting: Sequence[Given]
    names: dict[UUID, str]

    @property
    def next_due(self) -> date | None:
        return min((one.due for one in self.promises if one.status == "open" and one.due), default=None)


def brief_of(house: House, same: Collection[UUID], hidden: Collection[int]) -> Brief:
    """Return what stands about a customer, under whichever of their ids."""
    with house.views.reading(Promises) as (db, promises):
        theirs = promises.of(db, same)
    with house.views.reading(Requests) as (db, requests):
        asked = [one for one in requests.of(db, list(same)) if not one.settled]
    now = house.world.clock().astimezone(house.settings.zone)
    with house.views.reading(Authority) as (db, authority):
        given = [one for tie in same for one in in_force(authority.all(db, tie), now)]
    with house.views.reading(Customers) as (db, customers):
        known = customers.get(db, [one.representative for one in given], hidden=hidden)
    return Brief(
        promises=[one for one in theirs if one.disputed or one.status in {"open", "broken"}],
        suggested=sum(one.status == "suggested" for one in theirs),
        requests=asked,
        acting=given,
        names={one.id: one.names[0] if one.names else one.written or "" for one in known},
    )
