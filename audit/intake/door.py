"""The door: what may not be stored at all is taken out of an item, or refuses it, before anything is written."""

from __future__ import annotations

from dataclasses import fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from audit.domain.conversation import AttachmentKept
from audit.domain.event import Event, Personal
from audit.intake.card_codes import holds_card_code
from audit.intake.cards import Masked, card_numbers
from audit.intake.hidden_text import texts_in
from audit.intake.html_text import html_text
from audit.intake.source import Found, NotTaken, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.domain.fact import Fact, Item

CODE_REFUSED: Final = (
    "it holds the verification code or PIN of a card, which may never be kept: take it out where it was written"
)
_AS_RECEIVED: Final = ("raw", "html")


def admitted(one: Found | Refusal) -> Found | Refusal:
    """Return what may be stored of an item: card numbers masked, and nothing at all where a card's code stands in it.

    An item that was masked keeps no bytes as received, and is known again by what was kept of it.
    """
    if isinstance(one, Refusal):
        return one._replace(raw=b"") if _is_unfit(one.raw) else one
    try:
        item = _masked_item(one.item)
    except NotTaken as amiss:
        return Refusal(one.place, f"{one.place}: {amiss}", b"")
    return one if item is one.item else one._replace(item=item)


def _is_unfit(raw: bytes) -> bool:
    return any(card_numbers(text) or holds_card_code(text) for text in texts_in(raw))


def _masked_item(item: Item) -> Item:
    masking = _Masking()
    facts = tuple(_fact(fact, masking) for fact in item.facts)
    if not masking.found:
        return item
    facts = tuple(_without_copies(fact) for fact in facts)
    normal = masking.known_in(item.normal.decode(errors="surrogateescape")).encode(errors="surrogateescape")
    return replace(item, normal=normal, facts=facts)


def _fact(fact: Fact, masking: _Masking) -> Fact:
    changed = dict(_changes(fact.event, masking))
    if not changed:
        return fact
    event = replace(fact.event, **changed)  # type: ignore[type-var]  # every event is a dataclass
    if isinstance(event, AttachmentKept) and "content" in changed:
        event = _measured(event)
    return replace(fact, event=event)


def _changes(event: Event, masking: _Masking) -> Iterable[tuple[str, Any]]:
    """Yield the fields of an event that are not to be stored as they are, with what is stored in their place."""
    for field in fields(event):  # type: ignore[arg-type]  # every event is a dataclass
        value = getattr(event, field.name)
        introduced = str(getattr(event, "field", field.name)) if field.name in {"value", "old"} else field.name
        if field.name in _AS_RECEIVED:
            masking.look_at(value)
        elif isinstance(value, Personal):
            kept = masking.value(value.value, introduced)
            if kept is not value.value:
                yield field.name, Personal(kept, apart=value.apart)
        elif isinstance(value, str):
            kept = masking.text(value, introduced)
            if kept != value:
                yield field.name, kept


def _measured(event: AttachmentKept) -> AttachmentKept:
    assert event.content is not None, "it was masked"
    content = event.content.value
    return replace(event, length=len(content), digest=Personal(sha256(content).hexdigest()))


def _without_copies(fact: Fact) -> Fact:
    """Return the fact without its bytes as received: a number can be written in them in ways beyond counting."""
    copies = {name: None for name in _AS_RECEIVED if getattr(fact.event, name, None) is not None}
    return replace(fact, event=replace(fact.event, **copies)) if copies else fact  # type: ignore[type-var]  # as above


class _Masking:
    """Masks values of any shape and remembers what it found. Raises NotTaken where a card's code stands."""

    def __init__(self) -> None:
        self.found: dict[str, Masked] = {}

    def value(self, value: Any, introduced: str) -> Any:
        """Return the value masked, the very same where there is nothing to mask."""
        kept = value
        if isinstance(value, str):
            kept = self.text(value, introduced)
        elif isinstance(value, bytes):
            kept = self._bytes(value, introduced)
        elif isinstance(value, int) and not isinstance(value, bool):
            kept = self._number(value, introduced)
        elif isinstance(value, dict):
            kept = {name: self.value(one, f"{introduced} {name}") for name, one in value.items()}
        elif isinstance(value, list):
            kept = [self.value(one, introduced) for one in value]
        return kept if kept != value else value

    def text(self, text: str, introduced: str) -> str:
        if holds_card_code(text, introduced):
            raise NotTaken(CODE_REFUSED)
        numbers = card_numbers(text, introduced)
        for number in numbers:
            self.found[number.written] = number
            text = text.replace(number.written, number.shown)
        return text

    def look_at(self, received: Personal | None) -> None:
        """Look for numbers in a copy of an item as it was received; the words of it are looked at by themselves."""
        match received.value if received is not None else None:
            case bytes() as raw:
                texts = [raw.decode(errors="replace")]
            case str() as page:
                texts = [html_text(page)]
            case _:
                return
        self.found |= {number.written: number for text in texts for number in card_numbers(text)}

    def known_in(self, text: str) -> str:
        """Return a text with the numbers masked that were found elsewhere."""
        for written in sorted(self.found, key=len, reverse=True):
            text = text.replace(written, self.found[written].shown)
        return text

    def _number(self, number: int, introduced: str) -> int | str:
        kept = self.text(str(number), introduced)
        return number if kept == str(number) else kept

    def _bytes(self, content: bytes, introduced: str) -> bytes:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return content
        kept = self.text(text, introduced)
        return content if kept == text else kept.encode()
