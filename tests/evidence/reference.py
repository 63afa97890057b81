"""Trees and proofs as RFC 6962 section 2.1 writes them down: recursive, slow, and sharing no code with ours."""

from __future__ import annotations

from functools import cache
from hashlib import sha256


def leaves(count: int) -> tuple[bytes, ...]:
    """The leaf hashes of a made-up log, every one different."""
    return tuple(sha256(b"\x00entry %d" % number).digest() for number in range(count))


@cache
def mth(hashes: tuple[bytes, ...]) -> bytes:
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path(m: int, hashes: tuple[bytes, ...]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: tuple[bytes, ...], *, known: bool = True) -> list[bytes]:
    if m == len(hashes):
        return [] if known else [mth(hashes)]
    k = split(len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], known=known), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], known=False), mth(hashes[:k])]


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k
