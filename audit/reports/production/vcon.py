"""A production as vCons (draft-ietf-vcon-vcon-core, 0.4.0): one for each conversation."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha512
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from audit.domain.fact import STAFF_ROLES
from audit.reports.production.folder import volume
from audit.reports.production.model import Fate
from audit.reports.production.writer import row_of

if TYPE_CHECKING:
    from contextlib import ExitStack

    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Group, Item

VERSION: Final = "0.4.0"
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where a time has to stand and none is shown."""
_NOT_REPEATED: Final = frozenset({"text", "file"})


class VconWriter:
    """Gathers the families of a conversation, which stand together, and writes a vCon when the next one begins."""

    def __init__(self, folder: Folder, _: ExitStack) -> None:
        self._folder = folder
        self._gathered: list[Item] = []
        self._place = 0

    def add(self, family: Group, place: int) -> None:
        if self._gathered and not _together(self._gathered[0], family[0]):
            self._write()
        if not self._gathered:
            self._place = place
        self._gathered += family

    def close(self) -> None:
        if self._gathered:
            self._write()

    def _write(self) -> None:
        items, self._gathered = self._gathered, []
        path = f"vcon/{volume(self._place)}/{items[0].number}.vcon.json"
        content = json.dumps(vcon_of(items), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        self._folder.write(path, content.encode("utf-8", "replace") + b"\n")
        for item in items:
            self._folder.note(item.number, path)


def vcon_of(items: list[Item]) -> dict[str, Any]:
    """Return a conversation: its parties, what each said as a dialog, files as attachments, and which item is which."""
    parties = _Parties()
    dialogs: list[dict[str, Any]] = []
    attachments: list[dict[str, Any]] = []
    heads: dict[str, int] = {}
    told = []
    for item in items:
        entry: dict[str, Any] = {name: value for name, value in row_of(item).items() if value}
        if item.attached is None:
            heads.setdefault(item.family, len(dialogs))
            entry["dialog"] = len(dialogs)
            dialogs.append(_dialog(item, parties.place(item)))
        elif item.fate is Fate.PRODUCED and item.attached.content is not None:
            entry["attachment"] = len(attachments)
            attachments.append(_attachment(item, parties.place(item), heads.get(item.family)))
        told.append({name: value for name, value in entry.items() if name not in _NOT_REPEATED})
    moments = sorted(item.at for item in items if item.at is not None)
    recorded = [item.recorded_at for item in items if item.recorded_at is not None]
    attachments.append(_items(told, moments[0].isoformat() if moments else None))
    return {
        "vcon": VERSION,
        "uuid": str(_uuid(items[0])),
        "created_at": (max(recorded) if recorded else _BEGINNING).isoformat(),
        "subject": next((item.subject for item in items if item.subject), ""),
        "parties": parties.listed,
        "dialog": dialogs,
        "attachments": attachments,
        "analysis": [],
    }


class _Parties:
    """Everybody who took part, each once."""

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []
        self._places: dict[tuple[str, str, str], int] = {}

    def place(self, item: Item) -> int:
        staff = item.role in STAFF_ROLES
        customer = "" if staff else item.customer or ""
        key = (item.role, item.author or "", customer)
        if key not in self._places:
            self._places[key] = len(self.listed)
            party = {"role": item.role or "unknown", "name": item.author or ""}
            if customer:
                party["mailto" if "@" in customer else "uuid"] = customer
            self.listed.append({name: value for name, value in party.items() if value})
        return self._places[key]


def _dialog(item: Item, party: int) -> dict[str, Any]:
    body = f"{item.subject}\n\n{item.said}" if item.subject and item.channel == "email" else item.said
    return {
        "type": "text",
        "start": (item.at or _BEGINNING).isoformat(),
        "parties": [party],
        "originator": party,
        "mediatype": "text/plain",
        "body": body,
        "encoding": "none",
    }


def _attachment(item: Item, party: int, dialog: int | None) -> dict[str, Any]:
    attached = item.attached
    assert attached is not None, "asked only for what has bytes"
    assert attached.content is not None, "asked only for what has bytes"
    return {
        "purpose": "attachment",
        "start": (item.at or _BEGINNING).isoformat(),
        "party": party,
        **({} if dialog is None else {"dialog": dialog}),
        "mediatype": attached.media_type or "application/octet-stream",
        "filename": attached.name or item.number,
        "body": _base64url(attached.content),
        "encoding": "base64url",
        "content_hash": f"sha512-{_base64url(sha512(attached.content).digest())}",
    }


def _items(told: list[dict[str, Any]], start: str | None) -> dict[str, Any]:
    """Return what vCon has no place for: number, proof, standing and fate of each item."""
    return {
        "purpose": "onrecord-items",
        **({"start": start} if start else {}),
        "party": 0,
        "mediatype": "application/json",
        "filename": "onrecord-items.json",
        "body": json.dumps(told, ensure_ascii=False, sort_keys=True),
        "encoding": "json",
    }


def _uuid(first: Item) -> UUID:
    """Return the id of the conversation as the archive has it; of an event that stands alone, one made of its leaf."""
    if first.conversation_id:
        return UUID(hex=first.conversation_id)
    return uuid5(NAMESPACE_URL, f"urn:sha256:{first.leaf or first.number}")


def _together(one: Item, other: Item) -> bool:
    return one.conversation_id is not None and one.conversation_id == other.conversation_id


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
