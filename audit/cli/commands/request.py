"""``onrecord request``: the steps of one request, from asking to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import requesting, requesting_release
from audit.bootstrap.requesting_regimes import USUAL
from audit.bootstrap.requesting_rights import SECOND_PERSONS_PARTS
from audit.bootstrap.requesting_steps import attempted, request_of
from audit.cli.commands.requests import must_read, shown
from audit.cli.days import day
from audit.cli.session import Answer, Session
from audit.domain.actor import Actor
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.domain.record_request import ItemWithheld, RecordRequested
from audit.domain.request_release import Place
from audit.projections.alarms import alarms
from audit.projections.desk.asking import tickets_of
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.tickets import Tickets
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.projections.requests import Request

Customer = Annotated[str, typer.Argument(help="The id of the customer whose record it is.", show_default=False)]
Id = Annotated[str, typer.Argument(metavar="REQUEST", help="The id of a request.", show_default=False)]
Representative = Annotated[str | None, typer.Option("--representative", help="Who asks for them: a customer's id.")]
Scope = Annotated[str, typer.Option("--scope", help="all, or a kind of thing, as a code.")]
Channel = Annotated[str | None, typer.Option("--channel", help="How it came: portal, agent, email, letter …")]
Language = Annotated[str | None, typer.Option("--language", help="The language of the paper.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day asked for, like 2026-03-01.")]
Until = Annotated[str | None, typer.Option("--to", help="The last day asked for.")]
Words = Annotated[str | None, typer.Option("--words", help="What they wrote.")]
Received = Annotated[str | None, typer.Option("--received", help="The day it came; today by default.")]
Law = Annotated[str, typer.Option("--law", help="gdpr, ccpa … or one of ONRECORD_REGIMES.")]
How = Annotated[str, typer.Option("--how", help="How it was done, as a code.")]
Evidence = Annotated[str | None, typer.Option("--evidence", help="What was seen; kept sealed, never handed out.")]
Due = Annotated[str, typer.Option("--due", help="The new day.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words.")]
Code = Annotated[str, typer.Option("--reason", help="A code: third-person, legal-privilege, investigation …")]
Ground = Annotated[str, typer.Option("--ground", help="The ground, as a code.")]
Event = Annotated[int, typer.Option("--event", help="The number of the event.", min=1)]
Part = Annotated[str | None, typer.Option("--part", help="A part of it, such as text; all of it by default.")]
Stretch = Annotated[str | None, typer.Option("--stretch", metavar="START-END", help="Characters of that part.")]
Note = Annotated[str | None, typer.Option("--note", help="Words beside it; kept sealed.")]
Text = Annotated[str, typer.Option("--text", help="The customer's own words.")]
Digest = Annotated[str | None, typer.Option("--digest", help="The SHA-256 of the record you looked at.")]


def ask(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    customer: Customer,
    representative: Representative = None,
    scope: Scope = "all",
    channel: Channel = None,
    language: Language = None,
    since: Since = None,
    until: Until = None,
    words: Words = None,
) -> Answer:
    """Record that somebody asks for a record, for themselves or for somebody who let them."""
    asked = RecordRequested(
        scope=scope,
        channel=channel,
        language=language,
        since=day(since, "--from"),
        until=day(until, "--to"),
        words=Personal(words) if words else None,
    )
    with session.house() as house:
        by = session.actor(house)
        written = requesting.ask(
            house, requesting.Asking(customer=customer, asked=asked, representative=representative), by
        )
        return one_shown(house, by, written)


def show(session: Session, request: Id) -> Answer:
    """Show a request with its steps, and the tickets it brings before a supervisor."""
    with session.house() as house:
        by = session.actor(house)
        with attempted(house, request, by, "show"):
            must_read(by)
            found = request_of(house, request)
        tickets = _tickets(session, house, found)
        answer = one_shown(house, by, request)
    answer.facts["tickets"] = tickets
    lines = [f"  {one['ticket']}  score {one['score']}  {' '.join(one['flags'])}" for one in tickets]
    return Answer(facts=answer.facts, words="\n".join([answer.words, *lines]))


def acknowledge(
    session: Session, request: Id, received: Received = None, law: Law = USUAL, how: How = "message"
) -> Answer:
    """Tell the requester the last day to answer; a supervisor is called at once."""
    with session.house() as house:
        by = session.actor(house)
        on = day(received, "--received") or house.today()
        requesting.acknowledge(house, request, by, received=on, law=law, how=how)
        return one_shown(house, by, request)


def verify(session: Session, request: Id, how: How, evidence: Evidence = None) -> Answer:
    """Record how it is known that the requester may have it."""
    with session.house() as house:
        by = session.actor(house)
        requesting.verify(house, request, by, how=how, evidence=evidence)
        return one_shown(house, by, request)


def extend(session: Session, request: Id, due: Due, reason: Reason) -> Answer:
    """Take more time, once, with a reason and within the first time."""
    with session.house() as house:
        by = session.actor(house)
        until = day(due, "--due")
        assert until is not None, "it was given"
        requesting.extend(house, request, by, due=until, reason=reason)
        return one_shown(house, by, request)


def withhold(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    request: Id,
    event: Event,
    reason: Code,
    part: Part = None,
    stretch: Stretch = None,
    note: Note = None,
) -> Answer:
    """Keep an event, a part or a stretch of it out of the record, with a reason code."""
    start, end = _limits(stretch)
    words = Personal(note) if note else None
    item = ItemWithheld(position=event, reason=reason, part=part, start=start, end=end, note=words)
    with session.house() as house:
        by = session.actor(house)
        requesting_release.withhold(house, request, by, item)
        return one_shown(house, by, request)


def restore(  # the words of the command line
    session: Session, request: Id, event: Event, reason: Reason, part: Part = None, stretch: Stretch = None
) -> Answer:
    """Give free what a request withholds, named as it was withheld; a second person reads the record anew."""
    place = Place(event, part, *_limits(stretch))
    with session.house() as house:
        by = session.actor(house)
        requesting_release.restore(house, request, by, place, reason=reason)
        return one_shown(house, by, request)


def dispute(session: Session, request: Id, event: Event, text: Text) -> Answer:
    """Put the customer's words beside a statement; the original stays."""
    with session.house() as house:
        by = session.actor(house)
        requesting.dispute(house, request, by, position=event, text=text)
        return one_shown(house, by, request)


def compile_record(session: Session, request: Id) -> Answer:
    """Make the record, counted again from the log; refused where it would not be complete."""
    with session.house() as house:
        by = session.actor(house)
        document = requesting_release.compile_record(house, request, by)
        answer = one_shown(house, by, request)
    counts = document.record.counts
    answer.facts["record"] = {
        "sha256": document.digest,
        "pages": document.pages,
        "position": document.position,
        "events": counts.total,
        "shown": counts.shown,
        "withheld": counts.withheld,
        "complete": True,
    }
    words = f"{answer.words}\n{document.pages} pages, events 1…{counts.total}, none missing, as of {document.position}."
    return Answer(facts=answer.facts, words=words)


def check(session: Session, request: Id, note: Note = None) -> Answer:
    """Read, as a second person, what is withheld."""
    with session.house() as house:
        by = actor_for(session, house, "check", request)
        requesting_release.check(house, request, by, note=note)
        return one_shown(house, by, request)


def approve(session: Session, request: Id, digest: Digest = None, note: Note = None) -> Answer:
    """Approve the record that was made last: a supervisor's part."""
    with session.house() as house:
        by = actor_for(session, house, "approve", request)
        requesting_release.approve(house, request, by, digest=digest, note=note)
        return one_shown(house, by, request)


def refuse(session: Session, request: Id, ground: Ground, reason: Reason) -> Answer:
    """Refuse a request on a ground, and say why."""
    with session.house() as house:
        by = session.actor(house)
        requesting.refuse(house, request, by, ground=ground, reason=reason)
        return one_shown(house, by, request)


def review(session: Session, request: Id, reason: Reason) -> Answer:
    """Open an answered request again: the requester is not content."""
    with session.house() as house:
        by = session.actor(house)
        requesting.ask_review(house, request, by, reason=reason)
        return one_shown(house, by, request)


def actor_for(session: Session, house: House, step: str, request: str) -> Actor:
    """Return who acts; for a second person's part they prove it. Whoever cannot is on record as turned away."""
    if step not in SECOND_PERSONS_PARTS:
        return session.actor(house)
    with attempted(house, request, Actor(login=session.user, role="unproven", why=session.why), step):
        return session.second_person(house)


def one_shown(house: House, by: Actor, written: str) -> Answer:
    """Answer with one request as it stands after a step."""
    found = request_of(house, written)
    loud = {one.request.stream: one for one in alarms([found], house.today())}
    answer = shown(house, by, [found], loud)
    facts = {"position": answer.facts["position"], **answer.facts["requests"][0]}
    return Answer(facts=facts, words=answer.words)


def _tickets(session: Session, house: House, request: Request) -> list[dict[str, Any]]:
    """Return the customer's tickets, the weakest first."""
    if request.tie is None:
        return []
    with house.views.reading(Ties) as (db, ties):
        persons = ties.same_person(db, request.tie)
    with house.views.reading(Tickets) as (db, view):
        ids = {case.id for one in persons for case in view.tied_to(db, one)}
    with house.views.reading(Desk) as (db, desk):
        found = tickets_of(db, desk, sorted(ids, key=str), rubric(session.settings.rubric))
    scored = [
        {
            "ticket": one.written,
            "score": one.score,
            "missing": list(one.missing),
            "lost": [loss.kind for loss in one.lost],
            "flags": list(one.flags),
        }
        for one in found
    ]
    return sorted(scored, key=lambda one: (one["score"], one["ticket"] or ""))


def _limits(stretch: str | None) -> tuple[int | None, int | None]:
    if stretch is None:
        return None, None
    start, dash, end = stretch.partition("-")
    if not dash or not all(one.isascii() and one.isdecimal() for one in (start, end)):
        raise WrongUse(f"{stretch} is no stretch: write it as START-END in characters, like 4-9.")
    return int(start), int(end)
