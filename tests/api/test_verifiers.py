"""The verifiers are handed out to anybody, as they lie in the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from audit.evidence.verifier.files import PAGE, SCRIPT, page_policy
from tests.archive.house import new_house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    house = new_house(tmp_path)
    yield TestClient(create_app(house))
    house.close()


def test_the_script_is_served_byte_for_byte(client: TestClient) -> None:
    answer = client.get("/verifier/verify_bundle.py")
    assert (answer.status_code, answer.content) == (200, SCRIPT.read_bytes())
    assert answer.headers["content-type"].startswith("text/x-python")


def test_the_page_is_served_byte_for_byte_and_may_run_its_own_script_alone(client: TestClient) -> None:
    answer = client.get("/verifier/verify.html")
    assert (answer.status_code, answer.content) == (200, PAGE.read_bytes())
    policy = answer.headers["content-security-policy"]
    assert policy == page_policy(PAGE.read_text(encoding="utf-8")) + "; frame-ancestors 'none'"
    assert "script-src 'sha256-" in policy
    assert "connect-src" not in policy


def test_other_pages_keep_their_own_policy(client: TestClient) -> None:
    assert "sha256-" not in client.get("/").headers["content-security-policy"]
    assert client.get("/verifier/verify.html").headers["x-content-type-options"] == "nosniff"
