"""Attachments, as our interchange writes them: in the line itself, or in a file beside."""

from __future__ import annotations

import binascii
from base64 import b64decode
from hashlib import sha256
from typing import TYPE_CHECKING

from audit.domain.conversation import AttachmentKept
from audit.domain.event import Personal
from audit.intake.interchange.conversations import edited
from audit.intake.interchange.telling import Telling, telling
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.intake.interchange.line import Line


def attachment(line: Line, beside: Callable[[str], bytes]) -> Telling:
    """Its bytes stand in ``base64`` or in the file ``path``; without either, ``missing`` is the code why."""
    told = telling(line)
    content, declared = _content(line, beside), line.text("sha256")
    digest = declared if content is None else sha256(content).hexdigest()
    if declared is not None and digest != declared.lower():
        raise NotTaken("sha256 is not that of the bytes")
    told.add(
        AttachmentKept(
            name=line.words("name"),
            media_type=line.code("media_type"),
            length=line.count("length") if content is None else _length(line, content),
            content=None if content is None else Personal(content),
            digest=None if digest is None else Personal(digest.lower()),
            missing=(line.code("missing") or "not-delivered") if content is None else None,
        ),
        of=edited(line) if line.has("of") else None,
    )
    return told


def _content(line: Line, beside: Callable[[str], bytes]) -> bytes | None:
    encoded, path = line.text("base64"), line.text("path")
    if encoded is not None and path is not None:
        raise NotTaken("base64 and path are both there")
    if path is not None:
        return beside(path)
    if encoded is None:
        return None
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise NotTaken("base64 is not base64") from None


def _length(line: Line, content: bytes) -> int:
    declared = line.count("length")
    if declared is not None and declared != len(content):
        raise NotTaken("length is not that of the bytes")
    return len(content)
