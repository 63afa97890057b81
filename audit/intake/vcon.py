"""vCon, the IETF's container for conversations, in the dialects 0.0.1, 0.4.0 and 0.5.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from audit.domain.conversation import AttachmentKept, ConversationOpened, ParticipantJoined
from audit.domain.customer import ContactPointAdded, CustomerNamed, CustomerSeen
from audit.domain.errors import Unreadable
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item, StaffMember
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
_APART = frozenset({"dialog", "attachments"})
_SIGNS = ((b'"parties"', b'"dialog"'), (b'"vcon"', b'"parties"'), (b'"payload"', b'"signature'), (b'"ciphertext"', b'"recipients"'))


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
    dialogs, attachments = _list(fields, "dialog"), _list(fields, "attachments")
    opening = {name: value for name, value in fields.items() if name not in _APART}
    # Redaction leaves empty objects so that the others keep their places: they hold nothing, so they tell nothing.
    empty = [place for place, dialog in enumerate(dialogs) if dialog == {}]
    updated = fields.get("updated_at")
    name = ItemName("conversation", SOURCE, vcon, updated[:ID_MAX] if isinstance(updated, str) else None)
    yield _one("vcon", name, opening | {"empty": empty}, lambda: _opening(fields, talk, dialogs))
    if letter.signed is not None:
        signed = letter.signed
        yield _one("signature", ItemName("signature", SOURCE, vcon), signed.hex(), lambda: [_signature(signed, talk)])
    for place, dialog in enumerate(dialogs):
        if dialog != {}:
            yield _one(f"dialog {place}", _dialog_name(dialog, vcon, place), dialog, _of_dialog(talk, dialog, place))
    for place, part in enumerate(attachments):
        named = ItemName("attachment", SOURCE, f"{vcon}#attachment-{place}")
        yield _one(f"attachment {place}", named, part, _of_attachment(talk, part, dialogs))


def _one(place: str, name: ItemName, part: Any, told: Callable[[], Sequence[Fact]]) -> Found | Refusal:
    normal = strict_json.canonical(part)
    try:
        facts = tuple(told())
    except NotTaken as amiss:
        return Refusal(place, f"{place}: {amiss}", normal)
    item = Item(name=name, normal=normal, normal_version=NORMAL_VERSION, facts=facts, staff=_STAFF)
    return Found(place, item, 3 * len(normal))


def _opening(fields: dict[str, Any], talk: Talk, dialogs: Sequence[Any]) -> list[Fact]:
    """Return the conversation and who took part. What others made of it (analysis) is kept, but is no event."""
    at = _began(talk, dialogs)
    title = fields.get("subject")
    kept = {name: value for name, value in fields.items() if name not in {*_APART, "uuid", "subject"}}
    opened_now = ConversationOpened(
        channel=talk.channel,
        direction=direction_of(dialogs),
        title=Personal(title) if isinstance(title, str) else None,
        extra=Personal(kept) if kept else None,
    )
    owner = owner_of(talk.parties)
    facts = [talk.fact(opened_now, at, [owner] if owner else [])]
    for party in talk.parties:
        facts += _joined(talk, party, at)
    return facts
