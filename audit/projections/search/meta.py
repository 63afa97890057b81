"""What is known of a text besides its words, as tokens: who, where, by which way, about what."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from audit.language.folding import fold

if TYPE_CHECKING:
    from audit.domain.event import Record

_LETTERS: Final = {
    "customer": "u",
    "conversation": "v",
    "agent": "a",
    "channel": "h",
    "direction": "d",
    "role": "r",
    "kind": "k",
    "ticket": "t",
    "order": "w",
    "language": "l",
    "source": "s",
}
_TIES: Final = {
    "customer": "customer",
    "representative": "customer",
    "recipient": "customer",
    "conversation": "conversation",
    "ticket": "ticket",
    "work_order": "order",
}
_LONGEST: Final = 80


@dataclass(frozen=True)
class Values:
    """``columns`` are what a row shows, ``fields`` all (field, value) by which the text is found."""

    columns: dict[str, Any]
    fields: list[tuple[str, str]]


def values_of(record: Record, kind: str) -> Values:
    """Return what is known of the text of a record."""
    event, stamp = record.event, record.stamp
    columns = {
        "kind": kind,
        "channel": getattr(event, "channel", None),
        "direction": getattr(event, "direction", None),
        "role": stamp.role,
        "language": getattr(event, "language", None),
        "source": stamp.source,
    }
    fields = [(name, value) for name, value in columns.items() if value]
    if stamp.actor is not None:
        fields.append(("agent", stamp.actor.hex))
    ids = stamp.ids.value if stamp.ids is not None and not stamp.ids.erased else ()
    fields += [(_TIES[tie], str(known)) for tie, known in ids if tie in _TIES]
    place, customer = stamp.tie("conversation"), stamp.tie("customer")
    columns |= {
        "actor": stamp.actor.hex if stamp.actor else None,
        "conversation_id": place.hex if place else None,
        "customer_id": customer.hex if customer else None,
        "conversation": stamp.written("conversation"),
        "customer": stamp.written("customer"),
        "ticket": stamp.written("ticket"),
    }
    return Values(columns, fields)


def meta_tokens(values: Values) -> list[str]:
    """Return the tokens of a text, each once."""
    return list(dict.fromkeys(meta_token(field, value) for field, value in values.fields))


def meta_token(field: str, value: str) -> str:
    """Return the token of a value: letters and digits that every engine leaves whole, case and width aside."""
    folded = " ".join(fold(value).text.split()).encode()
    if len(folded) > _LONGEST:
        folded = folded[: _LONGEST - 16] + sha256(folded).digest()[:16]
    return _LETTERS[field] + folded.hex()
