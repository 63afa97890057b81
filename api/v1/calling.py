"""A call: one request of a program, for whom it acts, and what it may see."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.rooms import Rooms
from api.v1.problems import Refusal
from api.v1.rights import BY_NAME, Route
from api.visit import listed
from audit.archive.accounts.api_keys import ApiKey, ApiKeys
from audit.bootstrap.users import role_of
from audit.domain.access import AccessRefused, RecordViewed
from audit.domain.actor import HOUSE, Actor
from audit.domain.event import Personal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House
    from audit.domain.event import Event

_TIED: Final = 200
_PURPOSE_LONGEST: Final = 500
_BEARER: Final = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key made by an administrator: `Authorization: Bearer onrecord_…`. Cookies mean nothing here.",
)
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
Purpose = Annotated[
    str | None,
    Header(
        alias="X-Purpose",
        description="Why this is looked at, in UTF-8; kept with the look. Needed where the role of the key's user does "
        "not read customers' words daily.",
        examples=["case 12/2026"],
    ),
]


@dataclass
class Calling:
    """One request. What shows persons' words is refused an answer before the look is recorded."""

    request: Request
    rooms: Rooms
    route: Route
    key: ApiKey
    by: Actor
    recorded: bool = field(default=False, init=False)

    @property
    def house(self) -> House:
        return self.rooms.house

    @property
    def why(self) -> Personal | None:
        return Personal(self.by.why) if self.by.why else None

    def looked(self, what: str, *, count: int, position: int, ties: Sequence[tuple[str, Any]] = ()) -> None:
        """Record what is about to be shown, with whose it is: above 200 persons as a list kept apart."""
        many = len(ties) > _TIED
        persons = {str(tied) for kind, tied in ties if kind == "customer"} if many else ()
        viewed = RecordViewed(what=what, count=count, position=position, why=self.why, persons=listed(persons))
        self.record(viewed, () if many else ties)

    def record(self, access: Event, ties: Sequence[tuple[str, Any]] = ()) -> None:
        self.house.archive.note(access, self.by, ties=ties)
        self.recorded = True


def enter(route: str, request: Request, bearer: Bearer, purpose: Purpose = None) -> Calling:
    """Let a program in, or say why not. Denied by default, and a refusal is on record."""
    rooms: Rooms = request.app.state.rooms
    wanted = BY_NAME[route]
    key, role = _known(rooms, request, bearer)
    by = Actor(login=key.login, role=role, why=_said(purpose))
    if wait := rooms.throttle.wait(wanted.limit, f"key {key.id}"):
        raise Refusal(429, f"This was too often: wait {wait} seconds.", {"Retry-After": str(wait)})
    if not wanted.scopes & {*key.scopes}:
        _refused(rooms, by, wanted, "scope")
        needed = " or ".join(sorted(wanted.scopes))
        raise Refusal(403, f"This key is not for that: it takes the scope {needed}.")
    if role not in wanted.roles:
        _refused(rooms, by, wanted, "role")
        raise Refusal(403, f"As {role} the user of this key may not do this: ask somebody who may.")
    if role in wanted.asks and not by.why:
        raise Refusal(403, "Say why in the header X-Purpose: the role of this key's user does not read here daily.")
    return Calling(request, rooms, wanted, key, by)


def calling(route: str) -> Any:
    """Return the dependency through which one route is entered."""
    return Depends(partial(enter, route))


def _known(rooms: Rooms, request: Request, bearer: HTTPAuthorizationCredentials | None) -> tuple[ApiKey, str]:
    keys = ApiKeys(rooms.house.keyring, random=rooms.house.world.random, clock=rooms.house.world.clock)
    key = keys.find(bearer.credentials) if bearer else None
    role = role_of(rooms.house, key.login) if key else None
    if key is not None and role is not None:
        return key, role
    asks = {"WWW-Authenticate": "Bearer"}
    if bearer is None:
        raise Refusal(401, "Send a key in the header Authorization: Bearer; an administrator makes one.", asks)
    if wait := rooms.throttle.wait("sign-in", request.client.host if request.client else ""):
        raise Refusal(429, f"Too many keys were wrong: wait {wait} seconds.", {"Retry-After": str(wait)})
    rooms.house.archive.note(AccessRefused(what="api", reason="key"), HOUSE)
    raise Refusal(401, "This key is unknown, ended or over: ask an administrator for a new one.", asks)


def _refused(rooms: Rooms, by: Actor, route: Route, reason: str) -> None:
    why = Personal(by.why) if by.why else None
    rooms.house.archive.note(AccessRefused(what=f"api {route.name}", reason=reason, why=why), by)


def _said(purpose: str | None) -> str | None:
    """Return the purpose as it was meant: headers come as Latin-1, people write UTF-8."""
    if purpose is None:
        return None
    with suppress(UnicodeError):
        purpose = purpose.encode("latin-1").decode()
    words = "".join(sign for sign in purpose if sign.isprintable()).strip()
    if len(words) > _PURPOSE_LONGEST:
        raise Refusal(400, f"X-Purpose has at most {_PURPOSE_LONGEST} characters: shorten it.")
    return words or None
