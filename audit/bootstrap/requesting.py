"""Requests for records: each step is allowed by role, decided in the domain, and on record if it was refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.archive.erasure.resealing import said_in
from audit.bootstrap.erasing_plans import records_at
from audit.bootstrap.promising_authority import must_act_for
from audit.bootstrap.requesting_document import approved_document, customer_of, make_document
from audit.bootstrap.requesting_regimes import regime, regime_of
from audit.bootstrap.requesting_rights import attempt, must_be_allowed
from audit.domain import request_course, withholding
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Personal
from audit.domain.record_request import ItemWithheld, RecordApproved, RecordCompiled, RecordRequested, RedactionChecked
from audit.domain.withholding import FROM_CUSTOMER, WithholdingPlaced
from audit.projections.requests import Requests
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.bootstrap.requesting_document import Document
    from audit.domain.actor import Actor
    from audit.domain.event import Event
    from audit.domain.request_course import RecordRequest
    from audit.projections.requests import Request

    _Decision = Callable[[RecordRequest | None], Event | Sequence[Event]]

SCOPE_OF_AUTHORITY: Final = "record"
"""What an authority must be for, or for everything, so that somebody may ask for another's record."""
_ID_BYTES: Final = 6


class SamePerson(Refused):
    """What takes two persons is not done by one."""


class NotOfThisRecord(Refused):
    """In a request only events of its customer are withheld or disputed."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """For whose record somebody asks, and on whose behalf: ids of customers as written."""

    customer: str
    asked: RecordRequested
    representative: str | None = None


def request_of(house: House, written: str) -> Request:
    """Return a request as it stands. Raises NotFound."""
    house.follower.catch_up()
    with house.views.reading(Requests) as (db, view):
        found = view.get(db, house.archive.names.decided("request", written))
    if found is None:
        raise NotFound(f"There is no request {written}: look at onrecord requests.")
    return found


def laws() -> Path | None:
    """Return the operator's own file of laws, where one is set."""
    named = os.environ.get("ONRECORD_REGIMES")
    return Path(named) if named else None


# -- before there is a record --


def ask(house: House, asking: Asking, by: Actor) -> str:
    """Record that somebody asks for a record; return the request's id."""
    ties = [("customer", asking.customer)]
    if asking.representative:
        ties.append(("representative", asking.representative))
    with attempt(house, by, "request-ask", ties):
        must_be_allowed(by, "ask")
        house.follower.catch_up()
        _must_be_known(house, asking.customer)
        if asking.representative:
            _must_be_authorised(house, asking.customer, asking.representative)
        written = house.world.random(_ID_BYTES).hex()
        decision = partial(request_course.ask, asked=asking.asked)
        house.archive.decide(("request", written), request_course.evolve, decision, by, ties=ties)
    house.follower.catch_up()
    return written


def acknowledge(house: House, written: str, by: Actor, *, received: date, law: str, how: str | None = None) -> None:
    """Tell the requester the last day to answer; by this rule alone the request comes before a supervisor."""
    decision = partial(request_course.acknowledge, received=received, how=how, regime=regime(law, laws()))
    _step(house, written, by, "acknowledge", lambda _: decision)


def verify(house: House, written: str, by: Actor, *, how: str, evidence: str | None = None) -> None:
    """Record how it is known that the requester may have it."""
    words = Personal(evidence) if evidence else None
    _step(house, written, by, "verify", lambda _: partial(request_course.verify_requester, how=how, evidence=words))


def extend(house: House, written: str, by: Actor, *, due: date, reason: str) -> None:
    """Give ourselves more time, once, under the law the request was acknowledged under."""

    def deciding(request: Request) -> _Decision:
        first = request.last("acknowledged")
        law = request_course.GDPR
        if first is not None and first.due is not None:
            received = _received(house, request)
            law = regime_of(received, first.due, laws())
        return partial(request_course.extend, today=_today(house), due=due, reason=Personal(reason), regime=law)

    _step(house, written, by, "extend", deciding)


def refuse(house: House, written: str, by: Actor, *, ground: str, reason: str) -> None:
    """Tell the requester that they do not get it, and why."""
    decision = partial(request_course.refuse, ground=ground, reason=Personal(reason))
    _step(house, written, by, "refuse", lambda _: decision)


def ask_review(house: House, written: str, by: Actor, *, reason: str) -> None:
    """Open an answered request again."""
    decision = partial(request_course.ask_internal_review, reason=Personal(reason))
    _step(house, written, by, "review", lambda _: decision)


# -- what is in the record --


def withhold(house: House, written: str, by: Actor, item: ItemWithheld) -> None:
    """Keep an event of the customer, or a stretch of its words, out of this record."""

    def deciding(request: Request) -> _Decision:
        _must_be_theirs(house, request, item.position)
        _must_fit(house, item)
        return partial(request_course.withhold, item=item)

    _step(house, written, by, "withhold", deciding)


def dispute(house: House, written: str, by: Actor, *, position: int, text: str) -> None:
    """Put the customer's own words beside a statement, which stays."""

    def deciding(request: Request) -> _Decision:
        _must_be_theirs(house, request, position)
        record = next(records_at(house, [position]), None)
        part = getattr(record.event, "text", None) if record else None
        commit = part.commit if isinstance(part, Personal) else None
        return partial(request_course.dispute_statement, position=position, text=Personal(text), commit=commit)

    _step(house, written, by, "dispute", deciding)


def compile_record(house: House, written: str, by: Actor) -> Document:
    """Make the record and note what it is; it is not handed out by this."""
    with attempt(house, by, "request-compile", [("request", written)]):
        must_be_allowed(by, "compile")
        request = request_of(house, written)
        document = make_document(house, request)
        counts = document.record.counts
        compiled = RecordCompiled(
            digest=document.digest,
            count=counts.total,
            withheld=counts.withheld + sum(len(one.numbers) for one in document.record.withheld_parts),
            position=document.position,
            pages=document.pages,
        )
        _decide(house, request, written, partial(request_course.compile_record, compiled=compiled), by)
    return document


# -- the second person's part --


def check(house: House, written: str, by: Actor, *, note: str | None = None) -> None:
    """Read as a second person what is withheld; whoever withheld something cannot be that person."""

    def deciding(request: Request) -> _Decision:
        if _acted(house, request, by, ItemWithheld):
            raise SamePerson("Whoever withheld something does not check it: let another person read it.")
        words = Personal(note) if note else None
        return partial(request_course.check_redaction, digest=_compiled(request), note=words)

    _step(house, written, by, "check", deciding)


def approve(house: House, written: str, by: Actor, *, digest: str | None = None, note: str | None = None) -> None:
    """Approve the record that was made last; the second reader cannot approve it too."""

    def deciding(request: Request) -> _Decision:
        newest = _compiled(request)
        if _acted(house, request, by, RedactionChecked):
            raise SamePerson("The second reader does not approve what they checked: let another supervisor do it.")
        _must_still_act(house, request)
        words = Personal(note) if note else None
        return partial(request_course.approve, digest=digest or newest, note=words)

    _step(house, written, by, "approve", deciding)


def released(house: House, written: str, by: Actor) -> tuple[Request, Document]:
    """Return an approved record for handing over, made again to the same bytes. Only for whoever may release it."""
    must_be_allowed(by, "release")
    request = request_of(house, written)
    must_be_releasable(house, request)
    return request, approved_document(house, request)


def must_be_releasable(house: House, request: Request) -> None:
    """Raise Refused unless it is approved, not settled, and whoever asked for another still may."""
    if request.stage == "refused":
        raise request_course.RequestAlreadySettled("This request was refused: an internal review opens it again.")
    approved, compiled = request.last("approved"), request.last("compiled")
    if approved is None or compiled is None or request.stage not in {"approved", "delivered"}:
        raise request_course.RequestNotYetApproved("Nobody has approved this record: have it approved first.")
    _must_still_act(house, request)


def attempted(house: House, written: str, by: Actor, step: str) -> AbstractContextManager[None]:
    """Return what records a refusal of a step of a request."""
    return attempt(house, by, f"request-{step}", [("request", written)])


# -- inside --


def _step(house: House, written: str, by: Actor, step: str, deciding: Callable[[Request], _Decision]) -> None:
    with attempted(house, written, by, step):
        must_be_allowed(by, step)
        request = request_of(house, written)
        _decide(house, request, written, deciding(request), by)


def _decide(house: House, request: Request, written: str, decision: _Decision, by: Actor) -> None:
    house.archive.decide(("request", written), request_course.evolve, decision, by, ties=ties_of(request))
    house.follower.catch_up()


def ties_of(request: Request) -> list[tuple[str, str | UUID]]:
    """Return what every event of a request is tied to."""
    if request.tie is None:
        return []
    return [("customer", request.customer if request.customer is not None else request.tie)]


def _must_be_known(house: House, customer: str) -> None:
    with house.views.reading(Ties) as (db, ties):
        if not ties.closure(db, house.archive.names.tie("customer", customer)):
            raise NotFound(f"There is no customer {customer}: find the id with onrecord customers.")


def _must_be_authorised(house: House, customer: str, representative: str) -> None:
    now = house.world.clock().astimezone(house.settings.zone)
    must_act_for(house, customer, representative, scope=SCOPE_OF_AUTHORITY, at=now)


def _must_still_act(house: House, request: Request) -> None:
    """Raise NotAuthorised where somebody asked for another and their authority is over by now."""
    if request.representative is not None:
        _must_be_authorised(house, customer_of(request), request.representative)


def _must_be_theirs(house: House, request: Request, position: int) -> None:
    with house.views.reading(Ties) as (db, ties):
        theirs = request.tie is not None and position in set(ties.closure(db, request.tie))
    if not theirs:
        raise NotOfThisRecord(f"Event {position} is not in the record of this customer: take a number from it.")


def _must_fit(house: House, item: ItemWithheld) -> None:
    """Hold a stretch to what withholding demands of it anywhere: that it lies within words that are there."""
    record = next(records_at(house, [item.position]), None)
    if record is None:
        raise NotFound(f"There is no event {item.position} that can be read: take the number from the record.")
    lengths = {name: len(words) if isinstance(words, str) else None for name, words in said_in(record).items()}
    placed = WithholdingPlaced(
        position=item.position,
        reason=item.reason,
        whom=(FROM_CUSTOMER,),
        part=item.part,
        start=item.start,
        end=item.end,
    )
    withholding.place(None, placed=placed, lengths=lengths)


def _acted(
    house: House, request: Request, by: Actor, kind: type[ItemWithheld | RedactionChecked | RecordApproved]
) -> bool:
    """Say whether somebody took such a step in this request: read from the log, never from a view."""
    mine = house.archive.names.tie("staff", by.login)
    return any(isinstance(one.event, kind) and one.stamp.actor == mine for one in house.archive.stream(request.stream))


def _compiled(request: Request) -> str:
    compiled = request.last("compiled")
    return (compiled.digest if compiled else None) or ""


def _received(house: House, request: Request) -> date:
    state: RecordRequest | None = None
    for one in house.archive.stream(request.stream):
        state = request_course.evolve(state, one.event)  # type: ignore[arg-type]  # the stream holds nothing else
    assert state is not None, "a request that is listed was made"
    assert state.received is not None, "an acknowledged request was received"
    return state.received


def _today(house: House) -> date:
    return house.world.clock().astimezone(house.settings.zone).date()
