"""Bytes of mail as text: in the charset they name, else in the one they look like, and always as whole characters."""

from __future__ import annotations

import re

_LONE = re.compile("[\ud800-\udfff]")
# Names by which mail calls a charset and Python does not, or means less by it than mail does.
_CALLED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
}
# Codecs of Python that are no charsets of mail; some take quadratic time.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})


def decoded(content: bytes, charset: str | None = None) -> str:
    """Return bytes as text; what fits no charset becomes U+FFFD, and the bytes as received have it still."""
    for name in (_known(charset), "utf-8", "cp1252"):
        try:
            return whole(content.decode(name))
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def whole(text: str) -> str:
    """Return the text with U+FFFD for each lone surrogate, which is no character and cannot be stored."""
    return _LONE.sub("�", text)


def _known(charset: str | None) -> str:
    name = (charset or "utf-8").strip().strip("\"'").lower()
    if name.replace("-", "_") in _NO_CHARSETS or not name.isascii() or "\0" in name:
        return "utf-8"
    return _CALLED.get(name, name)
