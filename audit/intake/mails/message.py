"""A mail as an item: who wrote to whom, in which thread, what, and with which files."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from audit.domain.conversation import AttachmentKept, ConversationOpened, MessagePosted
from audit.domain.customer import ContactPointAdded, CustomerNamed, CustomerSeen
from audit.domain.event import Event, Personal
from audit.domain.fact import Fact, Item, StaffMember
from audit.domain.names import ItemName
from audit.intake import strict_json
from audit.intake.mails.headers import Address, Header
from audit.intake.mails.parts import Body, File, body_of, parsed
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from audit.intake.source import Reading

SOURCE = "mail"
MAIL_MAX = 64 * 1024 * 1024
NORMAL_VERSION = 1
RECIPIENTS_MAX = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_ADDRESSED = ("to", "cc", "bcc")


class People(NamedTuple):
    """Who a mail is between. ``owner`` is the customer it belongs to; ``others`` are further people outside."""

    sender: Address | None
    ours: bool
    owner: Address | None
    others: tuple[Address, ...]


def mail_item(raw: bytes, reading: Reading) -> Item:
    """Return what a mail tells. Raises ``NotTaken`` when it has no date or is beyond all measure."""
    mail = _Mail(raw, reading)
    return Item(
        name=mail.name,
        normal=mail.normal,
        normal_version=NORMAL_VERSION,
        facts=mail.facts(),
        staff=_staff(mail.people),
    )


class _Mail:
    """A mail, taken apart."""

    def __init__(self, raw: bytes, reading: Reading) -> None:
        self._message = parsed(raw)
        self._header = Header(self._message)
        if not len(self._header):
            raise NotTaken("it has no header")
        self._sent = self._header.date(reading.zone)
        self._body = body_of(self._message)
        self._raw = raw if reading.keep_raw else None
        self.people = _people(self._header, reading.our_addresses)
        self.normal = _normal(self._header, self._body)
        named = self._header.message_id() or f"sha256:{sha256(self.normal).hexdigest()}"
        self.name = ItemName("message", SOURCE, named)
        earlier = self._header.message_ids("references") or self._header.message_ids("in-reply-to")
        self._root = earlier[0] if earlier else named

    def facts(self) -> tuple[Fact, ...]:
        opening = self._opening() if self._root == self.name.id else []
        return (*opening, self._fact(self._posted(), *self._recipients()), *map(self._kept, self._body.files))

    def _opening(self) -> list[Fact]:
        opened = ConversationOpened(channel="email", direction=self._direction(), title=self._subject())
        facts = [self._fact(opened)]
        owner = self.people.owner
        if owner is not None:
            facts.append(self._fact(CustomerSeen()))
            facts += [self._fact(CustomerNamed(name=Personal(owner.name)))] if owner.name else []
            facts.append(self._fact(ContactPointAdded(kind="email", value=Personal(owner.address))))
        return facts

    def _posted(self) -> MessagePosted:
        people, html = self.people, self._body.html
        author = None if people.ours or people.sender is None else people.sender.name or people.sender.address
        return MessagePosted(
            text=Personal(self._body.text),
            channel="email",
            direction=self._direction(),
            language=self._language(),
            author=None if author is None else Personal(author),
            subject=self._subject(),
            html=None if html is None else Personal(html),
            raw=None if self._raw is None else Personal(self._raw),
            automatic=self._automatic(),
            extra=self._extra(),
        )

    def _kept(self, file: File) -> Fact:
        content = file.content
        event = AttachmentKept(
            name=None if file.name is None else Personal(file.name),
            media_type=file.media_type[:200],
            length=None if content is None else len(content),
            content=None if content is None else Personal(content),
            digest=None if content is None else Personal(sha256(content).hexdigest()),
            missing="unreadable" if content is None else None,
        )
        return self._fact(event, of=self.name)

    def _fact(self, event: Event, *more: tuple[str, str], of: ItemName | None = None) -> Fact:
        sent = self._sent
        role, actor = self._speaker()
        ties = (("conversation", self._root), *more)
        if self.people.owner is not None:
            ties = (("customer", self.people.owner.address), *ties)
        return Fact(event=event, at=sent.at, role=role, actor=actor, zone_assumed=sent.zone_assumed, ties=ties, of=of)

    def _speaker(self) -> tuple[str, tuple[str, str] | None]:
        sender = self.people.sender
        if self._report():
            return "system", None
        if self.people.ours and sender is not None:
            return "agent", ("staff", sender.address)
        return "customer", None if sender is None else ("customer", sender.address)

    def _recipients(self) -> list[tuple[str, str]]:
        return [("recipient", other.address) for other in self.people.others]

    def _direction(self) -> str | None:
        if not self.people.ours:
            return "inbound"
        return None if self.people.owner is None else "outbound"

    def _subject(self) -> Personal | None:
        subject = self._header.text("subject")
        return None if subject is None else Personal(subject)

    def _language(self) -> str | None:
        tag = _LANGUAGE.match(self._header.text("content-language") or "")
        return None if tag is None else tag[0]

    def _report(self) -> bool:
        """Say whether a mail server wrote this about another mail (RFC 3464), or nobody is to be answered."""
        return self._message.get_content_type() == "multipart/report" or self._header.text("return-path") == "<>"

    def _automatic(self) -> bool:
        """Say whether a machine wrote this (RFC 3834)."""
        marked = (self._header.text("auto-submitted") or "no").partition(";")[0].strip().lower()
        precedence = (self._header.text("precedence") or "").lower()
        return marked != "no" or precedence in {"auto_reply", "auto-reply"} or self._report()

    def _extra(self) -> Personal | None:
        shown: dict[str, Any] = {name: self._header.text(name) for name in (*_ADDRESSED, "reply-to", "sender")}
        shown |= {name: self._header.message_ids(name) for name in ("in-reply-to", "references")}
        kept = {name: value for name, value in shown.items() if value}
        return Personal(kept) if kept else None


def _people(header: Header, our_addresses: frozenset[str]) -> People:
    """Return who a mail is between: it belongs to its sender, or when we sent it to the first recipient outside."""
    sender = next(iter(header.addresses("from") or header.addresses("sender")), None)
    ours = sender is not None and sender.address in our_addresses
    outside: dict[str, Address] = {}
    for address in (one for name in _ADDRESSED for one in header.addresses(name)):
        if address.address not in our_addresses:
            outside.setdefault(address.address, address)
    if len(outside) > RECIPIENTS_MAX:
        raise NotTaken(f"it goes to more than {RECIPIENTS_MAX} people outside")
    owner = next(iter(outside.values()), None) if ours or sender is None else sender
    others = tuple(one for one in outside.values() if owner is None or one.address != owner.address)
    return People(sender, ours, owner, others)


def _staff(people: People) -> tuple[StaffMember, ...]:
    if not people.ours or people.sender is None:
        return ()
    return (StaffMember(id=people.sender.address, name=people.sender.name or None),)


def _normal(header: Header, body: Body) -> bytes:
    """Return the mail in its normal form: the fields people see and the decoded parts, with LF.

    Mail servers add to the header and change the encoding of parts on the way; that makes it no other mail.
    """
    fields = {name: header.text(name) for name in ("date", "from", "to", "cc", "subject")}
    texts = [text.rstrip("\n") for text in (*body.texts, *body.pages)]
    files = [[file.name, file.media_type, sha256(file.content or b"").hexdigest()] for file in body.files]
    return strict_json.canonical(fields | {"message-id": header.message_id(), "texts": texts, "files": files})
