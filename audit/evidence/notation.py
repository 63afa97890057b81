"""Numbers and bytes as the C2SP formats write them in text: one way only, so that equal things have equal bytes."""

from __future__ import annotations

import base64
import binascii
import re

from audit.evidence.errors import Malformed

NUMBER_MAX = 2**63 - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SHOWN = 40


def number_of(text: str) -> int:
    """Read a decimal number without sign or leading zeros, of at most 63 bits."""
    if not _NUMBER.fullmatch(text) or int(text) > NUMBER_MAX:
        raise Malformed(f"A number stands without sign and leading zeros and has at most 63 bits, not {shown(text)}.")
    return int(text)


def base64_of(content: bytes) -> str:
    """Write bytes in the standard base64 of RFC 4648 section 4."""
    return base64.b64encode(content).decode()


def bytes_of(text: str) -> bytes:
    """Read the standard base64 of RFC 4648 section 4, padded, and only as ``base64_of`` would write it.

    The standard lets the last character carry bits that mean nothing; a signature could be written in several ways.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as reason:
        raise Malformed(f"What should be base64 is not: {shown(text)}.") from reason
    if base64_of(content) != text:
        raise Malformed(f"The base64 {shown(text)} is not the only way to write its bytes: it was altered.")
    return content


def text_of(content: bytes) -> str:
    """Read UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as reason:
        raise Malformed(f"Byte {reason.start} is not UTF-8: take the file as it was handed out.") from reason


def shown(text: str) -> str:
    """Quote a piece of hostile text, in ASCII and not more of it than a message can bear."""
    return ascii(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")
