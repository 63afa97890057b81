"""The first administrator comes in by a code that stands on the terminal, once."""

from __future__ import annotations

from functools import partial

from fastapi import Response

from api.identity import same
from api.opening import opens
from api.visit import SESSION_COOKIE, Visit, set_cookie
from audit.domain import directory
from audit.domain.actor import HOUSE
from audit.domain.errors import NotAllowed, NotFound

_LOGIN_MAX = 200


@opens("first")
def first(visit: Visit) -> Response:
    _must_be_open(visit)
    return visit.page("frame/first.html", code=visit.request.query_params.get("code", ""))


@opens("first-done")
def first_done(visit: Visit) -> Response:
    house, rooms = visit.house, visit.rooms
    _must_be_open(visit)
    if not same(visit.field("code"), rooms.first_code or ""):
        raise NotAllowed(str(visit.say("This is not the code that stands on the terminal: look there again.")))
    login = visit.needed("login", _LOGIN_MAX)
    staff = house.archive.names.tie("staff", login)
    secret = str(visit.form.get("secret", ""))
    rooms.secrets.must_do(secret)
    decision = partial(directory.register, login=login, role="administrator", name=visit.field("name") or None)
    house.archive.decide(("staff", login), directory.evolve, decision, HOUSE)
    rooms.secrets.choose(staff, secret)
    rooms.first_code = None
    session = rooms.sessions.open(staff, login, "first code")
    answer = visit.to("/users")
    set_cookie(visit.request, answer, SESSION_COOKIE, session.token)
    return answer


def _must_be_open(visit: Visit) -> None:
    if visit.rooms.first_code is None:
        raise NotFound(str(visit.say("This archive has its first administrator: sign in instead.")))
