"""Tickets and what was changed in them, as our interchange writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.domain.event import Personal
from audit.domain.names import ItemName
from audit.domain.ticket import (
    OutcomeTold,
    TicketAcknowledged,
    TicketAssigned,
    TicketClosed,
    TicketEscalated,
    TicketFieldChanged,
    TicketOpened,
    TicketPrioritised,
    TicketReopened,
    TicketResolved,
    TicketReworded,
    TicketTied,
    TicketUpdatedByContact,
)
from audit.intake.interchange.line import CODE_MAX, ID_MAX, short
from audit.intake.interchange.telling import Telling, telling
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.domain.event import Event
    from audit.intake.interchange.line import Line

_RELATIONS = {"parent": "parent", "duplicate_of": "duplicate", "follow_up_of": "follow-up"}


def ticket(line: Line) -> Telling:
    told = telling(line, role="agent", ticket=line.id)
    fields = line.fields("fields")
    category, priority, status = (_of_fields(line, fields, name) for name in ("category", "priority", "status"))
    told.add(
        TicketOpened(
            subject=line.words("subject"),
            text=line.words("text"),
            fields=None if fields is None else Personal(fields),
            category=category,
            priority=priority,
            status=status,
        )
    )
    if priority is not None:
        told.add(TicketPrioritised(priority=priority))
    assignee, team = line.id_of("assignee"), line.code("team")
    if assignee is not None or team is not None:
        _assign(told, assignee, team)
    return told


def ticket_change(line: Line) -> Telling:
    """Either a new ``text``, or a ``field`` with its ``value`` and, where the source knows it, the ``old`` one."""
    told = telling(line, role="agent", ticket=line.needed_id("ticket"))
    field = line.code("field")
    if line.has("text") and field is None:
        told.add(TicketReworded(text=Personal(line.needed("text")), subject=line.words("subject")))
        return told
    if field is None:
        raise NotTaken("text or field is missing")
    if field == "text":
        told.add(TicketReworded(text=Personal(line.needed("value")), subject=line.words("subject")))
    elif field == "assignee":
        _assign(told, short("value", line.text("value"), ID_MAX), line.code("team"))
    elif field in _RELATIONS:
        tied = ItemName("ticket", line.source, line.needed_id("value"))
        told.add(TicketTied(relation=_RELATIONS[field]), of=tied)
    else:
        told.add(_changed(line, field))
    return told


def _of_fields(line: Line, fields: dict[str, Any] | None, name: str) -> str | None:
    """Return a code that stands in the line, or among the helpdesk's own fields when it is short enough to be one."""
    own = line.code(name)
    named = (fields or {}).get(name)
    if own is None and isinstance(named, str) and len(named) <= CODE_MAX:
        return short(f"{name} in fields", named, CODE_MAX)
    return own


def _assign(told: Telling, assignee: str | None, team: str | None) -> None:
    ties = () if assignee is None else told.add_staff(assignee, told.line.text("assignee_name"))
    told.add(TicketAssigned(team=team), ties=ties)


def _changed(line: Line, field: str) -> Event:
    """Return the event that fits a field we know; of every other, that it changed."""
    value = line.value("value")
    known = _STATUS.get(value) if field == "status" and isinstance(value, str) else _FIELDS.get(field)
    if known is not None and isinstance(value, str) and 0 < len(value) <= CODE_MAX:
        return known(line, value)
    old: Any = line.value("old")
    return TicketFieldChanged(
        field=field,
        value=None if value is None else Personal(value),
        old=None if old is None else Personal(old),
    )


def _contact(line: Line, value: str) -> Event:
    return TicketUpdatedByContact(channel=short("value", value, CODE_MAX), text=line.words("text"))


_STATUS: dict[str, Callable[[Line, str], Event]] = {
    "resolved": lambda line, _: TicketResolved(resolution=line.words("resolution")),
    "closed": lambda line, _: TicketClosed(reason=line.words("reason")),
    "reopened": lambda line, _: TicketReopened(reason=line.words("reason")),
    "acknowledged": lambda line, _: TicketAcknowledged(due=line.moment("due"), how=line.code("how")),
    "escalated": lambda line, _: TicketEscalated(
        level=line.code("level") or "unspecified", reason=line.words("reason")
    ),
}
_FIELDS: dict[str, Callable[[Line, str], Event]] = {
    "priority": lambda _, value: TicketPrioritised(priority=short("value", value, CODE_MAX) or value),
    "team": lambda _, value: TicketAssigned(team=short("value", value, CODE_MAX)),
    "level": lambda line, value: TicketEscalated(
        level=short("value", value, CODE_MAX) or value, reason=line.words("reason")
    ),
    "outcome_told": lambda line, value: OutcomeTold(how=short("value", value, CODE_MAX), text=line.words("text")),
    "contact": _contact,
}
