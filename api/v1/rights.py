"""The routes for programs: what a key must be for, and which roles may go there. What does not stand here is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.doors import ASKED_WHY, READERS, STAFF
from audit.domain.directory import SCOPES

PREFIX: Final = "/api/v1"
SERVED: Final = READERS | {"service"}
SENDERS: Final = frozenset({"operator", "supervisor", "compliance officer", "service"})
CHECKERS: Final = STAFF | {"service"}
ANY_SCOPE: Final = frozenset(SCOPES)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route. A key opens it with one of the ``scopes``, for a user in one of the ``roles``.

    ``shows`` says that persons' words are shown: it answers only after the look was recorded, and roles that do not
    read them daily say why in a header. ``limit`` names the allowance that each call draws from.
    """

    name: str
    method: str
    path: str
    scopes: frozenset[str]
    roles: frozenset[str]
    shows: bool = False
    limit: str = "read"

    @property
    def asks(self) -> frozenset[str]:
        return ASKED_WHY if self.shows else frozenset()


def _reads(name: str, path: str) -> Route:
    return Route(name=name, method="GET", path=path, scopes=frozenset({"read"}), roles=SERVED, shows=True)


ROUTES: Final = (
    Route(name="items-sent", method="POST", path="/items", scopes=frozenset({"items"}), roles=SENDERS, limit="items"),
    _reads("items", "/items"),
    _reads("customers", "/customers"),
    _reads("customer", "/customers/{customer}"),
    _reads("conversation", "/conversations/{conversation}"),
    _reads("tickets", "/tickets"),
    Route(
        name="search",
        method="GET",
        path="/search",
        scopes=frozenset({"search"}),
        roles=SERVED,
        shows=True,
        limit="search",
    ),
    Route(name="checkpoint", method="GET", path="/checkpoint", scopes=ANY_SCOPE, roles=CHECKERS),
    Route(
        name="verify",
        method="POST",
        path="/verify",
        scopes=frozenset({"verify"}),
        roles=CHECKERS,
        limit="verify",
    ),
    Route(
        name="proof",
        method="GET",
        path="/proof/{event}",
        scopes=frozenset({"verify"}),
        roles=SERVED,
        shows=True,
        limit="export",
    ),
)
BY_NAME: Final = {route.name: route for route in ROUTES}
