"""What an event is to a searcher: a word for its kind, and which of its words can be searched for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.domain import call, conversation, customer, promise, record_request, review, ticket, work_order
from audit.domain.catalogue import EVENTS
from audit.domain.event import Personal

if TYPE_CHECKING:
    from types import ModuleType

    from audit.domain.event import Event


class Part(NamedTuple):
    """Words of an event and how the place is called where they stand."""

    where: str
    text: str


class Told(NamedTuple):
    """What an event tells a searcher; ``spoken`` is what people said or wrote, and not only that something happened."""

    kind: str
    spoken: bool
    parts: tuple[Part, ...]


class _Text(NamedTuple):
    kind: str
    fields: tuple[str, ...]


_TEXTS: Final[dict[type[Event], _Text]] = {
    conversation.MessagePosted: _Text("message", ("subject", "text")),
    conversation.MessageEditedAtSource: _Text("edit", ("text",)),
    conversation.NoteWritten: _Text("note", ("text",)),
    conversation.SatisfactionRated: _Text("rating", ("comment",)),
    conversation.AttachmentKept: _Text("attachment", ("name",)),
    ticket.TicketOpened: _Text("ticket", ("subject", "text", "fields")),
    ticket.TicketReworded: _Text("ticket", ("subject", "text")),
    ticket.TicketUpdatedByContact: _Text("ticket", ("text",)),
    ticket.TicketResolved: _Text("ticket", ("resolution",)),
    work_order.WorkOrderIssued: _Text("work_order", ("subject", "text", "fields")),
    work_order.WorkOrderReworded: _Text("work_order", ("text",)),
    work_order.WorkOrderReportedUnclear: _Text("work_order", ("reason",)),
    work_order.WorkOrderFinished: _Text("work_order", ("findings",)),
}
# What happened otherwise, by the concept. Access and custody are no part of it: a search must not find itself.
_CONCEPTS: Final[tuple[tuple[ModuleType, str], ...]] = (
    (conversation, "conversation"),
    (call, "call"),
    (ticket, "ticket"),
    (work_order, "work_order"),
    (customer, "customer"),
    (promise, "promise"),
    (review, "review"),
    (record_request, "request"),
)
_MAIN: Final = frozenset({"text", "comment", "resolution", "reason", "findings", "wording", "line", "value", "words"})
_NO_WORDS: Final = frozenset({"html", "raw", "content", "digest", "url", "signature", "evidence"})
_OTHER_KINDS: Final[dict[type[Event], str]] = {
    conversation.MessageDeletedAtSource: "deletion",
    work_order.PriceQuoted: "charge",
    work_order.ChargeMade: "charge",
    call.RecordingKept: "recording",
}
KINDS: Final = tuple(
    sorted({*(text.kind for text in _TEXTS.values()), *_OTHER_KINDS.values(), *(name for _, name in _CONCEPTS)})
)
_BY_TOPIC: Final = {event.TOPIC: text for event, text in _TEXTS.items()}
_BY_MODULE: Final = {module.__name__: name for module, name in _CONCEPTS}
_NOT_SEARCHED: Final = (customer.TieCorrected, review.SearchHitTagged, review.SampleDrawn)
TOPICS: Final = tuple(
    event.TOPIC for event in EVENTS.values() if event.__module__ in _BY_MODULE and event not in _NOT_SEARCHED
)
"""The stored names of the events that are searched; ``kind:`` takes them too."""


def told_in(event: Event) -> Told | None:
    """Return what an event tells a searcher; None for what is not searched."""
    text = _TEXTS.get(type(event))
    if text is not None:
        parts = tuple(_parts(event, text.kind, text.fields))
        return Told(text.kind, bool(parts), parts)
    concept = _BY_MODULE.get(type(event).__module__)
    if concept is None or isinstance(event, _NOT_SEARCHED):
        return None
    kind = _OTHER_KINDS.get(type(event), concept)
    fields = tuple(name for name, value in vars(event).items() if isinstance(value, Personal) and name not in _NO_WORDS)
    return Told(kind, spoken=False, parts=tuple(_parts(event, kind, fields)))


def parts_from(topic: str, kind: str, words: dict[str, Any]) -> tuple[Part, ...]:
    """Return the parts of a copy of an event's words, which come by field."""
    text = _BY_TOPIC.get(topic)
    fields = text.fields if text else tuple(name for name in words if name not in _NO_WORDS)
    told = ((name, _written(words.get(name))) for name in fields)
    return tuple(Part(_where(kind, name), text) for name, text in told if text)


def is_speech(topic: str) -> bool:
    """Say whether an event of this topic holds what people said or wrote."""
    return topic in _BY_TOPIC


def _parts(event: Event, kind: str, fields: tuple[str, ...]) -> list[Part]:
    parts = []
    for name in fields:
        words = getattr(event, name)
        text = _written(words.value) if isinstance(words, Personal) and not words.erased else ""
        if text:
            parts.append(Part(_where(kind, name), text))
    return parts


def _where(kind: str, field: str) -> str:
    if kind == "attachment":
        return f"attachment {field}"
    return kind if field in _MAIN else f"{kind} {field}"


def _written(value: Any) -> str:
    """Return words as text: of an object its names and values, line by line."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_flat(each)}" for name, each in value.items() if each not in (None, "", [], {}))
    if isinstance(value, list):
        return "\n".join(filter(None, (_written(each) for each in value)))
    return "" if value is None or isinstance(value, bytes) else str(value)


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
