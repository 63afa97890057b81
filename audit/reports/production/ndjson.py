"""A production as NDJSON: one JSON object a line for each item, and the attachments as files beside."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from audit.reports.production.writer import keep_file, row_of

if TYPE_CHECKING:
    from contextlib import ExitStack

    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Group, Item


class NdjsonWriter:
    """Writes ``items.ndjson`` and ``files/``, under ``data/`` where the folder is a bag."""

    def __init__(self, folder: Folder, at_end: ExitStack, under: str = "") -> None:
        self._folder = folder
        self._under = under
        self._path = f"{under}items.ndjson"
        self._file = at_end.enter_context(folder.open(self._path))

    def add(self, family: Group, place: int) -> None:
        for step, item in enumerate(family):
            file = keep_file(self._folder, f"{self._under}files", item, place + step)
            line = json.dumps(_object(item, file), ensure_ascii=False, separators=(",", ":"))
            self._file.write(line.encode() + b"\n")
            self._folder.note(item.number, self._path)

    def close(self) -> None:
        """Everything is written already."""


def _object(item: Item, file: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {name: value for name, value in row_of(item, file).items() if value}
    row |= {"event": item.event, "text": item.said}
    if item.fields:
        row["fields"] = dict(item.fields)
    if item.html is not None:
        row["html"] = item.html
    if item.raw is not None:
        row["raw"] = b64encode(item.raw).decode()
    if item.zone_assumed:
        row["zone_assumed"] = True
    return row
