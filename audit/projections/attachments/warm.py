"""Reading one small file of each format, so that every module is loaded before no file can be opened any more."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

from openpyxl import Workbook  # type: ignore[import-untyped]  # it ships no types
from pypdf import PdfWriter

from audit.projections.attachments.extract import text_of
from audit.projections.attachments.verdict import NotRead

_MAIL = (
    b"From: a@example.com\r\nSubject: =?utf-8?q?a?=\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=C5=A1\r\n--b\r\nContent-Type: text/html\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''a.html\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nPHA+YTwvcD4=\r\n--b--\r\n"
)


def warm_up() -> None:
    """Load what reading needs."""
    book, sheet = BytesIO(), Workbook()
    sheet.active.append([1, 2.5, "text", True])
    sheet.save(book)
    for locked in (False, True):
        made, writer = BytesIO(), PdfWriter()
        writer.add_blank_page(72, 72)
        if locked:
            writer.encrypt("", "owner", algorithm="AES-256")
        writer.write(made)
        with suppress(NotRead):
            text_of(made.getvalue(), None, None)
    for content in (book.getvalue(), _MAIL, b"<html><p>a</p>", "š".encode("cp1257")):
        text_of(content, None, None)
