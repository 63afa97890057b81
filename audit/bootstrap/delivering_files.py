"""The file that is handed out: the approved record with the archive's seal, and the digests that stay on record."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from audit.bootstrap.requesting_document import sealed
from audit.domain.posting import LetterPrepared

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.bootstrap.requesting_document import Document
    from audit.projections.outbox import Letter
    from audit.reports.model import CustomerRecord


class Handed(NamedTuple):
    """The file that is handed out: the approved record, ``digest``, with the archive's seal."""

    content: bytes
    name: str
    media_type: str
    pages: int
    digest: str
    signed_digest: str
    record: CustomerRecord

    @classmethod
    def of(cls, house: House, document: Document) -> Handed:
        content = sealed(house, document)
        signed = sha256(content).hexdigest()
        return cls(
            content, document.name, document.media_type, document.pages, document.digest, signed, document.record
        )


class Digests(NamedTuple):
    """The digest of an approved record, and that of the file as it was handed out, where it is known."""

    digest: str
    signed_digest: str | None = None


def enclosed(house: House, letter: Letter) -> Digests:
    """Return the digests of what went with a letter: that of the file is read off the letter itself."""
    prepared = next(iter(house.archive.stream(house.archive.names.decided("letter", letter.id or "")))).event
    mail = prepared.mail.value if isinstance(prepared, LetterPrepared) else None
    parts = message_from_bytes(mail, policy=default).iter_attachments() if isinstance(mail, bytes) else ()
    signed = next((sha256(part.get_content()).hexdigest() for part in parts), None)
    return Digests(letter.digest or "", signed)
