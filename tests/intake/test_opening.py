from __future__ import annotations

import gzip
import os
import stat
import struct
import zipfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from audit.domain.errors import Unreadable
from audit.intake.opening import held_by
from tests.intake.bringing import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.intake.holding import Held
    from tests.intake.bringing import Desk

LINE = b'{"kind":"message","source":"chat","id":"m1","at":"2026-03-01T10:00:00Z","text":"a"}\n'


@pytest.fixture
def zips() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def held(path: Path, zips: ExitStack) -> list[Held]:
    return list(held_by(path, LIMITS, zips))


def reasons(path: Path, zips: ExitStack) -> dict[str, str | None]:
    return {one.name: one.refused for one in held(path, zips)}


def packed(path: Path, members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, how)
    return path


def test_a_folder_is_read_in_order_and_to_its_depths(tmp_path: Path, zips: ExitStack) -> None:
    for name in ("b", "a/c", "a/b/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    found = held(tmp_path, zips)
    assert [one.name for one in found] == ["b", "a/c", "a/b/x"]
    for one in found:
        with one.open() as file:
            assert file.read() == one.name.encode()


def test_links_and_what_is_no_file_are_refused_and_not_followed(tmp_path: Path, zips: ExitStack) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "link").symlink_to("/etc/hostname")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert reasons(folder, zips) == {
        "link": "It is a link: bring what it points at.",
        "loop": "It is a link: bring what it points at.",
        "pipe": "It is no ordinary file.",
    }


def test_a_zip_is_read_member_by_member(tmp_path: Path, zips: ExitStack) -> None:
    path = packed(tmp_path / "a.zip", {"b.ndjson": LINE, "a/c.txt": b"x", "a/": b""})
    found = held(path, zips)
    assert [one.name for one in found] == ["a.zip/a/c.txt", "a.zip/b.ndjson"]
    with found[1].open() as file:
        assert file.read() == LINE
    assert found[1].beside("a/c.txt") == (b"x", "a.zip/a/c.txt")


def test_members_that_lead_out_or_hide_are_refused(tmp_path: Path, zips: ExitStack) -> None:
    names = {"../up": b"", "/root": b"", "a/../../b": b"", "C:\\x": b"", "a/b/c/d/e": b"", "fine": b"x"}
    path = packed(tmp_path / "a.zip", names)
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/hostname")
    found = reasons(path, zips)
    assert [name for name, reason in found.items() if reason is None] == ["a.zip/fine"]
    assert len(found) == 7


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(tmp_path: Path, zips: ExitStack, how: int) -> None:
    path = packed(tmp_path / "a.zip", {"a": b"x" * 100}, how)
    assert "unusual" in str(reasons(path, zips)["a.zip/a"])


def test_a_zip_bomb_is_refused_before_it_goes_off(tmp_path: Path, zips: ExitStack) -> None:
    path = packed(tmp_path / "a.zip", {"zeros": b"\0" * 20_000_000})
    assert reasons(path, zips) == {"a.zip": "It is a zip that unpacks to far more than such a file should."}


def test_a_zip_that_lies_about_its_sizes_is_not_believed(tmp_path: Path, zips: ExitStack) -> None:
    path = packed(tmp_path / "a.zip", {"zeros": b"\0" * 20_000_000})
    content = bytearray(path.read_bytes())
    place = content.rfind(b"PK\1\2") + 24
    content[place : place + 4] = struct.pack("<L", 10)
    path.write_bytes(content)
    (one,) = held(path, zips)
    with one.open() as file, pytest.raises(Unreadable):
        file.read()


def test_a_zip_of_too_many_files_is_refused(tmp_path: Path, zips: ExitStack) -> None:
    path = packed(tmp_path / "a.zip", {str(n): b"" for n in range(21)})
    assert reasons(path, zips) == {"a.zip": "It is a zip of more than 20 files."}


def test_a_zip_whose_directory_is_too_large_is_not_even_read(tmp_path: Path, zips: ExitStack) -> None:
    path = packed(tmp_path / "a.zip", {"a": b"x"})
    content = bytearray(path.read_bytes())
    place = content.rfind(b"PK\5\6") + 12
    content[place : place + 4] = struct.pack("<L", 100_000_000)
    path.write_bytes(content)
    assert reasons(path, zips) == {"a.zip": "It is a zip with too large a directory: unpack it first."}


@pytest.mark.parametrize("cut", [4, 30, 60, -1, -10])
def test_a_zip_that_is_cut_off_is_refused(tmp_path: Path, zips: ExitStack, cut: int) -> None:
    path = packed(tmp_path / "a.zip", {"a": b"x" * 100})
    path.write_bytes(path.read_bytes()[:cut])
    assert reasons(path, zips) == {"a.zip": "It is a zip that is damaged or cut off."}


def test_a_document_that_is_packed_as_a_zip_is_one_file(tmp_path: Path, zips: ExitStack) -> None:
    path = packed(tmp_path / "a.docx", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<y/>"})
    assert [one.name for one in held(path, zips)] == ["a.docx"]


def test_a_packed_file_that_swells_without_end_is_stopped(tmp_path: Path, zips: ExitStack) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(b"\0" * 20_000_000))
    (one,) = held(path, zips)
    with one.open() as file, pytest.raises(Unreadable, match="far more"):
        file.read()


def test_a_zip_within_a_zip_is_a_file_nobody_knows(desk: Desk, tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.ndjson": LINE}).read_bytes()
    outer = packed(tmp_path / "outer.zip", {"inner.zip": inner, "b.ndjson": LINE})
    accounting = desk.bring(outer)
    assert (accounting.new, accounting.refused, accounting.deliveries) == (1, 1, 2)


def test_a_name_that_is_no_text_does_not_stop_its_file(desk: Desk, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.ndjson"
    with open(path, "wb") as file:  # noqa: PTH123  # such a name fits no Path written in text
        file.write(LINE)
    assert desk.bring(tmp_path).new == 1
