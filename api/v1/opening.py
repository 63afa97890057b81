"""Which function answers on which route, and that it records a look before it shows one."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from api.v1.problems import documented
from api.v1.rights import BY_NAME, ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from api.v1.calling import Calling
    from api.v1.rights import Route

_Answering = TypeVar("_Answering", bound="Callable[..., Any]")
_ANSWERING: Final[dict[str, tuple[Callable[..., Any], dict[str, Any]]]] = {}


def answers(route: str, *refusals: int, **described: Any) -> Callable[[_Answering], _Answering]:
    """Say that a function answers on the route of that name, and with what it may refuse."""
    assert route in BY_NAME, f"there is no route {route}"
    assert route not in _ANSWERING, f"two functions answer on the route {route}"

    def remember(answering: _Answering) -> _Answering:
        responses = {**documented(*refusals), **described.pop("responses", {})}
        _ANSWERING[route] = _recording(BY_NAME[route], answering), {**described, "responses": responses}
        return answering

    return remember


def open_routes(app: FastAPI) -> None:
    """Make the routes. One without an answer, or the reverse, is a fault of ours."""
    assert _ANSWERING.keys() == BY_NAME.keys(), f"not both route and answer: {_ANSWERING.keys() ^ BY_NAME.keys()}"
    for route in ROUTES:
        answering, described = _ANSWERING[route.name]
        app.add_api_route(
            route.path, answering, methods=[route.method], name=route.name, operation_id=route.name, **described
        )


def _recording(route: Route, answering: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(answering)
    def recording(*, call: Calling, **given: Any) -> Any:
        answer = answering(call=call, **given)
        assert call.recorded or not route.shows, f"{route.name} shows words without recording the look"
        return answer

    return recording
