"""Stored bytes of every event there ever was, each with what it says: they must be readable for ever."""

from __future__ import annotations

import dataclasses
import json
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints
from uuid import UUID, uuid5

from audit.archive.keyring import DataKey
from audit.archive.mapper import Draft, Mapper
from audit.archive.originals import Folder, Originals
from audit.archive.recorders.recorder import Row
from audit.archive.stored import Fingerprint
from audit.archive.upcasts import UPCASTS
from audit.domain.catalogue import EVENTS
from audit.domain.event import Event, Personal, Record, Stamp
from audit.evidence.leaf import leaf_hash
from tests.archive.house import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = Path(__file__).with_name("stored.ndjson")
ARCHIVE_ID = bytes(range(16))
KEY = DataKey("00112233445566778899aabbccddeeff", bytes(range(32)))
_NAMESPACE = UUID("6d1f2f1e-7a3b-4c55-9a77-0b1e5e3c9d10")
_AT = datetime(2026, 3, 1, 10, 30, tzinfo=UTC)


def kept() -> Iterator[dict[str, Any]]:
    if KEPT.exists():
        for line in KEPT.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def mapper(folder: Path) -> Mapper:
    return Mapper(ARCHIVE_ID, Originals(Folder(folder)), repeated(), events=EVENTS, upcasts=UPCASTS)


def row(line: dict[str, Any]) -> Row:
    """Return a kept line as the row it was."""
    stream, state = UUID(line["stream"]), line["state"].encode()
    sealed = b64decode(line["sealed"]) if line["sealed"] else None
    leaf = leaf_hash(stream, 1, line["topic"], state)
    return Row(1, stream, 1, line["topic"], state, sealed, leaf)


def read(line: dict[str, Any], folder: Path) -> Record:
    (record,) = mapper(folder).read([row(line)], lambda _: {KEY.id: KEY.key})
    assert isinstance(record, Record), record
    return record


def written(kind: type[Event], folder: Path) -> dict[str, Any]:
    """Return a line for an event of this kind with every field filled."""
    event = example(kind)
    stream = uuid5(_NAMESPACE, kind.TOPIC)
    tied = uuid5(_NAMESPACE, "customer")
    stamp = Stamp(
        role="agent",
        happened_at=_AT,
        recorded_at=_AT,
        source="chat",
        actor=uuid5(_NAMESPACE, "actor"),
        on_behalf_of=tied,
        zone_assumed=True,
        seq=7,
        batch=uuid5(_NAMESPACE, "batch"),
        ties=(("customer", tied),),
        ids=Personal([["customer", "cust-7"]]),
    )
    stored = mapper(folder).store(Draft(stream, 1, event, stamp), KEY, Fingerprint(1, KEY.id, "bWFj"))
    return {
        "topic": kind.TOPIC,
        "version": kind.VERSION,
        "stream": str(stream),
        "state": stored.state.decode(),
        "sealed": b64encode(stored.sealed).decode() if stored.sealed else None,
        "leaf": stored.leaf_hash.hex(),
        "says": says(event),
    }


def example(kind: type[Event]) -> Event:
    """Return an event with a value in every field."""
    hints = get_type_hints(kind)
    names = [one.name for one in dataclasses.fields(kind)]  # type: ignore[arg-type]  # every event is a dataclass
    return kind(**{name: _value(name, hints[name]) for name in names})


def says(event: Event) -> dict[str, Any]:
    """Return what an event says, as plain JSON."""
    names = [one.name for one in dataclasses.fields(event)]  # type: ignore[arg-type]  # as above
    return {name: _plain(getattr(event, name)) for name in names}


def _value(name: str, hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return (_value(name, get_args(hint)[0]),)
    kinds = [part for part in get_args(hint) if part is not NoneType] or [hint]
    values: dict[Any, Any] = {
        Personal: Personal({"ąžuolas": [1, "二"]} if name == "extra" else f"{name}: Žodžiai, слова, 话"),
        str: f"{name}-code",
        int: 7,
        bool: True,
        date: _AT.date(),
        datetime: _AT,
        UUID: uuid5(_NAMESPACE, name),
    }
    return values[kinds[0]]


def _plain(value: Any) -> Any:
    if isinstance(value, Personal):
        return value.value
    if isinstance(value, date | UUID):
        return str(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
