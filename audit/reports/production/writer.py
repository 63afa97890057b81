"""What the writers of all forms have in common: the columns of an item, and where its file goes."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from audit.reports.production.folder import extension, volume

if TYPE_CHECKING:
    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Group, Item

COLUMNS: Final = (
    "number", "family", "standing", "fate", "reason", "event", "kind", "at", "recorded_at", "zone_assumed",
    "role", "author", "source", "channel", "direction", "language", "conversation", "customer", "ticket", "work_order",
    "subject", "text", "fields", "attachment_name", "attachment_type", "attachment_sha256", "attachment_missing",
    "file", "leaf",
)  # fmt: skip


class Writer(Protocol):
    """Writes items in one form, family by family in the order of their numbers."""

    def add(self, family: Group, place: int) -> None:
        """Write a family; ``place`` is that of its head among all items, from 0."""

    def close(self) -> None:
        """Write what can only be written at the end."""


def row_of(item: Item, file: str | None = None) -> dict[str, str]:
    """Return an item as text by column."""
    attached = item.attached
    row: dict[str, object] = {
        "number": item.number,
        "family": item.family,
        "standing": item.standing.value,
        "fate": item.fate.value,
        "reason": item.reason,
        "event": item.event,
        "kind": item.kind,
        "at": item.at.isoformat() if item.at else None,
        "recorded_at": item.recorded_at.isoformat() if item.recorded_at else None,
        "zone_assumed": "yes" if item.zone_assumed else None,
        "role": item.role,
        "author": item.author,
        "source": item.source,
        "channel": item.channel,
        "direction": item.direction,
        "language": item.language,
        "conversation": item.conversation,
        "customer": item.customer,
        "ticket": item.ticket,
        "work_order": item.work_order,
        "subject": item.subject,
        "text": item.said,
        "fields": json.dumps(item.fields, ensure_ascii=False, sort_keys=True) if item.fields else None,
        "attachment_name": attached.name if attached else None,
        "attachment_type": attached.media_type if attached else None,
        "attachment_sha256": sha256(attached.content).hexdigest()
        if attached and attached.content is not None
        else None,
        "attachment_missing": attached.missing if attached else None,
        "file": file,
        "leaf": item.leaf,
    }
    assert tuple(row) == COLUMNS
    return {name: "" if value is None else str(value) for name, value in row.items()}


def keep_file(folder: Folder, under: str, item: Item, place: int) -> str | None:
    """Write the file that an item is; return its path, None where there are no bytes to write."""
    if item.attached is None or item.attached.content is None:
        return None
    path = f"{under}/{volume(place)}/{item.number}.{extension(item.attached.name, item.attached.media_type)}"
    folder.write(path, item.attached.content, number=item.number)
    return path
