"""Work orders, what became of them, and charges, as our interchange writes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from audit.domain.event import Personal
from audit.domain.work_order import (
    ChargeMade,
    FollowUpMade,
    PriceQuoted,
    TechnicianAssigned,
    VisitStarted,
    WorkOrderCancelled,
    WorkOrderFieldChanged,
    WorkOrderFinished,
    WorkOrderIssued,
    WorkOrderReportedUnclear,
    WorkOrderReworded,
    WorkOrderScheduled,
    WorkOrderSigned,
)
from audit.intake.interchange.telling import Telling, telling
from audit.intake.source import NotTaken
from audit.intake.times import moment

if TYPE_CHECKING:
    from datetime import datetime

    from audit.domain.event import Event
    from audit.intake.interchange.line import Line

_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,8})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def work_order(line: Line) -> Telling:
    told = telling(line, work_order=line.id)
    fields = line.fields("fields")
    scheduled_for = line.moment("scheduled_for") or line.moment("scheduled")
    until = line.moment("until")
    told.add(
        WorkOrderIssued(
            text=Personal(line.needed("text")),
            scheduled_for=scheduled_for,
            subject=line.words("subject"),
            fields=None if fields is None else Personal(fields),
        )
    )
    technician = line.id_of("technician")
    if technician is not None:
        _assign(told, technician)
    if scheduled_for is not None:
        told.add(_appointment(scheduled_for, until))
    return told


def work_order_change(line: Line) -> Telling:
    """Either a new ``text``, or a ``field`` with its ``value`` and, where the source knows it, the ``old`` one."""
    told = telling(line, work_order=line.needed_id("work_order"))
    field = line.code("field")
    if line.has("text") and field is None:
        told.add(WorkOrderReworded(text=Personal(line.needed("text"))))
    elif field is None:
        raise NotTaken("text or field is missing")
    elif field == "text":
        told.add(WorkOrderReworded(text=Personal(line.needed("value"))))
    elif field == "technician" and line.has("value"):
        _assign(told, line.needed_id("value"))
    else:
        told.add(_changed(line, field))
    return told


def work_order_done(line: Line) -> Telling:
    told = telling(line, role="technician", work_order=line.needed_id("work_order"))
    parts = line.entries("parts")
    told.add(
        WorkOrderFinished(
            findings=line.words("findings"),
            parts=Personal(parts) if parts else None,
            minutes=line.count("minutes"),
        )
    )
    signed_by = line.words("signed_by")
    if signed_by is not None:
        told.add(WorkOrderSigned(signed_by=signed_by, signature=line.words("signature")), at=line.moment("signed_at"))
    return told


def charge(line: Line) -> Telling:
    """Tell of a charge; with ``quoted`` true, of a price that was only told."""
    told = telling(line)
    amount, currency = _amount(line), line.code("currency") or ""
    if not _CURRENCY.fullmatch(currency):
        raise NotTaken("currency is no code of ISO 4217 such as EUR")
    kind = PriceQuoted if line.flag("quoted") else ChargeMade
    basis, text = (line.code("basis") or "flat").replace(" ", "-"), line.words("text")
    told.add(kind(amount=amount, currency=currency, basis=basis, text=text))
    return told


def _assign(told: Telling, technician: str) -> None:
    name = told.line.text("technician_name")
    told.add(TechnicianAssigned(), ties=told.add_staff(technician, name, kind="technician"))


def _appointment(start: datetime, until: datetime | None) -> WorkOrderScheduled:
    if until is not None and until < start:
        raise NotTaken("until is before scheduled_for")
    return WorkOrderScheduled(scheduled_for=start, until=until)


def _changed(line: Line, field: str) -> Event:
    value, old = line.value("value"), line.value("old")
    if field in {"scheduled_for", "scheduled"} and isinstance(value, str | None):
        return _rescheduled(line, value)
    if field == "status" and value in ("cancelled", "started"):
        return WorkOrderCancelled(reason=line.words("reason")) if value == "cancelled" else VisitStarted()
    if field == "unclear" and isinstance(value, str):
        return WorkOrderReportedUnclear(reason=Personal(value))
    if field == "follow_up" and isinstance(value, str):
        return FollowUpMade(outcome=line.code("value"), text=line.words("text"))
    return WorkOrderFieldChanged(
        field=field,
        value=None if value is None else Personal(value),
        old=None if old is None else Personal(old),
    )


def _rescheduled(line: Line, value: str | None) -> Event:
    if not value:
        return WorkOrderScheduled()
    try:
        start = moment(value).at
    except NotTaken as amiss:
        raise NotTaken(f"value {amiss}") from None
    return _appointment(start, line.moment("until"))


def _amount(line: Line) -> str:
    """Return the amount as the decimal number that was written; JSON numbers are taken as they print."""
    found = line.value("amount")
    if found is None:
        raise NotTaken("amount is missing")
    written = format(Decimal(repr(found)), "f") if type(found) in {int, float} else found
    if not isinstance(written, str) or not _AMOUNT.fullmatch(written):
        raise NotTaken("amount is no decimal number such as 12.50")
    return written
