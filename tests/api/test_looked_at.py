"""Whatever an access event names is said in words, in every language."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from api.doors import DOORS
from api.looked_at import WHAT, looked_at
from api.v1.rights import ROUTES
from api.wording import LANGUAGES, wording
from audit.bootstrap.requesting_rights import RIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
NAMED: Final = {"RecordViewed": None, "RecordExported": None, "AccessRefused": None, "looked": 0} | {
    "_looked": 2,
    "attempt": 2,
    "must_be": 3,
    "admit": 3,
    "attempted": 3,
    "step_of": 3,
}
"""Calls that say what was looked at: as ``what``, or at this place among their arguments."""
STEPS: Final = {"attempted", "step_of"}
"""Calls that name a step of a request."""
NO_STEPS: Final = {"outbox", "settle", "transcript", "transcript-elsewhere"}
"""Rights that are named in another way where somebody lacks them."""


def codes() -> set[str]:
    written = {code for path in files() for code in codes_in(path)}
    steps = {f"request-{step}" for step in RIGHTS if step not in NO_STEPS}
    doors = {door.name for door in DOORS}
    return written | steps | doors | {"api", *(f"api {route.name}" for route in ROUTES)}


def files() -> list[Path]:
    return [*(ROOT / "audit").rglob("*.py"), *(ROOT / "api").rglob("*.py")]


def codes_in(path: Path) -> Iterator[str]:
    text = path.read_text()
    if not any(f"{call}(" in text for call in NAMED):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (call := called(node.func)) in NAMED:
            for code in said_in(node, NAMED[call], path):
                yield f"request-{code}" if call in STEPS else code


def called(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def said_in(call: ast.Call, place: int | None, path: Path) -> Iterator[str]:
    found = [one.value for one in call.keywords if one.arg == "what"]
    found += call.args[place : place + 1] if place is not None else []
    for one in found:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
        elif isinstance(one, ast.Name | ast.Attribute) and (name := called(one)).isupper():
            yield constant(path, name)


def constant(path: Path, name: str) -> str:
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    held = getattr(module, name, None) or getattr(import_module("audit.bootstrap.portal"), name)
    assert isinstance(held, str)
    return held


def test_the_codes_are_found_where_they_are_written() -> None:
    assert {
        "timeline",
        "portal-code",
        "transcript",
        "evidence",
        "request-compile",
        "sample",
        "look at the desk",
    } <= codes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_an_access_event_has_words(language: str) -> None:
    say = wording(language)
    bare = {code for code in codes() if looked_at(say, code) == code and WHAT.get(code) != code}
    assert not bare


def test_a_code_nobody_knows_any_more_stands_as_it_is_and_is_no_markup() -> None:
    assert looked_at(wording("lt"), "tea <b>") == "tea &lt;b&gt;"
    assert looked_at(wording("lt"), "api tea").endswith("· tea")
