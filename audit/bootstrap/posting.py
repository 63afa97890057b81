"""The outbox: letters are prepared, handed over once, and never sent again by themselves when nobody knows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from audit.bootstrap.requesting_rights import attempt, must_be_allowed
from audit.domain import posting
from audit.domain.conversation import TranscriptSent
from audit.domain.errors import NotFound, Refused, Unavailable
from audit.domain.event import Personal
from audit.domain.posting import ACCEPTED, PUT_OFF, REFUSED, UNKNOWN, LetterAnswered, LetterPrepared
from audit.projections.outbox import WAITING, Outbox
from audit.reports.post.letter import Writing, written
from audit.reports.post.smtp import Outcome, hand_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.outbox import Letter
    from audit.reports.post.smtp import Relay

TRANSCRIPT: Final = "transcript"
_FORMAT: Final = "mail"
_HOW: Final = "e-mail"

Ties = list[tuple[str, "str | UUID"]]


class Draft(NamedTuple):
    """A letter to be: ``what`` is transcript, record or link; ``digest`` that of the record it is about."""

    what: str
    writing: Writing
    ties: Ties
    digest: str | None = None


def prepare(house: House, letter: str, draft: Draft, by: Actor) -> None:
    """Put a letter into the outbox, as the bytes it will have however often it is tried."""
    mail = written(draft.writing, letter=letter, at=house.world.clock())
    prepared = LetterPrepared(
        what=draft.what,
        address=Personal(draft.writing.recipient),
        subject=Personal(draft.writing.subject),
        mail=Personal(mail, apart=True),
        digest=draft.digest,
    )
    decision = partial(posting.prepare, prepared=prepared)
    house.archive.decide(("letter", letter), posting.evolve, decision, by, ties=draft.ties)
    house.follower.catch_up()


def letter_of(house: House, letter: str) -> Letter:
    """Return a letter as it stands. Raises NotFound."""
    found = next((one for one in letters(house) if one.id == letter), None)
    if found is None:
        _unknown(letter)
    return found


def letters(house: House) -> list[Letter]:
    """Return all letters, the oldest first."""
    house.follower.catch_up()
    with house.views.reading(Outbox) as (db, view):
        return view.all(db)


def waiting(house: House) -> list[str]:
    """Return the letters that may be tried: never one whose outcome is unknown."""
    return [one.id for one in letters(house) if one.id and one.outcome in {WAITING, PUT_OFF}]


def send(
    house: House, letter: str, relay: Relay | None, by: Actor, *, handing: Callable[..., Outcome] = hand_over
) -> Outcome:
    """Try a letter once. That it is being handed over is recorded before, and how it ended after.

    When this process dies in between, the letter is of unknown outcome from then on, and nobody sends it again before a
    person settles it.
    """
    with attempt(house, by, "letter-send", [("letter", letter)]):
        must_be_allowed(by, "outbox")
        if relay is None:
            raise Unavailable("No mail server is set: give it in ONRECORD_SMTP_HOST and ONRECORD_SMTP_FROM.")
        prepared = _prepared(house, letter)
        recipient, mail = prepared.event.address.text, prepared.event.mail.value
        if recipient is None or not isinstance(mail, bytes):
            raise LetterErased("Whoever this letter is for was forgotten: it is not sent.")
        house.archive.decide(("letter", letter), posting.evolve, posting.hand_over, by, ties=prepared.ties)
    ended = handing(relay, recipient, mail)
    answered = LetterAnswered(outcome=ended.outcome, answer=Personal(ended.answer))
    sent = _told(prepared, ended.outcome)
    decision = partial(posting.answer, answered=answered, sent=sent)
    house.archive.decide(("letter", letter), posting.evolve, decision, by, ties=prepared.ties)
    house.follower.catch_up()
    return ended


def settle(house: House, letter: str, by: Actor, *, arrived: bool, reason: str) -> None:
    """Record what a person found out about a letter nobody knew of."""
    with attempt(house, by, "letter-settle", [("letter", letter)]):
        must_be_allowed(by, "settle")
        prepared = _prepared(house, letter)
        sent = _told(prepared, ACCEPTED if arrived else REFUSED)
        decision = partial(posting.settle, arrived=arrived, reason=Personal(reason), sent=sent)
        house.archive.decide(("letter", letter), posting.evolve, decision, by, ties=prepared.ties)
        house.follower.catch_up()


class LetterErased(Refused):
    """Words that were erased go nowhere."""


class _Prepared(NamedTuple):
    event: LetterPrepared
    ties: Ties


def _prepared(house: House, letter: str) -> _Prepared:
    stream = house.archive.names.decided("letter", letter)
    first = next(iter(house.archive.stream(stream)), None)
    if first is None or not isinstance(first.event, LetterPrepared):
        _unknown(letter)
    others: Sequence[tuple[str, UUID]] = [(kind, tied) for kind, tied in first.stamp.ties if tied != stream]
    return _Prepared(first.event, [(kind, first.stamp.written(kind) or tied) for kind, tied in others])


def _told(prepared: _Prepared, outcome: str) -> TranscriptSent | None:
    """Return the event that a transcript went or did not; None of a letter that may still go, or is none."""
    if prepared.event.what != TRANSCRIPT or outcome == PUT_OFF:
        return None
    accepted = {ACCEPTED: True, REFUSED: False, UNKNOWN: None}[outcome]
    return TranscriptSent(address=prepared.event.address, how=_HOW, accepted=accepted, format=_FORMAT)


def _unknown(letter: str) -> NoReturn:
    raise NotFound(f"There is no letter {letter}: see onrecord outbox list.")
