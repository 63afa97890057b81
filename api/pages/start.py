"""The start: what somebody can do here, by their role."""

from __future__ import annotations

from fastapi import Response

from api.first_steps import first_steps
from api.opening import opens
from api.visit import LANGUAGE_COOKIE, Visit, set_cookie
from api.wording import LANGUAGES

_YEAR_SECONDS = 365 * 24 * 60 * 60


@opens("start")
def start(visit: Visit) -> Response:
    if visit.user is None:
        return visit.page("frame/welcome.html", first=visit.rooms.first_code is not None)
    size = visit.house.archive.head().size
    read = min((one.position for one in visit.house.views.standings() if one.active), default=size)
    return visit.page(
        "frame/start.html",
        size=size,
        behind=visit.rooms.misses(read),
        alarms=len(visit.house.views.alarms()),
        steps=first_steps(visit.house, visit.user.role),
    )


@opens("language")
def language(visit: Visit) -> Response:
    answer = visit.to(visit.field("next") or "/")
    if (chosen := visit.field("language")) in LANGUAGES:
        set_cookie(visit.request, answer, LANGUAGE_COOKIE, chosen, seconds=_YEAR_SECONDS)
    return answer
