"""The ticket desk: reading back, escalating, sending back and accepting tickets, and judging repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from audit.domain.errors import Refused
from audit.domain.event import Personal
from audit.domain.ticket import (
    TicketAccepted,
    TicketBounced,
    TicketChanged,
    TicketEscalated,
    TicketEvent,
    TicketJudgedNew,
    TicketJudgedRepeat,
    TicketReadBack,
    TicketReworded,
)
from audit.domain.wording import require_code, require_words

CONFIRMED, CORRECTED, DECLINED = "confirmed", "corrected", "declined"
ANSWERS: Final = frozenset({CONFIRMED, CORRECTED, DECLINED})
"""What a customer says to the ticket that is read to them."""


class AnswerUnknown(Refused):
    """A read-back is confirmed, corrected or declined."""


class TicketAlreadyConfirmed(Refused):
    """A customer need not confirm the same text twice."""


class TicketAlreadyEscalated(Refused):
    """A ticket goes to each level once."""


class TicketAlreadyBounced(Refused):
    """The same text is sent back once."""


class TicketAlreadyAccepted(Refused):
    """A text that was accepted is not sent back."""


class TicketNotBounced(Refused):
    """Only what was sent back can be rewritten or accepted."""


class TicketNotReworded(Refused):
    """The text that was sent back is accepted unchanged only for a reason."""


class TicketAlreadyJudged(Refused):
    """Judging the same again says nothing."""


@dataclass(frozen=True)
class Ticket:
    """What our people decided about a ticket; texts are named by their commitments."""

    confirmed: str | None = None
    bounced: str | None = None
    accepted: str | None = None
    levels: frozenset[str] = frozenset()
    repeat: bool | None = None


def evolve(ticket: Ticket | None, event: TicketEvent) -> Ticket:
    """Return the ticket as our decisions leave it. Decides nothing."""
    known = ticket or Ticket()
    match event:
        case TicketEscalated(level=level):
            known = replace(known, levels=known.levels | {level})
        case TicketReadBack(commit=commit, answer=answer):
            known = replace(known, confirmed=commit if answer == CONFIRMED else None)
        case TicketBounced(commit=commit):
            known = replace(known, bounced=commit, accepted=None)
        case TicketAccepted(commit=commit):
            known = replace(known, bounced=None, accepted=commit)
        case TicketJudgedRepeat() | TicketJudgedNew():
            known = replace(known, repeat=isinstance(event, TicketJudgedRepeat))
        case _:
            # One of ours may change a ticket here as well; such a change decides nothing.
            assert isinstance(event, TicketChanged), f"{type(event).__name__} is no event of a ticket"
    return known


def read_back(
    ticket: Ticket | None,
    *,
    commit: str,
    as_of: int,
    answer: str,
    correction: Personal | None = None,
    channel: str | None = None,
) -> TicketReadBack:
    """Record that the text was read to the customer, through which channel, and their answer."""
    if channel is not None:
        require_code(channel, "the channel")
    if answer not in ANSWERS:
        raise AnswerUnknown("Say whether the customer confirmed, corrected or declined.")
    if answer == CORRECTED:
        require_words(correction or Personal(""), "what the customer corrected")
    if ticket is not None and answer == CONFIRMED and ticket.confirmed == commit:
        raise TicketAlreadyConfirmed("The customer has confirmed this text: there is nothing more to do.")
    return TicketReadBack(commit=commit, as_of=as_of, answer=answer, correction=correction, channel=channel)


def escalate(ticket: Ticket | None, *, level: str, reason: Personal) -> TicketEscalated:
    """Record that somebody with more say looks at it, and why."""
    require_code(level, "the level")
    require_words(reason, "the reason")
    if ticket is not None and level in ticket.levels:
        raise TicketAlreadyEscalated("This ticket is at that level already: name a higher one.")
    return TicketEscalated(level=level, reason=reason)


def bounce(ticket: Ticket | None, *, bounced: TicketBounced) -> TicketBounced:
    """Send the text back to be rewritten: for at least one code of the rubric, or a note."""
    if not bounced.codes:
        require_words(bounced.note or Personal(""), "what is missing")
    if ticket is not None and ticket.bounced == bounced.commit:
        raise TicketAlreadyBounced("This text was sent back already: wait for the new one.")
    if ticket is not None and ticket.accepted == bounced.commit:
        raise TicketAlreadyAccepted("This text was accepted: it can only be sent back after it has changed.")
    return bounced


def reword(ticket: Ticket | None, *, text: Personal, subject: Personal | None = None) -> TicketReworded:
    """Rewrite a ticket that was sent back, where the helpdesk it came from cannot be asked to."""
    _sent_back(ticket)
    require_words(text, "what the ticket is to say")
    return TicketReworded(text=text, subject=subject)


def accept(ticket: Ticket | None, *, commit: str, as_of: int, note: Personal | None = None) -> TicketAccepted:
    """Take a ticket back from its bounce; the very text that was sent back only with a note that says why."""
    if _sent_back(ticket) == commit and note is None:
        raise TicketNotReworded("This is the text that was sent back: say in a note why it does after all.")
    return TicketAccepted(commit=commit, as_of=as_of, note=note)


def judge_repeat(ticket: Ticket | None, *, reason: Personal | None = None) -> TicketJudgedRepeat:
    """Record that it is the problem of an older ticket (the tie ``of``) come back."""
    _not_judged(ticket, repeat=True)
    return TicketJudgedRepeat(reason=reason)


def judge_new(ticket: Ticket | None, *, reason: Personal | None = None) -> TicketJudgedNew:
    """Record that it is a problem of its own."""
    _not_judged(ticket, repeat=False)
    return TicketJudgedNew(reason=reason)


def _sent_back(ticket: Ticket | None) -> str:
    """Return the commitment of the text that was sent back."""
    if ticket is None or ticket.bounced is None:
        raise TicketNotBounced("This ticket was not sent back: bounce it first.")
    return ticket.bounced


def _not_judged(ticket: Ticket | None, *, repeat: bool) -> None:
    if ticket is not None and ticket.repeat is repeat:
        raise TicketAlreadyJudged("This ticket was judged the same before: there is nothing more to do.")
