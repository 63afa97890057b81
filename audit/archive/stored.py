"""The stored form of an event: JSON written once, read for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

FORMAT = 2
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


encode_state = msgspec.json.Encoder().encode
decode_state = msgspec.json.Decoder(State).decode
decode_known = msgspec.json.Decoder(Known).decode
decode_locked = msgspec.json.Decoder(Locked).decode
