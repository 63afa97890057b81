"""Users: who may act in this archive."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import Response

from api.opening import opens
from api.visit import Visit
from audit.bootstrap.users import registered
from audit.domain import directory

if TYPE_CHECKING:
    from uuid import UUID

_LOGIN_MAX = 200
_SHOWN = 100


@opens("users")
def users(visit: Visit, page: int = 1) -> Response:
    return _page(visit, page=page)


@opens("user-added")
def added(visit: Visit) -> Response:
    """Register somebody in a role; their secret is shown this once."""
    login, role = visit.needed("login", _LOGIN_MAX), visit.needed("role", _LOGIN_MAX)
    decision = partial(directory.register, login=login, role=role, name=visit.field("name", _LOGIN_MAX) or None)
    visit.house.archive.decide(("staff", login), directory.evolve, decision, visit.by)
    return _page(visit, login=login, secret=visit.rooms.secrets.renew(_staff(visit, login)))


@opens("user-secret")
def secret(visit: Visit, login: str) -> Response:
    """Give somebody a new secret, shown this once, and end what they had open."""
    visit.house.archive.decide(("staff", login), directory.evolve, directory.set_secret, visit.by)
    visit.rooms.sessions.end_all(_staff(visit, login))
    # Whoever lost their device, too, comes to an administrator.
    visit.rooms.second.remove(_staff(visit, login))
    return _page(visit, login=login, secret=visit.rooms.secrets.renew(_staff(visit, login)))


@opens("user-retired")
def retired(visit: Visit, login: str) -> Response:
    """End what somebody may do; what they did stays on record under their name."""
    decision = partial(directory.retire, reason=visit.field("reason") or None)
    visit.house.archive.decide(("staff", login), directory.evolve, decision, visit.by)
    visit.rooms.secrets.remove(_staff(visit, login))
    visit.rooms.sessions.end_all(_staff(visit, login))
    return visit.to("/users")


def _staff(visit: Visit, login: str) -> UUID:
    return visit.house.archive.names.tie("staff", login)


def _page(visit: Visit, login: str | None = None, secret: str | None = None, page: int = 1) -> Response:
    """Show users, the latest first, a hundred at a time."""
    known = registered(visit.house, visit.rooms.register)[::-1]
    begin = _SHOWN * (min(max(1, page), len(known) // _SHOWN + 1) - 1)
    shown = known[begin : begin + _SHOWN]
    visit.looked("users", count=len(shown), position=visit.house.archive.head().size)
    return visit.page(
        "frame/users.html",
        users=shown,
        next=begin // _SHOWN + 2 if len(known) > begin + _SHOWN else None,
        roles=directory.ROLES,
        login=login,
        secret=secret,
    )
