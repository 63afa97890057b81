"""Requests for records: each step is allowed by role, decided in the domain, and on record if it was refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.bootstrap.erasing_plans import records_at
from audit.bootstrap.requesting_regimes import regime, regime_of
from audit.bootstrap.requesting_rights import attempt, must_be_allowed
from audit.bootstrap.requesting_steps import must_be_authorised, must_be_theirs, step_of
from audit.domain import request_course
from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.domain.record_request import RecordRequested  # read by dataclasses
from audit.domain.request_regime import GDPR
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from datetime import date

    from audit.bootstrap.house import House
    from audit.bootstrap.requesting_steps import Decision
    from audit.domain.actor import Actor
    from audit.domain.request_course import RecordRequest
    from audit.projections.requests import Request

_ID_BYTES: Final = 6


@dataclass(frozen=True, kw_only=True)
class Asking:
    """For whose record somebody asks, and on whose behalf: ids of customers as written."""

    customer: str
    asked: RecordRequested
    representative: str | None = None


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
            must_be_authorised(house, asking.customer, asking.representative)
        written = house.world.random(_ID_BYTES).hex()
        decision = partial(request_course.ask, asked=asking.asked)
        house.archive.decide(("request", written), request_course.evolve, decision, by, ties=ties)
    house.follower.catch_up()
    return written


def acknowledge(house: House, written: str, by: Actor, *, received: date, law: str, how: str | None = None) -> None:
    """Tell the requester the last day to answer; by this rule alone the request comes before a supervisor."""
    decision = partial(request_course.acknowledge, received=received, how=how, regime=regime(law, laws()))
    step_of(house, written, by, "acknowledge", lambda _: decision)


def verify(house: House, written: str, by: Actor, *, how: str, evidence: str | None = None) -> None:
    """Record how it is known that the requester may have it."""
    words = Personal(evidence) if evidence else None
    step_of(house, written, by, "verify", lambda _: partial(request_course.verify_requester, how=how, evidence=words))


def extend(house: House, written: str, by: Actor, *, due: date, reason: str) -> None:
    """Give ourselves more time, once, under the law the request was acknowledged under."""

    def deciding(request: Request) -> Decision:
        first = request.last("acknowledged")
        law = GDPR
        if first is not None and first.due is not None:
            received = _received(house, request)
            law = regime_of(received, first.due, laws())
        return partial(request_course.extend, today=house.today(), due=due, reason=Personal(reason), regime=law)

    step_of(house, written, by, "extend", deciding)


def dispute(house: House, written: str, by: Actor, *, position: int, text: str) -> None:
    """Put the customer's own words beside a statement, which stays."""

    def deciding(request: Request) -> Decision:
        must_be_theirs(house, request, position)
        record = next(records_at(house, [position]), None)
        part = getattr(record.event, "text", None) if record else None
        commit = part.commit if isinstance(part, Personal) else None
        return partial(request_course.dispute_statement, position=position, text=Personal(text), commit=commit)

    step_of(house, written, by, "dispute", deciding)


def refuse(house: House, written: str, by: Actor, *, ground: str, reason: str) -> None:
    """Tell the requester that they do not get it, and why."""
    decision = partial(request_course.refuse, ground=ground, reason=Personal(reason))
    step_of(house, written, by, "refuse", lambda _: decision)


def ask_review(house: House, written: str, by: Actor, *, reason: str) -> None:
    """Open an answered request again."""
    decision = partial(request_course.ask_internal_review, reason=Personal(reason))
    step_of(house, written, by, "review", lambda _: decision)


def laws() -> Path | None:
    """Return the operator's own file of laws, where one is set."""
    named = os.environ.get("ONRECORD_REGIMES")
    return Path(named) if named else None


def _must_be_known(house: House, customer: str) -> None:
    with house.views.reading(Ties) as (db, ties):
        if not ties.closure(db, house.archive.names.tie("customer", customer)):
            raise NotFound(f"There is no customer {customer}: find the id with onrecord customers.")


def _received(house: House, request: Request) -> date:
    state: RecordRequest | None = None
    for one in house.archive.stream(request.stream):
        state = request_course.evolve(state, one.event)  # type: ignore[arg-type]  # the stream holds nothing else
    assert state is not None, "a request that is listed was made"
    assert state.received is not None, "an acknowledged request was received"
    return state.received
