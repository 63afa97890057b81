"""A production as Concordance load files: DAT with the fields, OPT with the pages, texts and natives beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.reports.production.folder import volume
from audit.reports.production.model import Fate
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
)  # fmt: skip
"""Names of the fields, and the column of an item that fills each."""


class LoadfileWriter:
    """Writes ``production.dat``, ``production.opt``, ``TEXT/`` and ``NATIVES/``.

    No images of pages are made: an item is one page in the OPT, and its line names the file with its text.
    """

    def __init__(self, folder: Folder, at_end: ExitStack) -> None:
        self._folder = folder
        self._dat = at_end.enter_context(folder.open("production.dat"))
        self._opt = at_end.enter_context(folder.open("production.opt"))
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
            row = row_of(item)
            self._dat.write(_line([row[column] if column else apart[name] for name, column in FIELDS]))
            self._opt.write(f"{item.number},{VOLUME},{_backwards(text)},Y,,,1\r\n".encode())
            self._folder.note(item.number, "production.dat")

    def close(self) -> None:
        """Everything is written already."""


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
