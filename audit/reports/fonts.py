"""The fonts of the house: where they lie, which characters they have, and the libraries that set them."""

from __future__ import annotations

import ctypes
import hashlib
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]  # the library carries no types

from audit.domain.errors import Unavailable

FOLDERS: Final = (Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto"))
_FIRST: Final = ("NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc", "NotoSansMono-Regular.ttf")
_REGULAR: Final = "-Regular"
"""Bold and slanted faces have the same characters as the regular one."""
_FONT_PACKAGES: Final = "fonts-noto-core fonts-noto-cjk fonts-noto-mono"
_LIBRARIES: Final = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


class PaperUnavailable(Unavailable):
    """Documents cannot be made on this machine as it is; the message names the packages that are missing."""


@dataclass(frozen=True)
class Fonts:
    """The font files in some folders, and nothing else that may lie on the machine."""

    folders: tuple[Path, ...] = FOLDERS

    def files(self) -> tuple[Path, ...]:
        """Return the font files, those we mostly print with first. Raises PaperUnavailable when these are missing."""
        found = sorted(path for folder in self.folders if folder.is_dir() for path in folder.glob("*.tt[fc]"))
        names = {path.name for path in found}
        if missing := [name for name in _FIRST if name not in names]:
            raise PaperUnavailable(
                f"The fonts for paper are missing ({', '.join(missing)}): install them with "
                f"apt-get install {_FONT_PACKAGES}."
            )
        return tuple(sorted(found, key=lambda path: (_rank(path.name), path)))

    def configuration(self, caches: Path) -> str:
        """Return what fontconfig is to read: our folders alone, so that no other font is picked by chance."""
        folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in self.folders)
        kept = "".join(f"<cachedir>{escape(str(one))}</cachedir>" for one in ("/var/cache/fontconfig", caches))
        return f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>{folders}{kept}</fontconfig>'

    def cover(self, code_point: int) -> bool:
        """Return whether some font has a glyph for it."""
        return any(code_point in _characters(path) for path in _listed(self) if _REGULAR in path.name)

    def fingerprint(self) -> str:
        """Return the SHA-256, in hexadecimal, over the names and digests of all font files."""
        return _fingerprint(self)


def require_libraries() -> None:
    """Raise PaperUnavailable, with the packages to install, when a library that sets text is not there."""
    missing = [package for library, package in _LIBRARIES.items() if not _loads(library)]
    if missing:
        raise PaperUnavailable(
            f"The libraries for paper are missing: install them with apt-get install {' '.join(missing)}."
        )


def engine(fonts: Fonts) -> tuple[tuple[str, str], ...]:
    """Return what the bytes of a document depend on besides its events, by name and version."""
    require_libraries()
    python = tuple((name, version(name)) for name in ("weasyprint", "pydyf", "fonttools", "jinja2"))
    pango = _spoken("libpango-1.0.so.0", "pango_version_string")
    harfbuzz = _spoken("libharfbuzz.so.0", "hb_version_string")
    native = (("pango", pango), ("harfbuzz", harfbuzz), ("zlib", zlib.ZLIB_RUNTIME_VERSION))
    return (*python, *native, ("fonts", fonts.fingerprint()))


def _rank(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


@cache
def _listed(fonts: Fonts) -> tuple[Path, ...]:
    return fonts.files()


@cache
def _characters(path: Path) -> frozenset[int]:
    """Return the code points a font file has glyphs for; the faces of a collection share one repertoire."""
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as collection:
            return frozenset(collection.fonts[0].getBestCmap())
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


@cache
def _fingerprint(fonts: Fonts) -> str:
    whole = hashlib.sha256()
    for path in sorted(_listed(fonts), key=lambda one: one.name):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.name}\0{digest}\n".encode())
    return whole.hexdigest()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _spoken(library: str, function: str) -> str:
    call = getattr(ctypes.CDLL(library), function)
    call.restype = ctypes.c_char_p
    return bytes(call()).decode()
