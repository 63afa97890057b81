"""What somebody may do at the customers' portal: come in by a code, and ask for a record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.accounts.portal import PortalCodes, PortalGuests
from audit.bootstrap.posting import Draft, prepare, send
from audit.bootstrap.promising_authority import EVERYTHING
from audit.bootstrap.requesting_rights import attempt
from audit.bootstrap.requesting_steps import SCOPE_OF_AUTHORITY, must_be_authorised
from audit.domain import request_course
from audit.domain.access import AccessRefused
from audit.domain.actor import HOUSE, Actor
from audit.domain.errors import NotFound, WrongUse
from audit.projections.authority import Authority, in_force
from audit.projections.customers import Customers
from audit.projections.requests import Requests
from audit.projections.ties import Ties
from audit.reports.post.addresses import address, same
from audit.reports.post.letter import Writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.record_request import RecordRequested
    from audit.projections.customers import Customer
    from audit.projections.requests import Request
    from audit.reports.post.smtp import Relay

AT_PORTAL: Final = Actor(login="on-record-portal", role="customer")
"""Whoever came in by a code; which customer that is stands in the ties."""
LETTER: Final = "portal-code"
_MAIL: Final = "email"
_ID_BYTES: Final = 6
_LETTER_BYTES: Final = 12
_CANDIDATES: Final = 500


class Guest(NamedTuple):
    """Somebody who is in: the customer they are, every tie of the same person, and how they are called."""

    customer: UUID
    same: frozenset[UUID]
    known: Customer | None

    @property
    def ties(self) -> list[tuple[str, UUID]]:
        return [("customer", self.customer)]


class Saying(NamedTuple):
    """What the letter with a code says, in the language of whoever asked; ``text`` is made from the code."""

    subject: str
    text: Callable[[str], str]
    language: str


def codes_of(house: House) -> PortalCodes:
    """Return what keeps the codes of this house."""
    return PortalCodes(house.keyring, random=house.world.random, clock=house.world.clock)


def guests_of(house: House) -> PortalGuests:
    """Return what keeps who is in."""
    return PortalGuests(house.keyring, random=house.world.random, clock=house.world.clock)


def send_code(house: House, written: str, challenge: str, saying: Saying, relay: Relay | None) -> None:
    """Send a code to an address that one customer gave us; whatever else the address is, nothing goes.

    To be called when the visitor has their answer already, so that neither it nor its time tells which it was.
    """
    house.follower.catch_up()
    customer = _whose(house, written)
    if customer is None:
        house.archive.note(AccessRefused(what=LETTER, reason="address-unknown"), AT_PORTAL)
        return
    ties = [("customer", customer.written or customer.id)]
    code = codes_of(house).make(challenge, contact=address(written).spec.casefold(), customer=customer.id)
    if code is None or relay is None:
        reason = "too-often" if code is None else "no-mail-server"
        house.archive.note(AccessRefused(what=LETTER, reason=reason), AT_PORTAL, ties=ties)
        return
    name = customer.names[0] if customer.names else ""
    to = next(point.value for point in customer.contacts if point.kind == _MAIL and same(point.value, written))
    writing = Writing(relay.sender, address(to).spec, name, saying.subject, saying.text(code), language=saying.language)
    letter = house.world.random(_LETTER_BYTES).hex()
    prepare(house, letter, Draft(LETTER, writing, list(ties)), HOUSE)
    send(house, letter, relay, HOUSE)


def guest_of(house: House, token: str | None) -> Guest | None:
    """Return who holds a token, None where it is none or over."""
    customer = guests_of(house).find(token) if token else None
    if customer is None:
        return None
    with house.views.reading(Ties) as (db, ties):
        persons = frozenset({customer, *ties.same_person(db, customer)})
    with house.views.reading(Customers) as (db, view):
        known = view.get(db, [customer])
    return Guest(customer, persons, known[0] if known else None)


def may_act_for(house: House, guest: Guest) -> list[Customer]:
    """Return the customers who let this guest ask for their record, as that is in force now."""
    now = house.world.clock().astimezone(house.settings.zone)
    with house.views.reading(Authority) as (db, view):
        given = [
            one.customer
            for one in in_force(view.given_to(db, guest.same), now)
            if one.scope in {SCOPE_OF_AUTHORITY, EVERYTHING}
        ]
    with house.views.reading(Customers) as (db, customers):
        return customers.get(db, list(dict.fromkeys(given)))


def requests_of(house: House, guest: Guest) -> list[Request]:
    """Return the requests that are the guest's business: for their record, or made by them for another."""
    tie = house.archive.names.tie
    with house.views.reading(Requests) as (db, view):
        found = view.of_or_for_others(db, guest.same)
    return [
        one
        for one in found
        if one.tie in guest.same
        or (one.representative is not None and tie("customer", one.representative) in guest.same)
    ]


def ask_here(house: House, guest: Guest, asked: RecordRequested, *, whose: UUID | None = None) -> str:
    """Record that a guest asks for their record, or for that of somebody who let them; return the request's id."""
    me = guest.known.written if guest.known else None
    if me is None:
        raise NotFound("Nothing of you is on record any more: there is nothing to ask for.")
    ties = [("customer", me)]
    with attempt(house, AT_PORTAL, "request-ask", ties):
        if whose is not None and whose not in guest.same:
            other = next((one for one in may_act_for(house, guest) if one.id == whose), None)
            if other is None or other.written is None:
                raise NotFound("Nobody let you ask for that record: choose one of those that are listed.")
            must_be_authorised(house, other.written, me)
            ties = [("customer", other.written), ("representative", me)]
        waiting = [one for one in requests_of(house, guest) if not one.settled and one.customer == ties[0][1]]
        if waiting:
            raise request_course.RequestAlreadyMade("This record is asked for already: follow how it goes.")
        written = house.world.random(_ID_BYTES).hex()
        decision = partial(request_course.ask, asked=asked)
        house.archive.decide(("request", written), request_course.evolve, decision, AT_PORTAL, ties=ties)
    house.follower.catch_up()
    return written


def _whose(house: House, written: str) -> Customer | None:
    """Return the one person who gave this address; None where nobody or several did: then no code would be theirs."""
    try:
        spec = address(written).spec
    except WrongUse:
        return None
    with house.views.reading(Customers) as (db, view):
        found = [
            one
            for one in view.find(db, spec, limit=_CANDIDATES)
            if any(point.kind == _MAIL and same(point.value, spec) for point in one.contacts)
        ]
    if not found:
        return None
    with house.views.reading(Ties) as (db, ties):
        persons = {found[0].id, *ties.same_person(db, found[0].id)}
    return found[0] if all(one.id in persons for one in found) else None
