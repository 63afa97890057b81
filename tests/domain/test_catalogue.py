"""Every event is in the catalogue, well named, made of allowed parts, and needs nothing but Python."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import audit.domain
from audit.domain.catalogue import EVENTS, event_class
from audit.domain.errors import Unreadable
from audit.domain.event import Event, Personal
from audit.domain.witnessed import Witnessed

ROOM = Path(audit.domain.__file__).parent
MODULES = [importlib.import_module(f"audit.domain.{found.name}") for found in pkgutil.iter_modules([str(ROOM)])]
CLEAR: set[Any] = {str, int, bool, date, datetime}
ALLOWED: set[Any] = {
    *CLEAR,
    *(kind | None for kind in CLEAR),
    tuple[str, ...],
    tuple[int, ...],
    Personal,
    Personal | None,
}
TOPIC = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
STANDARD = sys.stdlib_module_names


def _fields(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def _subclasses(kind: type[Event]) -> set[type[Event]]:
    found = set(kind.__subclasses__())
    return found.union(*(_subclasses(below) for below in found))


def _events() -> set[type[Event]]:
    return {kind for kind in _subclasses(Event) if kind.__module__.startswith("audit.domain.")} - {Witnessed}


def test_every_event_is_in_the_catalogue() -> None:
    assert _events() == set(EVENTS.values())


def test_no_topic_is_given_twice() -> None:
    assert sorted(kind.TOPIC for kind in _events()) == sorted(EVENTS)
    assert all(topic == kind.TOPIC for topic, kind in EVENTS.items())


def test_an_event_is_found_by_its_topic() -> None:
    assert all(event_class(topic) is kind for topic, kind in EVENTS.items())


def test_a_topic_of_a_newer_version_is_refused_with_the_remedy() -> None:
    with pytest.raises(Unreadable, match="read the archive with a newer one"):
        event_class("ticket.teleported")


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
class TestEachEvent:
    def test_is_named_after_its_subject_and_what_happened(self, kind: type[Event]) -> None:
        assert TOPIC.fullmatch(kind.TOPIC)
        assert "TOPIC" in vars(kind), "a topic is chosen, never inherited"

    def test_is_a_frozen_dataclass_with_named_fields(self, kind: type[Event]) -> None:
        assert vars(kind)["__dataclass_params__"].frozen
        assert all(field.kw_only for field in _fields(kind))

    def test_has_only_allowed_parts_and_personal_words_on_top(self, kind: type[Event]) -> None:
        hints = {name: hint for name, hint in get_type_hints(kind).items() if name not in get_type_hints(Event)}
        assert hints.keys() == {field.name for field in _fields(kind)}
        assert {name: hint for name, hint in hints.items() if hint not in ALLOWED} == {}

    def test_holds_no_ids_and_no_word_the_archive_keeps_for_itself(self, kind: type[Event]) -> None:
        names = {field.name for field in _fields(kind)}
        assert not {name for name in names if name == "ids" or name.endswith(("_id", "_at_source"))}

    def test_defaults_to_nothing(self, kind: type[Event]) -> None:
        for field in _fields(kind):
            assert field.default_factory is dataclasses.MISSING
            assert field.default in {dataclasses.MISSING, None, False, ()}

    def test_keeps_unknown_fields_when_it_is_witnessed(self, kind: type[Event]) -> None:
        hints = get_type_hints(kind)
        assert issubclass(kind, Witnessed) == ("extra" in hints)
        assert hints.get("extra", Personal | None) == Personal | None


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_the_domain_needs_only_the_standard_library(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            assert name.startswith("audit.domain") or name.partition(".")[0] in STANDARD, f"{path.name}: {name}"


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_the_domain_reads_no_clock_and_no_chance(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "utcnow", "today", "time", "uuid4", "urandom"}, path.name


def test_every_module_of_the_domain_can_be_imported_alone() -> None:
    assert {module.__name__.rpartition(".")[2] for module in MODULES} == {
        path.stem for path in ROOM.glob("*.py") if path.stem != "__init__"
    }
