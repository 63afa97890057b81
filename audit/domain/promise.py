"""A promise to a customer: what was said, when it is due, how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import Final, TypeAlias, assert_never

from audit.domain.errors import NotFound, Refused
from audit.domain.event import Event, Personal
from audit.domain.wording import require_amount, require_code, require_words


@dataclass(frozen=True, kw_only=True)
class PromiseSuggested(Event):
    """A text sounds like a promise: ``line`` is [start, end) of the text ``commit``, in code points.

    ``who`` is agent or company; ``deadline`` and ``amount`` are the words as written, ``due`` the day they mean.
    """

    TOPIC = "promise.suggested"
    line: Personal
    commit: str
    start: int
    end: int
    position: int
    who: str
    conditional: bool = False
    deadline: Personal | None = None
    amount: Personal | None = None
    due: date | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseMade(Event):
    """A person confirmed that this was promised.

    ``commit`` and ``position`` name the text that holds it; both None when it was said where nothing was written.
    """

    TOPIC = "promise.made"
    wording: Personal
    commit: str | None = None
    position: int | None = None
    due: date | None = None
    amount: str | None = None
    currency: str | None = None
    conditional: bool = False


@dataclass(frozen=True, kw_only=True)
class PromiseDismissed(Event):
    """A person judged that the suggested line promises nothing; ``reason`` is a code."""

    TOPIC = "promise.dismissed"
    reason: str
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseExtended(Event):
    TOPIC = "promise.extended"
    due: date
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseKept(Event):
    """Done; ``position`` is the event that shows it, ``commit`` its text where it has one."""

    TOPIC = "promise.kept"
    position: int
    commit: str | None = None
    note: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseBroken(Event):
    TOPIC = "promise.broken"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseWithdrawn(Event):
    TOPIC = "promise.withdrawn"
    reason: Personal


@dataclass(frozen=True, kw_only=True)
class PromiseDisputed(Event):
    """The customer sees it otherwise: that it was no promise, or kept, or void."""

    TOPIC = "promise.disputed"
    words: Personal


PromiseEvent: TypeAlias = (
    PromiseSuggested
    | PromiseMade
    | PromiseDismissed
    | PromiseExtended
    | PromiseKept
    | PromiseBroken
    | PromiseWithdrawn
    | PromiseDisputed
)


class PromiseAlreadyKnown(Refused):
    """A line is suggested once, whatever became of it."""


class PromiseAlreadyConfirmed(Refused):
    """What was confirmed is no suggestion any more."""


class PromiseAlreadyDismissed(Refused):
    """What was dismissed comes back only by a dispute."""


class PromiseNotConfirmed(Refused):
    """Only a confirmed promise can end."""


class PromiseAlreadySettled(Refused):
    """A promise ends once, unless its end is disputed."""


class PromiseAlreadyDisputed(Refused):
    """A dispute is answered before the next one."""


class PromiseNotYetDue(Refused):
    """Before its day a promise is broken only for a reason."""


class DueDateNotLater(Refused):
    """An extension gives more time."""


class Status(Enum):
    SUGGESTED = auto()
    DISMISSED = auto()
    OPEN = auto()
    KEPT = auto()
    BROKEN = auto()
    WITHDRAWN = auto()


_ENDS: Final[dict[type[Event], Status]] = {
    PromiseDismissed: Status.DISMISSED,
    PromiseKept: Status.KEPT,
    PromiseBroken: Status.BROKEN,
    PromiseWithdrawn: Status.WITHDRAWN,
}


@dataclass(frozen=True)
class Promise:
    status: Status
    due: date | None = None
    disputed: bool = False


def evolve(promise: Promise | None, event: PromiseEvent) -> Promise:
    """Return the promise as it stands after the event. Decides nothing."""
    match event:
        case PromiseSuggested(due=due):
            return Promise(Status.SUGGESTED, due)
        case PromiseMade(due=due):
            return Promise(Status.OPEN, due)
        case PromiseExtended(due=due):
            return replace(_existing(promise), status=Status.OPEN, due=due)
        case PromiseDisputed():
            return replace(_existing(promise), disputed=True)
        case PromiseDismissed() | PromiseKept() | PromiseBroken() | PromiseWithdrawn():
            return replace(_existing(promise), status=_ENDS[type(event)], disputed=False)
        case _:
            assert_never(event)


def suggest(promise: Promise | None, *, found: PromiseSuggested) -> PromiseSuggested:
    """Record that a line sounds like a promise."""
    if promise is not None:
        raise PromiseAlreadyKnown("This line was suggested before: confirm or dismiss what is there.")
    return found


def confirm(promise: Promise | None, *, made: PromiseMade) -> PromiseMade:
    """Record that a person judged it a promise; a promise needs no suggestion to be confirmed.

    A dismissed one is confirmed after all when the customer disputed the dismissal.
    """
    require_words(made.wording, "what was promised")
    require_amount(made.amount, currency=made.currency)
    if promise is None or promise.status is Status.SUGGESTED:
        return made
    if promise.status is not Status.DISMISSED:
        raise PromiseAlreadyConfirmed("This promise is confirmed already: extend, settle or dispute it.")
    if not promise.disputed:
        raise PromiseAlreadyDismissed("This line was dismissed: record the customer's dispute before confirming it.")
    return made


def dismiss(promise: Promise | None, *, reason: str, note: Personal | None = None) -> PromiseDismissed:
    """Record that the line promises nothing; ``reason`` is a code."""
    standing = _known(promise)
    require_code(reason, "the reason")
    if standing.status is Status.SUGGESTED or (standing.status is Status.DISMISSED and standing.disputed):
        return PromiseDismissed(reason=reason, note=note)
    if standing.status is Status.DISMISSED:
        raise PromiseAlreadyDismissed("This line was dismissed before: there is nothing more to do.")
    raise PromiseAlreadyConfirmed("This promise is confirmed: withdraw it instead of dismissing it.")


def extend(promise: Promise | None, *, due: date, reason: Personal | None = None) -> PromiseExtended:
    """Record a later day."""
    standing = _to_be_settled(promise)
    if standing.due is not None and due <= standing.due:
        raise DueDateNotLater(f"The promise is due on {standing.due}: give a later day.")
    return PromiseExtended(due=due, reason=reason)


def keep(
    promise: Promise | None, *, position: int, commit: str | None = None, note: Personal | None = None
) -> PromiseKept:
    """Record that the promised thing was done, with the event that shows it.

    A late promise can still be kept: lateness is for the ledger to judge.
    """
    _to_be_settled(promise)
    return PromiseKept(position=position, commit=commit, note=note)


def fail(promise: Promise | None, *, today: date, reason: Personal | None = None) -> PromiseBroken:
    """Record that it was not done; before the day is over this takes a reason."""
    standing = _to_be_settled(promise)
    over = standing.due is not None and today > standing.due
    if not over and reason is None:
        raise PromiseNotYetDue("The day of this promise is not over: give the reason why it counts as broken.")
    return PromiseBroken(reason=reason)


def withdraw(promise: Promise | None, *, reason: Personal) -> PromiseWithdrawn:
    """Record that we take it back, and why."""
    _to_be_settled(promise)
    require_words(reason, "the reason")
    return PromiseWithdrawn(reason=reason)


def dispute(promise: Promise | None, *, words: Personal) -> PromiseDisputed:
    """Record that the customer sees it otherwise; whatever ended can then end anew."""
    standing = _known(promise)
    require_words(words, "the customer's words")
    if standing.disputed:
        raise PromiseAlreadyDisputed("This promise is in dispute already: answer that by settling it.")
    return PromiseDisputed(words=words)


def _existing(promise: Promise | None) -> Promise:
    assert promise is not None, "a promise begins by being suggested or made"
    return promise


def _known(promise: Promise | None) -> Promise:
    if promise is None:
        raise NotFound("There is no such promise: confirm it first.")
    return promise


def _to_be_settled(promise: Promise | None) -> Promise:
    """Return the promise when it is open, or when its end is disputed."""
    standing = _known(promise)
    if standing.status in {Status.SUGGESTED, Status.DISMISSED}:
        raise PromiseNotConfirmed("Nobody has confirmed this promise: confirm it first.")
    if standing.status is not Status.OPEN and not standing.disputed:
        raise PromiseAlreadySettled("This promise is settled: record the customer's dispute before settling it anew.")
    return standing
