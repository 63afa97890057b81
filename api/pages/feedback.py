"""Feedback: what became of the tickets that people wrote, month by month, never without the number it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.pages.desk import FACTS
from api.pages.reviews import NAMES
from api.visit import Visit
from audit.bootstrap.elements_over_time import MOST, elements_over_time
from audit.projections.desk.feedback import FEW, Share, by_author, by_team, person, visits_and_scores
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory

if TYPE_CHECKING:
    from audit.projections.desk.feedback import Relation

_AGENT: Final = "agent"
_ROWS: Final = 40
SAYS: Final = {
    "few": N_("Too few tickets had a visit: this says nothing yet."),
    "same": N_("All tickets have the same score or the same number of visits: this says nothing."),
    "nothing": N_("Scores and visits do not go together: the score says nothing about visits."),
    "fewer": N_("A better score goes with fewer visits."),
    "more": N_("A better score goes with more visits: look at the rubric."),
}


@opens("feedback")
def feedback(visit: Visit, show: str = "people") -> Response:
    """Show the feedback for each agent or team, by tickets or by calls; agents see their own."""
    house = visit.house
    settings, zone = rubric(house.settings.rubric), house.settings.zone
    for_teams = show == "teams" and visit.by.role != _AGENT
    with house.views.reading(Desk) as (db, desk):
        position = house.views.as_of(db, Desk.name)
        found = by_team(db, desk, settings, zone) if for_teams else by_author(db, desk, settings, zone)
        relation = visits_and_scores(db, desk, settings)
    only = house.archive.names.tie("staff", visit.by.login) if visit.by.role == _AGENT else None
    if only is not None:
        found = [one for one in found if one.whose == only.hex]
    spoken = elements_over_time(house, visit.by.role, zone, agent=only) if show == "calls" else []
    with house.views.reading(Directory) as (db, directory):
        names = directory.names(db)
    visit.looked("feedback", count=len(found), position=position)
    return visit.page(
        "work/feedback.html",
        found=found[:_ROWS],
        left_out=max(0, len(found) - _ROWS),
        spoken=spoken[:_ROWS],
        judged_most=MOST,
        relation=relation,
        says=SAYS[_said(relation)],
        teams=for_teams,
        calls=show == "calls",
        called=lambda whose: names.get(staff, "?") if (staff := person(whose)) else whose,
        names=names,
        share=Share,
        few=FEW,
        kinds=FACTS,
        elements=NAMES,
        position=position,
    )


def _said(relation: Relation) -> str:
    """Return what the relation of scores and visits says, as the command says it in English."""
    if relation.n < FEW:
        return "few"
    if relation.rho is None or relation.interval is None:
        return "same"
    if relation.interval[0] <= 0 <= relation.interval[1]:
        return "nothing"
    return "fewer" if relation.rho < 0 else "more"
