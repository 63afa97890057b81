"""``onrecord outbox`` and ``onrecord transcript``: letters by mail, and what became of them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import posting
from audit.bootstrap.delivering import finish_deliveries
from audit.bootstrap.requesting_rights import attempt, must_be_allowed
from audit.bootstrap.transcripts import Wanted, prepare_by_rule, prepare_transcript
from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.cli.commands.request import actor_for
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import WrongUse
from audit.reports.post.smtp import relay_of

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.outbox import Letter
    from audit.reports.post.smtp import Relay

Conversation = Annotated[str, typer.Argument(help="The id of a conversation.", show_default=False)]
To = Annotated[str, typer.Option("--to", help="An address of whoever took part.")]
Paper = Annotated[bool, typer.Option("--pdf", help="With the transcript on paper, too.")]
Elsewhere = Annotated[bool, typer.Option("--elsewhere", help="To an address nobody knows: a second person's part.")]
Later = Annotated[bool, typer.Option("--later", help="Leave it in the outbox.")]
Only = Annotated[str | None, typer.Argument(metavar="LETTER", help="One letter; all that wait by default.")]
Id = Annotated[str, typer.Argument(metavar="LETTER", help="The id of a letter.", show_default=False)]
Arrived = Annotated[bool, typer.Option("--arrived/--not-arrived", help="Whether it arrived.")]
Reason = Annotated[str, typer.Option("--reason", help="How you know.")]

_CHANNELS = "ONRECORD_TRANSCRIPTS"


def transcript(
    session: Session,
    conversation: Conversation,
    to: To,
    pdf: Paper = False,
    elsewhere: Elsewhere = False,
    later: Later = False,
) -> Answer:
    """Send the transcript of a conversation to whoever took part."""
    relay = _relay()
    with session.house() as house:
        by = actor_for(session, house, "transcript-elsewhere" if elsewhere else "transcript", conversation)
        wanted = Wanted(conversation, to, relay.sender, pdf, elsewhere)
        letter = prepare_transcript(house, wanted, by)
        if not later:
            posting.send(house, letter, relay, by)
        return _one(house, letter)


def show(session: Session) -> Answer:
    """List the letters, and whether they went; those of unknown outcome wait for a person."""
    with session.house() as house:
        by = session.actor(house)
        _must_be_allowed(house, by)
        session.caught_up(house)
        found = posting.letters(house)
        position = house.archive.head().size
        viewed = RecordViewed(what="outbox", count=len(found), position=position, why=purpose(by), persons=persons([]))
        house.archive.note(viewed, by)
        hiding = hiding_from_reader(house, by.role)
        found = [replace(one, subject=shown_words(one.subject, one.event, hiding)) for one in found]
        found = [replace(one, address=shown_words(one.address, one.event, hiding)) for one in found]
    facts = {"position": position, "letters": [_facts(one) for one in found]}
    return Answer(facts=facts, words="\n".join(map(_line, found)) or "The outbox is empty.")


def send(session: Session, letter: Only = None) -> Answer:
    """Send what waits; before, prepare what the rule of ONRECORD_TRANSCRIPTS asks for. Unknown ones stay."""
    relay = _relay()
    channels = os.environ.get(_CHANNELS, "").replace(",", " ").split()
    with session.house() as house:
        by = session.actor(house)
        _must_be_allowed(house, by)
        if channels and letter is None:
            prepare_by_rule(house, channels, relay.sender, by)
        for one in [letter] if letter else posting.waiting(house):
            posting.send(house, one, relay, by)
        finish_deliveries(house)
        tried = [posting.letter_of(house, letter)] if letter else posting.letters(house)
        facts = [_outcome(one) for one in tried]
    words = "\n".join(f"{one['letter']}  {one['outcome']}" for one in facts) or "The outbox is empty."
    return Answer(facts={"letters": facts}, words=words)


def settle(session: Session, letter: Id, reason: Reason, arrived: Arrived = True) -> Answer:
    """Say whether a letter of unknown outcome arrived; one that did not may then be sent again."""
    with session.house() as house:
        posting.settle(house, letter, session.actor(house), arrived=arrived, reason=reason)
        finish_deliveries(house)
        return _one(house, letter)


def _relay() -> Relay:
    relay = relay_of(os.environ)
    if relay is None:
        raise WrongUse("No mail server is set: give it in ONRECORD_SMTP_HOST and ONRECORD_SMTP_FROM.")
    return relay


def _must_be_allowed(house: House, by: Actor) -> None:
    with attempt(house, by, "outbox"):
        must_be_allowed(by, "outbox")


def _one(house: House, letter: str) -> Answer:
    found = posting.letter_of(house, letter)
    code = 0 if found.outcome in {"accepted", "waiting"} else 1
    return Answer(facts=_outcome(found), words=f"{found.id}: {found.outcome} {found.answer or ''}".strip(), code=code)


def _outcome(one: Letter) -> dict[str, Any]:
    """Return what shows nobody's words: the address was just typed, or is not told."""
    return {"letter": one.id, "what": one.what, "outcome": one.outcome, "attempts": one.attempts, "answer": one.answer}


def _facts(one: Letter) -> dict[str, Any]:
    more = {
        "event": one.event,
        "prepared_at": one.prepared_at.isoformat(),
        "address": one.address,
        "subject": one.subject,
        "settled": one.settled,
    }
    return _outcome(one) | more


def _line(one: Letter) -> str:
    mark = "  OUTCOME UNKNOWN: find out, then onrecord outbox settle" if one.outcome == "unknown" else ""
    return f"{one.id or '[erased]'}  {one.what}  {one.address or '[erased]'}  {one.outcome}  {one.answer or ''}{mark}"
