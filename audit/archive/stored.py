"""The stored form of an event: JSON written once, read for ever."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from collections.abc import Container

FORMAT = 3
"""What this code can read. Raised with every new topic or shape, so that older code refuses what it would misread."""


class Fingerprint(msgspec.Struct, frozen=True):
    """Tells an item from a changed copy of it: the version of its normal form, the key, and the HMAC in base64."""

    version: int
    key: str
    mac: str


class State(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the column ``state`` holds. Field names and meanings are for ever; a new field needs a default.

    ``salt``: 16 random bytes, so that equal events have unlike leaves. ``key`` and ``ct``: the data key and the digest
    of the box in ``sealed``. ``commit``: each personal part's commitment. ``originals``: parts kept beside the
    database, by the SHA-256 of the sealed file. ``binary``: parts that are bytes, whose text is base64.
    ``structured``: originals whose text is JSON.
    """

    version: int
    salt: str
    role: str
    happened_at: datetime
    recorded_at: datetime
    source: str
    event: dict[str, Any]
    actor: UUID | None = None
    on_behalf_of: UUID | None = None
    zone_assumed: bool = False
    seq: int | None = None
    batch: UUID | None = None
    ties: tuple[tuple[str, UUID], ...] = ()
    key: str | None = None
    ct: str | None = None
    commit: dict[str, str] = {}
    originals: dict[str, str] = {}
    binary: tuple[str, ...] = ()
    structured: tuple[str, ...] = ()
    fingerprint: Fingerprint | None = None


class Known(msgspec.Struct, frozen=True):
    """The little of a stored item that tells whether another copy of it is the same."""

    fingerprint: Fingerprint | None = None


class Locked(msgspec.Struct, frozen=True):
    """The little that tells which key a stored event needs."""

    key: str | None = None


class _Pointing(msgspec.Struct, frozen=True, gc=False):
    """The little that tells what a stored event is about."""

    ties: tuple[tuple[str, UUID], ...] = ()


encode_state = msgspec.json.Encoder().encode
decode_state = msgspec.json.Decoder(State).decode
decode_known = msgspec.json.Decoder(Known).decode
decode_locked = msgspec.json.Decoder(Locked).decode
_decode_pointing = msgspec.json.Decoder(_Pointing).decode


def points_at(state: bytes, ids: Container[UUID]) -> bool:
    """Say whether a stored event is tied to any of these; one that cannot be read may be."""
    try:
        return any(tied in ids for _, tied in _decode_pointing(state).ties)
    except (msgspec.MsgspecError, TypeError):
        return True
