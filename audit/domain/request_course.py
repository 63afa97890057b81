"""The course of a record request: what may follow what, and by when."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from audit.domain.errors import NotFound, Refused
from audit.domain.record_request import (
    InternalReviewAsked,
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
from audit.domain.wording import require_code, require_words

if TYPE_CHECKING:
    from audit.domain.event import Personal

_OnItsWay: TypeAlias = RequestAcknowledged | RequesterVerified | RequestEscalated | RequestExtended | StatementDisputed
_Release: TypeAlias = (
    RecordCompiled
    | ItemWithheld
    | RedactionChecked
    | RecordApproved
    | RecordDelivered
    | RequestRefused
    | InternalReviewAsked
)
RequestEvent: TypeAlias = RecordRequested | _OnItsWay | _Release


@dataclass(frozen=True, kw_only=True)
class Regime:
    """How long a law gives for the answer, and how much longer once: in calendar months, or in days."""

    months: int = 0
    days: int = 0
    more_months: int = 0
    more_days: int = 0

    def due(self, received: date) -> date:
        """Return the last day to answer what was received on that day."""
        return months_after(received, self.months) + timedelta(days=self.days)

    def latest(self, received: date) -> date:
        """Return the last day of an extended time."""
        return months_after(received, self.months + self.more_months) + timedelta(days=self.days + self.more_days)


GDPR: Final = Regime(months=1, more_months=2)
"""One month, and two more (GDPR article 12(3))."""


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


class RequesterNotVerified(Refused):
    """A record goes to nobody whose right to it was not checked."""


class RequestAlreadyExtended(Refused):
    """The time to answer is extended once."""


class FirstMonthOver(Refused):
    """The requester hears of more time within the first month."""


class ExtensionTooLong(Refused):
    """Two further months, no more."""


class ExtensionGivesNoTime(Refused):
    """An extension gives a later day."""


class StretchIncomplete(Refused):
    """Part of a text is withheld from a place in it to a later one."""


class RecordNotYetCompiled(Refused):
    """Only what was made can be approved."""


class RecordOutdated(Refused):
    """What is approved is the record as it was made last."""


class SecondReaderNeeded(Refused):
    """Where something is withheld, a second person reads it before it is approved."""


class NothingWithheld(Refused):
    """A second reader reads what is withheld."""


class OtherRegime(Refused):
    """A request is extended under the law it was acknowledged under."""


class RequestNotYetApproved(Refused):
    """Nothing leaves the house unapproved."""


class RequestAlreadySettled(Refused):
    """What was delivered or refused comes back only by an internal review."""


class RequestNotYetSettled(Refused):
    """Before there is an answer there is nothing to review."""


@dataclass(frozen=True)
class RecordRequest:
    """``first_due`` ends the first time to answer; ``compiled``, ``checked`` and ``approved`` are digests.

    They are those of the unsigned record. ``redacted`` says that somebody withheld something in this request.
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
        case ItemWithheld():
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
    if _unsettled(request).due is not None:
        raise RequestAlreadyAcknowledged("This request is acknowledged already: extend it if more time is needed.")
    due = regime.due(received)
    return RequestAcknowledged(received=received, due=due, how=how), RequestEscalated(level="supervisor", reason=why)


def verify_requester(request: RecordRequest | None, *, how: str, evidence: Personal | None = None) -> RequesterVerified:
    """Record how we know that they may have it; ``how`` is a code."""
    if _unsettled(request).verified:
        raise RequesterAlreadyVerified("The requester is verified already: compile the record.")
    require_code(how, "the way it was checked")
    return RequesterVerified(how=how, evidence=evidence)


def extend(
    request: RecordRequest | None, *, today: date, due: date, reason: Personal, regime: Regime = GDPR
) -> RequestExtended:
    """Give ourselves what more the law gives, once, told with its reason within the first time."""
    current = _acknowledged(request)
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


def withhold(request: RecordRequest | None, *, item: ItemWithheld) -> ItemWithheld:
    """Keep an item, or a stretch of its words, out of the record; it must then be made again."""
    _acknowledged(request)
    require_code(item.reason, "the reason")
    if (item.start, item.end) == (None, None):
        return item
    if item.part is None or item.start is None or item.end is None or not 0 <= item.start < item.end:
        raise StretchIncomplete("A stretch of words has a part, a start and a later end: give all three.")
    return item


def compile_record(request: RecordRequest | None, *, compiled: RecordCompiled) -> RecordCompiled:
    """Record that the record was made; an approval of an earlier one no longer counts."""
    _acknowledged(request)
    return compiled


def check_redaction(request: RecordRequest | None, *, digest: str, note: Personal | None = None) -> RedactionChecked:
    """Record that a second person read what is withheld from the record that was made last.

    That they are another person than whoever withheld it is for the caller to see to: who decides stands in stamps.
    """
    current = _acknowledged(request)
    if not current.redacted:
        raise NothingWithheld("Nothing was withheld in this request: it can be approved.")
    _must_be_newest(current, digest)
    return RedactionChecked(digest=digest, note=note)


def approve(request: RecordRequest | None, *, digest: str, note: Personal | None = None) -> RecordApproved:
    """Release the record that was made last, for somebody whose right to it was checked."""
    current = _acknowledged(request)
    if not current.verified:
        raise RequesterNotVerified("Nobody has checked that the requester may have this: verify them first.")
    _must_be_newest(current, digest)
    if current.redacted and current.checked != digest:
        raise SecondReaderNeeded("Words are withheld and no second person has read this record: have it checked first.")
    return RecordApproved(digest=digest, note=note)


def deliver(request: RecordRequest | None, *, delivered: RecordDelivered) -> RecordDelivered:
    """Hand over the approved record; a lost one may be handed over again."""
    current = _made(request)
    if current.refused:
        raise RequestAlreadySettled("This request was refused: an internal review opens it again.")
    if current.approved is None:
        raise RequestNotYetApproved("Nobody has approved this record: have it approved first.")
    if current.approved != delivered.digest:
        raise RecordOutdated("This is not the record that was approved: hand over that one.")
    return delivered


def refuse(request: RecordRequest | None, *, ground: str, reason: Personal) -> RequestRefused:
    """Tell the requester that they do not get it, and why."""
    _unsettled(request)
    require_code(ground, "the ground")
    require_words(reason, "the reason")
    return RequestRefused(ground=ground, reason=reason)


def ask_internal_review(request: RecordRequest | None, *, reason: Personal) -> InternalReviewAsked:
    """Open the request again: the requester is not content with the answer."""
    current = _made(request)
    if not (current.delivered or current.refused):
        raise RequestNotYetSettled("This request has no answer yet: there is nothing to review.")
    require_words(reason, "the reason")
    return InternalReviewAsked(reason=reason)


def dispute_statement(
    request: RecordRequest | None, *, position: int, text: Personal, commit: str | None = None
) -> StatementDisputed:
    """Put the customer's own words beside a statement about them, at any time."""
    _made(request)
    require_words(text, "what is disputed")
    return StatementDisputed(position=position, text=text, commit=commit)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month (Regulation 1182/71, article 3)."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def _must_be_newest(request: RecordRequest, digest: str) -> None:
    if request.compiled is None:
        raise RecordNotYetCompiled("There is no record since the last change: compile it first.")
    if request.compiled != digest:
        raise RecordOutdated("The record was made again since this one: look at the newest and approve that.")


def _made(request: RecordRequest | None) -> RecordRequest:
    if request is None:
        raise NotFound("There is no such request: record it first.")
    return request


def _unsettled(request: RecordRequest | None) -> RecordRequest:
    current = _made(request)
    if current.delivered or current.refused:
        raise RequestAlreadySettled("This request is answered: an internal review opens it again.")
    return current


def _acknowledged(request: RecordRequest | None) -> RecordRequest:
    current = _unsettled(request)
    if current.due is None:
        raise RequestNotYetAcknowledged("The requester has no day yet: acknowledge the request first.")
    return current
