"""Signing in at the company's own provider: there, and back with what proves who came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import Response
from fastapi.responses import RedirectResponse

from api.navigation import N_
from api.oidc import JOURNEY_SECONDS, Stopped
from api.opening import opens
from api.pages.sign_in import ask_code, begun_session
from api.visit import Visit, local, set_cookie
from audit.bootstrap.users import role_of
from audit.domain.access import AccessRefused
from audit.domain.actor import HOUSE
from audit.domain.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from api.oidc import SigningIn

HOW: Final = "provider"
JOURNEY_COOKIE: Final = "onrecord-provider"
WRONG: Final = {
    "stale": N_("This sign-in was begun in another browser, or too long ago: begin again."),
    "declined": N_("The provider did not let you in: begin again there, or ask who looks after it."),
    "unproven": N_("What the provider answered does not prove who you are: begin again, and tell an administrator."),
    "unnamed": N_("The provider does not say by which name we know you: ask who looks after it."),
    "unregistered": N_(
        "The provider knows you, but nobody active is registered here as {login}: ask an administrator."
    ),
}
_SILENT: Final = N_("The provider cannot be reached, or answers what we do not understand: try again in a minute.")


@opens("sign-in-provider")
def set_out(visit: Visit) -> Response:
    """Lead the browser to the provider; it keeps what only it can bring back."""
    try:
        kept, address = _provider(visit).set_out(local(visit.request.query_params.get("next", "/")))
    except Stopped:
        raise Unavailable(str(visit.say(_SILENT))) from None
    answer = RedirectResponse(address, 303)
    set_cookie(visit.request, answer, JOURNEY_COOKIE, kept, seconds=JOURNEY_SECONDS)
    return answer


@opens("sign-in-provider-back")
def come_back(visit: Visit) -> Response:
    """Let in who is proven and registered here; a journey is made once, however it ends."""
    answer = _arrived(visit)
    answer.delete_cookie(JOURNEY_COOKIE, path="/")
    return answer


def _arrived(visit: Visit) -> Response:
    kept = visit.request.cookies.get(JOURNEY_COOKIE, "")
    try:
        login, then = _provider(visit).come_back(kept, visit.request.query_params)
    except Stopped as stopped:
        return _turned_away(visit, stopped.reason)
    if role_of(visit.house, login) is None:
        return _turned_away(visit, "unregistered", login)
    if visit.rooms.second.has(visit.house.archive.names.tie("staff", login)):
        return ask_code(visit, login, how=HOW, then=then)
    return begun_session(visit, login, HOW, then=then)


def _turned_away(visit: Visit, reason: str, login: str = "") -> Response:
    if reason == "silent":
        raise Unavailable(str(visit.say(_SILENT)))
    visit.house.archive.note(AccessRefused(what="sign-in", reason=f"provider-{reason}"), HOUSE)
    wrong = visit.say(WRONG[reason], login=login)
    return visit.page("frame/sign_in.html", 403, next="/", login="", wrong=wrong)


def _provider(visit: Visit) -> SigningIn:
    if visit.rooms.provider is None:
        raise NotFound(str(visit.say("There is no such page.")))
    return visit.rooms.provider
