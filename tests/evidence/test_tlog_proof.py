"""Proof files: one entry, its place, and the checkpoint that covers it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.checkpoint import Checkpoint
from audit.evidence.cosignature import WitnessVerifier, cosign
from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import Note, TextVerifier, sign_text
from audit.evidence.policy import Policy
from audit.evidence.prover import Tree, inclusion_proof
from audit.evidence.tlog_proof import TlogProof, open_proof
from tests.evidence.reference import leaves

LOG = SigningKey("example.com/archive", KeyKind.TEXT, bytes(32))
WITNESS = SigningKey("witness.example/w1", KeyKind.COSIGNATURE, bytes(range(32)))
LEAVES = leaves(21)
TREE = Tree(LEAVES)
TEXT = str(Checkpoint(LOG.name, TREE.size, TREE.root()))
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
CHECKPOINT = Note(TEXT).signed(sign_text(TEXT, LOG), cosign(TEXT, WITNESS, at=AT))
POLICY = Policy((TextVerifier(LOG.verifier),), {"w1": WitnessVerifier(WITNESS.verifier)}, quorum="w1")
PROOF = TlogProof(7, tuple(inclusion_proof(TREE.hash_at, index=7, size=21)), CHECKPOINT)
CONTENT = bytes(PROOF)
HEADER = "c2sp.org/tlog-proof@v1\n"


def test_an_entry_is_proven_with_the_time_its_checkpoint_was_seen() -> None:
    witnessed = open_proof(TlogProof.parse(CONTENT), leaf_hash=LEAVES[7], policy=POLICY)
    assert (witnessed.checkpoint.size, witnessed.witnessed_at) == (21, {"w1": AT})


def test_the_file_is_written_as_the_standard_says() -> None:
    lines = CONTENT.decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 7"]
    assert lines[2 : lines.index("")] == [proof_line for proof_line in lines[2:7] if len(proof_line) == 44]
    assert CONTENT.endswith(b"\n\n" + bytes(CHECKPOINT))
    with_extra = bytes(TlogProof(0, (), CHECKPOINT, b"\x00extra")).decode()
    assert with_extra.startswith("c2sp.org/tlog-proof@v1\nextra AGV4dHJh\nindex 0\n\nexample.com/archive\n21\n")


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.binary(max_size=50),
)
def test_a_proof_is_read_back(index: int, hashes: tuple[bytes, ...], extra: bytes) -> None:
    proof = TlogProof(index, hashes, CHECKPOINT, extra)
    assert TlogProof.parse(bytes(proof)) == proof


def test_every_entry_has_a_proof_for_itself_alone() -> None:
    for index in range(21):
        proof = TlogProof(index, tuple(inclusion_proof(TREE.hash_at, index=index, size=21)), CHECKPOINT)
        for other in range(21):
            if other == index:
                open_proof(proof, leaf_hash=LEAVES[other], policy=POLICY)
            else:
                with pytest.raises(NotProven):
                    open_proof(proof, leaf_hash=LEAVES[other], policy=POLICY)


def test_no_byte_of_a_proof_can_be_changed() -> None:
    for place in range(len(CONTENT)):
        altered = CONTENT[:place] + bytes((CONTENT[place] ^ 1,)) + CONTENT[place + 1 :]
        with pytest.raises(NotProven):
            open_proof(TlogProof.parse(altered), leaf_hash=LEAVES[7], policy=POLICY)


def test_a_proof_under_a_checkpoint_without_its_witness_is_refused() -> None:
    alone = TlogProof(7, PROOF.hashes, Note(TEXT).signed(sign_text(TEXT, LOG)))
    with pytest.raises(NotProven, match="quorum"):
        open_proof(alone, leaf_hash=LEAVES[7], policy=POLICY)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        CONTENT[1:],
        CONTENT[:-1],
        CONTENT + b"\n",
        CONTENT.replace(b"@v1", b"@v2"),
        CONTENT.replace(b"\n", b"\r\n"),
        CONTENT.replace(b"index 7", b"index 07"),
        CONTENT.replace(b"index 7", b"index  7"),
        CONTENT.replace(b"index 7", b"index -7"),
        CONTENT.replace(b"index 7", b"index"),
        CONTENT.replace(b"index 7", b"7"),
        CONTENT.replace(b"index 7\n", b""),
        CONTENT.replace(b"index 7\n", b"index 7\nindex 7\n"),
        CONTENT.replace(b"index 7\n", b"extra \nindex 7\n"),
        CONTENT.replace(b"index 7\n", b"extra\nindex 7\n"),
        CONTENT.replace(b"index 7\n", b"extra AB==\nindex 7\n"),
        CONTENT.replace(b"index 7\n", b"extra AA==\nextra AA==\nindex 7\n"),
        CONTENT.replace(b"index 7\n", b"index 7\nextra AA==\n"),
        CONTENT.replace(b"index 7\n", b"index 7\nAA==\n"),
        CONTENT.replace(b"index 7\n", b"index 7\n" + b"A" * 43 + b"=\n" * 64),
        CONTENT.replace(b"index 7\n", b"index 7\n" + (b"A" * 43 + b"=\n") * 63),
        CONTENT.replace(b"\n\n", b"\n", 1),
        CONTENT.replace(b"index 7\n", b"extra " + b"AAAA" * 300_000 + b"\nindex 7\n"),
        HEADER.encode(),
        (HEADER + "index 0\n\n").encode(),
        (HEADER + "\n").encode() + bytes(CHECKPOINT),
    ],
)
def test_what_is_not_in_the_form_of_a_proof_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        TlogProof.parse(content)


def test_a_second_blank_line_belongs_to_the_checkpoint_and_breaks_it() -> None:
    proof = TlogProof.parse(CONTENT.replace(b"\n\n", b"\n\n\n", 1))
    with pytest.raises(NotProven):
        open_proof(proof, leaf_hash=LEAVES[7], policy=POLICY)


@given(st.binary(max_size=100))
def test_no_bytes_break_the_reading_of_proofs(content: bytes) -> None:
    for hostile in (content, HEADER.encode() + content, HEADER.encode() + content + b"\n\n" + bytes(CHECKPOINT)):
        with pytest.raises(NotProven):
            open_proof(TlogProof.parse(hostile), leaf_hash=LEAVES[7], policy=POLICY)


@pytest.mark.parametrize("index", [0, 2**63 - 1])
def test_a_proof_as_large_as_the_largest_log_is_read_back(index: int) -> None:
    proof = TlogProof(index, (bytes(32),) * 63, CHECKPOINT)
    assert TlogProof.parse(bytes(proof)) == proof


def test_a_proof_larger_than_any_log_is_not_made() -> None:
    for index, hashes in ((-1, ()), (2**63, ()), (0, (bytes(32),) * 64)):
        with pytest.raises(Malformed, match="larger than any log"):
            TlogProof(index, hashes, CHECKPOINT)
    with pytest.raises(Malformed, match="32 bytes"):
        TlogProof(0, (b"",), CHECKPOINT)
