"""The application: pages and data over HTTP, and where every refusal gets its status."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

import api.pages.access
import api.pages.account
import api.pages.collecting
import api.pages.conversations
import api.pages.customers
import api.pages.deliveries
import api.pages.desk
import api.pages.erasures
import api.pages.feedback
import api.pages.first
import api.pages.holds
import api.pages.imports
import api.pages.keys
import api.pages.levels
import api.pages.log
import api.pages.oidc
import api.pages.portal
import api.pages.promises
import api.pages.records
import api.pages.releases
import api.pages.requests
import api.pages.retention
import api.pages.reviews
import api.pages.search
import api.pages.search_doing
import api.pages.searches
import api.pages.second_factor
import api.pages.settings
import api.pages.sign_in
import api.pages.start
import api.pages.tickets
import api.pages.users
import api.pages.volume
import api.pages.withholding
import api.pages.work_orders  # noqa: F401  # importing the pages opens their doors
from api.guards import Guards
from api.health import health
from api.opening import open_doors
from api.refusals import refusal
from api.rooms import Rooms
from api.v1.app import create_v1
from api.v1.rights import PREFIX
from api.verifiers import verifiers
from api.visit import LANGUAGE_COOKIE, FormStale, PurposeNeeded, SignInNeeded, TooOften, local, path_of
from api.wording import LANGUAGES, Wording, preferred, wording
from audit.domain.errors import AuditError, NotAllowed, NotFound, Refused, Unavailable, Unreadable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Response

    from audit.bootstrap.house import House

_HERE: Final = Path(__file__).parent
_STATUS: Final[dict[type[Exception], int]] = {
    Refused: 409,
    NotFound: 404,
    NotAllowed: 403,
    Unreadable: 422,
    WrongUse: 400,
    Unavailable: 503,
}


def create_app(house: House, *, first_code: str | None = None) -> FastAPI:
    """Return the application of one house. ``first_code`` lets the first administrator in, once."""
    app = FastAPI(title="On Record", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.rooms = Rooms(house, first_code)
    app.mount(PREFIX, create_v1(app.state.rooms))
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.include_router(verifiers)
    app.include_router(health)
    open_doors(app)
    _refuse_in_words(app)
    app.add_middleware(Guards, refuse=_refuse_at_the_gate, slow_seconds=house.settings.slow_seconds)
    return app


def _refuse_in_words(app: FastAPI) -> None:
    @app.exception_handler(SignInNeeded)
    def sign_in(request: Request, _: SignInNeeded) -> Response:
        return RedirectResponse(path_of("sign-in", next=_back(request)), 303)

    @app.exception_handler(PurposeNeeded)
    def ask_why(request: Request, _: PurposeNeeded) -> Response:
        return RedirectResponse(path_of("purpose", next=_back(request)), 303)

    @app.exception_handler(FormStale)
    def stale(request: Request, _: FormStale) -> Response:
        say = _say(request)
        return _told(request, 403, say("This form is out of date: go back, reload the page, and send it again."))

    @app.exception_handler(TooOften)
    def too_often(request: Request, error: TooOften) -> Response:
        say = _say(request)
        answer = _told(request, 429, say("This was too often: wait {seconds} seconds.", seconds=error.seconds))
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @app.exception_handler(AuditError)
    def refuse(request: Request, error: AuditError) -> Response:
        return _told(
            request,
            next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500),
            refusal(_say(request), str(error)),
        )

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, _: RequestValidationError) -> Response:
        say = _say(request)
        return _told(request, 422, say("This address or form does not hold what the page needs."))

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        say = _say(request)
        missing = error.status_code == HTTPStatus.NOT_FOUND
        return _told(request, error.status_code, say("There is no such page.") if missing else str(error.detail))


def _refuse_at_the_gate(request: Request, said: tuple[int, str], values: Mapping[str, int]) -> Response:
    """Answer what the guards refuse; where some of it is still coming, that is not waited for."""
    status, words = said
    answer = _told(request, status, _say(request)(words, **values))
    if status == HTTPStatus.REQUEST_TIMEOUT:
        answer.headers["Connection"] = "close"
    return answer


def _told(request: Request, status: int, words: str) -> Response:
    """Say what is wrong: to a browser on a page, to a program as problem details (RFC 9457)."""
    if "text/html" not in request.headers.get("accept", "") or request.url.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Refused", "status": status, "detail": words}
        return JSONResponse(problem, status, media_type="application/problem+json")
    rooms, say = request.app.state.rooms, _say(request)
    shown: dict[str, Any] = {"_": say, "words": words, "back": _came_from(request)}
    return HTMLResponse(rooms.templates.get_template("frame/refused.html").render(shown), status)


def _say(request: Request) -> Wording:
    cookie, accepted = request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", "")
    language = preferred(cookie, accepted)
    assert language in LANGUAGES
    return wording(language)


def _came_from(request: Request) -> str | None:
    """Return the page of ours that led here, for a way back; None where there is none, or where it is this one."""
    try:
        came = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return None
    path = local(came.path + (f"?{came.query}" if came.query else ""))
    if came.netloc != request.url.netloc or path == "/" or (request.method == "GET" and path == _back(request)):
        return None
    return path


def _back(request: Request) -> str:
    """Return where a visitor wanted to go; after a form, the page it stood on is not known."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
