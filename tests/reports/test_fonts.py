"""The fonts of the house, and what is said when something is missing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from audit.reports.fonts import FOLDERS, Fonts, PaperUnavailable, engine, require_libraries

if TYPE_CHECKING:
    from pathlib import Path


def test_the_house_fonts_cover_the_five_languages() -> None:
    letters = "ąčęėįšųūž ѝщъ ёыэ 退款断线 אב عم"
    assert all(Fonts().cover(ord(letter)) for letter in letters)
    assert not Fonts().cover(0x10FFFF)


def test_missing_fonts_are_named_with_the_packages_to_install(tmp_path: Path) -> None:
    with pytest.raises(PaperUnavailable, match="apt-get install fonts-noto-core fonts-noto-cjk"):
        Fonts((tmp_path, tmp_path / "absent")).files()


def test_the_configuration_names_our_folders_alone(tmp_path: Path) -> None:
    text = Fonts().configuration(tmp_path / "a & b")
    root = ET.fromstring(text)  # noqa: S314  # our own text
    assert [one.text for one in root.iter("dir")] == [str(folder) for folder in FOLDERS]
    assert str(tmp_path / "a & b") in [one.text for one in root.iter("cachedir")]


def test_the_fingerprint_changes_with_a_font(tmp_path: Path) -> None:
    for path in Fonts().files()[:4]:
        shutil.copy(path, tmp_path)
    before = Fonts((tmp_path,)).fingerprint()
    other = tmp_path / "other"
    shutil.copytree(tmp_path, other)
    (other / "NotoSansMono-Regular.ttf").write_bytes(b"changed")
    assert Fonts((other,)).fingerprint() != before
    assert Fonts((tmp_path,)).fingerprint() == before


def test_the_engine_is_named_with_all_its_versions() -> None:
    require_libraries()
    named = dict(engine(Fonts()))
    assert named.keys() == {"weasyprint", "pydyf", "fonttools", "jinja2", "pango", "harfbuzz", "zlib", "fonts"}
    assert named["weasyprint"] == "70.0"
    assert len(named["fonts"]) == 64
