"""A visit: one request, who makes it, and what they may see; it shows nothing before the look is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData, UploadFile

from api.doors import BY_NAME, Door
from api.navigation import PLACES
from api.rooms import Rooms
from api.wording import LANGUAGES, Wording, preferred, wording
from audit.archive.accounts.sessions import LONGEST_SECONDS, Session
from audit.domain.access import AccessRefused, RecordViewed
from audit.domain.actor import Actor
from audit.domain.errors import NotAllowed, WrongUse
from audit.domain.event import Personal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from fastapi import Response

    from audit.bootstrap.house import House
    from audit.domain.event import Event

SESSION_COOKIE: Final = "onrecord"
FORM_COOKIE: Final = "onrecord-form"
LANGUAGE_COOKIE: Final = "onrecord-language"
_LISTED: Final = 200
_FIELDS: Final = 500
_FILES: Final = 20


class SignInNeeded(Exception):
    """Nobody is signed in, and this door is not open to all."""


class PurposeNeeded(Exception):
    """Somebody of this role says why before they read here."""


class FormStale(Exception):
    """The form was not made for this visitor, or long ago."""


class TooOften(Exception):
    """The allowance is spent; ``seconds`` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class Visiting:
    """One request. ``user`` is None where nobody is signed in."""

    request: Request
    rooms: Rooms
    door: Door
    session: Session | None
    user: Actor | None
    form: FormData
    say: Wording
    form_seed: str
    _recorded: bool = field(default=False, init=False)

    @property
    def house(self) -> House:
        return self.rooms.house

    @property
    def by(self) -> Actor:
        """Return who acts. Raises SignInNeeded where nobody is signed in."""
        if self.user is None:
            raise SignInNeeded
        return self.user

    def may(self, door: str) -> bool:
        """Say whether this visitor may go through another door: for links and buttons."""
        return (self.user.role if self.user else "") in BY_NAME[door].roles

    def field(self, name: str, most: int = 10_000) -> str:
        """Return a text field of the form, without spaces around it; empty where there is none."""
        found = self.form.get(name, "")
        if isinstance(found, UploadFile) or len(found) > most:
            raise WrongUse(f"The field {name} is too long, or no text: shorten it.")
        return found.replace("\r\n", "\n").strip()

    def needed(self, name: str, most: int = 10_000) -> str:
        if found := self.field(name, most):
            return found
        raise WrongUse(str(self.say("Fill in every field marked as needed.")))

    def chosen(self, name: str) -> list[str]:
        """Return what was ticked or chosen under a name, which may be many."""
        return [one for one in self.form.getlist(name) if isinstance(one, str) and one]

    def looked(
        self,
        what: str,
        *,
        count: int,
        position: int,
        persons: Collection[str] = (),
        ties: Sequence[tuple[str, Any]] = (),
    ) -> None:
        """Record what is about to be shown, with whose it is."""
        viewed = RecordViewed(what=what, count=count, position=position, why=self.why, persons=listed(persons))
        self.record(viewed, ties)

    def record(self, access: Event, ties: Sequence[tuple[str, Any]] = (), *, by: Actor | None = None) -> None:
        """Record an access event, of ``by`` where it is no user of ours; from then on the page may be shown."""
        self.house.archive.note(access, by or self.by, ties=ties)
        self._recorded = True

    def shows_nobody(self) -> None:
        """Say that this answer holds no person's words, though the door may show some."""
        self._recorded = True

    @property
    def why(self) -> Personal | None:
        """Return the reason this visitor gave, as access events keep it."""
        return Personal(self.by.why) if self.by.why else None

    def page(self, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """Return a page. What shows persons' words must have been recorded before."""
        assert self._recorded or not self.door.shows, f"{self.door.name} shows words without recording the look"
        answer = HTMLResponse(self.rooms.templates.get_template(template).render(**self._around(), **shown), status)
        if self.session is None and self.request.cookies.get(FORM_COOKIE) != self.form_seed:
            # An unknown browser keeps the seed its forms are made from.
            set_cookie(self.request, answer, FORM_COOKIE, self.form_seed)
        return answer

    def to(self, path: str, **query: str) -> RedirectResponse:
        """Return what leads the browser to another page of ours."""
        return RedirectResponse(local(path) + (f"?{urlencode(query)}" if query else ""), 303)

    def _around(self) -> dict[str, Any]:
        return {
            "visit": self,
            "places": [(one.label, BY_NAME[one.door].path) for one in PLACES if self.may(one.door)],
            "_": self.say,
            "_n": self.say.many,
            "locale": self.say.locale,
            "zone": self.house.settings.zone,
            "languages": LANGUAGES,
            "csrf": self.rooms.form_token(self.form_seed),
            "origin": self.house.origin,
            "here": self.request.url.path + (f"?{self.request.url.query}" if self.request.url.query else ""),
            "url": path_of,
        }


def listed(persons: Collection[str]) -> Personal | None:
    """Return the customers an answer shows as access events keep them: above 200 as a sealed original."""
    return Personal(sorted(persons), apart=len(persons) > _LISTED) if persons else None


def path_of(*parts: object, **query: object) -> str:
    """Return a path of ours with each part quoted: ids come from outside and may hold anything."""
    path = "/" + "/".join(quote(str(part), safe="") for part in parts)
    asked = {name: value for name, value in query.items() if value not in {None, ""}}
    return path + (f"?{urlencode(asked, doseq=True)}" if asked else "")


def local(path: str) -> str:
    """Return a path of this house, and the start for whatever would lead elsewhere."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"


async def submitted(request: Request) -> AsyncIterator[FormData]:
    """Give the form that came, read once with limits; its files are closed when it was answered."""
    if request.method == "GET" or not await run_in_threadpool(_may_send, request):
        yield FormData()
        return
    async with request.form(max_fields=_FIELDS, max_files=_FILES) as form:
        yield form


def _may_send(request: Request) -> bool:
    """Say whether to read what is sent: large forms are taken only from those who may go through the door."""
    door, rooms = BY_NAME[request.scope["route"].name], request.app.state.rooms
    if door.limit != "upload":
        return True
    _, user = rooms.who(request.cookies.get(SESSION_COOKIE))
    return (user.role if user else "") in door.roles


def enter(request: Request, form: Annotated[FormData, Depends(submitted)]) -> Visiting:
    """Let a visitor through a door, or say why not. Denied by default, and a refusal is on record."""
    rooms: Rooms = request.app.state.rooms
    door = BY_NAME[request.scope["route"].name]
    session, user = rooms.who(request.cookies.get(SESSION_COOKIE))
    seed = session.token if session else request.cookies.get(FORM_COOKIE) or rooms.new_seed()
    language = preferred(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", ""))
    visit = Visiting(request, rooms, door, session, user, form, wording(language), seed)
    request.state.visit = visit
    _admit(visit)
    return visit


def _admit(visit: Visiting) -> None:
    door, user = visit.door, visit.user
    if (user.role if user else "") not in door.roles:
        if user is None:
            raise SignInNeeded
        why = Personal(user.why) if user.why else None
        visit.house.archive.note(AccessRefused(what=door.name, reason="role", why=why), user)
        raise NotAllowed(
            str(visit.say("As {role} you may not do this: ask somebody who may.", role=visit.say(user.role)))
        )
    if door.limit and (seconds := visit.rooms.throttle.wait(door.limit, _principal(visit))):
        raise TooOften(seconds)
    if door.unsafe and not visit.rooms.is_form_token(str(visit.form.get("csrf", "")), visit.form_seed):
        raise FormStale
    if user and user.role in door.asks and not user.why:
        raise PurposeNeeded


def _principal(visit: Visiting) -> str:
    if visit.user:
        return visit.user.login
    return visit.request.client.host if visit.request.client else ""


def set_cookie(request: Request, response: Response, name: str, value: str, *, seconds: int = LONGEST_SECONDS) -> None:
    """Set a cookie no script can read, that no other site can have sent along."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")


Visit = Annotated[Visiting, Depends(enter)]
