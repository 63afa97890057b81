"""The desk: the supervisor's queues, the tickets that would make a visit fail first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.errors import WrongUse
from audit.projections.desk.asking import Asked, Place, page_of
from audit.projections.desk.resembling import likely_tickets, orders_without_ticket
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.bootstrap.withheld import Hiding
    from audit.projections.desk.resembling import Likely

QUEUES: Final = {
    "weak": N_("Weak"),
    "bounced": N_("Sent back"),
    "unread": N_("Not read back"),
    "unclear": N_("Reported unclear"),
    "open_visits": N_("Visits without follow-up"),
    "orphans": N_("Without work order"),
    "all": N_("All tickets"),
}
MARKS: Final = {
    "contact": N_("who to call"),
    "fault": N_("what fails"),
    "since": N_("since when"),
    "where": N_("where"),
    "access": N_("how to get in"),
    "tried": N_("what was tried"),
    "wanted": N_("what is wanted"),
    "identifiers": N_("numbers of device or order"),
    "safety": N_("safety"),
}
FLAGS: Final = {
    "bounced": N_("sent back"),
    "bounced-again": N_("sent back again"),
    "unread-back": N_("not read back"),
    "read-back-stale": N_("changed after it was read back"),
    "escalated-unread": N_("escalated without a read-back"),
    "orphan": N_("without work order"),
    "unclear": N_("reported unclear"),
    "visit-open": N_("visit without follow-up"),
}
FACTS: Final = {
    "phone": N_("phone"),
    "email": N_("e-mail"),
    "money": N_("amount"),
    "date": N_("date"),
    "time": N_("time"),
    "identifier": N_("number"),
    "address": N_("address"),
    "access": N_("access note"),
    "device": N_("device"),
    "person": N_("name"),
}
STEPS: Final = {"ticket": N_("the ticket"), "work_order": N_("the work order"), "result": N_("the result")}
STATES: Final = {
    "open": N_("open"),
    "resolved": N_("resolved"),
    "reopened": N_("opened again"),
    "closed": N_("closed"),
    "issued": N_("issued"),
    "started": N_("begun"),
    "finished": N_("finished"),
    "signed": N_("signed"),
    "cancelled": N_("cancelled"),
}
"""How a case stands; a source's own word is shown as it is."""
_SHOWN = 25
_ORPHANS = 20


@opens("desk")
def desk(visit: Visit, queue: str = "weak", after: str = "", agent: str = "", team: str = "") -> Response:
    house = visit.house
    settings = rubric(house.settings.rubric)
    asked = Asked(
        rubric=settings,
        author=house.archive.names.tie("staff", agent) if agent else None,
        team=team or None,
        after=_place(visit, after),
        limit=_SHOWN,
        **_queue(queue),
    )
    with house.views.reading(Desk) as (db, view):
        position = house.views.as_of(db, Desk.name)
        page = page_of(db, view, asked)
        orders = orders_without_ticket(db, view, limit=_ORPHANS) if asked.orphans else []
        likely = {order: likely_tickets(db, view, order) for order in orders}
    with house.views.reading(Directory) as (db, directory):
        names = directory.names(db, [one.author for one in page.tickets])
    hiding = hiding_from_reader(house, visit.by.role)
    ties = [("customer", one.customer) for one in page.tickets if one.customer is not None]
    visit.looked("tickets", count=len(page.tickets) + len(orders), position=position, ties=list(dict.fromkeys(ties)))
    return visit.page(
        "work/desk.html",
        queue=queue if queue in QUEUES else "all",
        queues=QUEUES,
        page=page,
        names=names,
        marks=MARKS,
        flags=FLAGS,
        kinds=FACTS,
        steps=STEPS,
        settings=settings,
        lonely={order: [(one, not _withheld(one, hiding)) for one in found] for order, found in likely.items()},
        quoted=lambda words, event: None if hiding.of(event) else words,
        agent=agent,
        team=team,
        position=position,
    )


def _queue(queue: str) -> Mapping[str, Any]:
    return {queue: True} if queue in QUEUES and queue != "all" else {}


def _withheld(one: Likely, hiding: Hiding) -> bool:
    return any(map(hiding.of, one.events))


def _place(visit: Visit, after: str) -> Place | None:
    if not after:
        return None
    score, _, thing = after.partition(":")
    if not score.isdecimal() or not thing:
        raise WrongUse(str(visit.say("This address is no page of the desk: go back to its beginning.")))
    return Place(int(score), thing)
