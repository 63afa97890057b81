"""The shape of each stored event: its clear and personal fields, their types and defaults."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.domain.event import Event

RECORDED = Path(__file__).with_name("shapes.json")

Field = dict[str, Any]
Shapes = dict[str, dict[str, dict[str, Field]]]
"""By topic and version: the fields by name, each with its type and, when it may be absent, its default."""


def shapes_of(events: Iterable[type[Event]]) -> Shapes:
    """Return the shapes that are written today."""
    return {kind.TOPIC: {str(kind.VERSION): dict(_fields(kind))} for kind in events}


def recorded(file: Path = RECORDED) -> Shapes:
    shapes: Shapes = json.loads(file.read_text()) if file.exists() else {}
    return shapes


def broken(old: Shapes, new: Shapes) -> Iterator[str]:
    """Yield each change that would make a stored event unreadable or mean something else."""
    for topic, versions in old.items():
        if topic not in new:
            yield f"{topic} is gone, but stored events have it for ever"
            continue
        newest = max(versions, key=int)
        [(version, fields)] = new[topic].items()
        if int(version) < int(newest):
            yield f"{topic} went back from version {newest} to {version}"
        elif version == newest:
            yield from (f"{topic}: {fault}" for fault in _broken_fields(versions[newest], fields))


def unrecorded(old: Shapes, new: Shapes) -> Iterator[str]:
    """Yield each field of today that is not recorded yet, so that a later change of it would go unnoticed."""
    for topic, versions in new.items():
        for version, fields in versions.items():
            known = old.get(topic, {}).get(version)
            if known is None:
                yield f"{topic} of version {version}"
            else:
                yield from (f"{topic}: {name}" for name in fields if name not in known)


def grown(old: Shapes, new: Shapes) -> Shapes:
    """Return what is recorded together with what is new; nothing that is recorded is changed."""
    topics = sorted(old.keys() | new.keys())
    return {topic: _grown_versions(old.get(topic, {}), new.get(topic, {})) for topic in topics}


def _grown_versions(old: dict[str, dict[str, Field]], new: dict[str, dict[str, Field]]) -> dict[str, dict[str, Field]]:
    versions = sorted(old.keys() | new.keys(), key=int)
    return {version: new.get(version, {}) | old.get(version, {}) for version in versions}


def _broken_fields(old: dict[str, Field], new: dict[str, Field]) -> Iterator[str]:
    for name, field in old.items():
        if name not in new:
            yield f"{name} is gone or was renamed: raise VERSION and upcast"
        elif new[name] != field:
            yield f"{name} was {field} and is {new[name]}: raise VERSION and upcast"
    for name, field in new.items():
        if name not in old and "default" not in field:
            yield f"{name} is new and required: give it a default, or raise VERSION and upcast"


def _fields(kind: Any) -> Iterator[tuple[str, Field]]:
    hints = get_type_hints(kind)
    for field in sorted(dataclasses.fields(kind), key=lambda field: field.name):
        # A clear field that has its default is left out of the stored bytes, so the default belongs to the shape.
        default = {} if field.default is dataclasses.MISSING else {"default": _plain(field.default)}
        yield field.name, {"type": _spoken(hints[field.name])} | default


def _plain(default: Any) -> Any:
    return list(default) if isinstance(default, tuple) else default


def _spoken(hint: Any) -> str:
    if isinstance(hint, UnionType) or str(get_origin(hint)) == "typing.Union":
        return " | ".join(_spoken(part) for part in get_args(hint))
    if get_origin(hint) is tuple:
        return f"tuple of {_spoken(get_args(hint)[0])}"
    if hint is NoneType:
        return "None"
    name: str = hint.__name__
    return name
