"""The parts of a mail (RFC 2045 to 2049): its words, its page, its files."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from audit.intake.html_text import html_text
from audit.intake.mails.charsets import decoded
from audit.intake.mails.headers import decoded_words
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from collections.abc import Callable

DEPTH_MAX = 50
PARTS_MAX = 1_000
HEADER_MAX = 256 * 1024
_BOUNDARIES_MAX = 500
_SEPARATORS_MAX = 50_000
_UU_MAX = 4 * 1024 * 1024
_EFFORT_MAX = 50_000_000
_BOUNDARY = re.compile(rb"boundary\s{0,100}\*?=", re.IGNORECASE)
_SEPARATOR = re.compile(rb"^--", re.MULTILINE)
_LONG_FIELD = re.compile(rb"^content-(?:type|disposition)[ \t]*:(?:[^\n]|\n[ \t]){16384}", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_ENCODING = re.compile(r"\s*([A-Za-z0-9-]+)")
_WORDS = frozenset({"text/plain", "text/html"})
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What the library raises over parameters and encodings that are malformed."""

_Answer = TypeVar("_Answer")


class File(NamedTuple):
    """A file that came with a mail; ``content`` is None when it cannot be put together again."""

    name: str | None
    media_type: str
    content: bytes | None


@dataclass
class Body:
    """What a mail holds: texts as people read them, pages as they were sent, files."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    parts: int = 0

    @property
    def text(self) -> str:
        """Return the words, part by part, without the blank lines around them."""
        return "\n\n".join(stripped for text in self.texts if (stripped := text.strip("\n")))

    @property
    def html(self) -> str | None:
        return "\n".join(self.pages) or None


def parsed(raw: bytes) -> Message:
    """Return the structure of a mail. Raises ``NotTaken`` for one built to exhaust us."""
    _must_be_bearable(raw)
    try:
        return email.message_from_bytes(raw)
    except RecursionError:
        raise NotTaken("its parts are nested too deeply") from None
    except _BROKEN:
        raise NotTaken("its header is too broken to tell its parts apart") from None


def _must_be_bearable(raw: bytes) -> None:
    """Raise ``NotTaken`` for what the library would need hours or gigabytes for."""
    if len(raw) > HEADER_MAX and _BLANK_LINE.search(raw, 0, HEADER_MAX) is None:
        raise NotTaken(f"its header is longer than {HEADER_MAX} bytes")
    if _LONG_FIELD.search(raw):
        raise NotTaken("a field that says what a part is, is longer than 16384 bytes")
    boundaries = sum(1 for _ in _BOUNDARY.finditer(raw))
    if not boundaries:
        return
    separators = sum(1 for _ in _SEPARATOR.finditer(raw))
    # Every line is compared with the boundary of every part around it.
    if boundaries > _BOUNDARIES_MAX or separators > _SEPARATORS_MAX or boundaries * raw.count(b"\n") > _EFFORT_MAX:
        raise NotTaken("it has more parts, or deeper ones, than a mail has")


def body_of(message: Message) -> Body:
    """Return what a mail holds. Raises ``NotTaken`` when it has too many parts, or too deep ones."""
    body = Body()
    _walk(message, body, depth=0, has_plain=False)
    return body


def _walk(part: Message, body: Body, *, depth: int, has_plain: bool) -> None:
    body.parts += 1
    if depth > DEPTH_MAX or body.parts > PARTS_MAX:
        raise NotTaken(f"it has more than {PARTS_MAX} parts or they are nested deeper than {DEPTH_MAX}")
    inner = _inner(part)
    if inner is None:
        _leaf(part, body, has_plain=has_plain)
    elif part.get_content_maintype() == "message":
        body.files.append(File(_filename(part), part.get_content_type(), _forwarded(inner)))
    else:
        has_plain = has_plain or (part.get_content_subtype() == "alternative" and _offers_plain(inner))
        for one in inner:
            _walk(one, body, depth=depth + 1, has_plain=has_plain)


def _leaf(part: Message, body: Body, *, has_plain: bool) -> None:
    media_type, name = part.get_content_type(), _filename(part)
    if part.get_content_maintype() == "multipart":
        # Its boundary never came: whatever stands there is read as text.
        media_type = "text/plain"
    attached = _asked(part.get_content_disposition, None) == "attachment"
    content = _content(part)
    if media_type not in _WORDS or attached or (name is not None and body.texts):
        if content or name:
            body.files.append(File(name, media_type, content))
        return
    text = decoded(content, _asked(part.get_content_charset, None)).replace("\r\n", "\n").replace("\r", "\n")
    if media_type == "text/html":
        body.pages.append(text)
        text = "" if has_plain else html_text(text)
    body.texts.append(text)


def _offers_plain(inner: list[Message]) -> bool:
    """Say whether one of these is plain text, or holds some: then the page beside it says the same again."""
    return any(
        one.get_content_type() == "text/plain" if (nested := _inner(one)) is None else _offers_plain(nested)
        for one in inner
    )


def _inner(part: Message) -> list[Message] | None:
    """Return the parts within a part, None for one that has its own content."""
    if not part.is_multipart():
        return None
    return [one for one in part.get_payload() if isinstance(one, Message)]


def _content(part: Message) -> bytes:
    _mend_encoding(part)
    content = _asked(partial(_decoded_payload, part), None)
    if content is None:
        # What the library falls over are the parameters of the type, which were asked for already.
        del part["content-type"]
        content = _asked(partial(_decoded_payload, part), b"")
    return content


def _decoded_payload(part: Message) -> bytes:
    payload: object = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else str(payload).encode("utf-8", "replace")


def _mend_encoding(part: Message) -> None:
    """Take the encoding's name out of whatever stands around it: ``base64;`` is base64."""
    written = str(part.get("content-transfer-encoding", ""))
    named = _ENCODING.match(written)
    if named is not None and named[1] != written:
        part.replace_header("content-transfer-encoding", named[1])
    if "uu" in written.lower() and len(_asked(lambda: str(part.get_payload()), "")) > _UU_MAX:
        # The library swells such a part to nine times its length: it is kept as it is written.
        del part["content-transfer-encoding"]


def _filename(part: Message) -> str | None:
    written = _asked(part.get_filename, None)
    return (decoded_words(written).strip() or None) if written else None


def _forwarded(inner: list[Message]) -> bytes | None:
    """Return the bytes of mails within a mail, as far as the library can write what it read."""
    try:
        return b"\n".join(one.as_bytes() for one in inner)
    except (*_BROKEN, RecursionError):
        return None


def _asked(question: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
    """Return the library's answer, or ``otherwise`` where it falls over what is malformed."""
    try:
        return question()
    except _BROKEN:
        return otherwise
