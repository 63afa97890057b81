"""``onrecord feedback``: what became of the tickets that people wrote, with the numbers it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.desk import admit
from audit.bootstrap.elements_over_time import Elements, elements_over_time
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.projections.desk.feedback import FEW, Share, by_author, by_team, person, visits_and_scores
from audit.projections.desk.meter import meter, said_again
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.desk.feedback import Feedback
    from audit.projections.desk.meter import Met, Meter, SaidAgain

Teams = Annotated[bool, typer.Option("--teams", help="For teams, not for agents.")]
Customer = Annotated[str | None, typer.Option("--customer", help="What this customer had to say again, alone.")]

_MAY_READ = frozenset({"operator", "supervisor", "auditor", "agent"})


def feedback(session: Session, teams: Teams = False, customer: Customer = None) -> Answer:
    """Tell for each agent or team what got lost, was bounced and read back, by month. Agents see their own."""
    with session.house() as house:
        by = session.actor(house)
        admit(house, by, _MAY_READ, "read feedback")
        position = session.caught_up(house)
        if customer is not None:
            return _of_customer(house, by, customer, position)
        settings, zone = rubric(session.settings.rubric), session.settings.zone
        with house.views.reading(Desk) as (db, desk):
            found = by_team(db, desk, settings, zone) if teams else by_author(db, desk, settings, zone)
            relation = visits_and_scores(db, desk, settings)
            again = meter(db, desk, zone, teams=teams, unseen=hiding_from_reader(house, by.role).positions)
        if by.role == "agent":
            own = house.archive.names.tie("staff", by.login).hex
            found = [] if teams else [one for one in found if one.whose == own]
        only = house.archive.names.tie("staff", by.login) if by.role == "agent" else None
        spoken = [] if teams else elements_over_time(house, by.role, zone, agent=only)
        house.archive.note(RecordViewed(what="feedback", count=len(found), position=position, why=purpose(by)), by)
        with house.views.reading(Directory) as (db, directory):
            names = directory.names(db)
    rows = [_facts(one, names) for one in found]
    visits = {"n": relation.n, "rho": relation.rho, "interval": relation.interval, "says": relation.says}
    facts: dict[str, Any] = {"position": position, "feedback": rows, "visits_and_scores": visits}
    facts["elements"] = [_elements(one, names) for one in spoken]
    facts["repetition"] = _repetition(again, names, only=only.hex if only else None)
    said = [*(_line(one) for one in rows), *map(_heard, facts["elements"]), *_said_again(facts["repetition"])]
    return Answer(facts=facts, words="\n".join([*said, relation.says]))


def _of_customer(house: House, by: Actor, customer: str, position: int) -> Answer:
    """Tell what one customer had to say again, through all their conversations."""
    tie = house.archive.names.tie("customer", customer)
    with house.views.reading(Ties) as (db, ties):
        people = ties.same_person(db, tie) | {tie}
    unseen = hiding_from_reader(house, by.role).positions
    with house.views.reading(Desk) as (db, desk):
        found = said_again(db, desk, people, unseen=unseen)
    viewed = RecordViewed(
        what="feedback", count=len(found), position=position, why=purpose(by), persons=persons({str(tie)})
    )
    house.archive.note(viewed, by, ties=[("customer", customer)])
    told = [_fact(one) for one in found]
    lines = [f"{one['at']}: {one['kind']} {one['text']}, said first in event {one['first']}" for one in told]
    words = "\n".join([*lines, f"{customer} had to say {len(told)} facts again"])
    return Answer(facts={"position": position, "customer": customer, "repeated": told}, words=words)


def _fact(one: SaidAgain) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text,
        "first": one.first,
        "again": one.again,
        "other_conversation": one.other_conversation,
        "at": one.at.isoformat(),
    }


def _repetition(again: Meter, names: Mapping[UUID, str], *, only: str | None) -> dict[str, Any]:
    """Return the meter as JSON; an agent (``only``) sees what was said to themselves, and no sum of others."""
    by = [_met(one, names) for one in again.by if only in {None, one.whose}]
    if only is not None:
        return {"by": by}
    return {
        "customers": again.customers,
        "repeating": again.repeating,
        "facts": again.facts,
        "other_conversation": again.other_conversation,
        "by": by,
    }


def _met(one: Met, names: Mapping[UUID, str]) -> dict[str, Any]:
    staff = person(one.whose)
    return {
        "whose": one.whose if staff is None else names.get(staff, str(staff)),
        "month": None if one.month is None else f"{one.month:%Y-%m}",
        "customers": one.customers,
        "facts": one.facts,
        "other_conversation": one.other_conversation,
        "few": one.few,
    }


def _said_again(facts: Mapping[str, Any]) -> list[str]:
    lines = []
    for one in facts["by"]:
        few = " (few: no judgement rests on this)" if one["few"] else ""
        lines.append(
            f"{one['whose']} {one['month'] or 'in all'}: {one['customers']} customers said {one['facts']} facts again, "
            f"{one['other_conversation']} of them from another conversation{few}"
        )
    if "customers" in facts:
        lines.append(
            f"of {facts['customers']} customers with more than one conversation {facts['repeating']} said "
            f"{facts['facts']} facts again, {facts['other_conversation']} of them from another conversation"
        )
    return lines


def _facts(one: Feedback, names: Mapping[UUID, str]) -> dict[str, Any]:
    staff = person(one.whose)
    return {
        "whose": one.whose if staff is None else names.get(staff, str(staff)),
        "month": None if one.month is None else f"{one.month:%Y-%m}",
        "tickets": one.tickets,
        "few": one.few,
        "score": None if one.score is None else round(one.score, 1),
        "with_losses": _share(one.with_losses),
        "facts_lost": one.facts_lost,
        "lost_kinds": dict(one.lost_kinds),
        "bounced": _share(one.bounced),
        "read_back": _share(one.read_back),
        "repeated": one.repeated,
    }


def _elements(one: Elements, names: Mapping[UUID, str]) -> dict[str, Any]:
    met = {name: Share(one.met[name], of) for name, of in one.of.items()}
    return {
        "whose": names.get(one.agent, str(one.agent)),
        "month": one.month,
        "conversations": one.conversations,
        "few": one.conversations < FEW,
        "met": {name: _share(share) for name, share in met.items()},
    }


def _heard(one: Mapping[str, Any]) -> str:
    few = " (few: no judgement rests on this)" if one["few"] else ""
    met = ", ".join(f"{name.replace('_', ' ')} {_said(share)}" for name, share in one["met"].items())
    return f"{one['whose']} {one['month']}: {one['conversations']} conversations, {met}{few}"


def _share(share: Share) -> dict[str, Any]:
    interval = share.interval
    return {
        "count": share.hits,
        "of": share.of,
        "share": None if share.value is None else round(share.value, 4),
        "interval": None if interval is None else [round(end, 4) for end in interval],
    }


def _line(one: Mapping[str, Any]) -> str:
    few = " (fewer than 10 tickets: no judgement rests on this)" if one["few"] else ""
    shares = ", ".join(
        f"{name.replace('_', ' ')} {_said(one[name])}" for name in ("with_losses", "bounced", "read_back")
    )
    when = one["month"] or "in all"
    counted = f"{one['tickets']} tickets, score {one['score']}, {shares}, repeated {one['repeated']}{few}"
    return f"{one['whose']} {when}: {counted}"


def _said(share: Mapping[str, Any]) -> str:
    if share["share"] is None:
        return "none"
    low, high = share["interval"]
    return f"{share['count']} of {share['of']} ({100 * low:.0f}-{100 * high:.0f} %)"
