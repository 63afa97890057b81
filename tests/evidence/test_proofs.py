"""Every proof in every small tree is the standard's, is accepted, and with any hash altered is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.evidence.checker import check_consistency, check_inclusion
from audit.evidence.errors import Malformed, NotProven, OutsideTree
from audit.evidence.hashes import EMPTY_ROOT, node_hash
from audit.evidence.prover import Tree, consistency_proof, inclusion_proof, root_at
from tests.evidence.reference import leaves, mth, path, subproof

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LARGEST = 130
LARGEST_FOR_EVERY_BIT = 64
LEAVES = leaves(LARGEST)
TREE = Tree(LEAVES)
ROOTS = [mth(LEAVES[:size]) for size in range(LARGEST + 1)]


def test_proofs_of_inclusion_are_those_of_the_standard() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_proof(TREE.hash_at, index=index, size=size)
            assert proof == path(index, LEAVES[:size])
            check_inclusion(LEAVES[index], index=index, size=size, proof=proof, root=ROOTS[size])


def test_proofs_of_consistency_are_those_of_the_standard() -> None:
    for new_size in range(1, LARGEST + 1):
        for old_size in range(1, new_size + 1):
            proof = consistency_proof(TREE.hash_at, old_size=old_size, new_size=new_size)
            assert proof == subproof(old_size, LEAVES[:new_size])
            must_continue(proof, old_size, new_size)


def test_a_flipped_bit_in_any_hash_of_any_inclusion_proof_is_seen() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_proof(TREE.hash_at, index=index, size=size)
            for leaf_hash, root, *altered in each_hash_flipped((LEAVES[index], ROOTS[size], *proof), bits=1):
                with pytest.raises(NotProven):
                    check_inclusion(leaf_hash, index=index, size=size, proof=altered, root=root)


def test_a_flipped_bit_in_any_hash_of_any_consistency_proof_is_seen() -> None:
    for new_size in range(1, LARGEST + 1):
        for old_size in range(1, new_size + 1):
            proof = consistency_proof(TREE.hash_at, old_size=old_size, new_size=new_size)
            for old_root, new_root, *altered in each_hash_flipped((ROOTS[old_size], ROOTS[new_size], *proof), bits=1):
                with pytest.raises(NotProven):
                    check_consistency(
                        altered, old_size=old_size, old_root=old_root, new_size=new_size, new_root=new_root
                    )


@pytest.mark.long
def test_every_flipped_bit_of_every_inclusion_proof_is_seen() -> None:
    for size in range(1, LARGEST_FOR_EVERY_BIT + 1):
        for index in range(size):
            proof = inclusion_proof(TREE.hash_at, index=index, size=size)
            for leaf_hash, root, *altered in each_hash_flipped((LEAVES[index], ROOTS[size], *proof), bits=256):
                with pytest.raises(NotProven):
                    check_inclusion(leaf_hash, index=index, size=size, proof=altered, root=root)


@pytest.mark.long
def test_every_flipped_bit_of_every_consistency_proof_is_seen() -> None:
    for new_size in range(1, LARGEST_FOR_EVERY_BIT + 1):
        for old_size in range(1, new_size + 1):
            proof = consistency_proof(TREE.hash_at, old_size=old_size, new_size=new_size)
            for old_root, new_root, *altered in each_hash_flipped((ROOTS[old_size], ROOTS[new_size], *proof), bits=256):
                with pytest.raises(NotProven):
                    check_consistency(
                        altered, old_size=old_size, old_root=old_root, new_size=new_size, new_root=new_root
                    )


def test_a_proof_with_a_hash_too_few_or_too_many_is_refused() -> None:
    for size in range(1, 70):
        for index in range(size):
            proof = inclusion_proof(TREE.hash_at, index=index, size=size)
            for altered in each_length_changed(proof):
                with pytest.raises(NotProven):
                    check_inclusion(LEAVES[index], index=index, size=size, proof=altered, root=ROOTS[size])
            grown = consistency_proof(TREE.hash_at, old_size=index + 1, new_size=size)
            for altered in each_length_changed(grown):
                with pytest.raises(NotProven):
                    must_continue(altered, index + 1, size)


def test_a_proof_of_the_wrong_length_is_refused_even_under_roots_made_to_fit() -> None:
    extra = bytes(32)
    proof = inclusion_proof(TREE.hash_at, index=5, size=8)
    with pytest.raises(NotProven, match="too long"):
        check_inclusion(LEAVES[5], index=5, size=8, proof=[*proof, extra], root=node_hash(extra, ROOTS[8]))
    with pytest.raises(NotProven, match="too short"):
        check_inclusion(LEAVES[5], index=5, size=8, proof=proof[:-1], root=TREE.hash_at(2, 1))
    with pytest.raises(NotProven, match="too long"):
        check_inclusion(LEAVES[0], index=0, size=1, proof=[extra], root=node_hash(extra, LEAVES[0]))
    grown = consistency_proof(TREE.hash_at, old_size=6, new_size=8)
    with pytest.raises(NotProven, match="too long"):
        check_consistency(
            [*grown, extra],
            old_size=6,
            old_root=node_hash(extra, ROOTS[6]),
            new_size=8,
            new_root=node_hash(extra, ROOTS[8]),
        )
    with pytest.raises(NotProven, match="too short"):
        check_consistency(grown[:-1], old_size=6, old_root=TREE.hash_at(1, 2), new_size=8, new_root=TREE.hash_at(2, 1))
    with pytest.raises(NotProven, match="too short"):
        check_consistency(
            consistency_proof(TREE.hash_at, old_size=4, new_size=8),
            old_size=4,
            old_root=ROOTS[4],
            new_size=16,
            new_root=ROOTS[8],
        )


def test_a_proof_for_another_place_is_refused() -> None:
    proof = inclusion_proof(TREE.hash_at, index=5, size=21)
    for index in (*range(-3, 5), *range(6, 40), 5 + 2**64):
        with pytest.raises(NotProven):
            check_inclusion(LEAVES[5], index=index, size=21, proof=proof, root=ROOTS[21])


def test_a_proof_does_not_lead_to_the_root_of_another_size() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(0, size, 7):
            proof = inclusion_proof(TREE.hash_at, index=index, size=size)
            for other in {size - 1, size + 1, size * 2} & set(range(LARGEST + 1)):
                with pytest.raises(NotProven):
                    check_inclusion(LEAVES[index], index=index, size=size, proof=proof, root=ROOTS[other])


def test_a_rewritten_past_is_not_a_continuation() -> None:
    rewritten = Tree((*LEAVES[:10], bytes(32), *LEAVES[11:40]))
    for old_size in range(11, 41):
        proof = consistency_proof(rewritten.hash_at, old_size=old_size, new_size=40)
        with pytest.raises(NotProven):
            check_consistency(
                proof, old_size=old_size, old_root=ROOTS[old_size], new_size=40, new_root=rewritten.root()
            )


def test_a_log_that_became_shorter_is_not_a_continuation() -> None:
    with pytest.raises(NotProven, match="earlier"):
        must_continue([], 9, 8)
    with pytest.raises(NotProven, match="earlier"):
        must_continue([], -1, 8)


def test_the_same_tree_needs_no_proof_but_the_same_root() -> None:
    must_continue([], 8, 8)
    with pytest.raises(NotProven, match="different roots"):
        check_consistency([], old_size=8, old_root=ROOTS[8], new_size=8, new_root=ROOTS[9])


def test_nothing_is_an_old_tree_for_a_witness_alone() -> None:
    for new_size in (0, 1, 8):
        must_continue([], 0, new_size, zero_ok=True)
        with pytest.raises(NotProven, match="earlier"):
            must_continue([], 0, new_size)
    must_continue(consistency_proof(TREE.hash_at, old_size=3, new_size=8), 3, 8, zero_ok=True)


def test_a_witness_beginning_from_nothing_takes_no_proof_and_no_other_empty_root() -> None:
    with pytest.raises(NotProven, match="must be empty"):
        must_continue([LEAVES[0]], 0, 8, zero_ok=True)
    with pytest.raises(NotProven, match="size 0"):
        check_consistency([], old_size=0, old_root=ROOTS[1], new_size=8, new_root=ROOTS[8], zero_ok=True)
    with pytest.raises(NotProven, match="size 0"):
        check_consistency([], old_size=0, old_root=EMPTY_ROOT, new_size=0, new_root=ROOTS[8], zero_ok=True)


@pytest.mark.parametrize("wrong", [b"", b"\x00" * 31, b"\x00" * 33, "a" * 32, 7, None])
def test_what_is_not_a_hash_proves_nothing(wrong: bytes) -> None:
    proof = path(2, LEAVES[:8])
    with pytest.raises(Malformed):
        check_inclusion(wrong, index=2, size=8, proof=proof, root=ROOTS[8])
    with pytest.raises(Malformed):
        check_inclusion(LEAVES[2], index=2, size=8, proof=[wrong, *proof[1:]], root=ROOTS[8])
    with pytest.raises(Malformed):
        check_inclusion(wrong, index=0, size=1, proof=[], root=wrong)
    with pytest.raises(Malformed):
        check_consistency([], old_size=8, old_root=wrong, new_size=8, new_root=wrong)
    with pytest.raises(Malformed):
        check_consistency([], old_size=0, old_root=EMPTY_ROOT, new_size=8, new_root=wrong, zero_ok=True)
    with pytest.raises(Malformed):
        check_consistency([wrong], old_size=4, old_root=ROOTS[4], new_size=8, new_root=ROOTS[8])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (6, 5)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(OutsideTree):
        inclusion_proof(TREE.hash_at, index=index, size=size)


@pytest.mark.parametrize(("old_size", "new_size"), [(6, 5), (-1, 5)])
def test_no_proof_is_made_that_a_log_became_shorter(old_size: int, new_size: int) -> None:
    with pytest.raises(OutsideTree):
        consistency_proof(TREE.hash_at, old_size=old_size, new_size=new_size)


@pytest.mark.parametrize(("level", "index"), [(0, LARGEST), (7, 1), (8, 0), (0, -1), (-1, 0), (3, 16)])
def test_a_subtree_that_is_not_complete_has_no_hash(level: int, index: int) -> None:
    with pytest.raises(OutsideTree):
        TREE.hash_at(level, index)


def test_the_root_of_every_earlier_size_can_be_told() -> None:
    assert [root_at(TREE.hash_at, size) for size in range(LARGEST + 1)] == ROOTS
    assert TREE.size == LARGEST
    assert TREE.root() == ROOTS[LARGEST]
    assert Tree().root() == EMPTY_ROOT


def must_continue(proof: Sequence[bytes], old_size: int, new_size: int, *, zero_ok: bool = False) -> None:
    check_consistency(
        proof,
        old_size=old_size,
        old_root=ROOTS[old_size],
        new_size=new_size,
        new_root=ROOTS[new_size],
        zero_ok=zero_ok,
    )


def each_hash_flipped(hashes: Sequence[bytes], *, bits: int) -> Iterator[list[bytes]]:
    """Alter one hash after the other by one bit: another bit in each, or every bit of each."""
    for place, value in enumerate(hashes):
        for turn in range(bits):
            bit = (place * 41 + len(hashes) * 97 + turn) % 256
            flipped = (int.from_bytes(value) ^ 1 << bit).to_bytes(32)
            yield [*hashes[:place], flipped, *hashes[place + 1 :]]


def each_length_changed(proof: list[bytes]) -> Iterator[list[bytes]]:
    for place in range(len(proof)):
        yield [*proof[:place], *proof[place + 1 :]]
        yield [*proof[:place], proof[place], *proof[place:]]
    yield [*proof, bytes(32)]
    yield [bytes(32), *proof]
    yield [*proof, *(bytes(32) for _ in range(300))]
