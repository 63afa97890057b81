"""``onrecord promise``: what people decide about one promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap.promising_decisions import Terms
from audit.bootstrap.promising_ledger import ledger
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.commands.promises import facts_of, looked, words_of
from audit.cli.days import day
from audit.cli.session import Answer, Session
from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

Id = Annotated[str, typer.Argument(metavar="PROMISE", help="Its id, from onrecord promises.", show_default=False)]
Wording = Annotated[str | None, typer.Option("--wording", help="What was promised; the line itself by default.")]
Needed = Annotated[str, typer.Option("--wording", help="What was promised.")]
Due = Annotated[str | None, typer.Option("--due", help="The last day, like 2026-03-06.")]
DueDay = Annotated[str, typer.Option("--due", help="The new last day, like 2026-03-06.")]
Amount = Annotated[str | None, typer.Option("--amount", help="A sum with its currency, like 'EUR 12.50'.")]
Hangs = Annotated[bool | None, typer.Option("--conditional/--unconditional", help="Whether it hangs on a condition.")]
Event = Annotated[int | None, typer.Option("--event", min=1, help="The event in which it was said.")]
Whose = Annotated[str | None, typer.Option("--customer", help="To whom, where nothing was written.")]
Code = Annotated[str, typer.Option("--reason", help="A code, such as no-promise or a-policy.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; kept with the event.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept with the event.")]
Note = Annotated[str | None, typer.Option("--note", help="Words for our own people.")]
Shown = Annotated[int, typer.Option("--event", min=1, help="The event that shows it.")]
Words = Annotated[str, typer.Option("--words", help="What the customer says.")]


def confirm(  # the words of the command line
    session: Session,
    promise: Id,
    wording: Wording = None,
    due: Due = None,
    amount: Amount = None,
    conditional: Hangs = None,
) -> Answer:
    """Confirm that a suggested line is a promise."""
    terms = _terms(wording, due, amount, conditional)
    with session.house() as house:
        by = _ready(session, house)
        deciding.confirm(house, promise, terms, by)
        return _answer(session, house, by, promise)


def add(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    wording: Needed,
    event: Event = None,
    customer: Whose = None,
    due: Due = None,
    amount: Amount = None,
    conditional: Hangs = None,
) -> Answer:
    """Record a promise that nothing suggested: said in an event, or where nothing was written."""
    if (event is None) == (customer is None):
        raise WrongUse("Name the event in which it was said with --event, or to whom with --customer.")
    terms = _terms(wording, due, amount, conditional)
    with session.house() as house:
        by = _ready(session, house)
        written, _ = deciding.record_new(house, event, customer, terms, by)
        return _answer(session, house, by, written)


def dismiss(session: Session, promise: Id, reason: Code, note: Note = None) -> Answer:
    """Judge that a suggested line promises nothing."""
    with session.house() as house:
        by = _ready(session, house)
        deciding.dismiss(house, promise, reason, note, by)
        return _answer(session, house, by, promise)


def keep(session: Session, promise: Id, event: Shown, note: Note = None) -> Answer:
    """Record that a promise was kept, with the event that shows it."""
    with session.house() as house:
        by = _ready(session, house)
        deciding.keep(house, promise, event, note, by)
        return _answer(session, house, by, promise)


def extend(session: Session, promise: Id, due: DueDay, reason: Reason = None) -> Answer:
    """Give a promise more time."""
    until = day(due, "--due")
    assert until is not None, "the option must be given"
    with session.house() as house:
        by = _ready(session, house)
        deciding.extend(house, promise, until, reason, by)
        return _answer(session, house, by, promise)


def withdraw(session: Session, promise: Id, reason: Why) -> Answer:
    """Take a promise back, and say why."""
    with session.house() as house:
        by = _ready(session, house)
        deciding.withdraw(house, promise, reason, by)
        return _answer(session, house, by, promise)


def dispute(session: Session, promise: Id, words: Words) -> Answer:
    """Record that the customer sees it otherwise."""
    with session.house() as house:
        by = _ready(session, house)
        deciding.dispute(house, promise, words, by)
        return _answer(session, house, by, promise)


def fail(session: Session, promise: Id, reason: Reason = None) -> Answer:
    """Record that a promise was not kept."""
    with session.house() as house:
        by = _ready(session, house)
        deciding.fail(house, promise, reason, by)
        return _answer(session, house, by, promise)


def _ready(session: Session, house: House) -> Actor:
    by = session.actor(house)
    session.caught_up(house)
    return by


def _terms(wording: str | None, due: str | None, amount: str | None, conditional: bool | None) -> Terms:
    currency, space, number = (amount or "").strip().partition(" ")
    if amount is not None and not space:
        raise WrongUse(f"--amount {amount} lacks its currency: write it like 'EUR 12.50'.")
    return Terms(
        wording=wording,
        due=day(due, "--due"),
        amount=number.strip() if amount is not None else None,
        currency=currency if amount is not None else None,
        conditional=conditional,
    )


def _answer(session: Session, house: House, by: Actor, promise: str) -> Answer:
    """Show the promise as it stands now; that is looking at it, and is recorded as such."""
    position = session.caught_up(house)
    (entered,) = ledger(house, hiding_from_reader(house, by.role), only=[deciding.known(house, promise)])
    looked(house, by, [entered], position)
    facts = {**facts_of(entered), "position": position}
    return Answer(facts=facts, words=words_of(entered))
