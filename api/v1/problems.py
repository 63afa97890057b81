"""What goes wrong, as problem details (RFC 9457): one form for every refusal."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE: Final = "application/problem+json"
_SAYS: Final = {
    400: "The request holds what this route cannot work with; ``detail`` says what.",
    401: "No key was sent in ``Authorization: Bearer``, or one that is unknown, ended or over.",
    403: "The key, or the role of its user, is not for this; or the header ``X-Purpose`` is needed and missing.",
    404: "There is no such thing.",
    408: "The rest of the request did not come in time.",
    409: "The archive refuses this as it stands; or the first request with this idempotency key is being worked on.",
    413: "More was sent than is taken at once.",
    415: "The body is of another media type than this route takes.",
    422: "A parameter or the body is not of the form described here.",
    429: "The allowance is spent; ``Retry-After`` says for how many seconds.",
    503: "A database, a key store or a disk does not answer; nothing was written by half.",
}


class Problem(BaseModel):
    """Why a request was not carried out. ``detail`` is one sentence for people that names what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Refusal(Exception):
    """A request that is turned away at the door, before anything is looked up."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an answer that says why."""
    said = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(said.model_dump(), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of refusals for a route, beside those that every route has."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _SAYS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted({*statuses, 401, 403, 408, 413, 422, 429, 503})
    }
