"""Keys for programs: made, listed and ended; what a key is, is shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from audit.bootstrap.program_keys import DAYS, end_key, keys_of, make_key
from audit.bootstrap.users import registered
from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from typing import Final

SCOPES: Final = {
    "read": N_("read records"),
    "items": N_("send items"),
    "search": N_("search"),
    "verify": N_("check the log"),
}


@opens("keys")
def keys(visit: Visit) -> Response:
    return _page(visit)


@opens("key-made")
def made(visit: Visit) -> Response:
    """Make a key; it is shown on this answer and never again."""
    scopes = [str(one) for one in visit.form.getlist("scope")]
    days = visit.needed("days", 5)
    if not days.isdecimal():
        raise WrongUse(str(visit.say("Write the days as a whole number up to {most}.", most=730)))
    login = visit.needed("login", 200)
    key = make_key(visit.house, visit.by, login, purpose=visit.needed("purpose", 200), scopes=scopes, days=int(days))
    return _page(visit, login=login, key=key)


@opens("key-ended")
def ended(visit: Visit, key: str) -> Response:
    end_key(visit.house, visit.by, key)
    return visit.to("/keys")


def _page(visit: Visit, login: str | None = None, key: str | None = None) -> Response:
    found = keys_of(visit.house).all()
    users = [one for one in registered(visit.house) if one["user"] and not one["retired"]]
    visit.looked("keys", count=len(found), position=visit.house.archive.head().size)
    services_first = sorted(users, key=lambda one: (one["role"] != "service", one["user"]))
    return visit.page(
        "custody/keys.html", keys=found, users=services_first, scopes=SCOPES, days=DAYS, login=login, key=key
    )
