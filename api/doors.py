"""The doors: every route of the pages, and who may go through it. What does not stand here is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from audit.domain.directory import ROLES

ANYBODY: Final = frozenset({"", *ROLES})
"""Whoever asks, signed in or not: the empty role is nobody's."""
SIGNED_IN: Final = frozenset(ROLES)
STAFF: Final = SIGNED_IN - {"customer", "representative", "service"}
READERS: Final = frozenset(
    {"operator", "agent", "supervisor", "compliance officer", "data protection officer", "auditor"}
)
SUPERVISORS: Final = frozenset({"operator", "supervisor"})
COMPLIANCE: Final = frozenset({"operator", "compliance officer", "data protection officer", "auditor"})
CUSTODIANS: Final = frozenset({"operator", "compliance officer", "data protection officer"})
ADMINISTRATORS: Final = frozenset({"operator", "administrator"})
ASKED_WHY: Final = frozenset({"operator", "compliance officer", "data protection officer", "auditor"})
"""Roles that do not read customers' words daily: they say why before they do."""
NOBODY: Final = frozenset[str]()


@dataclass(frozen=True, kw_only=True)
class Door:
    """One route. ``shows`` says that persons' words are shown there: it answers only after the look was recorded.

    ``asks`` are the roles that give a reason first; ``limit`` names the allowance that each visit draws from;
    ``unsafe`` doors change something and take a form with its token.
    """

    name: str
    method: str
    path: str
    roles: frozenset[str]
    shows: bool = False
    asks: frozenset[str] = NOBODY
    limit: str | None = None

    @property
    def unsafe(self) -> bool:
        return self.method != "GET"


def _page(name: str, path: str, roles: frozenset[str], limit: str | None = None) -> Door:
    """Return a door behind which nobody's words are shown."""
    return Door(name=name, method="GET", path=path, roles=roles, limit=limit)


def _words(name: str, path: str, roles: frozenset[str], limit: str | None = None) -> Door:
    """Return a door behind which persons' words are shown."""
    return Door(name=name, method="GET", path=path, roles=roles, shows=True, asks=ASKED_WHY, limit=limit)


def _form(name: str, path: str, roles: frozenset[str], limit: str | None = None) -> Door:
    """Return a door that takes a form."""
    return Door(name=name, method="POST", path=path, roles=roles, limit=limit)


DOORS: Final = (
    # The frame
    _page("start", "/", ANYBODY),
    _page("sign-in", "/sign-in", ANYBODY),
    _form("sign-in-done", "/sign-in", ANYBODY, "sign-in"),
    _form("sign-out", "/sign-out", SIGNED_IN),
    _page("purpose", "/purpose", SIGNED_IN),
    _form("purpose-given", "/purpose", SIGNED_IN),
    _form("language", "/language", ANYBODY),
    _page("account", "/account", SIGNED_IN),
    _form("password", "/account/password", SIGNED_IN, "sign-in"),
    _page("first", "/first", ANYBODY),
    _form("first-done", "/first", ANYBODY, "sign-in"),
    # Customers and what was said
    _words("customers", "/customers", READERS, "search"),
    _words("customer", "/customers/{customer}", READERS),
    _words("conversation", "/conversations/{conversation}", READERS),
    # Search
    _words("search", "/search", READERS, "search"),
    # Users
    _page("users", "/users", ADMINISTRATORS),
    _form("user-added", "/users", ADMINISTRATORS),
    _form("user-secret", "/users/{login}/secret", ADMINISTRATORS),
    _form("user-retired", "/users/{login}/retire", ADMINISTRATORS),
)
BY_NAME: Final = {door.name: door for door in DOORS}
