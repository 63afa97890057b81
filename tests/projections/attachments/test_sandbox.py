"""Files that mean harm: each is refused with its reason, and the next file is read as if nothing had been."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from audit.projections.attachments.sandbox import Sandbox
from audit.projections.attachments.verdict import LARGEST_FILE, LARGEST_UNPACKED, Reading
from tests.projections.attachments import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    one = Sandbox()
    yield one
    one.close()


def zip_bomb(folder: Path) -> bytes:
    path = folder / "bomb"
    with ZipFile(path, "w", ZIP_DEFLATED) as zipped, zipped.open("word/document.xml", "w", force_zip64=True) as part:
        for _ in range((LARGEST_UNPACKED >> 20) + 1):
            part.write(bytes(1 << 20))
    return path.read_bytes()


def test_every_format_is_read_in_the_sandbox_as_outside_of_it(sandbox: Sandbox) -> None:
    letter = files.eml("Labas", attached={"a.docx": files.docx(files.paragraph("in the letter"))})
    assert sandbox.read(files.pdf("Refund"), None, None).text.strip() == "Refund"
    assert sandbox.read(files.locked_pdf("Refund", to_open=""), None, None).text.strip() == "Refund"
    assert sandbox.read(files.docx(files.paragraph("We will")), None, None) == Reading("We will")
    assert sandbox.read(files.xlsx([["ORD-7"]]), None, None) == Reading("Sheet of prices\nORD-7")
    assert sandbox.read("退款".encode("gb18030"), "text/plain; charset=gb18030", "a.txt") == Reading("退款")
    assert sandbox.read("žalia".encode("iso-8859-13"), "text/plain; charset=iso-8859-13", "a") == Reading("žalia")
    assert "in the letter" in sandbox.read(letter, "message/rfc822", "a.eml").text


@pytest.mark.long
def test_a_pdf_that_unpacks_without_end_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.read(files.pdf_bomb(), None, None).reason in {"unpacks-too-large", "damaged", "memory"}
    assert sandbox.read(b"next", None, None) == Reading("next")


def test_a_zip_that_unpacks_without_end_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.read(zip_bomb(tmp_path), None, None) == Reading("", "unpacks-too-large")


def test_entities_are_refused_in_every_office_file(sandbox: Sandbox) -> None:
    bomb = f"<!DOCTYPE x [{files.ENTITIES}]>"
    outside = '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    rows = f'<worksheet xmlns="{files.SPREADSHEET}"><sheetData>{cell}</sheetData></worksheet>'
    for before in (bomb, outside):
        assert sandbox.read(files.docx(files.paragraph("&a9;"), before=before), None, None).reason == "hostile"
        sheet = files.with_part(files.xlsx([["a"]]), "xl/worksheets/sheet1.xml", before + rows)
        assert sandbox.read(sheet, None, None).reason == "hostile"
        hidden = f"<!--{'x' * 9_000}-->{before}{rows}"
        sheet = files.with_part(files.xlsx([["a"]]), "xl/worksheets/sheet1.xml", hidden)
        assert sandbox.read(sheet, None, None).reason in {"hostile", "damaged"}


def test_a_sheet_with_a_cell_at_the_end_of_the_world_is_read(sandbox: Sandbox) -> None:
    rows = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    sheet = f'<worksheet xmlns="{files.SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>'
    content = files.with_part(files.xlsx([["a"]]), "xl/worksheets/sheet1.xml", sheet)
    assert sandbox.read(content, None, None) == Reading("Sheet of prices\nfar")


def test_what_takes_too_long_is_ended_and_the_next_is_read() -> None:
    impatient = Sandbox(wall_seconds=0)
    try:
        assert impatient.read(b"words", None, None) == Reading("", "slow")
    finally:
        impatient.close()


def test_a_file_beyond_all_bounds_is_not_even_handed_over(sandbox: Sandbox) -> None:
    assert sandbox.read(bytes(LARGEST_FILE + 1), None, None) == Reading("", "too-large")


def test_rubbish_of_every_kind_is_answered(sandbox: Sandbox) -> None:
    whole = [files.pdf("Refund"), files.docx(files.paragraph("a")), files.xlsx([["a", 1]]), files.eml("a")]
    for content in whole:
        for cut in range(1, len(content), max(1, len(content) // 7)):
            sandbox.read(content[:cut], None, "a\ud800.eml")
            sandbox.read(content[:cut] + b"\0\xff<<" * 5 + content[cut:], "\0", None)
    assert sandbox.read(b"next", None, None) == Reading("next")


def test_the_same_bytes_give_the_same_text_in_another_process() -> None:
    content = files.eml("Labas", attached={"a.pdf": files.pdf("Refund")})
    first, second = Sandbox(), Sandbox()
    try:
        assert first.read(content, None, None) == second.read(content, None, None)
    finally:
        first.close()
        second.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can refuse single calls")
def test_inside_no_file_no_connection_and_no_program_can_be_opened() -> None:
    attempts = """
import json, os, socket, subprocess, sys
from audit.projections.attachments.limits import confine
confine()
def refused(what):
    try:
        what()
    except (PermissionError, ImportError):
        return True
    return False
print(json.dumps([
    refused(lambda: open("/etc/passwd")),
    refused(lambda: os.listdir("/")),
    refused(lambda: socket.socket()),
    refused(os.fork),
    refused(lambda: os.execv("/bin/true", ["true"])),
    refused(lambda: os.kill(1, 0)),
]))
"""
    done = subprocess.run([sys.executable, "-c", attempts], capture_output=True, text=True, check=True)  # noqa: S603  # our own words
    assert json.loads(done.stdout) == [True] * 6
