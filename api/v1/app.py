"""The application for programs: routes of the table alone, and every refusal as problem details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

import api.v1.finding
import api.v1.items
import api.v1.people
import api.v1.proving
import api.v1.tickets  # noqa: F401  # importing the routes opens them
from api.v1.opening import open_routes
from api.v1.problems import Problem, Refusal, problem
from api.v1.rights import PREFIX
from audit.domain.errors import AuditError, NotAllowed, NotFound, Refused, Unavailable, Unreadable, WrongUse

if TYPE_CHECKING:
    from fastapi import Response

    from api.rooms import Rooms

_STATUS: Final[dict[type[Exception], int]] = {
    Refused: 409,
    NotFound: 404,
    NotAllowed: 403,
    Unreadable: 422,
    WrongUse: 400,
    Unavailable: 503,
}
_DESCRIPTION: Final = (
    "What a company and its customers said to each other, append-only and provable. Keys are made by an administrator "
    "and sent as `Authorization: Bearer`. Whatever shows persons' words is recorded before it is answered. Answers are "
    "true for the events up to `position`."
)


class _Described(FastAPI):
    """An application that describes its refusals, too."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            schema = super().openapi()
            schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
            self.openapi_schema = schema
        return self.openapi_schema


def create_v1(rooms: Rooms) -> FastAPI:
    """Return the application that is mounted for programs."""
    app = _Described(
        title="On Record",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        servers=[{"url": PREFIX}],
    )
    app.state.rooms = rooms
    open_routes(app)
    _describe(app)
    _refuse_in_words(app)
    return app


def _describe(app: FastAPI) -> None:
    @app.get("/openapi.json", include_in_schema=False)
    def description() -> JSONResponse:
        """Describe all routes (OpenAPI 3.1); it names nobody, and needs no key."""
        return JSONResponse(app.openapi())


def _refuse_in_words(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    def refuse(_: Request, error: Refusal) -> Response:
        return problem(error.status, error.detail, error.headers)

    @app.exception_handler(AuditError)
    def say(_: Request, error: AuditError) -> Response:
        return problem(next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500), str(error))

    @app.exception_handler(Exception)
    def fault(_: Request, _error: Exception) -> Response:
        return problem(500, "Something went wrong here, and nothing was shown: tell whoever runs this archive.")

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return problem(422, f"{where}: {first['msg']}.")

    @app.exception_handler(HTTPException)
    def plain(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, f"{error.detail}: see /api/v1/openapi.json.", error.headers)
