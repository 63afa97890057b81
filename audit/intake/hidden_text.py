"""Texts in bytes that nobody could read: as they stand there, and behind the encodings that mail uses."""

from __future__ import annotations

import binascii
import re
from quopri import decodestring
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]{20,}={0,2}\r?\n?)+(?:[A-Za-z0-9+/]{2,}={0,2})?")


def texts_in(raw: bytes) -> Iterator[str]:
    """Yield the bytes as text, then with quoted-printable (RFC 2045 section 6.7) and each base64 block undone."""
    yield raw.decode(errors="replace")
    if b"=" in raw:
        yield decodestring(raw).decode(errors="replace")
    for block in _BASE64.finditer(raw):
        encoded = b"".join(block[0].split())
        try:
            yield binascii.a2b_base64(encoded[: len(encoded) // 4 * 4]).decode(errors="replace")
        except binascii.Error:
            continue
