"""A production as mails (RFC 5322): one file for each family, the original bytes where they were kept."""

from __future__ import annotations

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from audit.domain.fact import STAFF_ROLES
from audit.reports.production.folder import volume
from audit.reports.production.model import Fate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Group, Item

DOMAIN: Final = "onrecord.invalid"
"""Addresses of those who have none; nobody can ever own this name (RFC 2606 section 2)."""
_ATOM: Final = r"[A-Za-z0-9!#$%&*+/=?^_{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX: Final = re.compile(rf"(?=.{{3,250}}$){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.DOTALL)
_PLAIN: Final = re.compile(r"[\x20-\x7e]*")
_PLAIN_WORDS: Final = re.compile(r"[A-Za-z0-9 .,'()&+-]{1,60}")
_FITTING: Final = 900
_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SLASHES: Final = re.compile(r'[\\/:*?"<>|]')
_LONGEST_NAME: Final = 150
_LONGEST_HEADER: Final = 500
_POLICY: Final = SMTP.clone(max_line_length=78)


class EmlWriter:
    """Writes ``eml/…/NUMBER.eml``; what is around a message goes into it, the attachments as attachments."""

    def __init__(self, folder: Folder, _: ExitStack) -> None:
        self._folder = folder

    def add(self, family: Group, place: int) -> None:
        head = family[0]
        path = f"eml/{volume(place)}/{head.number}.eml"
        whole = all(item.fate is Fate.PRODUCED and not item.cuts for item in family)
        self._folder.write(path, head.raw if whole and head.raw is not None else mail_of(family))
        for item in family:
            self._folder.note(item.number, path)

    def close(self) -> None:
        """Everything is written already."""


def mail_of(family: Group) -> bytes:
    """Return a family as a mail: the head is its body, and every other item a part of it."""
    head = family[0]
    mail = EmailMessage(policy=_POLICY)
    _put_text(mail, head.said)
    if head.fate is Fate.PRODUCED and head.html is not None:
        mail.make_alternative()
        page = EmailMessage(policy=_POLICY)
        page.set_content(_plain(head.html), "text", "html", cte="base64", params={"charset": "utf-8"})
        mail.attach(page)
        mail.set_boundary(_boundary(head, "alternative"))
    if len(family) > 1:
        mail.make_mixed()
        mail.set_boundary(_boundary(head, "mixed"))
    for item in family[1:]:
        mail.attach(_part(item))
    if "MIME-Version" not in mail:
        mail["MIME-Version"] = "1.0"
    # The library takes ten times as long to fold these, and they are of few kinds.
    return "".join(_header(name, value) for name, value in _told(head)).encode("ascii") + bytes(mail)


def shown_name(name: str | None, fallback: str) -> str:
    """Return the name of a file as it can be shown anywhere: no path, no hidden signs, nothing reversed, not long."""
    plain = _SLASHES.sub("_", _HIDDEN.sub("", name or "")).strip(" .")
    while len(plain.encode()) > _LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[:-1]}{dot}{ending}" if dot and stem and len(ending) <= 10 else plain[:-1]  # noqa: PLR2004  # a longer one is no ending
    return plain or fallback


def _told(item: Item) -> Iterator[tuple[str, str]]:
    """Yield the header of a mail: who to whom, when, about what, and which item it is."""
    name, customer = _line(item.author or item.role or item.kind), _customer(item)
    if item.role in STAFF_ROLES:
        yield from (("From", _mailbox(name, f"staff@{DOMAIN}")), ("To", customer))
    else:
        address = customer.rpartition("<")[2].removesuffix(">")
        yield from (("From", _mailbox(name, address)), ("To", _mailbox("On Record archive", f"company@{DOMAIN}")))
    if item.at is not None:
        yield "Date", format_datetime(item.at)
    yield "Subject", _line(item.subject or "") or f"{item.kind or item.fate.value} {item.number}"
    yield "Message-ID", f"<{item.number.lower()}.{item.leaf[:16] or 'none'}@{DOMAIN}>"
    if item.conversation_id:
        yield "References", f"<{item.conversation_id}@{DOMAIN}>"
    told = {
        "Number": item.number, "Event": str(item.event), "Standing": item.standing.value, "Fate": item.fate.value,
        "Reason": item.reason, "Kind": item.kind, "Role": item.role, "Conversation": item.conversation,
        "Customer": item.customer, "Ticket": item.ticket, "Work-Order": item.work_order, "Channel": item.channel,
        "Leaf": item.leaf,
    }  # fmt: skip
    for name, value in told.items():
        if value:
            yield f"X-OnRecord-{name}", _line(value)


def _customer(item: Item) -> str:
    """Return the mailbox of a customer: their own where their id is one, else one that stands for the id."""
    written = item.customer or ""
    if _MAILBOX.fullmatch(written):
        return f"<{written}>"
    named = sha256(written.encode()).hexdigest()[:16] if written else "unknown"
    return _mailbox(_line(written), f"customer-{named}@{DOMAIN}")


def _mailbox(name: str, address: str) -> str:
    if not name:
        return f"<{address}>"
    if _PLAIN_WORDS.fullmatch(name):
        return f'"{name}" <{address}>'
    return f"{_encoded(name, len('From: '))} <{address}>"


def _header(name: str, value: str) -> str:
    """Return a header, folded (RFC 5322 section 2.2.3), its words encoded where they are not plain (RFC 2047)."""
    if name in {"From", "To"} or (len(value) < _FITTING and _PLAIN.fullmatch(value) and "=?" not in value):
        return f"{name}: {value}\r\n"
    return f"{name}: {_encoded(value, len(name) + 2)}\r\n"


def _encoded(value: str, indent: int) -> str:
    return Header(value, "utf-8", maxlinelen=75, header_name="x" * (indent - 2)).encode(linesep="\r\n")


def _part(item: Item) -> EmailMessage:
    part = EmailMessage(policy=_POLICY)
    attached = item.attached
    if attached is not None and attached.content is not None and item.fate is Fate.PRODUCED:
        maintype, subtype = _type(attached.media_type)
        name = shown_name(attached.name, f"{item.number}.bin")
        part.set_content(attached.content, maintype, subtype, cte="base64", disposition="attachment", filename=name)
    else:
        why = f"[{attached.missing}]" if attached is not None and attached.missing else item.said
        _put_text(part, why)
        part["Content-Disposition"] = f'attachment; filename="{item.number}.txt"'
    for name, value in {"Number": item.number, "Event": str(item.event), "Kind": item.kind, "Leaf": item.leaf}.items():
        if value:
            part[f"X-OnRecord-{name}"] = _line(value)
    return part


def _put_text(part: EmailMessage, text: str) -> None:
    # As bytes: the library would change line ends in a text, and these are somebody's words.
    part.set_content(_plain(text), "text", "plain", cte="base64", params={"charset": "utf-8"})


def _plain(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _type(media_type: str | None) -> tuple[str, str]:
    """Return a media type that cannot break the structure around it: no multiparts, no messages, no parameters."""
    found = re.fullmatch(r"(text|image|audio|video|application|font)/([A-Za-z0-9.+-]{1,100})", _bare(media_type))
    return (found[1], found[2]) if found else ("application", "octet-stream")


def _bare(media_type: str | None) -> str:
    return (media_type or "").partition(";")[0].strip().lower()


def _line(text: str) -> str:
    """Return a text on one line that no mail program reads as another header."""
    return " ".join(_HIDDEN.sub(" ", text).split())[:_LONGEST_HEADER]


def _boundary(item: Item, kind: str) -> str:
    # Base64 has neither of the first two signs, so no part can hold this line.
    return f"=_{kind}_{item.number}"
