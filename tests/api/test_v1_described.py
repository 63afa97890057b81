"""The interface for programs answers as it is described, whatever is sent to it (schemathesis makes that up)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.v1.rights import ROUTES
from audit.domain.directory import SCOPES
from tests.api.programs import message, program, without_limits

if TYPE_CHECKING:
    from audit.bootstrap.house import House

CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
QUICK: Final = 3
LONG: Final = 60


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: Any, value: Any) -> bytes:
    """Send what was made up for a body of lines as it is."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


def test_every_route_answers_as_described(house: House) -> None:
    answers_as_described(house, SCOPES, QUICK)


@pytest.mark.long
@pytest.mark.parametrize("scope", ["", *SCOPES])
def test_every_route_answers_as_described_to_each_scope(house: House, scope: str) -> None:
    answers_as_described(house, (scope,) if scope else SCOPES, LONG)


def test_every_route_is_described_with_an_example(house: House) -> None:
    described = create_app(house).openapi_schema
    assert described is None, "pages are not described"
    paths = program(house).get("/openapi.json").json()["paths"]
    for route in ROUTES:
        one = paths[route.path][route.method.lower()]
        assert one["summary"], route.name
        assert "example" in one["responses"]["200"]["content"]["application/json"], route.name
        assert one["security"] == [{"key": []}], route.name


def answers_as_described(house: House, scopes: tuple[str, ...], examples: int) -> None:
    app = without_limits(create_app(house))
    asking = program(house, scopes=scopes, app=app)
    program(house, "supervisor", ["items"], app).send(message(1), message(2, "Wann kommt der Techniker?"))
    house.follower.catch_up()
    house.log.seal()
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # a description that is wrong fails here

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            case.call_and_validate(headers=asking.headers, checks=CHECKS)

        answers()
