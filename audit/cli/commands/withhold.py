"""``onrecord withhold``: words that some may not see, though they stay as they are stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import withheld
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import NotAllowed, NotFound, WrongUse
from audit.domain.event import Personal
from audit.domain.withholding import FROM_CUSTOMER, FROM_EXPORTS, FROM_READERS, WHOM, WithholdingPlaced
from audit.projections.withholdings import Withholding, Withholdings

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

Event = Annotated[int, typer.Argument(metavar="EVENT", help="The position of an event.", min=1, show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="A code: third-person, legal-privilege, investigation …")]
Part = Annotated[str | None, typer.Option("--part", help="A part of it, such as text; all of it by default.")]
Stretch = Annotated[str | None, typer.Option("--stretch", metavar="START-END", help="Characters of that part.")]
From = Annotated[
    list[str] | None, typer.Option("--from", help=f"From whom: {', '.join(WHOM)}; all of them by default.")
]
Note = Annotated[str | None, typer.Option("--note", help="Words beside the reason; kept sealed.")]
Id = Annotated[str, typer.Argument(metavar="WITHHOLDING", help="Its id.", show_default=False)]
Why = Annotated[str | None, typer.Option("--reason", help="Why it may be seen again.")]
All = Annotated[bool, typer.Option("--all", help="Those that were lifted, too.")]

_MAY_WITHHOLD = frozenset({"operator", "compliance officer", "data protection officer", "supervisor"})
_MAY_LIFT = frozenset({"compliance officer", "data protection officer", "operator"})


def place(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    event: Event,
    reason: Reason,
    part: Part = None,
    stretch: Stretch = None,
    whom: From = None,
    note: Note = None,
) -> Answer:
    """Withhold an event, a part of it, or a stretch of a part: from customers' records, exports, or readers."""
    start, end = _limits(stretch)
    placed = WithholdingPlaced(
        position=event,
        reason=reason,
        whom=tuple(dict.fromkeys(whom or (FROM_CUSTOMER, FROM_EXPORTS, FROM_READERS))),
        part=part,
        start=start,
        end=end,
        note=Personal(note) if note else None,
    )
    with session.house() as house:
        by = _allowed(session, house, _MAY_WITHHOLD)
        session.caught_up(house)
        written, repeated = withheld.place(house, placed, by)
        answer = _answer(session, house, by, only=written)
    answer.facts["repeated"] = [
        {"event": one.event, "part": one.part, "start": one.start, "end": one.end} for one in repeated
    ]
    places = ", ".join(f"{one.event}:{one.part}:{one.start}-{one.end}" for one in repeated)
    words = (
        f"{answer.words}\nThe same words stand in {places}: withhold them there as well." if places else answer.words
    )
    return Answer(facts=answer.facts, words=words)


def lift(session: Session, withholding: Id, reason: Why = None) -> Answer:
    """Lift a withholding, and say why."""
    with session.house() as house:
        by = _allowed(session, house, _MAY_LIFT)
        withheld.lift(house, withholding, reason or session.why or "", by)
        return _answer(session, house, by, only=withholding)


def show(session: Session, lifted: All = False) -> Answer:
    """List what is withheld, from whom and why; never the words."""
    with session.house() as house:
        return _answer(session, house, session.actor(house), lifted=lifted)


def _allowed(session: Session, house: House, roles: frozenset[str]) -> Actor:
    by = session.actor(house)
    if by.role not in roles:
        raise NotAllowed(f"A {by.role} neither withholds nor lifts this: ask one of {', '.join(sorted(roles))}.")
    return by


def _limits(stretch: str | None) -> tuple[int | None, int | None]:
    if stretch is None:
        return None, None
    start, dash, end = stretch.partition("-")
    if not dash or not all(one.isascii() and one.isdecimal() for one in (start, end)):
        raise WrongUse(f"{stretch} is no stretch: write it as START-END in characters, like 4-9.")
    return int(start), int(end)


def _answer(session: Session, house: House, by: Actor, *, only: str | None = None, lifted: bool = False) -> Answer:
    position = session.caught_up(house)
    with house.views.reading(Withholdings) as (db, view):
        found = [one for one in view.all(db) if (one.id == only if only else lifted or not one.lifted)]
    if only is not None and not found:
        raise NotFound(f"There is no withholding {only}: look at onrecord withhold list.")
    viewed = RecordViewed(what="withholdings", count=len(found), position=position, why=purpose(by))
    house.archive.note(viewed, by)
    hiding = withheld.hiding_from_reader(house, by.role)
    found = [replace(one, note=withheld.shown_words(one.note, one.event, hiding)) for one in found]
    facts = {"position": position, "withholdings": [_facts(one) for one in found]}
    return Answer(facts=facts, words="\n".join(map(_line, found)) or "Nothing is withheld.")


def _facts(one: Withholding) -> dict[str, Any]:
    return {
        "withholding": one.id,
        "event": one.event,
        "placed_at": one.placed_at.isoformat(),
        "of": one.position,
        "part": one.hidden.part,
        "start": one.hidden.start,
        "end": one.hidden.end,
        "reason": one.hidden.reason,
        "from": list(one.whom),
        "note": one.note,
        "lifted": one.lifted,
    }


def _line(one: Withholding) -> str:
    hidden = one.hidden
    stretch = f" {hidden.start}-{hidden.end}" if hidden.start is not None else ""
    what = f" {hidden.part}{stretch}" if hidden.part else ""
    state = "lifted" if one.lifted else f"withheld from {', '.join(one.whom)}"
    return f"{one.id or '[erased]'}  event {one.position}{what}  {hidden.reason}  ({state})"
