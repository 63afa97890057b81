"""A production as Concordance load files: DAT with the fields, OPT with the pages, texts and natives beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.reports.press import Press
from audit.reports.production.folder import volume
from audit.reports.production.model import Fate
from audit.reports.production.pictures import MOST_PRINTED, pictures
from audit.reports.production.writer import keep_file, row_of

if TYPE_CHECKING:
    from contextlib import ExitStack

    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Group, Item

QUOTE: Final = "\u00fe"
BETWEEN: Final = "\u0014"
NEW_LINE: Final = "\u00ae"
VOLUME: Final = "VOL001"
FIELDS: Final = (
    ("BEGBATES", "number"), ("ENDBATES", "number"), ("BEGATTACH", ""), ("ENDATTACH", ""), ("PARENTBATES", ""),
    ("STANDING", "standing"), ("FATE", "fate"), ("REASON", "reason"), ("EVENT", "event"), ("DOCTYPE", "kind"),
    ("DATESENT", "at"), ("DATERECORDED", "recorded_at"), ("ROLE", "role"), ("AUTHOR", "author"), ("SOURCE", "source"),
    ("CHANNEL", "channel"), ("DIRECTION", "direction"), ("LANGUAGE", "language"), ("CONVERSATION", "conversation"),
    ("CUSTOMER", "customer"), ("TICKET", "ticket"), ("WORKORDER", "work_order"), ("SUBJECT", "subject"),
    ("FIELDS", "fields"), ("FILENAME", "attachment_name"), ("MIMETYPE", "attachment_type"),
    ("FILESHA256", "attachment_sha256"), ("LEAF", "leaf"), ("NATIVEPATH", ""), ("TEXTPATH", ""),
    ("PGCOUNT", ""),
)  # fmt: skip
"""Names of the fields, and the column of an item that fills each."""


_AT_ONCE: Final = 50
_LETTERS_AT_ONCE: Final = 3 * MOST_PRINTED


class _Waiting(NamedTuple):
    """An item whose fields are known, and not yet how many pages it has."""

    item: Item
    place: int
    fields: dict[str, str]


class LoadfileWriter:
    """Writes ``production.dat``, ``TEXT/`` and ``NATIVES/``; and ``production.opt`` with the pages in ``IMAGES/``.

    Without a press no pages are made, and there is no OPT: it could list nothing.
    """

    def __init__(self, folder: Folder, at_end: ExitStack, *, images: bool) -> None:
        self._folder = folder
        self._dat = at_end.enter_context(folder.open("production.dat"))
        self._opt = at_end.enter_context(folder.open("production.opt")) if images else None
        self._press = at_end.enter_context(Press()) if images else None
        self._waiting: list[_Waiting] = []
        self._letters = 0
        self._dat.write(b"\xef\xbb\xbf" + _line([name for name, _ in FIELDS]))

    def add(self, family: Group, place: int) -> None:
        first, last = family[0].number, family[-1].number
        for step, item in enumerate(family):
            native = keep_file(self._folder, "NATIVES", item, place + step)
            text = f"TEXT/{volume(place + step)}/{item.number}.txt"
            self._folder.write(text, _text_of(item), number=item.number)
            apart = {
                "BEGATTACH": first if len(family) > 1 else "",
                "ENDATTACH": last if len(family) > 1 else "",
                "PARENTBATES": "" if item.heads else first,
                "NATIVEPATH": _backwards(native or ""),
                "TEXTPATH": _backwards(text),
            }
            self._waiting.append(_Waiting(item, place + step, apart))
            self._letters += min(len(item.said), MOST_PRINTED)
            if len(self._waiting) >= _AT_ONCE or self._letters >= _LETTERS_AT_ONCE:
                self._write_waiting()

    def close(self) -> None:
        self._write_waiting()

    def _write_waiting(self) -> None:
        items = [one.item for one in self._waiting]
        pages = pictures(items, self._press) if self._press else [[] for _ in items]
        for one, drawn in zip(self._waiting, pages, strict=True):
            self._write_pages(one, drawn)
            row, apart = row_of(one.item), one.fields | {"PGCOUNT": str(len(drawn)) if self._press else ""}
            self._dat.write(_line([row[column] if column else apart[name] for name, column in FIELDS]))
            self._folder.note(one.item.number, "production.dat")
        self._waiting, self._letters = [], 0

    def _write_pages(self, one: _Waiting, drawn: list[bytes]) -> None:
        """Write an item's pages; an OPT line names each, and the first says how many there are."""
        assert self._opt is not None or not drawn, "pages are made where there is a list of them"
        number = one.item.number
        for page, content in enumerate(drawn, 1):
            key = number if page == 1 else f"{number}_{page:04}"
            path = f"IMAGES/{volume(one.place)}/{key}.pdf"
            self._folder.write(path, content, number=number)
            if self._opt is not None:
                begins = f"Y,,,{len(drawn)}" if page == 1 else ",,,"
                self._opt.write(f"{key},{VOLUME},{_backwards(path)},{begins}\r\n".encode())


def _text_of(item: Item) -> bytes:
    subject = f"{item.subject}\n\n" if item.subject and item.fate is Fate.PRODUCED else ""
    return (subject + item.said).encode()


def _line(values: list[str]) -> bytes:
    return (BETWEEN.join(f"{QUOTE}{_plain(value)}{QUOTE}" for value in values) + "\r\n").encode()


def _plain(value: str) -> str:
    """Return a value in which no sign is left that would end it: a thorn is written out, as no reader unescapes it."""
    told = value.replace("\r\n", NEW_LINE).replace("\n", NEW_LINE).replace("\r", NEW_LINE)
    return told.replace(QUOTE, "th").replace(BETWEEN, " ")


def _backwards(path: str) -> str:
    return path.replace("/", "\\")
