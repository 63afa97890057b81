"""Reads a file with a source alone, and writes down what it found so that it can be compared."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from audit.domain.event import Event, Personal
from audit.intake.cdr import Cdr
from audit.intake.mail import Mail
from audit.intake.mbox import Mbox
from audit.intake.ndjson import Ndjson
from audit.intake.queue_log import QueueLog
from audit.intake.source import Delivered, Found, NotTaken, Reading, Refusal
from audit.intake.vcon import Vcon

if TYPE_CHECKING:
    from audit.domain.fact import Fact
    from audit.intake.source import Source

SAMPLES = Path(__file__).parent / "samples"
SOURCES: dict[str, Source] = {
    "ndjson": Ndjson(),
    "vcon": Vcon(),
    "mail": Mail(),
    "mbox": Mbox(),
    "queue_log": QueueLog(),
    "cdr": Cdr(),
}
READING = Reading(zone=ZoneInfo("Europe/Vilnius"), our_addresses=frozenset({"help@example.org", "+37052000000"}))


def nothing_beside(_: str) -> bytes:
    raise NotTaken("path is no file beside this one")


def read(source: Source, content: bytes, reading: Reading = READING) -> list[Found | Refusal]:
    delivered = Delivered(
        name="case", open=lambda: cast("Any", io.BytesIO(content)), beside=nothing_beside, reading=reading
    )
    return list(source.read(delivered))


def found(source: Source, content: bytes, reading: Reading = READING) -> list[Found]:
    return [one for one in read(source, content, reading) if isinstance(one, Found)]


def refused(source: Source, content: bytes, reading: Reading = READING) -> list[Refusal]:
    return [one for one in read(source, content, reading) if isinstance(one, Refusal)]


def written(results: list[Found | Refusal]) -> list[dict[str, Any]]:
    """Return what was found as plain JSON."""
    return [
        {"place": one.place, "refused": one.reason}
        if isinstance(one, Refusal)
        else {
            "place": one.place,
            "name": [part for part in one.item.name if part is not None],
            "facts": [_fact(fact) for fact in one.item.facts],
            "staff": [[member.id, member.name] for member in one.item.staff],
        }
        for one in results
    ]


def _fact(fact: Fact) -> dict[str, Any]:
    shown = {name: getattr(fact, name) for name in ("role", "actor", "on_behalf_of", "zone_assumed", "seq", "of")}
    told = {"event": fact.event.TOPIC, "at": fact.at.isoformat(), "ties": [list(tie) for tie in fact.ties]}
    return told | {name: value for name, value in shown.items() if value} | {"fields": _event(fact.event)}


def _event(event: Event) -> dict[str, Any]:
    values = {one.name: getattr(event, one.name) for one in fields(cast("Any", event))}
    return {name: _value(value) for name, value in values.items() if value is not None and value is not False}


def _value(value: Any) -> Any:
    if isinstance(value, Personal):
        return {"personal": _value(value.value)}
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()} if len(value) <= 64 else {"bytes": len(value)}
    return value.isoformat() if isinstance(value, datetime) else value
