"""Where an event stands in the record: in which part, and with which others it forms one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain import call, conversation, customer, promise, record_request, ticket, work_order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain.event import Record
    from audit.reports.closure import Closure

PARTICULARS: Final = "particulars"
CONTACT: Final = "contact"
TICKET: Final = "ticket"
WORK_ORDER: Final = "work_order"
PROMISE: Final = "promise"
REQUEST: Final = "request"
OTHERS: Final = "others"

_PARTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    customer.__name__: (PARTICULARS, ()),
    conversation.__name__: (CONTACT, ("conversation", "ticket", "work_order")),
    call.__name__: (CONTACT, ("conversation",)),
    ticket.__name__: (TICKET, ("ticket",)),
    work_order.__name__: (WORK_ORDER, ("work_order", "ticket")),
    promise.__name__: (PROMISE, ("promise",)),
    record_request.__name__: (REQUEST, ("request",)),
}
"""For the events of each concept: the part, and the ties that name the thing, the first one present."""
_BESIDE: Final = (
    conversation.NoteWritten,
    conversation.AttachmentKept,
    work_order.PriceQuoted,
    work_order.ChargeMade,
)
"""Events that stand with the ticket or the work order they are tied to, whatever their concept."""
_WHOLE: Final = frozenset({TICKET, WORK_ORDER, PROMISE, REQUEST})


class Place(NamedTuple):
    """A part of the record and the thing within it."""

    part: str
    thing: UUID | None = None


def place_of(closure: Closure, record: Record) -> Place:
    """Return where a record stands; edits, deletions and attachments stand with the words they belong to."""
    root = closure.root(record)
    if root is not record:
        return place_of(closure, root)
    part, kinds = _PARTS.get(type(record.event).__module__, (OTHERS, ()))
    if part in {PARTICULARS, OTHERS}:
        return Place(part)
    tied = next(((kind, found) for kind in kinds if (found := record.stamp.tie(kind))), None)
    if tied is None:
        return Place(part, record.stream)
    kind, thing = tied
    return Place(kind if isinstance(record.event, _BESIDE) and kind in _WHOLE else part, thing)


def unit_of(closure: Closure, record: Record) -> tuple[str, UUID]:
    """Return what is within the period as a whole: a ticket and its like, or a message with all its versions."""
    place = place_of(closure, record)
    if place.part in _WHOLE and place.thing is not None:
        return place.part, place.thing
    return place.part, closure.root(record).stream
