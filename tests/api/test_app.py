"""The application shows how the archive stands, and nothing about anybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from audit.domain.errors import NotAllowed, NotFound, Refused, Unavailable, Unreadable, WrongUse
from tests.archive.items import call, message

if TYPE_CHECKING:
    from audit.bootstrap.house import House


def test_whoever_is_not_known_sees_how_to_sign_in_and_how_to_verify(house: House) -> None:
    page = TestClient(create_app(house)).get("/")
    assert page.status_code == 200
    assert 'href="/sign-in"' in page.text
    assert "/verifier/verify.html" in page.text


def test_the_welcome_names_nobody(house: House) -> None:
    house.archive.append_new([message(1, "secret words"), call(1)])
    house.follower.catch_up()
    page = TestClient(create_app(house)).get("/")
    for word in ("secret", "cust-7", "Rasa", "Ona"):
        assert word not in page.text


def test_health_says_how_far_every_view_is(house: House) -> None:
    house.archive.append_new([message(1)])
    health = TestClient(create_app(house)).get("/health").json()
    assert health["position"] == 2
    assert health["alarms"] == 0
    assert set(health["views"].values()) == {0}


def test_every_answer_carries_the_guards_of_a_browser(house: House) -> None:
    client = TestClient(create_app(house))
    for path in ("/", "/health", "/static/onrecord.css", "/nothing-here"):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_asks_nobody_else_for_anything(house: House) -> None:
    page = TestClient(create_app(house)).get("/").text
    assert not re.findall(r"(?:src|href)=\"(?![/#])", page)
    assert "<script" not in page


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("no"), 409),
        (NotFound("no"), 404),
        (NotAllowed("no"), 403),
        (Unreadable("no"), 422),
        (WrongUse("no"), 400),
        (Unavailable("no"), 503),
    ],
)
def test_each_kind_of_error_has_its_status_and_says_why(house: House, error: Exception, status: int) -> None:
    app = create_app(house)

    @app.get("/fails")
    def fails() -> None:
        raise error

    answer = TestClient(app).get("/fails")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "no"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("https://testserver/requests?page=2", "/requests?page=2"),
        ("https://testserver/nothing-here", None),
        ("https://elsewhere.example/requests", None),
        ("https://testserver//elsewhere.example", None),
        ("http://[", None),
    ],
)
def test_what_cannot_be_done_leads_back_to_where_one_came_from(house: House, referer: str, back: str | None) -> None:
    client = TestClient(create_app(house), base_url="https://testserver", headers={"Accept": "text/html"})
    page = client.get("/nothing-here", headers={"Referer": referer})
    assert page.status_code == 404
    assert re.findall(r'<a href="([^"]+)">Back', page.text) == ([back] if back else [])
