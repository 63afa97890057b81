"""The course of a record request: what may follow what, and by when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias, assert_never

from audit.domain.errors import NotFound, Refused
from audit.domain.record_request import (
    InternalReviewAsked,
    ItemRestored,
    ItemWithheld,
    RecordApproved,
    RecordCompiled,
    RecordDelivered,
    RecordRequested,
    RedactionChecked,
    RequestAcknowledged,
    RequesterVerified,
    RequestEscalated,
    RequestExtended,
    RequestRefused,
    StatementDisputed,
)
from audit.domain.request_regime import GDPR, Regime
from audit.domain.wording import require_code, require_words

if TYPE_CHECKING:
    from audit.domain.event import Personal

_OnItsWay: TypeAlias = RequestAcknowledged | RequesterVerified | RequestEscalated | RequestExtended | StatementDisputed
_Release: TypeAlias = (
    RecordCompiled
    | ItemWithheld
    | ItemRestored
    | RedactionChecked
    | RecordApproved
    | RecordDelivered
    | RequestRefused
    | InternalReviewAsked
)
RequestEvent: TypeAlias = RecordRequested | _OnItsWay | _Release


class RequestAlreadyMade(Refused):
    """A request is made once."""


class PeriodBackwards(Refused):
    """A period ends after it begins."""


class RequestAlreadyAcknowledged(Refused):
    """The requester is told the day once."""


class RequestNotYetAcknowledged(Refused):
    """Nothing is made before the requester has a day and a supervisor has looked."""


class RequesterAlreadyVerified(Refused):
    """Who asks is verified once."""


class RequestAlreadyExtended(Refused):
    """The time to answer is extended once."""


class FirstMonthOver(Refused):
    """The requester hears of more time within the first month."""


class ExtensionTooLong(Refused):
    """Two further months, no more."""


class ExtensionGivesNoTime(Refused):
    """An extension gives a later day."""


class OtherRegime(Refused):
    """A request is extended under the law it was acknowledged under."""


class RequestAlreadySettled(Refused):
    """What was delivered or refused comes back only by an internal review."""


class RequestNotYetSettled(Refused):
    """Before there is an answer there is nothing to review."""


@dataclass(frozen=True)
class RecordRequest:
    """``first_due`` ends the first time to answer; ``compiled``, ``checked`` and ``approved`` are digests.

    They are those of the unsigned record. ``redacted`` says that somebody withheld something in this request, or gave
    withheld words free.
    """

    received: date | None = None
    first_due: date | None = None
    due: date | None = None
    verified: bool = False
    extended: bool = False
    redacted: bool = False
    compiled: str | None = None
    checked: str | None = None
    approved: str | None = None
    delivered: bool = False
    refused: bool = False


def evolve(request: RecordRequest | None, event: RequestEvent) -> RecordRequest:
    """Return the request as it stands after the event. Decides nothing."""
    if isinstance(event, RecordRequested):
        return RecordRequest()
    assert request is not None, "a request begins by being made"
    if isinstance(event, _OnItsWay):
        return _on_its_way(request, event)
    return _released(request, event)


def _on_its_way(request: RecordRequest, event: _OnItsWay) -> RecordRequest:
    match event:
        case RequestAcknowledged(received=received, due=due):
            return replace(request, received=received, first_due=due, due=due)
        case RequesterVerified():
            return replace(request, verified=True)
        case RequestExtended(due=due):
            return replace(request, due=due, extended=True)
        case RequestEscalated() | StatementDisputed():
            return request
        case _:
            assert_never(event)


def _released(request: RecordRequest, event: _Release) -> RecordRequest:
    if isinstance(event, RecordDelivered | RequestRefused | InternalReviewAsked):
        return _settled(request, event)
    match event:
        case RecordCompiled(digest=digest):
            return replace(request, compiled=digest, checked=None, approved=None)
        case RedactionChecked(digest=digest):
            return replace(request, checked=digest)
        case RecordApproved(digest=digest):
            return replace(request, approved=digest)
        case ItemWithheld() | ItemRestored():
            return replace(request, redacted=True, compiled=None, checked=None, approved=None)
        case _:
            assert_never(event)


def _settled(request: RecordRequest, event: RecordDelivered | RequestRefused | InternalReviewAsked) -> RecordRequest:
    match event:
        case RecordDelivered():
            return replace(request, delivered=True)
        case RequestRefused():
            return replace(request, refused=True)
        case InternalReviewAsked():
            return replace(request, compiled=None, checked=None, approved=None, delivered=False, refused=False)
        case _:
            assert_never(event)


def ask(request: RecordRequest | None, *, asked: RecordRequested) -> RecordRequested:
    """Record that somebody wants to see what we have on a customer."""
    if request is not None:
        raise RequestAlreadyMade("This request is on record already: go on with it, or open a new one.")
    require_code(asked.scope, "the scope")
    if asked.since and asked.until and asked.since > asked.until:
        raise PeriodBackwards("The period ends before it begins: change its days.")
    return asked


def acknowledge(
    request: RecordRequest | None,
    *,
    received: date,
    how: str | None = None,
    why: Personal | None = None,
    regime: Regime = GDPR,
) -> tuple[RequestAcknowledged, RequestEscalated]:
    """Tell the requester the last day to answer, and bring the customer's matters before a supervisor.

    The two happen together, so that no acknowledged request goes on without a supervisor's eye. The last day is
    counted from when the request was received.
    """
    if unsettled(request).due is not None:
        raise RequestAlreadyAcknowledged("This request is acknowledged already: extend it if more time is needed.")
    due = regime.due(received)
    return RequestAcknowledged(received=received, due=due, how=how), RequestEscalated(level="supervisor", reason=why)


def verify_requester(request: RecordRequest | None, *, how: str, evidence: Personal | None = None) -> RequesterVerified:
    """Record how we know that they may have it; ``how`` is a code."""
    if unsettled(request).verified:
        raise RequesterAlreadyVerified("The requester is verified already: compile the record.")
    require_code(how, "the way it was checked")
    return RequesterVerified(how=how, evidence=evidence)


def extend(
    request: RecordRequest | None, *, today: date, due: date, reason: Personal, regime: Regime = GDPR
) -> RequestExtended:
    """Give ourselves what more the law gives, once, told with its reason within the first time."""
    current = acknowledged(request)
    assert current.received is not None, "an acknowledged request was received"
    assert current.first_due is not None, "an acknowledged request has a day"
    require_words(reason, "the reason")
    if current.extended:
        raise RequestAlreadyExtended(f"This request was extended before: answer it by {current.due}.")
    if current.first_due != regime.due(current.received):
        raise OtherRegime("This request was acknowledged under another law: extend it under that one.")
    if today > current.first_due:
        raise FirstMonthOver(f"The first time to answer ended on {current.first_due}: answer the request now.")
    if due <= current.first_due:
        raise ExtensionGivesNoTime(f"The request is due on {current.first_due}: give a later day.")
    latest = regime.latest(current.received)
    if due > latest:
        raise ExtensionTooLong(f"The law gives no more time than that: the latest day is {latest}.")
    return RequestExtended(due=due, reason=reason)


def refuse(request: RecordRequest | None, *, ground: str, reason: Personal) -> RequestRefused:
    """Tell the requester that they do not get it, and why."""
    unsettled(request)
    require_code(ground, "the ground")
    require_words(reason, "the reason")
    return RequestRefused(ground=ground, reason=reason)


def ask_internal_review(request: RecordRequest | None, *, reason: Personal) -> InternalReviewAsked:
    """Open the request again: the requester is not content with the answer."""
    current = made(request)
    if not (current.delivered or current.refused):
        raise RequestNotYetSettled("This request has no answer yet: there is nothing to review.")
    require_words(reason, "the reason")
    return InternalReviewAsked(reason=reason)


def dispute_statement(
    request: RecordRequest | None, *, position: int, text: Personal, commit: str | None = None
) -> StatementDisputed:
    """Put the customer's own words beside a statement about them, at any time."""
    made(request)
    require_words(text, "what is disputed")
    return StatementDisputed(position=position, text=text, commit=commit)


def made(request: RecordRequest | None) -> RecordRequest:
    """Return a request that is there. Raises NotFound."""
    if request is None:
        raise NotFound("There is no such request: record it first.")
    return request


def unsettled(request: RecordRequest | None) -> RecordRequest:
    """Return a request without an answer. Raises RequestAlreadySettled."""
    current = made(request)
    if current.delivered or current.refused:
        raise RequestAlreadySettled("This request is answered: an internal review opens it again.")
    return current


def acknowledged(request: RecordRequest | None) -> RecordRequest:
    """Return a request whose requester has a day. Raises RequestNotYetAcknowledged."""
    current = unsettled(request)
    if current.due is None:
        raise RequestNotYetAcknowledged("The requester has no day yet: acknowledge the request first.")
    return current
