"""Checks of proofs, by the steps of RFC 9162 sections 2.1.3.2 and 2.1.4.2: they raise or say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.evidence.errors import NotProven
from audit.evidence.hashes import EMPTY_ROOT, must_be_hashes, node_hash

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_inclusion(leaf_hash: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise NotProven unless the leaf is number ``index``, from 0, of the tree with this size and root."""
    must_be_hashes((leaf_hash, root, *proof))
    if not 0 <= index < size:
        raise NotProven(f"A tree of size {size} has no leaf {index}, so nothing can prove that it holds one.")
    # The names and the steps are those of section 2.1.3.2.
    fn, sn = index, size - 1
    r = leaf_hash
    for p in proof:
        if sn == 0:
            raise NotProven(f"The proof for leaf {index} is too long for a tree of size {size}: ask for it again.")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _past_clear_bits(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise NotProven(f"The proof for leaf {index} is too short for a tree of size {size}: ask for it again.")
    if r != root:
        raise NotProven(f"Leaf {index} is not shown to be in the tree of size {size}: leaf, proof or root is altered.")


def check_consistency(
    proof: Sequence[bytes],
    *,
    old_size: int,
    old_root: bytes,
    new_size: int,
    new_root: bytes,
    zero_ok: bool = False,
) -> None:
    """Raise NotProven unless the new tree begins with all leaves of the old one.

    An old tree of size 0 says nothing about the new one, so it is refused, except with ``zero_ok``: the witness
    protocol (C2SP tlog-witness) begins there.
    """
    must_be_hashes((old_root, new_root, *proof))
    if not (0 if zero_ok else 1) <= old_size <= new_size:
        raise NotProven(f"Size {old_size} cannot be checked against size {new_size}: give an earlier tree and a later.")
    if old_size in {0, new_size}:
        _check_without_hashes(proof, sizes=(old_size, new_size), roots=(old_root, new_root))
    elif (old_root, new_root) != _roots_shown(proof, old_size=old_size, old_root=old_root, new_size=new_size):
        raise NotProven(f"The tree of size {new_size} does not continue the tree of size {old_size}: one is altered.")


def _check_without_hashes(proof: Sequence[bytes], *, sizes: tuple[int, int], roots: tuple[bytes, bytes]) -> None:
    """Check what needs no proof: a tree against itself, or against the empty tree."""
    if proof:
        raise NotProven(f"From size {sizes[0]} to size {sizes[1]} the proof must be empty: ask for it again.")
    for size, root in zip(sizes, roots, strict=True):
        if size == 0 and root != EMPTY_ROOT:
            raise NotProven("A tree of size 0 has another root than the empty tree: it is not genuine.")
    if sizes[0] == sizes[1] and roots[0] != roots[1]:
        raise NotProven(f"Two trees of size {sizes[0]} have different roots: keep both, they show a rewritten log.")


def _roots_shown(proof: Sequence[bytes], *, old_size: int, old_root: bytes, new_size: int) -> tuple[bytes, bytes]:
    """Return the two roots the proof leads to; the names and the steps are those of section 2.1.4.2."""
    if not proof:
        raise NotProven(f"The proof from size {old_size} to size {new_size} is empty: ask for it again.")
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise NotProven(f"The proof from size {old_size} to size {new_size} is too long: ask for it again.")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _past_clear_bits(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise NotProven(f"The proof from size {old_size} to size {new_size} is too short: ask for it again.")
    return fr, sr


def _past_clear_bits(fn: int, sn: int) -> tuple[int, int]:
    """Shift both until the lowest bit of ``fn`` is set or ``fn`` is 0."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn
