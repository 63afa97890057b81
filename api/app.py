"""The application: pages and data over HTTP, and where every refusal gets its status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from api.verifiers import verifiers
from audit.domain.errors import AuditError, NotAllowed, NotFound, Refused, Unavailable, Unreadable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import Response

    from audit.bootstrap.house import House

_HERE = Path(__file__).parent
_STATUS: Final[dict[type[Exception], int]] = {
    Refused: 409,
    NotFound: 404,
    NotAllowed: 403,
    Unreadable: 422,
    WrongUse: 400,
    Unavailable: 503,
}
_GUARDS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create_app(house: House) -> FastAPI:
    """Return the application of one house.

    Nothing about a person is shown so far: whoever asks is not known yet, so content stays with the command line.
    """
    app = FastAPI(title="On Record", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.include_router(verifiers)
    pages = Jinja2Templates(directory=_HERE / "templates")

    @app.middleware("http")
    async def guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await answer(request)
        for name, guarded in _GUARDS.items():
            response.headers.setdefault(name, guarded)
        return response

    @app.exception_handler(AuditError)
    def refuse(_request: Request, error: AuditError) -> JSONResponse:
        status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)
        problem = {"type": "about:blank", "title": type(error).__name__, "status": status, "detail": str(error)}
        return JSONResponse(problem, status, media_type="application/problem+json")

    @app.get("/", response_class=HTMLResponse)
    def start(request: Request) -> Response:
        views = [one for one in house.views.standings() if one.active]
        shown = {"origin": house.origin, "size": house.archive.head().size, "views": views}
        return pages.TemplateResponse(request, "start.html", shown)

    @app.get("/health")
    def health() -> dict[str, object]:
        """Say how far the archive and its views are, for those who watch over servers."""
        views = {one.name: one.position for one in house.views.standings() if one.active}
        alarms = len(house.views.alarms())
        return {"origin": house.origin, "position": house.archive.head().size, "views": views, "alarms": alarms}

    return app
