"""Signing in and out, and saying why one reads."""

from __future__ import annotations

from fastapi import Response

from api.opening import opens
from api.visit import SESSION_COOKIE, Visit, local, set_cookie
from audit.bootstrap.users import role_of
from audit.domain.access import AccessRefused, SignedIn
from audit.domain.actor import HOUSE, Actor

_LONGEST_PURPOSE = 500


@opens("sign-in")
def sign_in(visit: Visit) -> Response:
    return visit.page("frame/sign_in.html", next=_next(visit), login="", wrong=None)


@opens("sign-in-done")
def signed_in(visit: Visit) -> Response:
    login, secret = visit.field("login", 200), str(visit.form.get("secret", ""))
    wait = visit.rooms.lock.wait(login)
    role = role_of(visit.house, login) if login else None
    staff = visit.house.archive.names.tie("staff", login)
    # The secret is checked whatever is known by now, so that the time an answer takes tells nothing.
    right = visit.rooms.secrets.is_right(staff, secret)
    if wait or role is None or not right:
        return refused(visit, login, wait)
    if visit.rooms.second.has(staff):
        return ask_code(visit, login)
    return begun_session(visit, login, "password")


def ask_code(visit: Visit, login: str, *, how: str = "password", then: str = "", wrong: bool = False) -> Response:
    """Ask for the second factor; the first, ``how``, was right."""
    if wrong:
        visit.house.archive.note(AccessRefused(what="sign-in", reason="code"), HOUSE)
    half = visit.rooms.half(login, visit.form_seed, how)
    return visit.page(
        "custody/sign_in_code.html",
        403 if wrong else 200,
        next=local(then) if then else _next(visit),
        login=login,
        how=how,
        half=half,
        wrong=wrong,
    )


def begun_session(visit: Visit, login: str, how: str, *, then: str = "") -> Response:
    """Let somebody in who has proven who they are, and lead them where they wanted to go."""
    role = role_of(visit.house, login)
    if role is None:
        return refused(visit, login, 0)
    visit.rooms.lock.succeeded(login)
    visit.house.archive.note(SignedIn(how=how), Actor(login=login, role=role))
    if visit.session:
        visit.rooms.sessions.end(visit.session.token)
    session = visit.rooms.sessions.open(visit.house.archive.names.tie("staff", login), login, how)
    answer = visit.to(local(then or visit.field("next") or "/"))
    set_cookie(visit.request, answer, SESSION_COOKIE, session.token)
    return answer


def refused(visit: Visit, login: str, wait: int) -> Response:
    """Say that somebody does not get in, or not yet."""
    if not wait:
        visit.rooms.lock.failed(login)
        visit.house.archive.note(AccessRefused(what="sign-in", reason="secret"), HOUSE)
    wrong = (
        visit.say("After several failures this name is locked: try again in {minutes} minutes.", minutes=wait // 60 + 1)
        if wait
        else visit.say("Name and password do not belong together: try again.")
    )
    return visit.page("frame/sign_in.html", 403, next=_next(visit), login=login, wrong=wrong)


@opens("sign-out")
def sign_out(visit: Visit) -> Response:
    if visit.session:
        visit.rooms.sessions.end(visit.session.token)
    answer = visit.to("/")
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


@opens("purpose")
def purpose(visit: Visit) -> Response:
    return visit.page("frame/purpose.html", next=_next(visit))


@opens("purpose-given")
def purpose_given(visit: Visit) -> Response:
    if visit.session:
        visit.rooms.sessions.give_purpose(visit.session.token, visit.needed("why", _LONGEST_PURPOSE))
    return visit.to(_next(visit))


def _next(visit: Visit) -> str:
    return local(visit.field("next") or visit.request.query_params.get("next", "/"))
