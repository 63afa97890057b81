"""What people decide about promises: who may, on which text a promise rests, and which event shows that it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from audit.bootstrap.promising import READ, standing_ties, ties_of, zones_of
from audit.domain import promise
from audit.domain.access import AccessRefused
from audit.domain.errors import NotAllowed, NotFound, Refused
from audit.domain.event import Damaged, Event, Personal, Record
from audit.domain.promise import PromiseMade
from audit.language.facts.find import facts
from audit.projections.promises import Promises
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.promises import Promised

SPEAKS: Final = frozenset({"operator", "agent", "supervisor", "compliance officer", "data protection officer"})
"""Who may say that something was promised, kept, given more time, or is seen otherwise by the customer."""
JUDGES: Final = SPEAKS - {"agent"}
"""Who may say that a line promises nothing, that we take a promise back, or that it is broken before its day."""
_ID_BYTES: Final = 8
_TEXTS: Final = ("text", "resolution", "findings")


class ShownByAnother(Refused):
    """Only an event about the same customer can show that a promise to them was kept."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a person says was promised; what is None is as it was suggested."""

    wording: str | None = None
    due: date | None = None
    amount: str | None = None
    currency: str | None = None
    conditional: bool | None = None


def known(house: House, written: str, *, upto: int | None = None) -> Promised:
    """Return a promise by its id, or by the form of it that searches show. Raises NotFound."""
    with house.views.reading(Promises) as (db, promises):
        found = promises.one(db, house.archive.names.decided("promise", written), upto=upto)
        if found is None:
            found = next((one for one in promises.all(db, upto=upto) if str(one.stream) == written.lower()), None)
    if found is None:
        raise NotFound(f"There is no promise {written}: look at onrecord promises.")
    return found


def must_be(house: House, by: Actor, roles: frozenset[str], what: str) -> None:
    """Raise NotAllowed for a role that may not do this, after that is on record."""
    if by.role not in roles:
        refused = AccessRefused(what=what, reason="role", why=Personal(by.why) if by.why else None)
        house.archive.note(refused, by)
        refusal = NotAllowed(f"A {by.role} may not do this: ask one of {', '.join(sorted(roles))}.")
        refusal.on_record = True
        raise refusal


def confirm(house: House, written: str, terms: Terms, by: Actor) -> int:
    """Record that a suggested line is a promise, in the words of who confirms it or as it was said."""
    must_be(house, by, SPEAKS, "promise")
    one = known(house, written)
    said = next((step.words for step in one.steps if step.kind == "suggested"), None)
    suggested = _sum_of(one)
    amount, currency = (terms.amount, terms.currency) if terms.amount is not None else suggested
    made = PromiseMade(
        wording=Personal(terms.wording or said or ""),
        commit=_commit(house, one.quoted),
        position=one.quoted,
        due=terms.due or one.due,
        amount=amount,
        currency=currency,
        conditional=one.conditional if terms.conditional is None else terms.conditional,
    )
    return _decide(house, one, partial(promise.confirm, made=made), by)


def record_new(house: House, quoted: int | None, customer: str | None, terms: Terms, by: Actor) -> tuple[str, int]:
    """Record a promise that nothing suggested: one that rests on an event, or one that nobody wrote down."""
    must_be(house, by, SPEAKS, "promise")
    ties: list[tuple[str, str | UUID]] = [("customer", customer)] if customer else []
    commit = None
    if quoted is not None:
        record = _record(house, quoted)
        ties, commit = ties_of(house, record), _commit(house, quoted)
    if not ties:
        raise NotFound("A promise is made to somebody: name an event of theirs with --event, or them with --customer.")
    _must_be_known(house, ties)
    made = PromiseMade(
        wording=Personal(terms.wording or ""),
        commit=commit,
        position=quoted,
        due=terms.due,
        amount=terms.amount,
        currency=terms.currency,
        conditional=bool(terms.conditional),
    )
    written = f"p-{house.world.random(_ID_BYTES).hex()}"
    decision = partial(promise.confirm, made=made)
    (event,) = house.archive.decide(("promise", written), promise.evolve, decision, by, ties=ties)
    return written, event


def dismiss(house: House, written: str, reason: str, note: str | None, by: Actor) -> int:
    must_be(house, by, JUDGES, "promise")
    decision = partial(promise.dismiss, reason=reason, note=Personal(note) if note else None)
    return _decide(house, known(house, written), decision, by)


def keep(house: House, written: str, shown_by: int, note: str | None, by: Actor) -> int:
    """Record that a promise was kept, with the event that shows it: one about the same customer, and a later one."""
    must_be(house, by, SPEAKS, "promise")
    one = known(house, written)
    record = _record(house, shown_by)
    _must_show(house, one, record)
    text = next((part for name in _TEXTS if isinstance(part := getattr(record.event, name, None), Personal)), None)
    decision = partial(
        promise.keep,
        position=shown_by,
        commit=text.commit if text is not None else None,
        note=Personal(note) if note else None,
    )
    return _decide(house, one, decision, by)


def extend(house: House, written: str, due: date, reason: str | None, by: Actor) -> int:
    must_be(house, by, SPEAKS, "promise")
    decision = partial(promise.extend, due=due, reason=Personal(reason) if reason else None)
    return _decide(house, known(house, written), decision, by)


def withdraw(house: House, written: str, reason: str, by: Actor) -> int:
    must_be(house, by, JUDGES, "promise")
    return _decide(house, known(house, written), partial(promise.withdraw, reason=Personal(reason)), by)


def dispute(house: House, written: str, words: str, by: Actor) -> int:
    must_be(house, by, SPEAKS, "promise")
    return _decide(house, known(house, written), partial(promise.dispute, words=Personal(words)), by)


def fail(house: House, written: str, reason: str | None, by: Actor) -> int:
    """Record that a promise was not kept; its day is looked at in the customer's zone."""
    must_be(house, by, JUDGES, "promise")
    one = known(house, written)
    today = house.world.clock().astimezone(zones_of(house, [one])[one.stream]).date()
    return _decide(house, one, partial(promise.fail, today=today, reason=Personal(reason) if reason else None), by)


def sum_of_words(words: str | None, language: str | None) -> tuple[str | None, str | None]:
    """Return the amount and the currency that words name, (None, None) where they name none."""
    for one in facts(words or "", language=language):
        if one.kind == "money" and " " in one.normal:
            currency, _, amount = one.normal.partition(" ")
            return amount, currency
    return None, None


def _sum_of(one: Promised) -> tuple[str | None, str | None]:
    return (one.amount, one.currency) if one.amount else sum_of_words(one.amount_words, one.language)


def _decide(house: House, one: Promised, decision: Callable[[promise.Promise | None], Event], by: Actor) -> int:
    if one.id is None:
        raise NotFound("The words of this promise were erased: nothing more can be decided about it.")
    subject = ("promise", one.id)
    (event,) = house.archive.decide(subject, promise.evolve, decision, by, ties=standing_ties(one))
    house.follower.catch_up()
    return event


def _record(house: House, position: int) -> Record:
    found = house.archive.read_at([position])
    if not found or isinstance(found[0], Damaged):
        raise NotFound(f"There is no event {position} that can be read: take the number from onrecord timeline.")
    return found[0]


def _commit(house: House, position: int | None) -> str | None:
    if position is None:
        return None
    record = _record(house, position)
    part = getattr(record.event, "text", None) if isinstance(record.event, READ) else None
    return part.commit if isinstance(part, Personal) else None


def _must_show(house: House, one: Promised, record: Record) -> None:
    with house.views.reading(Ties) as (db, ties):
        same = ties.same_person(db, one.customer) if one.customer is not None else set()
        about = {tie for kind, tie in ties.of(db, record.position) if kind in {"customer", "recipient"}}
        cases = {tie for _, tie in ties.of(db, record.position)}
    theirs = about & same if one.customer is not None else cases & {one.conversation, one.ticket, one.work_order}
    reached = cases & {tie for tie in (one.conversation, one.ticket, one.work_order) if tie is not None}
    if not theirs and (about or not reached):
        raise ShownByAnother(
            f"Event {record.position} is not about this customer: name the event that shows it was kept."
        )


def _must_be_known(house: House, ties: Sequence[tuple[str, str | UUID]]) -> None:
    """Raise NotFound for a customer nobody heard of: a slip of the pen would make a new one."""
    with house.views.reading(Ties) as (db, view):
        for kind, tie in ties:
            named = house.archive.names.tie(kind, tie) if isinstance(tie, str) else tie
            if kind == "customer" and not view.tied(db, [named], kind):
                raise NotFound(f"There is no customer {tie}: find the id with onrecord customers.")
