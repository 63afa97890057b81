"""A work order: what the technician was told, what they found, who signed, what it cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from audit.domain.errors import Refused
from audit.domain.event import Personal
from audit.domain.witnessed import Witnessed
from audit.domain.wording import require_words


@dataclass(frozen=True, kw_only=True)
class WorkOrderIssued(Witnessed):
    """``text`` is the instructions as the technician sees them; ``fields`` a JSON object of the source's own fields."""

    TOPIC = "work-order.issued"
    text: Personal
    scheduled_for: datetime | None = None
    subject: Personal | None = None
    fields: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class WorkOrderReworded(Witnessed):
    """The whole new text, so that versions can be compared."""

    TOPIC = "work-order.reworded"
    text: Personal


@dataclass(frozen=True, kw_only=True)
class WorkOrderFieldChanged(Witnessed):
    TOPIC = "work-order.field-changed"
    field: str
    value: Personal | None = None
    old: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class WorkOrderScheduled(Witnessed):
    """``scheduled_for`` is None when the appointment was taken back without a new one."""

    TOPIC = "work-order.scheduled"
    scheduled_for: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TechnicianAssigned(Witnessed):
    """Who goes is the tie ``technician``."""

    TOPIC = "technician.assigned"


@dataclass(frozen=True, kw_only=True)
class VisitStarted(Witnessed):
    TOPIC = "visit.started"


@dataclass(frozen=True, kw_only=True)
class WorkOrderReportedUnclear(Witnessed):
    """The technician says what is missing; ``commit`` names the text they had."""

    TOPIC = "work-order.reported-unclear"
    reason: Personal
    commit: str | None = None


@dataclass(frozen=True, kw_only=True)
class WorkOrderFinished(Witnessed):
    """``parts`` is a JSON list; ``minutes`` the time spent."""

    TOPIC = "work-order.finished"
    findings: Personal | None = None
    parts: Personal | None = None
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class WorkOrderSigned(Witnessed):
    """``commit`` names the text that was shown when it was signed; ``signature`` is the picture or its words."""

    TOPIC = "work-order.signed"
    signed_by: Personal
    commit: str | None = None
    signature: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUpMade(Witnessed):
    """Somebody asked the customer afterwards whether it is fixed."""

    TOPIC = "follow-up.made"
    outcome: str | None = None
    text: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class WorkOrderCancelled(Witnessed):
    TOPIC = "work-order.cancelled"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class PriceQuoted(Witnessed):
    """The customer was told a price, before.

    ``amount`` is a decimal number as text, ``currency`` a code of ISO 4217; ``basis`` is hourly, value-based, flat,
    commission, call-out-fee or credit.
    """

    TOPIC = "price.quoted"
    amount: str
    currency: str
    basis: str
    text: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ChargeMade(Witnessed):
    """The customer was charged, or with the basis credit was credited; fields as in ``PriceQuoted``."""

    TOPIC = "charge.made"
    amount: str
    currency: str
    basis: str
    text: Personal | None = None


WorkOrderChanged: TypeAlias = (
    WorkOrderIssued
    | WorkOrderReworded
    | WorkOrderFieldChanged
    | WorkOrderScheduled
    | TechnicianAssigned
    | VisitStarted
    | WorkOrderFinished
    | FollowUpMade
    | WorkOrderCancelled
    | PriceQuoted
    | ChargeMade
)
WorkOrderEvent: TypeAlias = WorkOrderChanged | WorkOrderReportedUnclear | WorkOrderSigned


class WorkOrderAlreadySigned(Refused):
    """The same text is signed once."""


class WorkOrderAlreadyReported(Refused):
    """The same text is reported once."""


@dataclass(frozen=True)
class WorkOrder:
    """What was said here about the texts of a work order, each named by its commitment."""

    signed: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()


def evolve(work_order: WorkOrder | None, event: WorkOrderEvent) -> WorkOrder:
    """Return the work order as our decisions leave it. Decides nothing."""
    known = work_order or WorkOrder()
    match event:
        case WorkOrderSigned(commit=str(commit)):
            return replace(known, signed=known.signed | {commit})
        case WorkOrderReportedUnclear(commit=str(commit)):
            return replace(known, unclear=known.unclear | {commit})
        case _:
            # One of ours may change a work order here as well; such a change decides nothing.
            assert isinstance(event, WorkOrderEvent), f"{type(event).__name__} is no event of a work order"
            return known


def report_unclear(work_order: WorkOrder | None, *, commit: str, reason: Personal) -> WorkOrderReportedUnclear:
    """Record what the technician could not find in the text they were given."""
    require_words(reason, "what is unclear")
    if work_order is not None and commit in work_order.unclear:
        raise WorkOrderAlreadyReported("This text was reported as unclear already: wait for the new one.")
    return WorkOrderReportedUnclear(commit=commit, reason=reason)


def sign(
    work_order: WorkOrder | None, *, commit: str, signed_by: Personal, signature: Personal | None = None
) -> WorkOrderSigned:
    """Record who signed the text that was shown."""
    require_words(signed_by, "who signs")
    if work_order is not None and commit in work_order.signed:
        raise WorkOrderAlreadySigned("This text is signed already: only a new one can be signed.")
    return WorkOrderSigned(commit=commit, signed_by=signed_by, signature=signature)
