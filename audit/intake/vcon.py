"""vCon, the IETF's container for conversations, in the dialects 0.0.1, 0.4.0 and 0.5.0."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from audit.domain.conversation import AttachmentKept, ConversationOpened, ParticipantJoined
from audit.domain.customer import ContactPointAdded, CustomerNamed, CustomerSeen
from audit.domain.errors import Unreadable
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.intake import strict_json
from audit.intake.interchange.line import ID_MAX
from audit.intake.source import Found, NotTaken, Refusal
from audit.intake.times import Moment, moment
from audit.intake.vcons.dialogs import SOURCE, Talk, attachment_facts, direction_of, facts_of, is_call
from audit.intake.vcons.envelope import Letter, opened
from audit.intake.vcons.parties import owner_of, parties_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import PurePath

    from audit.intake.source import Delivered, Reading
    from audit.intake.vcons.parties import Party

VCON_MAX = 64 * 1024 * 1024
NORMAL_VERSION = 1
_APART = frozenset({"dialog", "attachments", "analysis"})
_SIGNS = (
    (b'"parties"', b'"dialog"'),
    (b'"vcon"', b'"parties"'),
    (b'"payload"', b'"signature'),
    (b'"ciphertext"', b'"recipients"'),
)


class Vcon:
    """Reads one vCon: the conversation is an item, and so is each dialog and each attachment."""

    name: ClassVar[str] = "vcon"
    version: ClassVar[int] = 1

    def recognises(self, path: PurePath, beginning: bytes) -> bool:
        if not beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            return False
        if path.suffix.lower() == ".vcon" or path.name.lower().endswith(".vcon.json"):
            return True
        return any(all(sign in beginning for sign in signs) for signs in _SIGNS)

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]:
        with delivery.open() as file:
            raw = file.read(VCON_MAX + 1)
        if len(raw) > VCON_MAX:
            raise Unreadable(f"It is longer than {VCON_MAX} bytes: keep its recordings beside it.")
        try:
            letter = opened(raw)
            strict_json.canonical(letter.fields)
            talk = _talk(letter.fields, delivery.reading)
        except NotTaken as amiss:
            yield Refusal("vcon", f"vcon: {amiss}", raw)
            return
        yield from _items(letter, talk)


def _talk(fields: dict[str, Any], reading: Reading) -> Talk:
    vcon = fields.get("uuid")
    if not isinstance(vcon, str) or not vcon or len(vcon) > ID_MAX or not vcon.isprintable():
        raise NotTaken("uuid is missing")
    vcon = vcon.lower()
    parties = parties_of(fields, vcon, reading.our_addresses)
    created = _created(fields, reading)
    _list(fields, "attachments")
    dialogs = [one for one in _list(fields, "dialog") if isinstance(one, dict)]
    if created is None and not any(isinstance(one.get("start"), str) for one in dialogs):
        raise NotTaken("created_at is missing, and no dialog says when it began")
    return Talk(vcon, parties, _channel(dialogs), created, reading.zone)


def _created(fields: dict[str, Any], reading: Reading) -> Moment | None:
    written = fields.get("created_at")
    if not isinstance(written, str):
        return None
    try:
        return moment(written, reading.zone)
    except NotTaken as amiss:
        raise NotTaken(f"created_at {amiss}") from None


def _items(letter: Letter, talk: Talk) -> Iterator[Found | Refusal]:
    fields, vcon = letter.fields, talk.vcon
    dialogs = _list(fields, "dialog")
    # Redaction leaves empty objects so that the others keep their places: they hold nothing, so they tell nothing.
    opening = {name: value for name, value in fields.items() if name not in _APART}
    updated = fields.get("updated_at")
    name = ItemName("conversation", SOURCE, vcon, updated[:ID_MAX] if isinstance(updated, str) else None)
    yield _one(talk, name, "vcon", opening, partial(_opening, talk, fields))
    if letter.signed is not None:
        name = ItemName("signature", SOURCE, vcon, sha256(letter.signed).hexdigest())
        yield _one(talk, name, "signature", name.revision, partial(_signature, talk, letter.signed, dialogs))
    if analysis := fields.get("analysis"):
        name = ItemName("analysis", SOURCE, vcon, sha256(strict_json.canonical(analysis)).hexdigest())
        yield _one(talk, name, "analysis", analysis, partial(_analysis, talk, analysis, dialogs))
    for place, dialog in enumerate(dialogs):
        if dialog != {}:
            name = _dialog_name(talk, dialog, place)
            yield _one(talk, name, f"dialog {place}", dialog, partial(_dialog, talk, dialog, name))
    for place, part in enumerate(_list(fields, "attachments")):
        name = ItemName("attachment", SOURCE, f"{vcon}#attachment-{place}")
        yield _one(talk, name, f"attachment {place}", part, partial(_attachment, talk, part, dialogs))


def _one(talk: Talk, name: ItemName, place: str, part: Any, told: Callable[[], Sequence[Fact]]) -> Found | Refusal:
    normal = strict_json.canonical(part)
    try:
        facts = tuple(told())
    except NotTaken as amiss:
        return Refusal(place, f"{place}: {amiss}", normal)
    item = Item(name=name, normal=normal, normal_version=NORMAL_VERSION, facts=facts, staff=talk.staff)
    return Found(place, item, 3 * len(normal))


def _opening(talk: Talk, fields: dict[str, Any]) -> list[Fact]:
    """Return the conversation and who took part."""
    dialogs = _list(fields, "dialog")
    at, title, owner = _began(talk, dialogs), fields.get("subject"), owner_of(talk.parties)
    kept = {name: value for name, value in fields.items() if name not in {*_APART, "uuid", "subject"}}
    opening = ConversationOpened(
        channel=talk.channel,
        direction=direction_of(dialogs),
        title=Personal(title) if isinstance(title, str) else None,
        extra=Personal(kept) if kept else None,
    )
    facts = [talk.fact(opening, at, [owner] if owner else [])]
    for party in talk.parties:
        facts += _joined(talk, party, at)
    return facts


def _joined(talk: Talk, party: Party, at: Moment) -> list[Fact]:
    if party.ours:
        return [talk.fact(ParticipantJoined(part=party.role), at, [party])]
    name = Personal(party.name) if party.name else None
    events = [ParticipantJoined(part=party.role, name=name), CustomerSeen()]
    # Telephone systems write the number where they know no name.
    numbered = party.name in {value for _, value in party.contacts}
    events += [CustomerNamed(name=name)] if name and not numbered else []
    events += [ContactPointAdded(kind=kind, value=Personal(value)) for kind, value in party.contacts]
    return [talk.fact(event, at, [party]) for event in events]


def _signature(talk: Talk, signed: bytes, dialogs: Sequence[Any]) -> list[Fact]:
    kept = AttachmentKept(
        media_type="application/jose+json",
        length=len(signed),
        content=Personal(signed),
        digest=Personal(sha256(signed).hexdigest()),
        extra=Personal({"signature": "kept as received, not verified"}),
    )
    return [_beside(talk, kept, dialogs)]


def _analysis(talk: Talk, analysis: Any, dialogs: Sequence[Any]) -> list[Fact]:
    """Return what others made of the conversation: kept as a file, since nobody said or wrote it.

    It is an item of its own, so that a vCon that comes again with more of it is no clash.
    """
    content = strict_json.canonical(analysis)
    kept = AttachmentKept(
        name=Personal("analysis.json"),
        media_type="application/json",
        length=len(content),
        content=Personal(content),
        digest=Personal(sha256(content).hexdigest()),
        extra=Personal({"analysis": "derived by others, no source of what was said"}),
    )
    return [_beside(talk, kept, dialogs)]


def _beside(talk: Talk, kept: AttachmentKept, dialogs: Sequence[Any]) -> Fact:
    """Return a file that belongs to the conversation as a whole and that nobody in it wrote."""
    return replace(talk.fact(kept, _began(talk, dialogs), ()), role="system", actor=None)


def _dialog(talk: Talk, dialog: Any, name: ItemName) -> list[Fact]:
    if not isinstance(dialog, dict):
        raise NotTaken("it is no JSON object")
    return facts_of(talk, dialog, name)


def _attachment(talk: Talk, part: Any, dialogs: Sequence[Any]) -> list[Fact]:
    if not isinstance(part, dict):
        raise NotTaken("it is no JSON object")
    place = part.get("dialog")
    named = _dialog_name(talk, dialogs[place], place) if isinstance(place, int) and 0 <= place < len(dialogs) else None
    # Only a message has attachments; what came with a call belongs to the conversation.
    return attachment_facts(talk, part, named if named is not None and named.kind == "message" else None)


def _dialog_name(talk: Talk, dialog: Any, place: int) -> ItemName:
    """Return the name of a dialog: by its place, as message ids repeat."""
    kind = "call" if isinstance(dialog, dict) and is_call(dialog) else "message"
    return ItemName(kind, SOURCE, f"{talk.vcon}#dialog-{place}")


def _began(talk: Talk, dialogs: Sequence[Any]) -> Moment:
    """Return when the first dialog began that says so; else when the vCon was made."""
    begun = []
    for dialog in dialogs:
        if isinstance(dialog, dict) and isinstance(dialog.get("start"), str):
            with suppress(NotTaken):
                begun.append(moment(dialog["start"], talk.zone))
    if not begun and talk.created is None:
        raise NotTaken("created_at is missing, and no dialog says when it began")
    return min(begun, key=lambda one: one.at) if begun or talk.created is None else talk.created


def _channel(dialogs: Sequence[dict[str, Any]]) -> str:
    """Return the channel: calls are by phone, what has a Message-ID came by mail, other texts are a chat."""
    if any(is_call(dialog) for dialog in dialogs):
        return "phone"
    return "email" if any("message_id" in dialog for dialog in dialogs) else "chat"


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    found = fields.get(name)
    if found is not None and not isinstance(found, list):
        raise NotTaken(f"{name} is no list")
    return found or []
