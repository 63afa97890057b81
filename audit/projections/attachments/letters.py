"""The text of a mail that somebody attached: its head, its words, and the files that came with it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.errors import MessageError
from typing import TYPE_CHECKING, Final

from audit.projections.attachments.documents import STUMBLES
from audit.projections.attachments.verdict import NotRead, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

_HEAD: Final = ("Subject", "From", "To", "Cc", "Date")
_MOST_PARTS: Final = 500


def mail_text(content: bytes, read: Callable[[bytes, str | None, str | None], Reading]) -> Reading:
    """Return the text of a mail; ``read`` reads a file within it by its bytes, media type and name. Raises NotRead."""
    texts: list[str] = []
    whole = True
    try:
        letter = message_from_bytes(content, policy=policy.default)
        for piece in _pieces(letter, read):
            texts.append(piece.text)
            whole = whole and piece.reason is None
    except (MessageError, RecursionError, *STUMBLES):
        raise NotRead("damaged") from None
    return Reading("\n".join(filter(None, texts)), None if whole else "part")


def _pieces(letter: EmailMessage, read: Callable[[bytes, str | None, str | None], Reading]) -> Iterator[Reading]:
    yield Reading("\n".join(f"{name}: {letter[name]}" for name in _HEAD if letter[name]))
    chosen = letter.get_body(("plain", "html"))
    for number, part in enumerate(letter.walk()):
        if number > _MOST_PARTS:
            yield Reading("", "part")
            return
        if part.is_multipart() or (part.get_content_maintype() == "text" and _is_other_body(part, chosen)):
            continue
        if name := part.get_filename():
            yield Reading(name)
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield _part(part, payload, read)


def _is_other_body(part: object, chosen: object) -> bool:
    """Say whether a part says once more, in another form, what the chosen one says."""
    assert hasattr(part, "get_content_disposition")
    return chosen is not None and part is not chosen and part.get_content_disposition() is None


def _part(part: EmailMessage, payload: bytes, read: Callable[[bytes, str | None, str | None], Reading]) -> Reading:
    media_type = part.get_content_type()
    charset = part.get_content_charset()
    if charset:
        media_type += f"; charset={charset}"
    try:
        return read(payload, media_type, part.get_filename())
    except NotRead as amiss:
        return Reading("", str(amiss))
