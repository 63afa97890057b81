"""A letter by mail: prepared, handed to a mail server, and what the server said; never sent again by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias, assert_never

from audit.domain.conversation import TranscriptSent
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Event, Personal
from audit.domain.wording import require_words

ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"
PUT_OFF: Final = "put-off"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class LetterPrepared(Event):
    """``mail`` is the whole letter as it will be sent, however often, with the Message-ID that names it.

    ``what`` is transcript, record or link; ``digest`` that of the record that goes or is linked.
    """

    TOPIC = "letter.prepared"
    what: str
    address: Personal
    subject: Personal
    mail: Personal
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class LetterHandedOver(Event):
    """From here until the answer is recorded nobody knows whether the letter went."""

    TOPIC = "letter.handed-over"
    attempt: int


@dataclass(frozen=True, kw_only=True)
class LetterAnswered(Event):
    """How an attempt ended: accepted, refused, put-off, or unknown; ``answer`` is what the mail server said."""

    TOPIC = "letter.answered"
    outcome: str
    answer: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class LetterSettled(Event):
    """A person found out whether a letter of unknown outcome arrived, and says how they know."""

    TOPIC = "letter.settled"
    arrived: bool
    reason: Personal


LetterEvent: TypeAlias = LetterPrepared | LetterHandedOver | LetterAnswered | LetterSettled | TranscriptSent


class LetterKnownAlready(Refused):
    """A letter is prepared once."""


class LetterGone(Refused):
    """What a mail server took is not sent again."""


class LetterRefusedForGood(Refused):
    """What a mail server refused for good is not sent again as it is."""


class OutcomeUnknown(Refused):
    """A letter that may have gone is sent again only after a person found out."""


class NothingToSettle(Refused):
    """Only an unknown outcome is for a person to settle."""


@dataclass(frozen=True)
class Letter:
    """``outcome`` is None before the first attempt; UNKNOWN from a hand-over until its answer is recorded."""

    what: str
    attempts: int = 0
    outcome: str | None = None


def evolve(letter: Letter | None, event: LetterEvent) -> Letter:
    """Return the letter as it stands after the event. Decides nothing."""
    if isinstance(event, LetterPrepared):
        return Letter(event.what)
    assert letter is not None, "a letter begins by being prepared"
    match event:
        case LetterHandedOver(attempt=attempt):
            return replace(letter, attempts=attempt, outcome=UNKNOWN)
        case LetterAnswered(outcome=outcome):
            return replace(letter, outcome=outcome)
        case LetterSettled(arrived=arrived):
            return replace(letter, outcome=ACCEPTED if arrived else PUT_OFF)
        case TranscriptSent():
            return letter
        case _:
            assert_never(event)


def prepare(letter: Letter | None, *, prepared: LetterPrepared) -> LetterPrepared:
    """Put a letter into the outbox."""
    if letter is not None:
        raise LetterKnownAlready("This letter is in the outbox already: see onrecord outbox list.")
    return prepared


def hand_over(letter: Letter | None) -> LetterHandedOver:
    """Begin an attempt. Whoever begins second is refused, so that no letter goes twice."""
    current = _known(letter)
    if current.outcome == ACCEPTED:
        raise LetterGone("This letter was sent: there is nothing more to do.")
    if current.outcome == REFUSED:
        raise LetterRefusedForGood("The mail server refused this letter for good: prepare another one.")
    if current.outcome == UNKNOWN:
        raise OutcomeUnknown("This letter may have gone: find out, and say so with onrecord outbox settle.")
    return LetterHandedOver(attempt=current.attempts + 1)


def answer(
    letter: Letter | None, *, answered: LetterAnswered, sent: TranscriptSent | None = None
) -> list[LetterAnswered | TranscriptSent]:
    """Record how an attempt ended, and with it that a transcript went out or did not."""
    if _known(letter).outcome != UNKNOWN:
        raise NothingToSettle("No attempt is under way with this letter.")
    return [answered, *([sent] if sent else [])]


def settle(
    letter: Letter | None, *, arrived: bool, reason: Personal, sent: TranscriptSent | None = None
) -> list[LetterSettled | TranscriptSent]:
    """Record what a person found out about a letter of unknown outcome; one that never arrived may be sent again."""
    if _known(letter).outcome != UNKNOWN:
        raise NothingToSettle("The outcome of this letter is known: see onrecord outbox list.")
    require_words(reason, "how you know")
    return [LetterSettled(arrived=arrived, reason=reason), *([sent] if sent else [])]


def _known(letter: Letter | None) -> Letter:
    if letter is None:
        raise NotFound("There is no such letter: see onrecord outbox list.")
    return letter
