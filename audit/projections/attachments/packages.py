"""The text of office files, which are XML in a zip: DOCX and ODT by ourselves, XLSX by openpyxl."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it ships no types
from defusedxml.expatreader import create_parser as make_parser  # type: ignore[import-untyped]  # it ships no types
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it ships no types
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]  # it ships no types

from audit.projections.attachments.documents import STUMBLES
from audit.projections.attachments.verdict import LARGEST_UNPACKED, MOST_CHARACTERS, NotRead, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FILES: Final = 10_000
_TEXTUAL_PARTS: Final = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\d*\.xml|content\.xml"
)
_ENTITIES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HOLDING_WORDS: Final = frozenset({"w:t", "a:t", "m:t", "text:p", "text:h"})
_PARAGRAPHS: Final = frozenset({"w:p", "a:p", "text:p", "text:h"})
_BREAKS_BEFORE: Final = {"br": "\n", "cr": "\n", "line-break": "\n", "tab": "\t", "s": " "}
_BLOCK: Final = 1 << 16


def package_text(content: bytes) -> Reading:
    """Return the text of an office file. Raises NotRead where it is another kind of zip, or broken, or a bomb."""
    try:
        with ZipFile(BytesIO(content)) as package:
            names = _checked(package)
            if "xl/workbook.xml" in names:
                _refuse_entities(package, names)
                return _joined(_cells(content))
            if "word/document.xml" in names or "content.xml" in names:
                return _joined(_runs(package, names))
    except DefusedXmlException:
        raise NotRead("hostile") from None
    except (BadZipFile, SAXException, InvalidFileException, zlib.error, NotImplementedError, RuntimeError, *STUMBLES):
        raise NotRead("damaged") from None
    raise NotRead("unknown-format")


def _checked(package: ZipFile) -> frozenset[str]:
    """Return the names in a package. Raises NotRead where it is locked, or would unpack to too much."""
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise NotRead("password")
    # A part is never read beyond the size that is declared for it.
    if len(parts) > _MOST_FILES or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotRead("unpacks-too-large")
    return frozenset(part.filename for part in parts)


def _refuse_entities(package: ZipFile, names: frozenset[str]) -> None:
    """Raise NotRead where XML declares entities: no office program writes any, and openpyxl would take them."""
    for name in names:
        if name.endswith((".xml", ".rels")):
            with package.open(name) as part:
                if _ENTITIES.search(part.read(4_096).replace(b"\0", b"")):
                    raise NotRead("hostile")


def _joined(pieces: Iterator[str]) -> Reading:
    texts: list[str] = []
    size = 0
    for piece in pieces:
        texts.append(piece)
        size += len(piece)
        if size > MOST_CHARACTERS:
            break
    return Reading("".join(texts).strip())


def _runs(package: ZipFile, names: frozenset[str]) -> Iterator[str]:
    # The document first, then what stands above, below and beside it.
    for name in sorted(filter(_TEXTUAL_PARTS.fullmatch, names), key=lambda name: ("document" not in name, name)):
        words = _Words()
        parser = make_parser(forbid_dtd=True)
        parser.setContentHandler(words)
        with package.open(name) as part:
            while block := part.read(_BLOCK):
                parser.feed(block)
                yield words.taken()
        parser.close()
        yield words.taken() + "\n"


class _Words(ContentHandler):
    """Takes the words out of a part: ``t`` holds them in DOCX, paragraphs and headings do in ODT."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._inside = 0

    def taken(self) -> str:
        """Return what was read since the last time."""
        pieces, self._pieces = self._pieces, []
        return "".join(pieces)

    def startElement(self, name: str, attrs: object) -> None:  # noqa: ARG002, N802  # the library's own signature
        self._inside += name in _HOLDING_WORDS
        if local := _BREAKS_BEFORE.get(name.partition(":")[2]):
            self._pieces.append(local)

    def endElement(self, name: str) -> None:  # noqa: N802  # the library's own signature
        self._inside -= name in _HOLDING_WORDS
        if name in _PARAGRAPHS:
            self._pieces.append("\n")

    def characters(self, content: str) -> None:
        if self._inside:
            self._pieces.append(content)


def _cells(content: bytes) -> Iterator[str]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        # The extent a sheet declares may be anything.
        sheet.reset_dimensions()
        yield f"{sheet.title}\n"
        for row in sheet.iter_rows(values_only=True):
            if cells := [_shown(value) for value in row if value is not None]:
                yield "\t".join(cells) + "\n"


def _shown(value: Any) -> str:
    """Return what a cell shows; of dates and times no more than what is there."""
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
