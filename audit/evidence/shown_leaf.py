"""A leaf that is shown: what it says without any key, and which sealed parts it declares."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from audit.evidence.errors import Malformed
from audit.evidence.exact_json import base64_in, object_of, read_json, string_of
from audit.evidence.hashes import HASH_SIZE
from audit.evidence.notation import text_of

if TYPE_CHECKING:
    from typing import Self

_LENGTH = struct.Struct(">I")
_VERSION = struct.Struct(">Q")
_ID_SIZE = 16
_CUT = "A leaf is not one whole stored event: take the file as it was handed out."


@dataclass(frozen=True)
class ShownLeaf:
    """A stored event without its sealed words. ``commits`` binds each part that is sealed, by name."""

    stream: UUID
    version: int
    topic: str
    state: Mapping[str, Any]
    commits: Mapping[str, bytes]

    @classmethod
    def parse(cls, leaf: bytes) -> Self:
        """Read the bytes ``leaf.leaf_bytes`` writes for a stream that is named by a UUID."""
        name, at = _piece(leaf, 0)
        if len(name) != _ID_SIZE or at + _VERSION.size > len(leaf):
            raise Malformed(_CUT)
        version: int = _VERSION.unpack_from(leaf, at)[0]
        topic, at = _piece(leaf, at + _VERSION.size)
        state, at = _piece(leaf, at)
        if at != len(leaf):
            raise Malformed(_CUT)
        said = object_of(read_json(state, "What a leaf says"), "What a leaf says")
        return cls(UUID(bytes=name), version, text_of(topic), said, _commits(said))

    @property
    def recorded_at(self) -> str | None:
        """When it was recorded, as written in the leaf (RFC 3339)."""
        written = self.state.get("recorded_at")
        return written if isinstance(written, str) else None


def _piece(leaf: bytes, at: int) -> tuple[bytes, int]:
    """Return the piece that begins with its length at ``at``, and where it ends."""
    start = at + _LENGTH.size
    if start > len(leaf):
        raise Malformed(_CUT)
    end = start + int(_LENGTH.unpack_from(leaf, at)[0])
    if end > len(leaf):
        raise Malformed(_CUT)
    return leaf[start:end], end


def _commits(state: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the commitment of each part, all of them hashes."""
    declared = object_of(state.get("commit", {}), "The list of commitments in a leaf")
    commits = {string_of(name, "A part"): base64_in(written, "A commitment") for name, written in declared.items()}
    if any(len(commit) != HASH_SIZE for commit in commits.values()):
        raise Malformed(f"A commitment in a leaf does not have {HASH_SIZE} bytes: the leaf was not written by us.")
    return commits
