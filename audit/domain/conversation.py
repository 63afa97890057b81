"""A conversation: who took part, what was said, what became of it at the source."""

from __future__ import annotations

from dataclasses import dataclass

from audit.domain.event import Personal
from audit.domain.witnessed import Witnessed


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Witnessed):
    """``channel`` is phone, chat, email, sms, messenger, social, forum, web-form, self-service, in-person or letter.

    ``direction`` is inbound or outbound; ``purpose`` is service, follow-up, feedback, welcome, sales or callback.
    """

    TOPIC = "conversation.opened"
    channel: str
    direction: str | None = None
    purpose: str | None = None
    title: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined(Witnessed):
    """``part`` is the role of who joined; ``name`` only of somebody outside, staff names live in the directory."""

    TOPIC = "participant.joined"
    part: str
    name: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ParticipantLeft(Witnessed):
    TOPIC = "participant.left"
    part: str
    name: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Witnessed):
    """One message or one line of a call.

    ``author`` is an outside author's name as written; ``raw`` the bytes as received, where they are kept;
    ``automatic`` says that a machine answered (out of office, delivery report).
    """

    TOPIC = "message.posted"
    text: Personal
    channel: str | None = None
    direction: str | None = None
    language: str | None = None
    author: Personal | None = None
    subject: Personal | None = None
    html: Personal | None = None
    raw: Personal | None = None
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageEditedAtSource(Witnessed):
    """The whole new text of the message in the tie ``of``; the older ones stay."""

    TOPIC = "message.edited-at-source"
    text: Personal


@dataclass(frozen=True, kw_only=True)
class MessageDeletedAtSource(Witnessed):
    TOPIC = "message.deleted-at-source"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Witnessed):
    """An internal note beside a conversation or a ticket."""

    TOPIC = "note.written"
    text: Personal


@dataclass(frozen=True, kw_only=True)
class AttachmentKept(Witnessed):
    """A file that came with the message in the tie ``of``.

    ``content`` is its bytes, ``digest`` their SHA-256 in hexadecimal; ``missing`` is the code why they are not here.
    """

    TOPIC = "attachment.kept"
    name: Personal | None = None
    media_type: str | None = None
    length: int | None = None
    content: Personal | None = None
    digest: Personal | None = None
    missing: str | None = None


@dataclass(frozen=True, kw_only=True)
class TranscriptSent(Witnessed):
    """A transcript went to somebody; ``accepted`` is the other side's answer, None while there is none."""

    TOPIC = "transcript.sent"
    address: Personal
    how: str
    accepted: bool | None = None
    format: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationEnded(Witnessed):
    TOPIC = "conversation.ended"
    outcome: str | None = None


@dataclass(frozen=True, kw_only=True)
class SatisfactionRated(Witnessed):
    TOPIC = "satisfaction.rated"
    score: int
    out_of: int | None = None
    comment: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationMissing(Witnessed):
    """Something answers or names a conversation that never arrived; ``reason`` is the code how we know."""

    TOPIC = "conversation.found-missing"
    reason: str
