"""``onrecord authority``: who may act for whom, in what scope, until when, and on what evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.promising_authority import EVERYTHING, Granted, authorise
from audit.bootstrap.promising_authority import revoke as take_back
from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.cli.days import day
from audit.cli.looking import LISTED, persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import Unavailable, WrongUse
from audit.projections.authority import IN_FORCE, Authority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding
    from audit.domain.actor import Actor
    from audit.projections.authority import Act, Given

Customer = Annotated[str, typer.Argument(help="For whom: the id of a customer.", show_default=False)]
Representative = Annotated[str, typer.Argument(help="Who acts: an id of their own.", show_default=False)]
Scope = Annotated[str, typer.Option("--scope", help="A code, such as record or billing; everything holds all.")]
Until = Annotated[str | None, typer.Option("--until", help="The last day, like 2026-12-31; until revoked without.")]
Evidence = Annotated[Path | None, typer.Option("--evidence", help="A file that shows it; its bytes are kept sealed.")]
Words = Annotated[str | None, typer.Option("--words", help="What shows it, where there is no file.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; kept with the event.")]
Whose = Annotated[str | None, typer.Option("--customer", help="Who may act for one customer.")]
At = Annotated[str | None, typer.Option("--at", help="As it stood at a moment, like 2026-03-01T12:00:00+02:00.")]
All = Annotated[bool, typer.Option("--all", help="Those that are over, too.")]

_BYTES_MAX = 20_000_000


def add(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    customer: Customer,
    representative: Representative,
    scope: Scope = EVERYTHING,
    until: Until = None,
    evidence: Evidence = None,
    words: Words = None,
) -> Answer:
    """Let somebody act for a customer; what is over is given anew only by a supervisor."""
    if (evidence is None) == (words is None):
        raise WrongUse("Name what shows the authority: a file with --evidence, or what was seen with --words.")
    kept = words if evidence is None else _read(evidence)
    granted = Granted(scope=scope, until=day(until, "--until"), evidence=kept)
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        event = authorise(house, customer, representative, granted, by)
        return _answer(session, house, by, only=event)


def revoke(session: Session, customer: Customer, representative: Representative, reason: Reason = None) -> Answer:
    """Take an authority back."""
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        event = take_back(house, customer, representative, reason, by)
        answer = _answer(session, house, by, ended_by=event)
    return Answer(facts={**answer.facts, "event": event}, words=answer.words)


def show(session: Session, customer: Whose = None, at: At = None, over: All = False) -> Answer:
    """List who may act for whom; with --all also what is over, and what was done."""
    moment = _moment(at)
    with session.house() as house:
        return _answer(session, house, session.actor(house), customer=customer, at=moment, over=over)


def _answer(  # noqa: PLR0913  # three commands ask for one list in their own way
    session: Session,
    house: House,
    by: Actor,
    *,
    customer: str | None = None,
    at: datetime | None = None,
    over: bool = False,
    only: int | None = None,
    ended_by: int | None = None,
) -> Answer:
    position = session.caught_up(house)
    moment = (at or house.world.clock()).astimezone(house.settings.zone)
    tie = house.archive.names.tie("customer", customer) if customer is not None else None
    with house.views.reading(Authority) as (db, view):
        given = [one for one in view.all(db, tie) if one.given_at <= moment or only is not None]
        if only is not None or ended_by is not None:
            given = [one for one in given if one.event == only or (ended_by is not None and one.ended_by == ended_by)]
        elif not over:
            given = [one for one in given if one.state(moment) == IN_FORCE]
        acts = {one.event: view.acts_of(db, one) for one in given}
    _looked(house, by, given, position)
    hiding = hiding_from_reader(house, by.role)
    given = [_shown(one, hiding) for one in given]
    facts = {"position": position, "authorities": [_facts(one, moment, acts[one.event]) for one in given]}
    return Answer(facts=facts, words="\n".join(_line(one, moment) for one in given) or "Nobody may act for anybody.")


def _looked(house: House, by: Actor, given: Sequence[Given], position: int) -> None:
    whose = sorted({tie for one in given for tie in (one.customer, one.representative)}, key=str)
    many = len(whose) > LISTED
    viewed = RecordViewed(
        what="authority",
        count=len(given),
        position=position,
        why=purpose(by),
        persons=persons([str(one) for one in whose]) if many else None,
    )
    house.archive.note(viewed, by, ties=[] if many else [("customer", one) for one in whose])


def _shown(one: Given, hiding: Hiding) -> Given:
    ended = one.ended_by or one.event
    return replace(
        one,
        evidence=shown_words(one.evidence, one.event, hiding),
        reason=shown_words(shown_words(one.reason, ended, hiding), one.event, hiding),
    )


def _facts(one: Given, at: datetime, acts: Sequence[Act]) -> dict[str, Any]:
    return {
        "event": one.event,
        "customer": one.customer_written,
        "representative": one.representative_written,
        "scope": one.scope,
        "state": one.state(at),
        "given_at": one.given_at.isoformat(),
        "given_by_role": one.role,
        "until": one.until.isoformat() if one.until else None,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "ended_by": one.ended_by,
        "evidence": one.evidence,
        "reason": one.reason,
        "acts": [
            {
                "event": act.event,
                "kind": act.topic,
                "at": act.at.isoformat(),
                "state": one.state(act.at.astimezone(at.tzinfo)) if act.at >= one.given_at else "before",
            }
            for act in acts
        ],
    }


def _line(one: Given, at: datetime) -> str:
    until = f"until {one.until}" if one.until else "until revoked"
    return (
        f"#{one.event} {one.representative_written or '[erased]'} for {one.customer_written or '[erased]'}: "
        f"{one.scope}, {until}, {one.state(at)}; evidence: {one.evidence or 'erased'}"
    )


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > _BYTES_MAX:
            raise WrongUse(f"{file} is larger than 20 MB: keep a smaller copy of what shows the authority.")
        content = file.read_bytes()
    except OSError as error:
        raise Unavailable(f"{file} cannot be read ({error.strerror}): name another file.") from None
    if not content:
        raise WrongUse(f"{file} is empty: name the file that shows the authority.")
    return content


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise WrongUse(f"--at {written} is no moment: write it like 2026-03-01T12:00:00+02:00.") from None
    if moment.tzinfo is None:
        raise WrongUse(f"--at {written} lacks its offset: write it like 2026-03-01T12:00:00+02:00.")
    return moment
