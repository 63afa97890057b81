"""What is known of a text besides its words, as tokens: who, where, by which way, about what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from audit.domain.witnessed import Witnessed
from audit.language.folding import fold
from audit.projections.columns import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from audit.domain.event import Personal, Record
    from audit.projections.search.kinds import Told

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
    "author": "b",
    "promise": "p",
    "tie": "j",
    "silent": "o",
}
"""„tie“ is an id that nobody reads any more, „silent“ that nobody said or wrote anything."""
_TIES: Final = {
    "customer": "customer",
    "representative": "customer",
    "recipient": "customer",
    "conversation": "conversation",
    "ticket": "ticket",
    "work_order": "order",
    "promise": "promise",
}
_LONGEST: Final = 80
_MOST_NAMES: Final = 8


@dataclass(frozen=True)
class Values:
    """``columns`` survive an erasure, ``named`` do not; ``fields`` are all (field, value) by which a row is found."""

    columns: dict[str, Any]
    named: dict[str, str | None]
    fields: list[tuple[str, str]]


def values_of(record: Record, told: Told) -> Values:
    """Return what is known of a record besides its words."""
    event, stamp = record.event, record.stamp
    columns = {
        "kind": told.kind,
        "channel": getattr(event, "channel", None),
        "direction": getattr(event, "direction", None),
        "role": stamp.role,
        "language": getattr(event, "language", None),
        "source": stamp.source,
    }
    fields = [(name, value) for name, value in columns.items() if value]
    fields += [("kind", event.TOPIC)] if told.kind != event.TOPIC else []
    fields += [] if told.spoken else [("silent", "yes")]
    actor = stamp.actor.hex if stamp.actor is not None else None
    if actor is not None:
        fields.append(("agent", actor))
    written = stamp.ids.value if stamp.ids is not None and not stamp.ids.erased else ()
    author = text_of(getattr(event, "author", None))
    fields += [("author", name) for name in author_names(author)]
    fields += named_by(stamp.ids)
    fields += [("tie", each.hex) for each in _unwritten(record)]
    tied, known = _firsts(stamp.ties), _firsts(written)
    place, customer = tied.get("conversation"), tied.get("customer")
    columns |= {
        "topic": event.TOPIC,
        "media_type": getattr(event, "media_type", None) if told.kind == "attachment" else None,
        "spoken": told.spoken,
        "actor": actor,
        "conversation_id": place.hex if place else None,
        "customer_id": customer.hex if customer else None,
    }
    named = {tie: str(known[tie]) if tie in known else None for tie in ("conversation", "customer", "ticket")}
    return Values(columns, named | {"author": author}, fields)


def _firsts(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the first id of each kind."""
    firsts: dict[str, Any] = {}
    for kind, each in pairs:
        firsts.setdefault(kind, each)
    return firsts


def named_by(ids: Personal | None) -> list[tuple[str, str]]:
    """Return the fields that ids as written give."""
    known = ids.value if ids is not None and not ids.erased else ()
    return [(_TIES[tie], str(written)) for tie, written in known if tie in _TIES]


def author_names(author: str | None) -> list[str]:
    """Return what an author is found by: the whole name, and each word of it."""
    return [author, *(author.split()[:_MOST_NAMES])] if author and author.strip() else []


def _unwritten(record: Record) -> list[UUID]:
    """Return the ids that stand nowhere as written: decisions are kept under them."""
    stamp = record.stamp
    written = {tie for tie, _ in stamp.ids.value} if stamp.ids is not None and not stamp.ids.erased else set()
    # The ids of promises are our own: people have them from lists, in the form of the tie.
    tied = [tied for tie, tied in stamp.ties if tie == "promise" or (tie in _TIES and tie not in written)]
    return tied if isinstance(record.event, Witnessed) else [*tied, record.stream]


def tie_tokens(ties: Iterable[str | None]) -> list[str]:
    """Return the tokens of ids in hexadecimal."""
    return [meta_token("tie", tied) for tied in ties if tied]


def without_field(meta: str, field: str) -> list[str]:
    """Return the tokens of a row without those of one field."""
    return [token for token in meta.split() if not token.startswith(_LETTERS[field])]


def meta_tokens(values: Values) -> list[str]:
    """Return the tokens of a text, each once."""
    return list(dict.fromkeys([meta_token(field, value) for field, value in values.fields]))


@lru_cache(maxsize=1 << 15)
def meta_token(field: str, value: str) -> str:
    """Return the token of a value: letters and digits that every engine leaves whole, case and width aside."""
    folded = " ".join(fold(value).text.split()).encode()
    if len(folded) > _LONGEST:
        folded = folded[: _LONGEST - 16] + sha256(folded).digest()[:16]
    return _LETTERS[field] + folded.hex()
