"""Which function answers behind which door."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from fastapi.routing import APIRoute

from api.doors import BY_NAME, DOORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

_Answering = TypeVar("_Answering", bound="Callable[..., Any]")
_ANSWERING: Final[dict[str, Callable[..., Any]]] = {}


def opens(door: str) -> Callable[[_Answering], _Answering]:
    """Say that a function answers behind the door of that name."""
    assert door in BY_NAME, f"there is no door {door}"
    assert door not in _ANSWERING, f"two functions open the door {door}"

    def remember(answering: _Answering) -> _Answering:
        _ANSWERING[door] = answering
        return answering

    return remember


def open_doors(app: FastAPI) -> None:
    """Make a route of each door. A door without an answer, or the reverse, is a fault of ours."""
    assert _ANSWERING.keys() == BY_NAME.keys(), f"not both door and answer: {_ANSWERING.keys() ^ BY_NAME.keys()}"
    app.router.routes.extend(_routes())


@cache
def _routes() -> tuple[APIRoute, ...]:
    """Return the routes: they know nothing of the house they answer for, and reading their signatures takes long."""
    return tuple(
        APIRoute(
            door.path,
            _ANSWERING[door.name],
            methods=[door.method],
            name=door.name,
            include_in_schema=False,
            response_model=None,
        )
        for door in DOORS
    )
