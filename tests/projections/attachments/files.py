"""Small files of every format, made by hand, and some that mean harm."""

from __future__ import annotations

import zlib
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook  # type: ignore[import-untyped]  # it ships no types
from pypdf import PdfReader, PdfWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol" * 10}">' for n in range(10))


def pdf(text: str = "", *, stream: bytes | None = None, filters: str = "") -> bytes:
    """Return a page that says a line of Latin letters, or has a stream of its own."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode() if stream is None else stream
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters.encode(), content),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


def locked_pdf(text: str, *, to_open: str) -> bytes:
    writer = PdfWriter(PdfReader(BytesIO(pdf(text))))
    writer.encrypt(to_open, "the owner's", algorithm="AES-256")
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def pdf_bomb(layers: int = 2) -> bytes:
    """Return a page whose stream unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1_024)) + packer.flush()
    for _ in range(layers - 1):
        stream = zlib.compress(stream, 9)
    return pdf(stream=stream, filters="/Filter [" + "/FlateDecode " * layers + "]")


def package(parts: Mapping[str, str | bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as zipped:
        for name, part in parts.items():
            zipped.writestr(name, part)
    return made.getvalue()


def docx(body: str, *, before: str = "", **others: str) -> bytes:
    document = f'{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    named = {f"word/{name}.xml": part for name, part in others.items()}
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **named})


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book, made = Workbook(), BytesIO()
    book.active.title = "Sheet of prices"
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def with_part(content: bytes, name: str, part: str) -> bytes:
    """Return a package in which one part is another."""
    with ZipFile(BytesIO(content)) as zipped:
        return package({each: zipped.read(each) for each in zipped.namelist() if each != name} | {name: part})


def eml(text: str, *, html: str | None = None, attached: Mapping[str, bytes] | None = None) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "rasa@example.com", "help@example.com", "Sąskaita už kovą"
    letter.set_content(text)
    if html is not None:
        letter.add_alternative(html, subtype="html")
    for name, content in (attached or {}).items():
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()
