"""``onrecord promises``: the ledger of what was promised, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.promising import break_overdue, find_promises
from audit.bootstrap.promising_ledger import ledger
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.looking import LISTED, persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House
    from audit.bootstrap.promising_ledger import Entered, Line
    from audit.domain.actor import Actor

Suggested = Annotated[bool, typer.Option("--suggested", help="Lines nobody has judged yet.")]
Open = Annotated[bool, typer.Option("--open", help="Confirmed and not settled.")]
Broken = Annotated[bool, typer.Option("--broken", help="Not kept when their day ended.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Open past the end of their day.")]
Whose = Annotated[str | None, typer.Option("--customer", help="Those made to one customer.")]
Find = Annotated[bool, typer.Option("--find", help="First read what our side said, and suggest what sounds like one.")]
Again = Annotated[bool, typer.Option("--again", help="With --find: read everything anew, not only what came since.")]
Due = Annotated[bool, typer.Option("--due", help="First record as broken what was not kept when its day ended.")]


def promises(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    suggested: Suggested = False,
    open_: Open = False,
    broken: Broken = False,
    overdue: Overdue = False,
    customer: Whose = None,
    find: Find = False,
    again: Again = False,
    due: Due = False,
) -> Answer:
    """List promises with the line they rest on, when they are due, and what shows that they were kept."""
    if again and not find:
        raise WrongUse("--again goes with --find: it says what is read anew.")
    wanted = {name for name, asked in (("suggested", suggested), ("open", open_), ("broken", broken)) if asked}
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        done = _by_rule(session, house, find=find, again=again, due=due)
        if done:
            session.caught_up(house)
        entered = [
            one
            for one in ledger(house, hiding_from_reader(house, by.role))
            if (not wanted or one.promise.status in wanted)
            and (not overdue or one.overdue)
            and (customer is None or one.promise.customer == house.archive.names.tie("customer", customer))
        ]
        looked(house, by, entered, position)
    facts = {"position": position, **done, "promises": [facts_of(one) for one in entered]}
    return Answer(facts=facts, words="\n".join(map(words_of, entered)) or "There are no such promises.")


def _by_rule(session: Session, house: House, *, find: bool, again: bool, due: bool) -> dict[str, Any]:
    done: dict[str, Any] = {}
    if find:
        with session.progress("reading what our side said", house.archive.head().size) as on_progress:
            found = find_promises(house, again=again, on_progress=on_progress)
        done |= {"read": found.read, "found": found.suggested}
        session.caught_up(house)
    if due:
        done["broken"] = break_overdue(house)
    return done


def looked(house: House, by: Actor, entered: Sequence[Entered], position: int) -> None:
    """Record who looked at promises, before anything of them is shown."""
    whose = sorted({one.promise.customer for one in entered if one.promise.customer is not None}, key=str)
    many = len(whose) > LISTED
    viewed = RecordViewed(
        what="promises",
        count=len(entered),
        position=position,
        why=purpose(by),
        persons=persons([str(one) for one in whose]) if many else None,
    )
    house.archive.note(viewed, by, ties=[] if many else [("customer", one) for one in whose])


def facts_of(one: Entered) -> dict[str, Any]:
    """Return a promise for programs."""
    known = one.promise
    return {
        "promise": known.id or str(known.stream),
        "event": known.first,
        "status": one.status,
        "disputed": known.disputed,
        "customer": known.customer_written,
        "quoted": known.quoted,
        "line": one.line,
        "wording": one.wording,
        "who": known.who,
        "conditional": known.conditional,
        "deadline": one.deadline,
        "due": known.due.isoformat() if known.due else None,
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "zone": one.zone,
        "overdue": one.overdue,
        "amount": one.amount,
        "currency": one.currency,
        "kept_by": known.kept_by,
        "context": {"before": _lines(one.before), "after": _lines(one.after)},
        "compensation": {"asked": _lines(one.asked), "offered": _lines(one.offered)},
        "may_show_it": [{"event": each.event, "at": each.at.isoformat(), "why": each.why} for each in one.showing],
        "steps": [
            {
                "event": step.event,
                "kind": step.kind,
                "at": step.at.isoformat(),
                "role": step.role,
                "due": step.due.isoformat() if step.due else None,
                "code": step.code,
                "words": step.words,
                "note": step.note,
                "shown_by": step.shown_by,
            }
            for step in one.steps
        ],
        "withheld": one.withheld,
    }


def _lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {"event": one.event, "at": one.at.isoformat(), "role": one.role, "author": one.author, "text": one.text}
        for one in lines
    ]


def words_of(one: Entered) -> str:
    """Return a promise for people, in a few lines."""
    known = one.promise
    due = f", due {known.due} ({one.zone})" if known.due else ", no day named"
    amount = f", {one.amount} {one.currency}" if one.amount else ""
    late = " OVERDUE" if one.overdue else ""
    hangs = ", on a condition" if known.conditional else ""
    said = one.wording or one.line or "[erased]"
    whose = known.customer_written or "customer erased"
    lines = [
        f"{known.id or known.stream} {one.status}{late}{due}{amount}{hangs} · {whose}",
        f"    #{known.quoted or known.first} {said}",
    ]
    lines += [f"    perhaps kept by #{each.event} ({each.why})" for each in one.showing[:1]]
    return "\n".join(lines)
