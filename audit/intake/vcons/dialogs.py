"""The dialogs and attachments of a vCon: messages, calls, recordings, files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from audit.domain.call import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallTransferred,
    RecordingKept,
)
from audit.domain.conversation import AttachmentKept, MessagePosted
from audit.domain.event import Event, Personal
from audit.domain.fact import Fact, StaffMember
from audit.intake.interchange.line import CODE_MAX
from audit.intake.source import NotTaken
from audit.intake.times import Moment, moment
from audit.intake.vcons.bodies import Words, content_of, media_type_of, words_of
from audit.intake.vcons.parties import Party, owner_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.domain.names import ItemName
    from audit.intake.mails.parts import File

SOURCE = "vcon"
_DIRECTIONS = {"in": "inbound", "inbound": "inbound", "out": "outbound", "outbound": "outbound"}
_TOLD = frozenset({"type", "start", "body"})
_SECONDS_MAX = 10 * 365 * 24 * 3600
_CALLS = frozenset({"recording", "recording-set", "transfer", "incomplete"})


@dataclass(frozen=True)
class Talk:
    """What the dialogs of one vCon share: its id, its parties, its channel, when it was made."""

    vcon: str
    parties: list[Party]
    channel: str
    created: Moment | None
    zone: tzinfo

    @property
    def staff(self) -> tuple[StaffMember, ...]:
        return tuple(StaffMember(id=party.id, name=party.name) for party in self.parties if party.ours)

    def moment_of(self, part: dict[str, Any]) -> Moment:
        """Return when a part began. Raises ``NotTaken`` when neither it nor the vCon says so."""
        written = part.get("start")
        if written is None and self.created is not None:
            return self.created
        if not isinstance(written, str):
            raise NotTaken("start is missing")
        try:
            return moment(written, self.zone)
        except NotTaken as amiss:
            raise NotTaken(f"start {amiss}") from None

    def speaking(self, part: dict[str, Any]) -> list[Party]:
        """Return who took part in a dialog, whoever began it first. An absent list means all."""
        listed = part.get("parties", part.get("party", list(range(len(self.parties)))))
        places = [place for one in _list(listed) for place in _list(one)]
        originator = part.get("originator")
        ordered = [*([] if originator is None else [originator]), *places]
        if any(type(place) is not int or not 0 <= place < len(self.parties) for place in ordered):
            raise NotTaken("it names a party that is not there")
        return [self.parties[place] for place in dict.fromkeys(ordered)]

    def fact(self, event: Event, at: Moment, speaking: Sequence[Party], of: ItemName | None = None) -> Fact:
        """Return what the first of these says or does: it belongs to the first of them outside, else of the vCon."""
        speaker, owner = next(iter(speaking), None), owner_of(speaking) or owner_of(self.parties)
        others = [party.id for party in speaking if not party.ours and party is not owner]
        ties = (("conversation", self.vcon), *(("recipient", other) for other in dict.fromkeys(others)))
        return Fact(
            event=event,
            at=at.at,
            role="customer" if speaker is None else speaker.role,
            actor=None if speaker is None else speaker.tie,
            zone_assumed=at.zone_assumed,
            ties=ties if owner is None else (owner.tie, *ties),
            of=of,
        )


def facts_of(talk: Talk, dialog: dict[str, Any], name: ItemName) -> list[Fact]:
    """Return what a dialog tells. Raises ``NotTaken`` when it is none of the kinds vCon has, or contradicts itself."""
    kind = dialog.get("type")
    if kind == "text":
        return _text(talk, dialog, name)
    if not isinstance(kind, str) or kind not in _CALLS:
        raise NotTaken("its type is none of text, recording, recording-set, transfer and incomplete")
    return _call(talk, dialog, kind)


def attachment_facts(talk: Talk, part: dict[str, Any], of: ItemName | None) -> list[Fact]:
    """Return the attachment. Its ``party`` is who gave it; without one it belongs to whoever is outside."""
    content, title = content_of(part), part.get("filename", part.get("type", part.get("purpose")))
    kept = AttachmentKept(
        name=Personal(title) if isinstance(title, str) else None,
        media_type=media_type_of(part) or ("application/json" if isinstance(part.get("body"), dict | list) else None),
        extra=_extra(part),
        **_bytes_of(content),
    )
    return [talk.fact(kept, talk.moment_of(part), talk.speaking(part), of)]


def is_call(dialog: dict[str, Any]) -> bool:
    """Say whether a dialog is a call: some telephone systems write one as a text without words."""
    kind = dialog.get("type")
    if isinstance(kind, str) and kind in _CALLS:
        return True
    return dialog.get("body") is None and _said(dialog, "disposition") is not None


def direction_of(dialogs: Sequence[Any]) -> str | None:
    """Return the direction the first dialog that has one gives."""
    said = (_said(dialog, "direction") for dialog in dialogs if isinstance(dialog, dict))
    return next((_DIRECTIONS[one.lower()] for one in said if one and one.lower() in _DIRECTIONS), None)


def _text(talk: Talk, dialog: dict[str, Any], name: ItemName) -> list[Fact]:
    words = words_of(dialog)
    if words is None and is_call(dialog):
        return _call(talk, dialog, "incomplete")
    if words is None:
        raise NotTaken("its text lies elsewhere: bring it with the vCon" if "url" in dialog else "its body is missing")
    at, speaking = talk.moment_of(dialog), talk.speaking(dialog)
    posted = talk.fact(_posted(talk, dialog, words, speaking), at, speaking)
    return [posted, *(talk.fact(_file(file), at, speaking, name) for file in words.files)]


def _posted(talk: Talk, dialog: dict[str, Any], words: Words, speaking: Sequence[Party]) -> MessagePosted:
    speaker = next(iter(speaking), None)
    outside = speaker is not None and not speaker.ours
    direction = None if speaker is None else ("inbound" if outside else "outbound")
    return MessagePosted(
        text=Personal(words.text),
        channel=talk.channel,
        direction=direction,
        author=Personal(speaker.name) if speaker is not None and outside and speaker.name else None,
        html=None if words.html is None else Personal(words.html),
        extra=_extra(dialog),
    )


def _call(talk: Talk, dialog: dict[str, Any], kind: str) -> list[Fact]:
    at, speaking = talk.moment_of(dialog), talk.speaking(dialog)
    seconds = _seconds(dialog.get("duration"))
    over = at if seconds is None else at._replace(at=at.at + timedelta(seconds=seconds))
    events = _call_events(dialog, kind, seconds)
    facts = [talk.fact(event, *_when_and_who(event, (at, over), speaking)) for event in events]
    if kind in {"recording", "recording-set"}:
        facts.append(talk.fact(_recording(dialog, kind, seconds), at, speaking))
    return facts


def _when_and_who(event: Event, span: tuple[Moment, Moment], speaking: list[Party]) -> tuple[Moment, list[Party]]:
    """Return when a part of a call was, and who did it: one of ours answers, where one of ours took part."""
    if isinstance(event, CallAnswered):
        return span[0], sorted(speaking, key=lambda party: not party.ours)
    return span[1] if isinstance(event, CallEnded) else span[0], speaking


def _call_events(dialog: dict[str, Any], kind: str, seconds: int | None) -> list[Event]:
    """Return what a dialog shows of a call, and no more: a recording does not tell how long the caller waited."""
    extra, disposition = _extra(dialog), (_said(dialog, "disposition") or "").lower()
    if kind == "transfer":
        return [CallTransferred(extra=extra)]
    if kind in {"recording", "recording-set"} or disposition == "answered":
        return [CallAnswered(extra=extra), *([] if seconds is None else [CallEnded(seconds=seconds)])]
    offered = CallOffered(direction=direction_of([dialog]), extra=extra)
    return [offered, CallAbandoned() if disposition == "hung-up" else CallEnded(outcome=disposition or None)]


def _recording(dialog: dict[str, Any], kind: str, seconds: int | None) -> RecordingKept:
    url, filename = dialog.get("url"), dialog.get("filename")
    found = _bytes_of(content_of(dialog))
    return RecordingKept(
        media_type=media_type_of(dialog),
        seconds=seconds,
        url=Personal(url) if isinstance(url, str) else None,
        name=Personal(filename) if isinstance(filename, str) else None,
        **(found | ({"missing": "in-parts"} if kind == "recording-set" and found["missing"] else {})),
    )


def _file(file: File) -> AttachmentKept:
    name = None if file.name is None else Personal(file.name)
    return AttachmentKept(name=name, media_type=file.media_type[:CODE_MAX], **_bytes_of(file.content))


def _bytes_of(content: bytes | None) -> dict[str, Any]:
    if content is None:
        return {"missing": "elsewhere"}
    return {
        "length": len(content),
        "content": Personal(content),
        "digest": Personal(sha256(content).hexdigest()),
        "missing": None,
    }


def _seconds(duration: Any) -> int | None:
    usable = isinstance(duration, int | float) and not isinstance(duration, bool) and 0 <= duration <= _SECONDS_MAX
    return int(duration) if usable else None


def _said(dialog: dict[str, Any], name: str) -> str | None:
    """Return a code from the dialog, or from the ``meta`` that telephone systems add."""
    meta = dialog.get("meta")
    for found in (dialog.get(name), meta.get(name) if isinstance(meta, dict) else None):
        if isinstance(found, str) and 0 < len(found) <= CODE_MAX:
            return found
    return None


def _extra(part: dict[str, Any]) -> Personal | None:
    rest = {name: value for name, value in part.items() if name not in _TOLD}
    return Personal(rest) if rest else None


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]
