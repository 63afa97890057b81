"""The conversations of a record as vCons, by the same writer that productions have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from audit.reports.production.model import Fate, Item, Standing
from audit.reports.production.vcon import vcon_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from audit.reports.model import Contact, CustomerRecord, Entry


def as_vcons(record: CustomerRecord, tie: Callable[[str, str], UUID]) -> Iterator[tuple[str, bytes]]:
    """Yield a file name and a vCon for each conversation and call; ``tie`` gives the archive's id of one."""
    customer = next(iter(record.cover.ids), None)
    for place, contact in enumerate((*record.contacts, *record.calls), 1):
        items = [_item(one, contact, customer, tie) for entry in contact.entries for one in _with_versions(entry)]
        content = json.dumps(vcon_of(items), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        yield f"vcon/{place:05}.vcon.json", content.encode("utf-8", "replace") + b"\n"


def _with_versions(entry: Entry) -> Iterator[Entry]:
    yield entry
    yield from entry.versions
    yield from entry.attachments


def _item(entry: Entry, contact: Contact, customer: str | None, tie: Callable[[str, str], UUID]) -> Item:
    words = {one.field: one.text for one in entry.words}
    details = {one.field: one.value for one in entry.details}
    erased = bool(entry.words) and all(one.text is None for one in entry.words)
    body = next((words[name] for name in ("text", "reason", "comment") if words.get(name)), None)
    return Item(
        number=str(entry.number),
        family=str(entry.number),
        event=entry.number,
        standing=Standing.HIT,
        fate=Fate.ERASED if erased else Fate.PRODUCED,
        kind=entry.kind,
        at=entry.when.at,
        recorded_at=entry.when.recorded,
        zone_assumed=entry.when.zone_assumed,
        role=entry.role,
        author=entry.name,
        source=entry.source,
        channel=contact.channel,
        language=next((one.language for one in entry.words if one.language), None),
        conversation=contact.id,
        conversation_id=tie("conversation", contact.id).hex if contact.id else None,
        customer=customer,
        subject=words.get("subject") or words.get("title"),
        text=body,
        fields={**{name: said for name, said in words.items() if said and said != body}, **details},
        leaf=f"{entry.number}@{entry.when.recorded.isoformat()}",
    )
