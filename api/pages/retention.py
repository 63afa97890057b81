"""How long words of each class must be kept, and when they must be gone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import Response

from api.opening import opens
from api.visit import Visit
from audit.bootstrap import erasing
from audit.bootstrap.erasing_plans import due_by_month, plan_disposal
from audit.domain import retention as deciding
from audit.domain.errors import WrongUse
from audit.projections.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_DAYS = 100_000


@opens("retention")
def retention(visit: Visit) -> Response:
    house = visit.house
    with house.views.reading(Retention) as (db, view):
        found = sorted(view.all(db).values(), key=lambda one: one.name)
    given: Mapping[str, str] = house.settings.retention
    return visit.page("custody/retention.html", classes=found, given=sorted(given.items()))


@opens("retention-set")
def retention_set(visit: Visit) -> Response:
    name, keep, limit = visit.needed("name", 40), _days(visit, "keep"), visit.field("limit", 10)
    decision = partial(
        deciding.set_class, name=name, keep_days=keep, limit_days=_days(visit, "limit") if limit else None
    )
    visit.house.archive.decide(("retention-class", name), deciding.evolve, decision, visit.by)
    visit.house.follower.catch_up()
    return visit.to("/retention")


@opens("disposal")
def disposal(visit: Visit) -> Response:
    """Show how much is past its limit and would go, by class and month: whose words they are is not told here."""
    house = visit.house
    plan = plan_disposal(house, house.today())
    return visit.page("custody/disposal.html", due=due_by_month(plan))


@opens("disposal-asked")
def disposal_asked(visit: Visit) -> Response:
    """Put on record that it is to go; a second person executes it."""
    erasing.ask_disposal(visit.house, visit.by)
    visit.house.follower.catch_up()
    return visit.to("/erasures")


def _days(visit: Visit, name: str) -> int:
    written = visit.needed(name, 10)
    if not (written.isascii() and written.isdecimal() and int(written) <= _LONGEST_DAYS):
        raise WrongUse(str(visit.say("Write the days as a whole number up to {most}.", most=_LONGEST_DAYS)))
    return int(written)
