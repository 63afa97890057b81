"""What came of reading a file: its text, and why that is not all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EXTRACTION_VERSION: Final = 1
"""Rises with every change that makes other text of the same bytes, the libraries that read them included."""
LIBRARIES: Final = {"pypdf": "7.1.0", "openpyxl": "3.1.5"}
"""The libraries that make the text, in the versions that ``EXTRACTION_VERSION`` stands for."""

MOST_CHARACTERS: Final = 1_000_000
LARGEST_FILE: Final = 64 << 20
LARGEST_UNPACKED: Final = 256 << 20

REASONS: Final = {
    "cut": "it is too long: only its beginning is searched",
    "crashed": "the program that reads it broke down over it",
    "damaged": "it is damaged, or not what it says it is",
    "hostile": "it holds XML that would grow without bounds, or points outside",
    "memory": "reading it takes too much memory",
    "no-text": "it holds no text, only pictures",
    "not-here": "its bytes did not come with the message",
    "part": "something in it could not be read",
    "password": "it is locked by a password",
    "slow": "reading it takes too long",
    "too-large": f"it is larger than {LARGEST_FILE >> 20} MB",
    "unknown-format": "nobody here reads its format",
    "unpacks-too-large": f"unpacked it is larger than {LARGEST_UNPACKED >> 20} MB",
}
"""Why a file, or some of it, could not be read: the code that is stored, and the words for people."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``reason`` is a code of ``REASONS``; None says that ``text`` is all there is to read."""

    text: str
    reason: str | None = None


class NotRead(Exception):
    """A file cannot be read, for the reason whose code is its message."""
