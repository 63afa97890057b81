"""Proving once more who acts: what takes a second person is not done by whoever finds a page left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.domain.access import AccessRefused
from audit.domain.errors import NotAllowed

if TYPE_CHECKING:
    from api.visit import Visiting


def must_prove(visit: Visiting) -> None:
    """Raise NotAllowed unless the form holds the visitor's own password; a failure is counted and on record."""
    rooms, by = visit.rooms, visit.by
    staff = visit.house.archive.names.tie("staff", by.login)
    if rooms.lock.wait(by.login) or not rooms.secrets.is_right(staff, str(visit.form.get("secret", ""))):
        rooms.lock.failed(by.login)
        visit.house.archive.note(AccessRefused(what=visit.door.name, reason="secret"), by)
        raise NotAllowed(str(visit.say("This is not your password: nothing was done.")))
    rooms.lock.succeeded(by.login)
