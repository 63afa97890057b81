"""Proofs that a leaf is in a tree, and that a tree grew out of an earlier one (RFC 6962 section 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from audit.evidence.errors import OutsideTree
from audit.evidence.hashes import EMPTY_ROOT, must_be_hashes, node_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

HashAt = Callable[[int, int], bytes]
"""``hash_at(level, index)``: the root over leaves [index * 2**level, (index + 1) * 2**level), all of them there."""


def root_at(hash_at: HashAt, size: int) -> bytes:
    """Return the root of the tree of the first ``size`` leaves."""
    return _root_between(hash_at, 0, size) if size else EMPTY_ROOT


def inclusion_proof(hash_at: HashAt, *, index: int, size: int) -> list[bytes]:
    """Return PATH(index, D[size]), from the leaf's sibling up; RFC 6962 section 2.1.1."""
    if not 0 <= index < size:
        raise OutsideTree(f"A tree of size {size} has no leaf {index}: ask for a leaf it has.")
    proof = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_root_between(hash_at, middle, end))
            end = middle
        else:
            proof.append(_root_between(hash_at, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(hash_at: HashAt, *, old_size: int, new_size: int) -> list[bytes]:
    """Return PROOF(old_size, D[new_size]); RFC 6962 section 2.1.2. Empty from nothing, and between equals."""
    if not 0 <= old_size <= new_size:
        raise OutsideTree(f"A tree of size {new_size} did not grow out of one of size {old_size}: swap them.")
    if old_size == 0:
        return []
    proof = []
    start, end = 0, new_size
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_root_between(hash_at, middle, end))
            end = middle
        else:
            proof.append(_root_between(hash_at, start, middle))
            start = middle
    if start:
        # The old tree is not one of the new tree's own subtrees, so its last piece has to be shown as well.
        proof.append(_root_between(hash_at, start, end))
    return proof[::-1]


class Tree:
    """A whole tree in memory, for as many leaves as memory holds."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf_hash in leaf_hashes:
            self.append(leaf_hash)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return len(self._levels[0])

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf, and every subtree it completes."""
        must_be_hashes((leaf_hash,))
        self._levels[0].append(leaf_hash)
        level = 0
        while len(self._levels[level]) % 2 == 0:
            if len(self._levels) == level + 1:
                self._levels.append([])
            self._levels[level + 1].append(node_hash(*self._levels[level][-2:]))
            level += 1

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the root of one complete subtree."""
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise OutsideTree(f"A tree of size {self.size} has no complete subtree {index} at level {level}.")
        return self._levels[level][index]

    def root(self) -> bytes:
        """Return the root of all leaves."""
        return root_at(self.hash_at, self.size)


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``: where RFC 6962 parts a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _root_between(hash_at: HashAt, start: int, end: int) -> bytes:
    """Return MTH(D[start:end]), where ``start`` is where a subtree of that length may begin."""
    pieces = []
    while start < end:
        level = (end - start).bit_length() - 1
        pieces.append(hash_at(level, start >> level))
        start += 1 << level
    root = pieces.pop()
    while pieces:
        root = node_hash(pieces.pop(), root)
    return root
