"""``onrecord ticket``: one ticket, what became of it, and what is decided about it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import desk as deciding
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.commands.ticket_shown import ticket_facts, ticket_line
from audit.cli.commands.tickets import likely_facts
from audit.cli.days import day
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain import lost_fact
from audit.domain.access import RecordViewed
from audit.domain.errors import NotFound
from audit.language.diff import differences, written
from audit.projections.desk.resembling import likely_earlier
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory
from audit.projections.ties import Ties
from audit.projections.withholdings import of_part, shown
from audit.projections.work_orders import WorkOrders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding
    from audit.projections.case_tables import Case, Wording
    from audit.projections.desk.asking import Ticket as Seen

Id = Annotated[str, typer.Argument(help="The id of a ticket.", show_default=False)]
Answered = Annotated[str, typer.Option("--answer", help="confirmed, corrected or declined.", show_default=False)]
Channel = Annotated[str | None, typer.Option("--channel", help="Through which channel: phone, chat, email and so on.")]
Correction = Annotated[str | None, typer.Option("--correction", help="What the customer put right.")]
Codes = Annotated[list[str] | None, typer.Option("--code", help="A code of the rubric; may be given again.")]
Sentences = Annotated[
    list[str] | None, typer.Option("--sentence", help="A sentence that does not do; may be given again.")
]
Due = Annotated[str | None, typer.Option("--due", help="The day by whose end the new text is due, like 2026-03-01.")]
Note = Annotated[str | None, typer.Option("--note", help="What is to be said with it.")]
Words = Annotated[str, typer.Argument(help="The new text.", show_default=False)]
Subject = Annotated[str | None, typer.Option("--subject", help="The new subject.")]
Level = Annotated[str, typer.Argument(help="Where it goes, like second-level.", show_default=False)]
Because = Annotated[str, typer.Option("--reason", help="Why.", show_default=False)]
Older = Annotated[int | None, typer.Option("--from", min=1, help="The older version; the last but one by default.")]
Newer = Annotated[int | None, typer.Option("--to", min=1, help="The newer version; the last by default.")]
Of = Annotated[str, typer.Option("--of", help="The earlier ticket.", show_default=False)]
Kind = Annotated[str, typer.Argument(help="The kind of the fact, as ticket show names it.", show_default=False)]
Fact = Annotated[str, typer.Argument(help="The fact, as ticket show names it.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help=f"One of {', '.join(lost_fact.REASONS)}.")]


def show(session: Session, ticket: Id) -> Answer:
    """Show a ticket: its versions, its score with the reasons, its course, its work orders, and likely earlier ones."""
    with session.house() as house:
        by = session.actor(house)
        deciding.admit(house, by, deciding.READERS, "look at the desk")
        position = session.caught_up(house)
        seen, now = deciding.seen(house, ticket), deciding.ticket_standing(house, ticket)
        hiding = hiding_from_reader(house, by.role)
        orders, earlier = _orders(house, now.case), _earlier(house, seen)
        with house.views.reading(Directory) as (db, directory):
            names = directory.names(db)
        facts = {
            **ticket_facts(seen, names, hiding),
            "position": position,
            "texts": [_version(number, one, names, hiding) for number, one in enumerate(now.case.wordings, 1)],
            "course": [_change(one, names, hiding) for one in now.case.changes],
            "work_orders": [_order(one, hiding) for one in orders],
            "likely_earlier": likely_facts(earlier, hiding),
        }
        _record(house, by, position, now.case, ticket)
    return Answer(facts=facts, words="\n".join(_lines(facts)))


def compare(session: Session, ticket: Id, from_: Older = None, to: Newer = None) -> Answer:
    """Show what changed between two versions of a ticket, word by word."""
    with session.house() as house:
        by = session.actor(house)
        deciding.admit(house, by, deciding.READERS, "look at the desk")
        position = session.caught_up(house)
        now, hiding = deciding.ticket_standing(house, ticket), hiding_from_reader(house, by.role)
        versions = now.case.wordings
        newer, older = to or len(versions), from_ or max(1, (to or len(versions)) - 1)
        if not 1 <= older <= len(versions) or newer > len(versions):
            raise NotFound(f"The ticket {ticket} has {len(versions)} versions: name two of them.")
        pieces = differences(_text(versions[older - 1], hiding), _text(versions[newer - 1], hiding))
        _record(house, by, position, now.case, ticket)
    facts = {
        "ticket": ticket,
        "from": older,
        "to": newer,
        "pieces": [{"sign": one.sign, "text": one.text} for one in pieces],
        "same": all(one.sign == " " for one in pieces),
    }
    return Answer(facts=facts, words=written(pieces))


def read_back(
    session: Session, ticket: Id, answer: Answered, channel: Channel = None, correction: Correction = None
) -> Answer:
    """Record that the ticket, as it reads now, was read to the customer, and what they said to it."""
    with session.house() as house:
        by = session.actor(house)
        now = deciding.read_back(house, by, ticket, answer=answer, channel=channel, correction=correction)
    facts = {"ticket": ticket, "answer": answer, "channel": channel, "commit": now.commit, "as_of": now.as_of}
    return Answer(facts=facts, words=f"The customer's answer to the text {now.commit[:12]}… is recorded: {answer}.")


def bounce(
    session: Session, ticket: Id, code: Codes = None, sentence: Sentences = None, due: Due = None, note: Note = None
) -> Answer:
    """Send a ticket back to be rewritten."""
    until = day(due, "--due")
    with session.house() as house:
        by = session.actor(house)
        zone = session.settings.zone
        at = datetime.combine(until, time.max, zone).astimezone(UTC) if until else None
        by_when = deciding.bounce(house, by, ticket, codes=code or (), sentences=sentence or (), note=note, due=at)
        again = deciding.seen(house, ticket).bounces
    facts = {"ticket": ticket, "codes": code or [], "due": by_when.isoformat(), "bounces": again}
    times = "" if again == 1 else f" for the {again}. time"
    return Answer(
        facts=facts,
        words=f"The ticket is sent back{times}; the new text is due {by_when.astimezone(zone):%Y-%m-%d %H:%M}.",
    )


def rewrite(session: Session, ticket: Id, text: Words, subject: Subject = None) -> Answer:
    """Rewrite a ticket that was sent back; the earlier texts stay."""
    with session.house() as house:
        deciding.reword(house, session.actor(house), ticket, text=text, subject=subject)
        seen = deciding.seen(house, ticket)
    facts = {"ticket": ticket, "score": seen.score, "missing": list(seen.missing), "versions": seen.versions}
    return Answer(facts=facts, words=f"Version {seen.versions} stands, with {seen.score} of 100 points.")


def accept(session: Session, ticket: Id, note: Note = None) -> Answer:
    """Accept a ticket that was sent back; its unchanged text only with a note."""
    with session.house() as house:
        deciding.accept(house, session.actor(house), ticket, note=note)
    return Answer(facts={"ticket": ticket, "accepted": True}, words="The ticket is accepted.")


def escalate(session: Session, ticket: Id, level: Level, reason: Because) -> Answer:
    """Escalate a ticket; without a read-back this is allowed, and flagged."""
    with session.house() as house:
        was_read = deciding.escalate(house, session.actor(house), ticket, level=level, reason=reason)
    said = "" if was_read else " The customer has not confirmed this text: the ticket is flagged."
    return Answer(facts={"ticket": ticket, "level": level, "read_back": was_read}, words=f"Escalated to {level}.{said}")


def repeat(session: Session, ticket: Id, of: Of, reason: Because) -> Answer:
    """Judge that a ticket is an earlier one's problem come back."""
    with session.house() as house:
        deciding.judge(house, session.actor(house), ticket, repeats=of, reason=reason)
    return Answer(facts={"ticket": ticket, "repeats": of}, words=f"Recorded: the problem of {of}.")


def new(session: Session, ticket: Id, reason: Because) -> Answer:
    """Judge that a ticket is a problem of its own."""
    with session.house() as house:
        deciding.judge(house, session.actor(house), ticket, repeats=None, reason=reason)
    return Answer(facts={"ticket": ticket, "repeats": None}, words="Recorded: a problem of its own.")


def dismiss(
    session: Session, ticket: Id, kind: Kind, fact: Fact, reason: Reason = lost_fact.NOT_NEEDED, note: Note = None
) -> Answer:
    """Say that a fact the desk holds for lost is not; what is often not needed is asked for no longer."""
    with session.house() as house:
        deciding.dismiss(house, session.actor(house), ticket, kind=kind, fact=fact, reason=reason, note=note)
        seen = deciding.seen(house, ticket)
    return Answer(
        facts={"ticket": ticket, "score": seen.score}, words=f"Dismissed; the ticket has {seen.score} points now."
    )


def reinstate(session: Session, ticket: Id, kind: Kind, fact: Fact, note: Note = None) -> Answer:
    """Take a dismissal back."""
    with session.house() as house:
        deciding.reinstate(house, session.actor(house), ticket, kind=kind, fact=fact, note=note)
        seen = deciding.seen(house, ticket)
    return Answer(facts={"ticket": ticket, "score": seen.score}, words=f"It counts as lost again; {seen.score} points.")


def _record(house: House, by: Any, position: int, case: Case, ticket: str) -> None:
    viewed = RecordViewed(
        what="ticket", count=len(case.wordings) + len(case.changes), position=position, why=purpose(by)
    )
    customers = sorted({tied for kind, tied, _ in case.ties if kind == "customer"}, key=str)
    house.archive.note(viewed, by, ties=[("ticket", ticket), *(("customer", one) for one in customers)])


def _orders(house: House, case: Case) -> Sequence[Case]:
    with house.views.reading(WorkOrders) as (db, orders):
        tied = {one.id: one for one in orders.tied_to(db, case.id)}
        named = orders.get(db, [tie for kind, tie, _ in case.ties if kind == "work_order"])
    return list((tied | {one.id: one for one in named}).values())


def _earlier(house: House, seen: Seen) -> list[Any]:
    people: set[UUID] = set()
    if seen.customer is not None:
        with house.views.reading(Ties) as (db, ties):
            people = ties.same_person(db, seen.customer)
    with house.views.reading(Desk) as (db, desk):
        return likely_earlier(db, desk, seen.id, people)


def _text(one: Wording, hiding: Hiding) -> str:
    return shown(one.text or "", of_part(hiding.of(one.event), "text")).text


def _version(number: int, one: Wording, names: dict[UUID, str], hiding: Hiding) -> dict[str, Any]:
    subject = one.subject if one.subject is None else shown(one.subject, of_part(hiding.of(one.event), "subject")).text
    return {
        "version": number,
        "event": one.event,
        "at": one.at.isoformat(),
        "by": None if one.author is None else names.get(one.author, str(one.author)),
        "subject": subject,
        "text": None if one.erased else _text(one, hiding),
        "commit": one.commit,
        "erased": one.erased,
    }


def _change(one: Any, names: dict[UUID, str], hiding: Hiding) -> dict[str, Any]:
    hidden = bool(hiding.of(one.event))
    return {
        "event": one.event,
        "topic": one.topic,
        "at": one.at.isoformat(),
        "by": None if one.actor is None else names.get(one.actor, str(one.actor)),
        "field": one.field,
        "value": "[withheld]" if hidden and one.value else one.value,
        "text": "[withheld]" if hidden and one.text else one.text,
    }


def _order(one: Case, hiding: Hiding) -> dict[str, Any]:
    last = next((each for each in reversed(one.wordings) if each.text is not None), None)
    return {
        "work_order": one.written or str(one.id),
        "text": None if last is None else _text(last, hiding),
        "status": one.fields.get("status"),
        "findings": "[withheld]" if any(hiding.of(each.event) for each in one.changes) else one.fields.get("findings"),
        "signed_shown_text": None
        if last is None or "signed_commit" not in one.fields
        else one.fields["signed_commit"] == last.commit,
    }


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = [ticket_line(facts)]
    lines += [f"  {mark['code']}: {mark['text']} (#{mark['event']})" for mark in facts["marks"]]
    lines += [
        f"  lost: {loss['kind']} {loss['text']}, said in #{loss['event']}: {loss['line']}" for loss in facts["lost"]
    ]
    for text in facts["texts"]:
        lines.append(
            f"version {text['version']}, {text['at'][:16]}, {text['by'] or 'unknown'}: {text['text'] or '[erased]'}"
        )
    lines += [
        f"  {one['at'][:16]} {one['topic']} {one['value'] or ''} {one['text'] or ''}".rstrip()
        for one in facts["course"]
    ]
    lines += [f"work order {one['work_order']}: {one['text'] or '[erased]'}" for one in facts["work_orders"]]
    for one in facts["likely_earlier"]:
        why = ", ".join(each["code"] for each in one["reasons"])
        lines.append(f"perhaps the problem of {one['id']} ({one['score']}: {why})")
    return lines
