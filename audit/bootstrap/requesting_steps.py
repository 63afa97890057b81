"""What every step of a request goes through: who may take it, whose request it is, and a record of a refusal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from audit.bootstrap.promising_authority import must_act_for
from audit.bootstrap.requesting_document import customer_of
from audit.bootstrap.requesting_rights import must_be_allowed, record_refusal
from audit.domain import request_course
from audit.domain.errors import NotAllowed, NotFound, Refused
from audit.projections.requests import Requests
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.domain.event import Event
    from audit.domain.request_course import RecordRequest
    from audit.projections.requests import Request

    Decision = Callable[[RecordRequest | None], Event | Sequence[Event]]

SCOPE_OF_AUTHORITY: Final = "record"
"""What an authority must be for, or for everything, so that somebody may ask for another's record."""


class NotOfThisRecord(Refused):
    """In a request only events of its customer are withheld or disputed."""


def request_of(house: House, written: str) -> Request:
    """Return a request as it stands. Raises NotFound."""
    house.follower.catch_up()
    with house.views.reading(Requests) as (db, view):
        found = view.get(db, house.archive.names.decided("request", written))
    if found is None:
        raise NotFound(f"There is no request {written}: look at onrecord requests.")
    return found


@contextmanager
def attempted(house: House, written: str, by: Actor, step: str) -> Iterator[None]:
    """Let a step of a request be tried; a refusal is on record, with whose request it is."""
    try:
        yield
    except (Refused, NotAllowed, NotFound) as refusal:
        with house.views.reading(Requests) as (db, view):
            found = view.get(db, house.archive.names.decided("request", written))
        ties = [("request", written), *(ties_of(found) if found else ())]
        record_refusal(house, by, f"request-{step}", refusal, ties)
        raise


def step_of(house: House, written: str, by: Actor, step: str, deciding: Callable[[Request], Decision]) -> None:
    """Take one step of a request, for whoever may; a refusal is on record."""
    with attempted(house, written, by, step):
        must_be_allowed(by, step)
        request = request_of(house, written)
        decide(house, request, written, deciding(request), by)


def decide(house: House, request: Request, written: str, decision: Decision, by: Actor) -> None:
    """Append what is decided about a request, and bring the views to it."""
    house.archive.decide(("request", written), request_course.evolve, decision, by, ties=ties_of(request))
    house.follower.catch_up()


def ties_of(request: Request) -> list[tuple[str, str | UUID]]:
    """Return what every event of a request is tied to."""
    if request.tie is None:
        return []
    return [("customer", request.customer if request.customer is not None else request.tie)]


def must_be_authorised(house: House, customer: str, representative: str) -> None:
    """Raise NotAuthorised unless somebody may ask for the customer's record now."""
    now = house.world.clock().astimezone(house.settings.zone)
    must_act_for(house, customer, representative, scope=SCOPE_OF_AUTHORITY, at=now)


def must_still_act(house: House, request: Request) -> None:
    """Raise NotAuthorised where somebody asked for another and their authority is over by now."""
    if request.representative is not None:
        must_be_authorised(house, customer_of(request), request.representative)


def must_be_theirs(house: House, request: Request, position: int) -> None:
    """Raise NotOfThisRecord unless the event is in the record of the request's customer."""
    with house.views.reading(Ties) as (db, ties):
        theirs = request.tie is not None and position in set(ties.closure(db, request.tie))
    if not theirs:
        raise NotOfThisRecord(f"Event {position} is not in the record of this customer: take a number from it.")


def acted(house: House, request: Request, by: Actor, *kinds: type[Event]) -> bool:
    """Say whether somebody took such a step in this request: read from the log, never from a view."""
    mine = house.archive.names.tie("staff", by.login)
    return any(isinstance(one.event, kinds) and one.stamp.actor == mine for one in house.archive.stream(request.stream))
