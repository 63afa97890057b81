"""Writing a letter: one mail as bytes, the same however often it is sent."""

from __future__ import annotations

from email.headerregistry import Address as Named
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from audit.reports.post.addresses import address, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SUBJECT_LONGEST = 200


class Enclosed(NamedTuple):
    """A file that goes with a letter; ``kind`` is its media type."""

    name: str
    kind: str
    content: bytes


class Writing(NamedTuple):
    """What a letter says, to whom and from whom; ``name`` is how the recipient is called."""

    sender: str
    recipient: str
    name: str
    subject: str
    text: str
    html: str | None = None
    enclosed: Sequence[Enclosed] = ()
    language: str = "en"


def written(writing: Writing, *, letter: str, at: datetime) -> bytes:
    """Return the mail. ``letter`` is the letter's id, from which its Message-ID is made. Raises WrongUse for addresses.

    Machines that answer mails leave this one alone (RFC 3834).
    """
    sender, recipient = address(writing.sender), address(writing.recipient)
    policy = SMTPUTF8 if sender.needs_utf8 or recipient.needs_utf8 else SMTP
    mail = EmailMessage(policy=policy)
    mail["From"] = Named(username=sender.local, domain=sender.domain)
    mail["To"] = Named(display_name=plain(writing.name), username=recipient.local, domain=recipient.domain)
    mail["Subject"] = plain(writing.subject, _SUBJECT_LONGEST)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(letter, sender.domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_storable(writing.text), cte="base64")
    if writing.html is not None:
        mail.add_alternative(_storable(writing.html), subtype="html", cte="base64")
    for one in writing.enclosed:
        main, _, sub = one.kind.partition("/")
        mail.add_attachment(one.content, maintype=main, subtype=sub, filename=plain(one.name))
    mail["Content-Language"] = writing.language
    _settle_boundaries(mail, letter)
    return bytes(mail)


def message_id(letter: str, domain: str) -> str:
    return f"<{letter}@{domain}>"


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _settle_boundaries(mail: EmailMessage, letter: str) -> None:
    """Part the pieces by signs made from the letter's id, so that nothing in it is left to chance."""
    for at, part in enumerate(one for one in mail.walk() if one.is_multipart()):
        part.set_boundary(f"=-onrecord-{letter}-{at}")
