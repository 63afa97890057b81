"""The record as rows, one for each event that is shown: NDJSON and CSV, for whoever takes the data elsewhere."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.reports.production.table import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.reports.model import Contact, CustomerRecord, Entry, Matter

COLUMNS: Final = (
    "event", "part", "thing", "belongs_to", "kind", "at", "recorded_at", "zone_assumed", "role", "name",
    "for_customer", "provided_by_customer", "source", "language", "text", "words", "details",
)  # fmt: skip
_SUBJECT: Final = frozenset({"customer", "representative"})
_SAID: Final = "text"


class Row(NamedTuple):
    """An entry and where it stands: its part, the id of its thing, the event it is a version or a file of."""

    part: str
    thing: str | None
    belongs_to: int | None
    entry: Entry


def rows(record: CustomerRecord) -> Iterator[Row]:
    """Yield every event that is shown, in the order of the document."""
    yield from _of("particulars", None, record.particulars)
    for part in ("promises", "contacts", "tickets", "work_orders", "calls", "requests"):
        for thing in getattr(record, part):
            yield from _of(part, thing.id, _entries(thing))
    yield from _of("others", None, record.others)


def as_ndjson(record: CustomerRecord) -> bytes:
    """Return one JSON object a line; what is empty is left out."""
    lines = [json.dumps(_object(row), ensure_ascii=False, separators=(",", ":")) for row in rows(record)]
    return "".join(f"{line}\n" for line in lines).encode()


def as_csv(record: CustomerRecord) -> bytes:
    """Return CSV (RFC 4180, UTF-8 with a mark) in which nothing that somebody wrote is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(record):
        members = _object(row)
        writer.writerow([harmless(_cell(members.get(name))) for name in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _of(part: str, thing: str | None, entries: Iterable[Entry], under: int | None = None) -> Iterator[Row]:
    for entry in entries:
        yield Row(part, thing, under, entry)
        yield from _of(part, thing, (*entry.versions, *entry.attachments), entry.number)


def _entries(thing: Contact | Matter) -> tuple[Entry, ...]:
    names = ("entries", "versions", "course", "charges")
    return tuple(entry for name in names for entry in getattr(thing, name, ()))


def _object(row: Row) -> dict[str, Any]:
    entry = row.entry
    said = next((one for one in entry.words if one.field == _SAID), None)
    members = {
        "event": entry.number,
        "part": row.part,
        "thing": row.thing,
        "belongs_to": row.belongs_to,
        "kind": entry.kind,
        "at": entry.when.at.isoformat(),
        "recorded_at": entry.when.recorded.isoformat(),
        "zone_assumed": entry.when.zone_assumed or None,
        "role": entry.role,
        "name": entry.name,
        "for_customer": entry.for_customer or None,
        # What GDPR, article 20, is about: data that the person has provided.
        "provided_by_customer": entry.role in _SUBJECT or None,
        "source": entry.source or None,
        "language": next((one.language for one in entry.words if one.language), None),
        "text": said.text if said else None,
        "words": {one.field: one.text for one in entry.words if one.field != _SAID} or None,
        "details": {one.field: one.value for one in entry.details} or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if value is True:
        return "yes"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
