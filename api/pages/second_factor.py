"""The second factor: set up on one's own account, asked for when signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from fastapi import Response
from markupsafe import Markup

from api.opening import opens
from api.pages.sign_in import ask_code, begun_session, refused
from api.visit import Visit
from audit.archive.accounts.totp import address_of
from audit.domain import directory
from audit.domain.errors import NotAllowed

if TYPE_CHECKING:
    from uuid import UUID


@opens("second-factor")
def second_factor(visit: Visit) -> Response:
    return _page(visit)


@opens("second-factor-begun")
def begun(visit: Visit) -> Response:
    """Make the secret of a new device, and show it as a QR code; it counts once the device has shown a code."""
    staff = _proven(visit)
    secret = visit.rooms.second.begin(staff)
    drawn = segno.make(address_of(secret, visit.by.login), error="m")
    svg = Markup(drawn.svg_inline(border=4, dark="#000", light="#fff"))  # noqa: S704 - made here, of digits and lines
    return _page(visit, secret=secret, drawn=svg)


@opens("second-factor-confirmed")
def confirmed(visit: Visit) -> Response:
    house, by = visit.house, visit.by
    staff = _staff(visit)
    codes = visit.rooms.second.confirm(staff, visit.field("code", 100))
    house.archive.decide(("staff", by.login), directory.evolve, directory.set_secret, by)
    return _page(visit, codes=codes)


@opens("second-factor-removed")
def removed(visit: Visit) -> Response:
    """Take it away: that takes the password and a code."""
    staff = _proven(visit)
    if not visit.rooms.second.is_right(staff, visit.field("code", 100)):
        visit.rooms.lock.failed(visit.by.login)
        raise NotAllowed(str(visit.say("This is not the code that the device shows now: look at it again.")))
    visit.house.archive.decide(("staff", visit.by.login), directory.evolve, directory.set_secret, visit.by)
    visit.rooms.second.remove(staff)
    return visit.to("/account/second-factor")


@opens("sign-in-code")
def code(visit: Visit) -> Response:
    """Take the code of somebody whose password, or whose provider's word, was right a moment ago."""
    login, how = visit.field("login", 200), visit.field("how", 20) or "password"
    if not visit.rooms.is_half(visit.field("half", 200), login, visit.form_seed, how):
        return visit.to("/sign-in")
    staff = visit.house.archive.names.tie("staff", login)
    wait = visit.rooms.lock.wait(login)
    if wait:
        return refused(visit, login, wait)
    if not visit.rooms.second.is_right(staff, visit.field("code", 100)):
        visit.rooms.lock.failed(login)
        return ask_code(visit, login, how=how, wrong=True)
    return begun_session(visit, login, f"{how} and code")


def _proven(visit: Visit) -> UUID:
    """Return who this is, after their password said so once more."""
    staff, rooms = _staff(visit), visit.rooms
    if rooms.lock.wait(visit.by.login) or not rooms.secrets.is_right(staff, str(visit.form.get("secret", ""))):
        rooms.lock.failed(visit.by.login)
        raise NotAllowed(str(visit.say("This is not your present password: nothing was changed.")))
    return staff


def _staff(visit: Visit) -> UUID:
    return visit.house.archive.names.tie("staff", visit.by.login)


def _page(
    visit: Visit, *, secret: str | None = None, drawn: Markup | None = None, codes: list[str] | None = None
) -> Response:
    return visit.page(
        "custody/second_factor.html",
        has=visit.rooms.second.has(_staff(visit)),
        secret=secret,
        drawn=drawn,
        codes=codes or [],
    )
