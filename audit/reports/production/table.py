"""A production as tables, CSV and XLSX, in which nothing that somebody wrote is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook  # type: ignore[import-untyped]  # it comes without types
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]  # as above

from audit.reports.production.folder import volume
from audit.reports.production.writer import COLUMNS, keep_file, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import ExitStack

    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Group

CELL_MAX: Final = 32_000
"""A cell of a spreadsheet holds 32,767 characters; the whole of a longer text stands in a file beside."""
_ROWS_MAX: Final = 1_000_000
_STARTING: Final = frozenset("=+-@\t\r\n|%'")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UNSEEN: Final = re.compile("^[ \u00a0\u3000\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_MADE: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def harmless(text: str) -> str:
    """Return a text as no program takes it for a formula: with an apostrophe before it where it might.

    Looked at is the first sign that is seen, in its usual width; a text that begins with an apostrophe gets another, so
    that the way back is to take off one.
    """
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)[:1])
    return f"'{text}" if (text[:1] in _STARTING or seen[:1] in _STARTING) else text


class TableWriter:
    """Writes ``items.csv`` and ``items.xlsx`` with the same rows, texts too long for a cell, and attachments."""

    def __init__(self, folder: Folder, at_end: ExitStack) -> None:
        self._folder = folder
        self._csv = _Lines(at_end.enter_context(folder.open("items.csv")).write)
        self._book = Workbook(write_only=True)
        self._rows = 0
        self._csv.line(COLUMNS)

    def add(self, family: Group, place: int) -> None:
        for step, item in enumerate(family):
            row = row_of(item, keep_file(self._folder, "files", item, place + step))
            self._csv.line([harmless(value) for value in row.values()])
            if len(row["text"]) > CELL_MAX:
                path = f"text/{volume(place + step)}/{item.number}.txt"
                self._folder.write(path, row["text"].encode(), number=item.number)
                row |= {"text": f"{row['text'][:CELL_MAX]} […]", "file": row["file"] or path}
            self._add_to_book(list(row.values()))
            for path in ("items.csv", "items.xlsx"):
                self._folder.note(item.number, path)

    def close(self) -> None:
        if not self._rows:
            self._add_to_book(None)
        content = io.BytesIO()
        self._book.save(content)
        self._folder.write("items.xlsx", _without_times(content.getvalue()))

    def _add_to_book(self, values: list[str] | None) -> None:
        if self._rows % _ROWS_MAX == 0:
            self._sheet = self._book.create_sheet(f"items {self._rows // _ROWS_MAX + 1}")
            self._sheet.append(list(COLUMNS))
        if values is not None:
            cells = []
            for value in values:
                cell = WriteOnlyCell(self._sheet, _UNWRITABLE.sub("\ufffd", harmless(value)[: CELL_MAX + 10]))
                cell.data_type = "s"
                cells.append(cell)
            self._sheet.append(cells)
            self._rows += 1


class _Lines:
    """Writes lines of CSV (RFC 4180) as UTF-8 with the mark by which spreadsheets know it."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._write(b"\xef\xbb\xbf")

    def line(self, values: Iterable[str]) -> None:
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(values)
        self._write(text.getvalue().encode())


def _without_times(content: bytes) -> bytes:
    """Return a workbook that does not say when it was made, so that the same rows give the same bytes."""
    again = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as made, ZipFile(again, "w", ZIP_DEFLATED) as plain:
        for name in sorted(made.namelist()):
            entry = made.read(name)
            if name == "docProps/core.xml":
                entry = _MADE.sub(rb"\g<1>1980-01-01T00:00:00Z", entry)
            told = ZipInfo(name, _NO_TIME)
            told.compress_type = ZIP_DEFLATED
            told.external_attr = 0o600 << 16
            plain.writestr(told, entry)
    return again.getvalue()
