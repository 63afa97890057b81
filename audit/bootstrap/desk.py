"""The desk's decisions: what is read from the views, decided in the domain, and tied to whom it is about."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.domain import lost_fact, ticket_desk, work_order
from audit.domain.access import AccessRefused
from audit.domain.errors import NotAllowed, NotFound, WrongUse
from audit.domain.event import Personal
from audit.domain.ticket import TicketBounced
from audit.projections.desk.asking import tickets_of
from audit.projections.desk.rubric import CODES, rubric
from audit.projections.desk.view import Desk
from audit.projections.tickets import Tickets
from audit.projections.work_orders import WorkOrders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.case_tables import Case, Wording
    from audit.projections.desk.asking import Ticket

READERS: Final = frozenset(
    {"operator", "agent", "supervisor", "compliance officer", "data protection officer", "auditor"}
)
"""Who reads tickets. Administrators see how the house is set up, and nobody's words."""
DECIDERS: Final = frozenset({"operator", "agent", "supervisor"})
JUDGES: Final = frozenset({"operator", "supervisor"})
_OF_ORDERS: Final = DECIDERS | {"technician"}


class Standing(NamedTuple):
    """A ticket or work order as it reads at the moment: its text, by which commitment, as of which position."""

    case: Case
    wording: Wording
    as_of: int

    @property
    def commit(self) -> str:
        assert self.wording.commit is not None, "a text has its commitment"
        return self.wording.commit


def require(by: Actor, roles: frozenset[str], what: str) -> None:
    """Raise NotAllowed unless somebody's role is among these; ``what`` says what they wanted."""
    if by.role not in roles:
        raise NotAllowed(f"The role {by.role} does not {what}: ask one of {', '.join(sorted(roles))}.")


def admit(house: House, by: Actor, roles: frozenset[str], what: str) -> None:
    """Raise NotAllowed as ``require`` does, after it is on record that somebody without the right wanted to look."""
    try:
        require(by, roles, what)
    except NotAllowed as refusal:
        house.archive.note(AccessRefused(what=what, reason="role", why=Personal(by.why) if by.why else None), by)
        refusal.on_record = True
        raise


def ticket_standing(house: House, written: str) -> Standing:
    """Return a ticket as it reads now. Raises NotFound where there is none, or no text of it is left."""
    return _standing(house, Tickets, "ticket", written)


def order_standing(house: House, written: str) -> Standing:
    """Return a work order as the technician reads it now."""
    return _standing(house, WorkOrders, "work_order", written)


def seen(house: House, written: str) -> Ticket:
    """Return a ticket as the desk sees it."""
    with house.views.reading(Desk) as (db, desk):
        found = tickets_of(db, desk, [house.archive.names.tie("ticket", written)], rubric(house.settings.rubric))
    if not found:
        raise NotFound(f"There is no ticket {written}: find one with onrecord tickets.")
    return found[0]


# -- deciding --


def read_back(
    house: House, by: Actor, written: str, *, answer: str, channel: str | None, correction: str | None
) -> Standing:
    """Record that the ticket, as it reads now, was read to the customer, and what they said to it."""
    require(by, DECIDERS, "read tickets back")
    now = ticket_standing(house, written)
    words = Personal(correction) if correction else None
    decision = partial(
        ticket_desk.read_back, commit=now.commit, as_of=now.as_of, answer=answer, correction=words, channel=channel
    )
    _decide(house, by, now, written, decision)
    return now


def bounce(  # noqa: PLR0913  # a bounce says all of this
    house: House,
    by: Actor,
    written: str,
    *,
    codes: Sequence[str],
    sentences: Sequence[str] = (),
    note: str | None = None,
    due: datetime | None = None,
) -> datetime:
    """Send a ticket back to be rewritten; return by when."""
    require(by, JUDGES, "send tickets back")
    if unknown := [code for code in codes if code not in CODES]:
        raise WrongUse(f"The rubric has no code {unknown[0]}: take of {', '.join(CODES)}.")
    now, settings = ticket_standing(house, written), rubric(house.settings.rubric)
    until = due or house.world.clock() + timedelta(hours=settings.hours_to_rewrite)
    failing = [_sentence(now.wording.text or "", one, codes) for one in sentences]
    bounced = TicketBounced(
        commit=now.commit,
        as_of=now.as_of,
        codes=tuple(dict.fromkeys(codes)),
        rubric=settings.version,
        sentences=Personal(json.dumps(failing, ensure_ascii=False)) if failing else None,
        note=Personal(note) if note else None,
        due=until,
    )
    _decide(house, by, now, written, partial(ticket_desk.bounce, bounced=bounced))
    return until


def reword(house: House, by: Actor, written: str, *, text: str, subject: str | None) -> None:
    """Rewrite a ticket that was sent back."""
    require(by, DECIDERS, "rewrite tickets")
    now = ticket_standing(house, written)
    named = Personal(subject) if subject else None
    _decide(house, by, now, written, partial(ticket_desk.reword, text=Personal(text), subject=named))


def accept(house: House, by: Actor, written: str, *, note: str | None) -> None:
    """Take a ticket back from its bounce. Agents do not accept a text of their own."""
    require(by, DECIDERS, "accept tickets")
    now = ticket_standing(house, written)
    if by.role not in JUDGES and now.wording.author == house.archive.names.tie("staff", by.login):
        raise NotAllowed("You wrote this text: let somebody else accept it.")
    words = Personal(note) if note else None
    _decide(house, by, now, written, partial(ticket_desk.accept, commit=now.commit, as_of=now.as_of, note=words))


def escalate(house: House, by: Actor, written: str, *, level: str, reason: str) -> bool:
    """Escalate a ticket; return whether the customer had confirmed its text. It goes on either way."""
    require(by, DECIDERS, "escalate tickets")
    now = ticket_standing(house, written)
    _decide(house, by, now, written, partial(ticket_desk.escalate, level=level, reason=Personal(reason)))
    return seen(house, written).read_back == ticket_desk.CONFIRMED


def judge(house: House, by: Actor, written: str, *, repeats: str | None, reason: str) -> None:
    """Record that a ticket repeats another, or is a problem of its own; a later judgement revises it."""
    require(by, DECIDERS, "judge tickets")
    now = ticket_standing(house, written)
    if repeats is None:
        _decide(house, by, now, written, partial(ticket_desk.judge_new, reason=Personal(reason)))
        return
    if repeats == written:
        raise WrongUse("A ticket does not repeat itself: name the earlier one.")
    other = ticket_standing(house, repeats)
    decision = partial(ticket_desk.judge_repeat, reason=Personal(reason))
    _decide(house, by, now, written, decision, more=[("of", other.case.id)])


def dismiss(house: House, by: Actor, written: str, *, kind: str, fact: str, reason: str, note: str | None) -> None:  # noqa: PLR0913  # a dismissal says all of this
    """Record that a fact the desk holds for lost is not."""
    require(by, DECIDERS, "dismiss what the desk found")
    ticket = seen(house, written)
    lost = next((one for one in ticket.lost if one.kind == kind and fact in {one.key, one.text}), None)
    if lost is None:
        raise NotFound(f"The ticket {written} lost no {kind} {fact}: see onrecord ticket show {written}.")
    dismissed = lost_fact.LossDismissed(
        kind=kind,
        reason=reason,
        fact=Personal(lost.key),
        category=ticket.category,
        note=Personal(note) if note else None,
    )
    _decide_lost(house, by, written, partial(lost_fact.dismiss, dismissed=dismissed))


def reinstate(house: House, by: Actor, written: str, *, kind: str, fact: str, note: str | None) -> None:
    """Take a dismissal back."""
    require(by, DECIDERS, "decide about lost facts")
    seen(house, written)
    words = Personal(note) if note else None
    _decide_lost(house, by, written, partial(lost_fact.reinstate, kind=kind, fact=Personal(fact), note=words))


def report_unclear(house: House, by: Actor, written: str, *, reason: str) -> None:
    """Record that the technician cannot work by the text they were given."""
    require(by, _OF_ORDERS, "report work orders")
    now = order_standing(house, written)
    decision = partial(work_order.report_unclear, commit=now.commit, reason=Personal(reason))
    _decide_order(house, by, now, written, decision)


def sign(house: House, by: Actor, written: str, *, signed_by: str, commit: str) -> None:
    """Record who signed the text that was shown. Raises WrongUse where the text has changed since."""
    require(by, _OF_ORDERS, "have work orders signed")
    now = order_standing(house, written)
    if commit != now.commit:
        raise WrongUse("The work order was changed after it was shown: show it again, and have that signed.")
    decision = partial(work_order.sign, commit=commit, signed_by=Personal(signed_by))
    _decide_order(house, by, now, written, decision)


def _decide(
    house: House, by: Actor, now: Standing, written: str, decision: Any, *, more: Sequence[tuple[str, UUID]] = ()
) -> None:
    ties = [("ticket", written), *_owners(now.case), *more]
    house.archive.decide(("ticket", written), ticket_desk.evolve, decision, by, ties=_customers_first(ties))
    house.follower.catch_up()


def _decide_order(house: House, by: Actor, now: Standing, written: str, decision: Any) -> None:
    tickets = [("ticket", known or tied) for kind, tied, known in now.case.ties if kind == "ticket"]
    ties = [("work_order", written), *tickets, *_owners(now.case)]
    house.archive.decide(("work_order", written), work_order.evolve, decision, by, ties=_customers_first(ties))
    house.follower.catch_up()


def _decide_lost(house: House, by: Actor, written: str, decision: Any) -> None:
    case = ticket_standing(house, written).case
    ties = [("ticket", written), *_owners(case)]
    house.archive.decide(("lost_fact", written), lost_fact.evolve, decision, by, ties=_customers_first(ties))
    house.follower.catch_up()


def _owners(case: Case) -> list[tuple[str, str | UUID]]:
    return [(kind, known or tied) for kind, tied, known in case.ties if kind == "customer"]


def _customers_first(ties: Sequence[tuple[str, str | UUID]]) -> list[tuple[str, str | UUID]]:
    return sorted(dict.fromkeys(ties), key=lambda tie: tie[0] != "customer")


def _standing(house: House, view: type[Tickets | WorkOrders], kind: str, written: str) -> Standing:
    as_of = house.follower.catch_up()
    with house.views.reading(view) as (db, cases):
        found = cases.get(db, [house.archive.names.tie(kind, written)])
    named = kind.replace("_", " ")
    if not found:
        raise NotFound(f"There is no {named} {written}: find one with onrecord tickets.")
    now = next((one for one in reversed(found[0].wordings) if one.text is not None and one.commit), None)
    if now is None:
        raise NotFound(f"The {named} {written} has no text that could be read: it never had one, or it is erased.")
    return Standing(found[0], now, as_of)


def _sentence(text: str, sentence: str, codes: Sequence[str]) -> dict[str, Any]:
    start = text.find(sentence)
    if start < 0 or not sentence:
        raise WrongUse(f"The ticket does not say {sentence!r}: give a sentence as it stands there.")
    return {"start": start, "end": start + len(sentence), "text": sentence, "code": codes[0] if codes else None}
