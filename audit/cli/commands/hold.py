"""``onrecord hold``: legal holds on persons, cases and searches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.obstacles import covered_by
from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.cli.days import day
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain import hold as deciding
from audit.domain.access import RecordViewed
from audit.domain.custody import HoldPlaced
from audit.domain.errors import NotAllowed, NotFound, WrongUse
from audit.domain.event import Personal
from audit.projections.holds import Hold, Holds
from audit.projections.saved_searches import SavedSearches
from audit.projections.search.grammar import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding
    from audit.domain.actor import Actor

Persons = Annotated[list[str] | None, typer.Argument(help="Ids of customers.", show_default=False)]
More = Annotated[list[str] | None, typer.Option("--customer", help="The id of a customer; may be given again.")]
Talks = Annotated[list[str] | None, typer.Option("--conversation", help="A conversation; may be given again.")]
Tickets = Annotated[list[str] | None, typer.Option("--ticket", help="A ticket; may be given again.")]
Query = Annotated[str | None, typer.Option("--query", help="What this search finds, now and whenever it is asked.")]
Saved = Annotated[str | None, typer.Option("--search", help="What the query of this saved search finds, as it is now.")]
Title = Annotated[str | None, typer.Option("--title", help="What the hold is for.")]
Since = Annotated[str | None, typer.Option("--since", help="The first day it is about, like 2026-03-01.")]
Until = Annotated[str | None, typer.Option("--until", help="The last day it is about.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; kept with the event.")]
Id = Annotated[str, typer.Argument(metavar="HOLD", help="The id of a hold.", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="Those that were released, too.")]

_MAY_HOLD = frozenset({"operator", "compliance officer", "data protection officer", "supervisor"})
_TIES_MAX = 500
_ID_BYTES = 6


def place(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    customers: Persons = None,
    customer: More = None,
    conversation: Talks = None,
    ticket: Tickets = None,
    query: Query = None,
    search: Saved = None,
    title: Title = None,
    since: Since = None,
    until: Until = None,
    reason: Reason = None,
) -> Answer:
    """Place a hold: nothing it covers is erased or disposed of until it is released."""
    if query is not None and search is not None:
        raise WrongUse("--query and --search both say what to search for: give one of them.")
    held = [*(customers or ()), *(customer or ())]
    cases = [*(("conversation", one) for one in conversation or ()), *(("ticket", one) for one in ticket or ())]
    ties = list(dict.fromkeys([*(("customer", one) for one in held), *cases]))
    if len(ties) > _TIES_MAX:
        raise WrongUse(f"A hold covers at most {_TIES_MAX} persons and cases: place several, or hold a search.")
    with session.house() as house:
        by = _holder(session, house)
        sought = query if search is None else _query_of(session, house, search)
        if sought is not None:
            parse(sought, session.settings.zone)
        placed = HoldPlaced(
            title=Personal(title or search or session.why or "Legal hold"),
            query=Personal(sought) if sought is not None else None,
            persons=Personal(sorted(set(held))) if held else None,
            since=day(since, "--since"),
            until=day(until, "--until"),
            reason=Personal(reason) if reason else None,
            cases=Personal([list(one) for one in dict.fromkeys(cases)]) if cases else None,
        )
        written = house.world.random(_ID_BYTES).hex()
        decision = partial(deciding.place, placed=placed)
        house.archive.decide(("hold", written), deciding.evolve, decision, by, ties=ties)
        return _answer(session, house, by, only=written)


def release(session: Session, hold: Id, reason: Reason = None) -> Answer:
    """Release a hold, and say why."""
    with session.house() as house:
        by = _holder(session, house)
        words = Personal(reason or session.why or "released")
        house.archive.decide(("hold", hold), deciding.evolve, partial(deciding.release, reason=words), by)
        return _answer(session, house, by, only=hold)


def show(session: Session, released: All = False) -> Answer:
    """List the holds in force."""
    with session.house() as house:
        return _answer(session, house, session.actor(house), released=released)


def _query_of(session: Session, house: House, name: str) -> str:
    """Return the query of a saved search. The hold keeps it as it stands: who changes the search releases nothing."""
    session.caught_up(house)
    stream = house.archive.names.decided("search", name)
    with house.views.reading(SavedSearches) as (db, searches):
        found = [one for one in searches.all(db) if one.stream == stream and not one.dropped and one.query]
    if not found or found[0].query is None:
        raise NotFound(f"There is no saved search {name}: look at onrecord searches list.")
    return found[0].query


def _holder(session: Session, house: House) -> Actor:
    by = session.actor(house)
    if by.role not in _MAY_HOLD:
        raise NotAllowed(f"A {by.role} neither places nor releases holds: ask one of {', '.join(sorted(_MAY_HOLD))}.")
    return by


def _answer(session: Session, house: House, by: Actor, *, only: str | None = None, released: bool = False) -> Answer:
    position = session.caught_up(house)
    with house.views.reading(Holds) as (db, holds):
        found = [one for one in holds.all(db) if (one.id == only if only else released or not one.released)]
    if only is not None and not found:
        raise NotFound(f"There is no hold {only}: look at onrecord hold list.")
    shown = persons(sorted({person for one in found for person in one.persons}))
    viewed = RecordViewed(what="holds", count=len(found), position=position, why=purpose(by), persons=shown)
    house.archive.note(viewed, by)
    hiding = hiding_from_reader(house, by.role)
    facts = {"position": position, "holds": [_facts(house, one, hiding) for one in found]}
    return Answer(facts=facts, words="\n".join(_lines(facts["holds"])) or "There is no hold in force.")


def _facts(house: House, one: Hold, hiding: Hiding) -> dict[str, Any]:
    covered = covered_by(house, one, hiding.positions)
    return {
        "hold": one.id,
        "event": one.event,
        "placed_at": one.placed_at.isoformat(),
        "title": shown_words(one.title, one.event, hiding),
        "customers": list(one.persons),
        "cases": [{"kind": kind, "id": known} for kind, known in one.cases],
        "query": shown_words(one.query, one.event, hiding),
        "since": one.since.isoformat() if one.since else None,
        "until": one.until.isoformat() if one.until else None,
        "released": one.released,
        "covered": None if covered is None else len(covered),
    }


def _lines(holds: Any) -> Iterable[str]:
    for one in holds:
        cases: Sequence[dict[str, str]] = one["cases"]
        parts = [*one["customers"], *(f"{case['kind']} {case['id']}" for case in cases), one["query"] or ""]
        state = "released" if one["released"] else f"in force over {one['covered']} events"
        yield f"{one['hold']}  {one['title']}: {', '.join(filter(None, parts))} ({state})"
