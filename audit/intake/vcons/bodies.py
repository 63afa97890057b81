"""The body of a dialog or an attachment: inline in one of three encodings, or somewhere else."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import new
from typing import Any, NamedTuple

from audit.intake import strict_json
from audit.intake.html_text import html_text
from audit.intake.interchange.line import CODE_MAX
from audit.intake.mails.charsets import decoded
from audit.intake.mails.parts import File, body_of, parsed
from audit.intake.source import NotTaken
from audit.intake.vcons.envelope import base64url

_HASHES = {
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha384": "sha384",
    "sha-384": "sha384",
    "sha512": "sha512",
    "sha-512": "sha512",
}
_SPACE = re.compile(r"\s+")


class Words(NamedTuple):
    """A text as people read it, the page it came on, and files that came with it."""

    text: str
    html: str | None = None
    files: tuple[File, ...] = ()


def media_type_of(part: dict[str, Any]) -> str | None:
    """Return the media type on one line; older vCons call it mimetype."""
    written = part.get("mediatype", part.get("mimetype"))
    return _SPACE.sub(" ", written).strip()[:CODE_MAX] if isinstance(written, str) and written.strip() else None


def content_of(part: dict[str, Any]) -> bytes | None:
    """Return the bytes that stand in the vCon, None when they are elsewhere. Raises ``NotTaken`` for wrong ones."""
    body = part.get("body")
    if body is None:
        return None
    encoding = str(part.get("encoding") or "none").lower()
    if encoding in {"base64url", "base64"}:
        content = base64url(body) if isinstance(body, str) else None
    elif encoding in {"none", "json"}:
        content = body.encode("utf-8", "replace") if isinstance(body, str) else strict_json.canonical(body)
    else:
        content = None
    if content is None:
        raise NotTaken("its encoding is none of none, json and base64url")
    _must_match(part.get("content_hash"), content)
    return content


def words_of(part: dict[str, Any]) -> Words | None:
    """Return the words of a text, None when they do not stand in the vCon."""
    content = content_of(part)
    if content is None:
        return None
    media_type = media_type_of(part) or "text/plain"
    if media_type.lower().startswith("multipart/"):
        mail = body_of(parsed(_mail_header(part) + content))
        return Words(mail.text, mail.html, tuple(mail.files))
    text = decoded(content).replace("\r\n", "\n")
    if media_type.lower().startswith("text/html"):
        return Words(html_text(text), text)
    if not media_type.lower().startswith(("text/", "application/json")):
        return Words("", None, (File(None, media_type, content),))
    return Words(text)


def _mail_header(part: dict[str, Any]) -> bytes:
    """Return the header a body of several parts has lost: its boundary stands in the media type, folded as in mail."""
    written = _SPACE.sub(" ", str(part.get("mediatype", part.get("mimetype"))))
    return f"Content-Type: {written}\r\n\r\n".encode("utf-8", "replace")


def _must_match(declared: Any, content: bytes) -> None:
    """Raise ``NotTaken`` when a hash stands beside the body and is not the body's."""
    for one in declared if isinstance(declared, list) else [declared]:
        name, _, digest = one.partition("-") if isinstance(one, str) else ("", "", "")
        if name.lower() == "sha" and digest[:4] in {"256-", "384-", "512-"}:
            name, digest = f"sha{digest[:3]}", digest[4:]
        if name.lower() not in _HASHES or not digest.isascii():
            continue
        found = urlsafe_b64encode(new(_HASHES[name.lower()], content).digest()).decode().rstrip("=")
        if not hmac.compare_digest(found, digest.rstrip("=")):
            raise NotTaken("its content_hash is not that of its body")
