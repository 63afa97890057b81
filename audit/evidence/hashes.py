"""The hashes of a Merkle tree as RFC 6962 section 2.1 defines them, and the check that something is one."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from audit.evidence.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def entry_hash(entry: bytes) -> bytes:
    """Return the leaf hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of hashes, which the caller has checked to be hashes."""
    level = hashes
    while len(level) > 1:
        pairs = iter(level)
        # Spelled out rather than node_hash(): this line is where verifying a long archive spends its time.
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


def must_be_hashes(hashes: Sequence[object]) -> None:
    """Raise unless each is 32 bytes.

    A hash of another length lets a verifier be talked into comparing nothing with nothing, and a database whose
    types were tampered with hands out text or numbers where hashes were stored.
    """
    for value in hashes:
        if type(value) is not bytes or len(value) != HASH_SIZE:
            size = f"{len(value)} bytes" if isinstance(value, bytes) else f"a {type(value).__name__}"
            raise Malformed(f"A hash must be {HASH_SIZE} bytes, but {size} stands in its place.")
