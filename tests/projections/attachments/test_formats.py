"""The text of a file is its words, whatever its name and its type say."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version

import pytest

from audit.projections.attachments.extract import text_of
from audit.projections.attachments.verdict import LIBRARIES, MOST_CHARACTERS, REASONS, NotRead, Reading
from tests.projections.attachments import files


def read(content: bytes, media_type: str | None = None, name: str | None = None) -> str:
    reading = text_of(content, media_type, name)
    assert reading.reason is None
    return reading.text


def refused(content: bytes, media_type: str | None = None, name: str | None = None) -> str:
    with pytest.raises(NotRead) as amiss:
        text_of(content, media_type, name)
    assert str(amiss.value) in REASONS
    return str(amiss.value)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Sveiki, sąskaita už kovą grąžinta", "utf-8"),
        ("Sveiki, sąskaita už kovą grąžinta", "utf-8-sig"),
        ("Sveiki, sąskaita už kovą grąžinta", "utf-16"),
        ("Sveiki, sąskaita už kovą grąžinta", "cp1257"),
        ("Ще върнем сумата до петък", "cp1251"),
        ("Мы перезвоним вам завтра", "koi8-r"),
        ("Мы перезвоним вам завтра", "cp1251"),
        ("Мы перезвоним вам завтра", "cp866"),
        ("МЫ ВЕРНЁМ ДЕНЬГИ ЗА УСЛУГУ", "cp1251"),
        ("我们会在三天内退款给您", "gb18030"),
        ("我们会在三天内退款给您", "utf-16"),
        ("Grüße aus Köln, é à ü", "cp1252"),
        ("plain words", "ascii"),
        ("plain words", "utf-16-le"),
    ],
)
def test_plain_text_is_read_in_whatever_charset_it_was_written(text: str, charset: str) -> None:
    assert read(text.encode(charset)) == text


def test_a_charset_that_is_named_is_believed_where_the_bytes_are_of_it() -> None:
    assert read("žalia".encode("iso-8859-13"), "text/plain; charset=iso-8859-13") == "žalia"
    assert read("žalia".encode(), "text/plain; charset=us-ascii") == "žalia"
    assert read("žalia".encode(), "text/plain; charset=made-up") == "žalia"


def test_a_page_gives_what_a_reader_sees() -> None:
    page = "<!doctype html><title>Bill</title><style>p{}</style><p>caf&eacute;<b>s</b><script>evil()</script><p>two"
    assert read(page.encode()) == "Bill\ncafés\ntwo"
    cyrillic = '<html><meta charset="windows-1251"><p>Сметката</p></html>'
    assert read(cyrillic.encode("cp1251")) == "Сметката"


def test_a_pdf_is_read_under_any_name_and_type() -> None:
    assert read(files.pdf("Refund of 120 EUR"), "image/png", "photo.png").strip() == "Refund of 120 EUR"


def test_a_pdf_that_everybody_may_open_is_read() -> None:
    assert read(files.locked_pdf("Refund", to_open="")).strip() == "Refund"


def test_what_is_locked_says_so() -> None:
    assert refused(files.locked_pdf("Refund", to_open="secret")) == "password"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")) == "password"


def test_a_pdf_of_pictures_says_so() -> None:
    assert refused(files.pdf(stream=b"0 0 m")) == "no-text"


def test_a_document_gives_its_paragraphs_notes_and_headers() -> None:
    body = files.paragraph("We will re", "fund you.") + "<w:p><w:r><w:t>Sum</w:t><w:tab/><w:t>12</w:t></w:r></w:p>"
    others = {
        name: f'<w:x xmlns:w="{files.WORD}">{files.paragraph(name)}</w:x>' for name in ("footnotes", "header1", "junk")
    }
    assert read(files.docx(body, **others)) == "We will refund you.\nSum\t12\n\nfootnotes\n\nheader1"


def test_what_was_struck_out_of_a_document_is_not_its_text() -> None:
    body = "<w:p><w:del><w:r><w:delText>never</w:delText></w:r></w:del><w:r><w:t>always</w:t></w:r></w:p>"
    assert read(files.docx(body)) == "always"


def test_an_open_document_is_read() -> None:
    content = (
        '<office:body xmlns:office="o" xmlns:text="t"><text:h>Head</text:h>'
        "<text:p>one <text:span>two</text:span><text:tab/>three</text:p></office:body>"
    )
    assert read(files.package({"content.xml": content})) == "Head\none two\tthree"


def test_a_sheet_gives_its_cells_row_by_row() -> None:
    first, second = datetime.fromisoformat("2026-03-01T00:00"), datetime.fromisoformat("2026-03-01T09:30")
    content = files.xlsx([["Router", 49.9, 3], [None, first, "ORD-7"], [second, True]])
    assert read(content) == "Sheet of prices\nRouter\t49.9\t3\n2026-03-01\tORD-7\n2026-03-01 09:30\tTrue"


def test_a_mail_gives_its_head_its_words_once_and_its_files() -> None:
    attached = {"bill.pdf": files.pdf("Refund"), "note.txt": b"second"}
    text = read(files.eml("Labas", html="<p>Labas</p>", attached=attached), "message/rfc822")
    assert text.splitlines()[:3] == ["Subject: Sąskaita už kovą", "From: rasa@example.com", "To: help@example.com"]
    assert text.count("Labas") == 1
    assert [word in text for word in ("bill.pdf", "Refund", "note.txt", "second")] == [True] * 4


def test_a_mail_that_holds_a_file_nobody_reads_says_so_and_gives_the_rest() -> None:
    reading = text_of(files.eml("Labas", attached={"x.bin": b"\0\1\2\3"}), "message/rfc822", None)
    assert reading.reason == "part"
    assert "Labas" in reading.text


def test_mails_within_mails_end_somewhere() -> None:
    letter = files.eml("innermost")
    for _ in range(8):
        letter = files.eml("around", attached={"inner.eml": letter})
    assert text_of(letter, "message/rfc822", None).reason == "part"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "unknown-format"),
        (b"{\\rtf1 words}", "unknown-format"),
        (files.package({"a.txt": "packed"}), "unknown-format"),
        (files.pdf("Refund")[:200], "damaged"),
        (files.docx(files.paragraph("a"))[:200], "damaged"),
        (files.docx("<w:p>"), "damaged"),
        (files.xlsx([["a"]])[:900], "damaged"),
        (b"%PDF-1.7 not at all", "damaged"),
        (b"PK\x03\x04 not at all", "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    assert refused(content) == reason


def test_an_empty_file_is_read_completely() -> None:
    assert text_of(b"", None, None) == text_of(b" \n", "application/pdf", "a.pdf") == Reading("")


def test_of_a_very_long_text_the_beginning_is_read() -> None:
    reading = text_of(b"word " * MOST_CHARACTERS, None, None)
    assert (len(reading.text), reading.reason) == (MOST_CHARACTERS, "cut")


def test_the_libraries_are_those_the_version_of_extraction_stands_for() -> None:
    """Another version may read other text: raise EXTRACTION_VERSION with it, so that every index is made anew."""
    assert {name: version(name) for name in LIBRARIES} == LIBRARIES
