"""From the bytes of a file to its text: which format it is, told by the bytes before what its name says."""

from __future__ import annotations

import re
from typing import Final

from audit.projections.attachments.charsets import decoded
from audit.projections.attachments.documents import pdf_text
from audit.projections.attachments.letters import mail_text
from audit.projections.attachments.packages import package_text
from audit.projections.attachments.pages import page_text
from audit.projections.attachments.verdict import LARGEST_FILE, MOST_CHARACTERS, NotRead, Reading

_NEAR_THE_BEGINNING: Final = 1_024
_HEAD: Final = 2_048
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OFFICE: Final = "EncryptedPackage".encode("utf-16-le")
_PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MAIL: Final = re.compile(rb"(?:[A-Za-z][A-Za-z-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3,}")
_MAIL_FIELD: Final = re.compile(
    rb"^(?:Received|Return-Path|Message-ID|MIME-Version|From):", re.IGNORECASE | re.MULTILINE
)
_CHARSET: Final = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_DEEPEST: Final = 4


def text_of(content: bytes, media_type: str | None, name: str | None, *, depth: int = 0) -> Reading:
    """Return the text of a file. Raises NotRead where there is nothing to be had.

    The same bytes, media type and name give the same text.
    """
    if not content.strip():
        return Reading("")
    if len(content) > LARGEST_FILE:
        raise NotRead("too-large")
    reading = _read(content, (media_type or "").lower(), (name or "").lower(), depth)
    # A lone half of a character, as broken files yield them, could not be stored.
    text = reading.text.encode("utf-8", "replace").decode()
    if len(text) > MOST_CHARACTERS:
        return Reading(text[:MOST_CHARACTERS], "cut")
    return Reading(text, reading.reason)


def _read(content: bytes, media_type: str, name: str, depth: int) -> Reading:
    if b"%PDF-" in content[:_NEAR_THE_BEGINNING]:
        return pdf_text(content)
    if content.startswith(b"PK\x03\x04"):
        return package_text(content)
    if content.startswith(_OLD_OFFICE):
        raise NotRead("password" if _LOCKED_OFFICE in content else "unknown-format")
    if content.startswith((b"{\\rtf", b"%!PS")):
        raise NotRead("unknown-format")
    charset = named.group(1) if (named := _CHARSET.search(media_type)) else None
    if _PAGE.match(content[:_HEAD]) or media_type.startswith(("text/html", "application/xhtml")):
        return Reading(page_text(content, charset))
    if _is_mail(content, media_type, name):
        if depth >= _DEEPEST:
            raise NotRead("part")
        return mail_text(content, lambda part, kind, called: text_of(part, kind, called, depth=depth + 1))
    return Reading(decoded(content, charset))


def _is_mail(content: bytes, media_type: str, name: str) -> bool:
    head = content[:_HEAD]
    if _MAIL_FIELD.search(head) is None:
        return False
    return media_type.startswith("message/rfc822") or name.endswith(".eml") or _MAIL.match(head) is not None
