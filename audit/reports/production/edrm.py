"""A production as EDRM XML 1.2: documents with their tags and files, and which is attached to which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from audit.reports.production.folder import volume
from audit.reports.production.model import Fate
from audit.reports.production.writer import COLUMNS, keep_file, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Group, Item

PATH: Final = "production.xml"
_STANDARD: Final = {
    "at": "#DateSent",
    "author": "#From",
    "subject": "#Subject",
    "language": "#Language",
    "attachment_name": "#FileName",
}
"""Our columns that EDRM has predefined names for; the others keep ours."""
_NOT_TAGS: Final = frozenset({"number", "text", "file", "attachment_type"})
_TYPES: Final = {"at": "DateTime", "recorded_at": "DateTime", "event": "LongInteger"}
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class EdrmWriter:
    """Writes ``production.xml``, and the texts and natives it names."""

    def __init__(self, folder: Folder, at_end: ExitStack) -> None:
        self._folder = folder
        self._file = at_end.enter_context(folder.open(PATH))
        self._related: list[tuple[str, str]] = []
        self._write('<?xml version="1.0" encoding="UTF-8"?>')
        self._write('<Root MajorVersion="1" MinorVersion="2" Description="On Record production"')
        self._write('      DataInterchangeType="Update">')
        self._write('  <Batch name="production">')
        self._write("    <Documents>")

    def add(self, family: Group, place: int) -> None:
        for step, item in enumerate(family):
            native = keep_file(self._folder, "NATIVES", item, place + step)
            text = f"TEXT/{volume(place + step)}/{item.number}.txt"
            self._folder.write(text, item.said.encode(), number=item.number)
            for line in self._document(item, native, text):
                self._write(line)
            self._folder.note(item.number, PATH)
            if not item.heads:
                self._related.append((item.family, item.number))

    def close(self) -> None:
        self._write("    </Documents>")
        self._write("    <Relationships>")
        for parent, child in self._related:
            self._write(f'      <Relationship Type="Attachment" ParentDocID="{parent}" ChildDocID="{child}"/>')
        self._write("    </Relationships>")
        self._write("  </Batch>")
        self._write("</Root>")

    def _document(self, item: Item, native: str | None, text: str) -> Iterator[str]:
        kind = "File" if item.attached else "Message"
        media_type = (item.attached.media_type if item.attached else None) or "text/plain"
        yield f'      <Document DocID="{item.number}" DocType="{kind}" MimeType={_quoted(media_type)}>'
        yield "        <Tags>"
        row = row_of(item)
        for name in COLUMNS:
            if row[name] and name not in _NOT_TAGS:
                told, type_ = _STANDARD.get(name, name), _TYPES.get(name, "Text")
                yield f'          <Tag TagName="{told}" TagDataType="{type_}" TagValue={_quoted(row[name])}/>'
        yield "        </Tags>"
        yield "        <Files>"
        if native is not None and item.fate is Fate.PRODUCED:
            yield from self._named("Native", native)
        yield from self._named("Text", text)
        yield "        </Files>"
        yield "      </Document>"

    def _named(self, kind: str, path: str) -> Iterator[str]:
        entry = self._folder.entries[path]
        above, _, name = path.rpartition("/")
        yield f'          <File FileType="{kind}">'
        yield (
            f'            <ExternalFile FilePath="{above}" FileName="{name}" FileSize="{entry.size}"'
            f' Hash="{entry.digest}"/>'
        )
        yield "          </File>"

    def _write(self, line: str) -> None:
        self._file.write(line.encode() + b"\n")


def _quoted(value: str) -> str:
    """Return a value as an attribute: signs that XML 1.0 has no way to write are replaced, white space is kept."""
    return quoteattr(_NOT_XML.sub("\ufffd", value))
