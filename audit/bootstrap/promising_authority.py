"""Acting for somebody else: who may be let to, who may renew what is over, and under which authority an act stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from audit.bootstrap.promising_decisions import must_be
from audit.domain import representation
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Personal
from audit.projections.authority import EXPIRED, IN_FORCE, Authority
from audit.projections.ties import NAMING_A_CUSTOMER, Ties

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.domain.event import Event

    _Decision = Callable[[representation.Representation | None], Event]

MAY_AUTHORISE: Final = frozenset({"operator", "agent", "supervisor", "compliance officer", "data protection officer"})
MAY_RENEW: Final = frozenset({"supervisor", "compliance officer", "data protection officer"})
"""Who may give an authority anew that has run out or was taken back: never who may have overlooked it."""
EVERYTHING: Final = "everything"
"""The scope that holds all others."""
NONE: Final = "none"
OTHER_SCOPE: Final = "other-scope"


class NotAuthorised(Refused):
    """Nobody acts for somebody else without an authority in force."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How two persons stood at a moment: ``state`` is in-force, expired, revoked, replaced, other-scope or none.

    ``event`` is the event that gave the authority: an act under it names it.
    """

    state: str
    event: int | None = None
    scope: str | None = None
    until: date | None = None

    @property
    def may_act(self) -> bool:
        return self.state == IN_FORCE


def authority_for(house: House, customer: str, representative: str, *, scope: str, at: datetime) -> Standing:
    """Return whether somebody may act for a customer in a scope at a moment; ids as written, the day in ``at``'s zone.

    The views must have been brought to the head. Authority for one that is linked with the customer as the same person
    counts.
    """
    tie = house.archive.names.tie
    with house.views.reading(Ties) as (db, ties):
        customers = ties.same_person(db, tie("customer", customer))
        representatives = ties.same_person(db, tie("customer", representative))
    with house.views.reading(Authority) as (db, view):
        pairs = [(one, other) for one in customers for other in representatives]
        found = [given for pair in pairs if (given := view.newest(db, *pair, at)) is not None]
    if not found:
        return Standing(state=NONE)
    fitting = [one for one in found if one.scope in {scope, EVERYTHING}]
    best = max(fitting or found, key=lambda one: (one.state(at) == IN_FORCE, one.event))
    state = best.state(at) if fitting else OTHER_SCOPE
    return Standing(state=state, event=best.event, scope=best.scope, until=best.until)


def must_act_for(house: House, customer: str, representative: str, *, scope: str, at: datetime) -> Standing:
    """Return the authority in force. Raises NotAuthorised, which says what is missing."""
    standing = authority_for(house, customer, representative, scope=scope, at=at)
    if standing.may_act:
        return standing
    if standing.state == EXPIRED:
        raise NotAuthorised(
            f"The authority ended with {standing.until}: a supervisor must renew it with onrecord authority add."
        )
    said = {
        NONE: "Nobody gave them authority to act for this customer",
        OTHER_SCOPE: f"Their authority is for {standing.scope} and not for {scope}",
    }.get(standing.state, "Their authority was taken back")
    raise NotAuthorised(f"{said}: give it with onrecord authority add.")


@dataclass(frozen=True, kw_only=True)
class Granted:
    """What is given: a scope (a code; ``everything`` holds all), the last day, and the evidence, a file or words."""

    scope: str
    until: date | None = None
    evidence: bytes | str | None = None


def authorise(house: House, customer: str, representative: str, granted: Granted, by: Actor) -> int:
    """Let somebody act for a customer; return the event. What is over is given anew only by a second person."""
    must_be(house, by, MAY_AUTHORISE, "authority")
    _must_be_customer(house, customer)
    now = house.world.clock().astimezone(house.settings.zone)
    subject = representation.subject(representative=representative, customer=customer)
    with house.views.reading(Authority) as (db, view):
        tie = house.archive.names.tie
        last = view.newest(db, tie("customer", customer), tie("customer", representative), now)
    if last is not None and last.state(now) != IN_FORCE:
        must_be(house, by, MAY_RENEW, "authority-renewal")
    decision = partial(
        representation.authorise,
        today=now.date(),
        scope=granted.scope,
        until=granted.until,
        evidence=Personal(granted.evidence) if granted.evidence else None,
    )
    return _decide(house, subject, decision, by)


def revoke(house: House, customer: str, representative: str, reason: str | None, by: Actor) -> int:
    """Take an authority back; return the event."""
    must_be(house, by, MAY_AUTHORISE, "authority")
    today = house.today()
    subject = representation.subject(representative=representative, customer=customer)
    decision = partial(representation.revoke, today=today, reason=Personal(reason) if reason else None)
    return _decide(house, subject, decision, by)


def _decide(house: House, subject: tuple[str, str], decision: _Decision, by: Actor) -> int:
    representative, customer = _persons(subject[1])
    ties = [("customer", customer), ("representative", representative)]
    (event,) = house.archive.decide(subject, representation.evolve, decision, by, ties=ties)
    house.follower.catch_up()
    return event


def _persons(written: str) -> tuple[str, str]:
    representative, customer = json.loads(written)
    return representative, customer


def _must_be_customer(house: House, customer: str) -> None:
    """Raise NotFound for a customer nobody heard of: a slip of the pen would let somebody act for nobody."""
    named = house.archive.names.tie("customer", customer)
    with house.views.reading(Ties) as (db, ties):
        if not any(ties.tied(db, [named], kind) for kind in NAMING_A_CUSTOMER):
            raise NotFound(f"There is no customer {customer}: find the id with onrecord customers.")
