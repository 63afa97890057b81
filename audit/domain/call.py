"""A telephone call: its way through menu, queue and agents, and what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.domain.event import Personal
from audit.domain.witnessed import Witnessed


@dataclass(frozen=True, kw_only=True)
class CallOffered(Witnessed):
    """A call began to wait for somebody to answer."""

    TOPIC = "call.offered"
    queue: str | None = None
    direction: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromptPlayed(Witnessed):
    """The menu spoke: ``prompt`` is its code, ``text`` what it said."""

    TOPIC = "prompt.played"
    prompt: str | None = None
    text: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class InputGiven(Witnessed):
    """The caller pressed or said something; it may be an account number."""

    TOPIC = "input.given"
    value: Personal
    prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class CallRungUnanswered(Witnessed):
    """The call rang at a desk and nobody took it there; it goes on waiting."""

    TOPIC = "call.rung-unanswered"
    queue: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class CallAnswered(Witnessed):
    """``wait_seconds`` as the source counts them; the times of the events are the better measure."""

    TOPIC = "call.answered"
    queue: str | None = None
    wait_seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class CallHeld(Witnessed):
    TOPIC = "call.held"


@dataclass(frozen=True, kw_only=True)
class CallResumed(Witnessed):
    TOPIC = "call.resumed"


@dataclass(frozen=True, kw_only=True)
class CallTransferred(Witnessed):
    """``how`` is blind or attended; ``queue`` where it went, ``number`` when that was outside."""

    TOPIC = "call.transferred"
    how: str | None = None
    queue: str | None = None
    number: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class CallAbandoned(Witnessed):
    """The caller hung up before anybody answered; ``place`` is where they stood in the queue at the end."""

    TOPIC = "call.abandoned"
    queue: str | None = None
    wait_seconds: int | None = None
    place: int | None = None


@dataclass(frozen=True, kw_only=True)
class CallEnded(Witnessed):
    TOPIC = "call.ended"
    outcome: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class CallbackAsked(Witnessed):
    TOPIC = "callback.asked"
    number: Personal | None = None
    wanted_at: datetime | None = None
    queue: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordingNoticeGiven(Witnessed):
    """The caller was told that the call is recorded; ``agreed`` is their answer, None where none was asked."""

    TOPIC = "recording-notice.given"
    how: str | None = None
    agreed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RecordingKept(Witnessed):
    """A recording, by its bytes, or by its place and digest; ``missing`` is the code why the bytes are not here."""

    TOPIC = "recording.kept"
    media_type: str | None = None
    seconds: int | None = None
    length: int | None = None
    digest: Personal | None = None
    content: Personal | None = None
    url: Personal | None = None
    name: Personal | None = None
    missing: str | None = None


@dataclass(frozen=True, kw_only=True)
class QueueStateChanged(Witnessed):
    """A queue or one of its agents changed, beside any call: ``what`` is the code, like paused or member-added.

    The agent is the actor of the stamp; further particulars are in ``extra``.
    """

    TOPIC = "queue.state-changed"
    what: str
    queue: str | None = None
