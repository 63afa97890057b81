"""A program that asks with a key."""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.throttle import Throttle
from audit.bootstrap.program_keys import make_key
from audit.domain import directory
from audit.domain.actor import Actor
from audit.domain.directory import SCOPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from httpx2 import Response

    from audit.bootstrap.house import House

ADMINISTRATOR = Actor(login="operator", role="operator")
NDJSON = "application/x-ndjson"
MESSAGE: dict[str, Any] = {
    "kind": "message",
    "source": "chat",
    "id": "m1",
    "conversation": "c1",
    "customer": "cust-7",
    "at": "2026-02-28T10:00:00Z",
    "channel": "chat",
    "direction": "inbound",
    "role": "customer",
    "text": "The line is down.",
    "language": "en",
}


class Program:
    """A program that acts for a user with a key."""

    def __init__(self, app: FastAPI, key: str | None) -> None:
        self.app = app
        self.key = key
        self.client = TestClient(app, base_url="https://testserver", headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(f"/api/v1{path}", headers={name.replace("_", "-"): one for name, one in headers.items()})

    def post(self, path: str, content: bytes | str = b"", **headers: str) -> Response:
        named = {name.replace("_", "-"): one for name, one in headers.items()}
        return self.client.post(f"/api/v1{path}", content=content, headers=named)

    def send(self, *lines: dict[str, Any] | str, **headers: str) -> Response:
        """Send items, each a line; a text is sent as it is."""
        written = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        return self.post("/items", "".join(f"{line}\n" for line in written), Content_Type=NDJSON, **headers)


def message(number: int, text: str = "The line is down.", **fields: Any) -> dict[str, Any]:
    return {**MESSAGE, "id": f"m{number}", "text": text, **fields}


def program(house: House, role: str = "service", scopes: Sequence[str] = SCOPES, app: FastAPI | None = None) -> Program:
    """Return a program of a user with that role, whose key has these scopes."""
    login = f"{role.replace(' ', '-')}-{'-'.join(scopes)}"
    decision = partial(directory.register, login=login, role=role)
    house.archive.decide(("staff", login), directory.evolve, decision, ADMINISTRATOR)
    key = make_key(house, ADMINISTRATOR, login, purpose="the tests", scopes=scopes)
    return Program(app or create_app(house), key)


def without_limits(app: FastAPI) -> FastAPI:
    """Let whoever asks ask as often as they like: an hour goes by between two calls."""
    hours = count(step=3_600)
    app.state.rooms.throttle = Throttle(lambda: float(next(hours)))
    return app
