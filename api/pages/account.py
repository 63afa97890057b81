"""One's own account: who one is here, and a new password."""

from __future__ import annotations

from fastapi import Response

from api.opening import opens
from api.visit import SESSION_COOKIE, Visit, set_cookie
from audit.domain import directory
from audit.domain.errors import NotAllowed


@opens("account")
def account(visit: Visit) -> Response:
    return visit.page("frame/account.html", changed=visit.request.query_params.get("changed") == "yes")


@opens("password")
def password(visit: Visit) -> Response:
    """Change the password: it takes the old one, and ends all other sessions."""
    house, by = visit.house, visit.by
    staff = house.archive.names.tie("staff", by.login)
    if visit.rooms.lock.wait(by.login) or not visit.rooms.secrets.is_right(staff, str(visit.form.get("old", ""))):
        visit.rooms.lock.failed(by.login)
        raise NotAllowed(str(visit.say("This is not your present password: nothing was changed.")))
    house.archive.decide(("staff", by.login), directory.evolve, directory.set_secret, by)
    visit.rooms.secrets.choose(staff, str(visit.form.get("new", "")))
    visit.rooms.sessions.end_all(staff)
    session = visit.rooms.sessions.open(staff, by.login, "password")
    answer = visit.to("/account", changed="yes")
    set_cookie(visit.request, answer, SESSION_COOKIE, session.token)
    return answer
