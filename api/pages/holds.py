"""Legal holds: what may not go while a case is open."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.opening import opens
from api.visit import Visit
from audit.bootstrap.obstacles import covered_by
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain import hold as deciding
from audit.domain.custody import HoldPlaced
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.projections.customers import Customers
from audit.projections.holds import Holds
from audit.projections.search.grammar import parse
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.projections.holds import Hold

_TIES_MAX: Final = 500
_ID_BYTES: Final = 6
_LONGEST: Final = 10_000


@opens("holds")
def holds(
    visit: Visit, customer: UUID | None = None, query: str = "", released: str = "", counted: str = ""
) -> Response:
    """List holds, and count what one of them covers; a link from a customer or a search fills the form in."""
    house = visit.house
    with house.views.reading(Holds) as (db, view):
        position = house.views.as_of(db, Holds.name)
        found = [one for one in view.all(db) if released == "yes" or not one.released]
    written = _written(visit, customer) if customer else None
    shown = {person for one in found for person in one.persons} | ({written} if written else set())
    visit.looked("holds", count=len(found), position=position, persons=shown)
    asked = next((one for one in found if one.id == counted and not one.released), None)
    covered = covered_by(house, asked, hiding_from_reader(house, visit.by.role).positions) if asked else None
    return visit.page(
        "custody/holds.html",
        holds=[(one, _is_readable(visit, one)) for one in found],
        counted=counted,
        covered=None if covered is None else len(covered),
        customers=written or "",
        query=query,
        released=released == "yes",
    )


@opens("hold-placed")
def placed(visit: Visit) -> Response:
    """Place a hold on persons, cases, a search, or all of them."""
    house = visit.house
    persons, talks = _lines(visit, "customers"), _lines(visit, "conversations")
    cases = [*(("conversation", one) for one in talks), *(("ticket", one) for one in _lines(visit, "tickets"))]
    ties = [*(("customer", one) for one in persons), *cases]
    if len(ties) > _TIES_MAX:
        raise WrongUse(str(visit.say("A hold covers at most {count} persons and cases.", count=_TIES_MAX)))
    _must_be_known(visit, ties)
    query = visit.field("query", _LONGEST)
    if query:
        parse(query, house.settings.zone)
    event = HoldPlaced(
        title=Personal(visit.needed("title", 200)),
        query=Personal(query) if query else None,
        persons=Personal(sorted(persons)) if persons else None,
        since=_day(visit, "since"),
        until=_day(visit, "until"),
        reason=Personal(reason) if (reason := visit.field("reason")) else None,
        cases=Personal([list(one) for one in cases]) if cases else None,
    )
    decision = partial(deciding.place, placed=event)
    hold = house.world.random(_ID_BYTES).hex()
    house.archive.decide(("hold", hold), deciding.evolve, decision, visit.by, ties=ties)
    house.follower.catch_up()
    return visit.to("/holds", counted=hold)


@opens("hold-released")
def released(visit: Visit, hold: str) -> Response:
    reason = Personal(visit.needed("reason"))
    decision = partial(deciding.release, reason=reason)
    visit.house.archive.decide(("hold", hold), deciding.evolve, decision, visit.by)
    visit.house.follower.catch_up()
    return visit.to("/holds")


def _is_readable(visit: Visit, hold: Hold) -> bool:
    """Say whether the search of a hold can still be read; what cannot be read covers everything."""
    try:
        if hold.query is not None:
            parse(hold.query, visit.house.settings.zone)
    except WrongUse:
        return False
    return True


def _lines(visit: Visit, name: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (one.strip() for one in visit.field(name, 100_000).split("\n")))))


def _must_be_known(visit: Visit, ties: Sequence[tuple[str, str]]) -> None:
    """Refuse an id that no event speaks of: whoever mistypes one believes that it is held."""
    house = visit.house
    with house.views.reading(Ties) as (db, view):
        for kind, one in ties:
            tie = house.archive.names.tie(kind, one)
            if not (view.closure(db, tie) if kind == "customer" else view.tied(db, [tie], kind)):
                raise WrongUse(str(visit.say("Nothing is on record of {id}: copy the id from its page.", id=one)))


def _day(visit: Visit, name: str) -> date | None:
    written = visit.field(name, 20)
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise WrongUse(str(visit.say("Write the day like 2026-03-01."))) from None


def _written(visit: Visit, customer: UUID) -> str | None:
    with visit.house.views.reading(Customers) as (db, view):
        known = view.get(db, [customer])
    return known[0].written if known else None
