"""``onrecord erase``: forget a person, by two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import erasing
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import NotAllowed, WrongUse
from audit.projections.erasures import Erasure, Erasures, Returned

if TYPE_CHECKING:
    from audit.bootstrap.erasing import Forgotten
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

Customer = Annotated[str | None, typer.Argument(help="The id of a customer.", show_default=False)]
Ground = Annotated[str | None, typer.Option("--ground", help="Why: a code like asked-by-person, or words.")]
Execute = Annotated[str | None, typer.Option("--execute", metavar="ID", help="Execute what somebody else asked for.")]

_MAY_NOT_ASK = frozenset({"administrator", "customer", "representative", "service", "technician"})
_RESIDUE_LEFT = 1


def erase(session: Session, customer: Customer = None, ground: Ground = None, execute: Execute = None) -> Answer:
    """Ask to forget a person; --execute ID --as OTHER does it; with neither, list what was asked.

    Everything about the person is destroyed for ever: their keys, words and files, here and in every view. It is
    refused while a legal hold or a duty to keep covers any of it.
    """
    with session.house() as house:
        if execute is not None:
            if customer is not None or ground is not None:
                raise WrongUse("--execute takes the id alone: customer and ground are on record with it.")
            return done(erasing.execute(house, execute, session.second_person(house)))
        by = session.actor(house)
        if customer is None:
            return _listed(session, house, by)
        if ground is None:
            raise WrongUse("Say why with --ground: a code like asked-by-person, or words.")
        if by.role in _MAY_NOT_ASK:
            raise NotAllowed(f"A {by.role} asks for no erasure: ask a data protection officer.")
        written = erasing.ask(house, customer, ground, by)
    facts = {"erasure": written, "stage": "asked", "erased_keys": 0, "residue": []}
    words = f"Asked as {written}. A second person executes it: onrecord erase --execute {written} --as OTHER"
    return Answer(facts=facts, words=words)


def done(forgotten: Forgotten) -> Answer:
    """Say what an erasure did; what is left of the words makes it fail, loudly."""
    facts: dict[str, Any] = {
        "erasure": forgotten.erasure,
        "stage": "receipted",
        "erased_keys": forgotten.keys,
        "events": forgotten.positions,
        "named_elsewhere": forgotten.kept,
        "residue": list(forgotten.residue),
    }
    words = f"Forgotten: {forgotten.keys} keys destroyed, the words of {forgotten.positions} events are gone."
    if forgotten.kept:
        words += f"\n{forgotten.kept} events name them and stay: they hold the words of others."
    if forgotten.residue:
        words += f"\nRESIDUE in {', '.join(forgotten.residue)}: end what reads them, then run onrecord rebuild."
    return Answer(facts=facts, words=words, code=_RESIDUE_LEFT if forgotten.residue else 0)


def _listed(session: Session, house: House, by: Actor) -> Answer:
    position = session.caught_up(house)
    with house.views.reading(Erasures) as (db, view):
        found, back = view.all(db), view.back(db)
    shown = persons(sorted({one.customer for one in found if one.customer}))
    viewed = RecordViewed(what="erasures", count=len(found), position=position, why=purpose(by), persons=shown)
    house.archive.note(viewed, by)
    facts = {
        "position": position,
        "erasures": [_facts(one) for one in found],
        "returned": [{"customer": str(one.customer), "event": one.first, "items": one.items} for one in back],
    }
    lines = [*map(_line, found), *map(_alarm, back)]
    return Answer(facts=facts, words="\n".join(lines) or "No erasure was asked for.")


def _facts(one: Erasure) -> dict[str, Any]:
    return {
        "erasure": one.id,
        "event": one.event,
        "asked_at": one.asked_at.isoformat(),
        "customer": one.customer,
        "ground": one.ground,
        "stage": one.stage,
        "erased_keys": one.keys,
    }


def _line(one: Erasure) -> str:
    return f"{one.id or '[erased]'}  {one.customer or '[erased]'}  {one.ground}  {one.stage}  {one.keys} keys"


def _alarm(one: Returned) -> str:
    return (
        f"ALARM: somebody who was forgotten is in {one.items} new items, the first is event {one.first}: "
        "see where they came from, and ask for a new erasure if they may not stay."
    )
