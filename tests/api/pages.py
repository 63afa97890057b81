"""A browser without a screen: signs in, follows links, sends forms with their token."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import insert

from api.app import create_app
from api.visit import SESSION_COOKIE
from audit.archive.key_tables import passwords
from audit.archive.users import UserSecrets
from audit.domain import directory
from audit.domain.actor import HOUSE

if TYPE_CHECKING:
    from fastapi import FastAPI
    from httpx2 import Response

    from audit.bootstrap.house import House

SECRET = "a long enough sentence"
_ENCODED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
"""Quick to check, for the many who sign in here; how passwords are really kept is tested where they are chosen."""
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Browser:
    """One browser; ``app`` may be shared with others."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(app, base_url="https://testserver", headers={"Accept": "text/html"})

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)

    def send(self, path: str, on: str = "/account", **fields: Any) -> Response:
        """Send a form with the token of the page ``on`` which it stands."""
        return self.client.post(path, data={"csrf": self.token(on), **fields}, follow_redirects=False)

    def token(self, on: str) -> str:
        found = _TOKEN.search(self.client.get(on).text)
        assert found, f"no form stands on {on}"
        return found[1]

    def sign_in(self, login: str, secret: str = SECRET) -> Response:
        return self.send("/sign-in", on="/sign-in", login=login, secret=secret)

    def kept(self) -> str:
        """Return the token of the session the browser keeps."""
        return self.client.cookies[SESSION_COOKIE]

    def keep(self, token: str) -> None:
        """Put another session's token in the place of the browser's own."""
        if SESSION_COOKIE in self.client.cookies:
            self.client.cookies.delete(SESSION_COOKIE)
        self.client.cookies.set(SESSION_COOKIE, token, domain="testserver.local", path="/")

    def say_why(self, why: str = "case 12") -> None:
        assert self.send("/purpose", on="/purpose", why=why).status_code == 303


def registered(house: House, login: str, role: str) -> None:
    """Make somebody a user who can sign in with SECRET; the operator is one from the beginning."""
    if login != "operator":
        decision = partial(directory.register, login=login, role=role)
        house.archive.decide(("staff", login), directory.evolve, decision, HOUSE)
    staff = house.archive.names.tie("staff", login)
    secrets = UserSecrets(house.keyring, house.world.random)
    secrets.remove(staff)
    with house.keyring.transaction() as db:
        db.execute(insert(passwords).values(staff=staff.hex, encoded=_ENCODED))


def signed_in(house: House, role: str, why: str | None = "case 12", app: FastAPI | None = None) -> Browser:
    """Return a browser of somebody with that role, who has said why they read."""
    login = role.replace(" ", "-")
    registered(house, login, role)
    browser = Browser(app or create_app(house))
    assert browser.sign_in(login).status_code == 303
    if why:
        browser.say_why(why)
    return browser
