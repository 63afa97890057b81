"""Names of streams and ties: UUIDs that say nothing to whoever does not hold the archive's namespace."""

from __future__ import annotations

import json.encoder
from functools import lru_cache
from hashlib import sha1
from typing import NamedTuple
from uuid import UUID


class ItemName(NamedTuple):
    """What names an item of a source for ever."""

    kind: str
    source: str
    id: str
    revision: str | None = None


class Names:
    """Makes the ids of streams from what names them (version 5 UUIDs, RFC 9562 section 5.5)."""

    def __init__(self, namespace: UUID) -> None:
        self.namespace = namespace
        self._before = namespace.bytes
        self.tie = lru_cache(maxsize=100_000)(self._tie)

    def witnessed(self, item: ItemName, fact: str, ordinal: int) -> UUID:
        """Return the stream of the ``ordinal``-th fact (counted from 0) with topic ``fact`` that an item tells."""
        revision = "null" if item.revision is None else _quoted(item.revision)
        parts = f"{_quoted(item.kind)},{_quoted(item.source)},{_quoted(item.id)},{revision},{_quoted(fact)},{ordinal}"
        return self._named(f'["witnessed",{parts}]')

    def decided(self, kind: str, written: str) -> UUID:
        """Return the stream of what our people decide about a thing."""
        return self._named(f'["decided",{_quoted(kind)},"",{_quoted(written)}]')

    def _named(self, name: str) -> UUID:
        """Return what ``uuid5(self.namespace, name)`` returns, in half the time: every stored event needs it."""
        digest = sha1(self._before + name.encode(), usedforsecurity=False).digest()
        return UUID(int=int.from_bytes(digest[:16], "big") & _FREE_BITS | _VERSION_5)

    def _tie(self, kind: str, written: str) -> UUID:
        """Return the id under which other events point at a thing: that of its decided stream."""
        return self.decided(_ALIASES.get(kind, kind), written)


_VERSION_5 = 0x5000_8000_0000_0000_0000
"""The bits that say version and variant (RFC 9562 sections 4.1 and 4.2)."""
_FREE_BITS = ~0xF000_C000_0000_0000_0000

_quoted = json.encoder.encode_basestring
"""A string as compact JSON writes it, with every character that JSON allows left as it is."""

_ALIASES = {"representative": "customer", "recipient": "customer", "linked": "customer", "technician": "staff"}
"""Ties that play a part of their own but point at a customer or at one of the staff."""
