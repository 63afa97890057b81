"""The leaf of one stored event: the bytes that are hashed, and their hash."""

from __future__ import annotations

import struct
from hashlib import sha256
from uuid import UUID

_LENGTH = struct.Struct(">I")
_VERSION = struct.Struct(">Q")


def leaf_bytes(originator_id: UUID | str, originator_version: int, topic: str, state: bytes) -> bytes:
    """Return what stands in the leaf of one stored event, every part but the version after its length.

    A stream id that is a UUID counts as its 16 bytes, any other as UTF-8. Numbers are big-endian.
    """
    name = originator_id.bytes if isinstance(originator_id, UUID) else originator_id.encode()
    spoken = topic.encode()
    return b"".join(
        (
            _LENGTH.pack(len(name)),
            name,
            _VERSION.pack(originator_version),
            _LENGTH.pack(len(spoken)),
            spoken,
            _LENGTH.pack(len(state)),
            state,
        )
    )


def leaf_hash(originator_id: UUID | str, originator_version: int, topic: str, state: bytes) -> bytes:
    """Return the 32 bytes RFC 6962 section 2.1 calls the leaf hash: SHA-256 over 00 and the leaf's bytes."""
    return sha256(b"\x00" + leaf_bytes(originator_id, originator_version, topic, state)).digest()
