"""The leaf of a stored event: its bytes are settled for ever."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.errors import Malformed
from audit.evidence.hashes import entry_hash
from audit.evidence.leaf import leaf_bytes, leaf_hash
from audit.evidence.leaf_run import leaf_hashes

STREAM = UUID("00112233-4455-6677-8899-aabbccddeeff")
NAMES = st.uuids() | st.text(max_size=8)
VERSIONS = st.integers(0, 2**64 - 1)


def test_a_leaf_is_the_stored_record_with_its_lengths() -> None:
    expected = bytes.fromhex(
        "00000010 00112233445566778899aabbccddeeff"
        "0000000000000001"
        "0000000e 7469636b65742e626f756e636564"
        "00000004 7b7d0aff"
    )
    assert leaf_bytes(STREAM, 1, "ticket.bounced", b"{}\n\xff") == expected
    assert leaf_hash(STREAM, 1, "ticket.bounced", b"{}\n\xff") == sha256(b"\x00" + expected).digest()


def test_a_stream_that_is_no_uuid_counts_as_its_text() -> None:
    assert leaf_bytes("ąž", 2, "é", b"") == bytes.fromhex("00000004c485c5be 0000000000000002 00000002c3a9 00000000")
    assert leaf_bytes(str(STREAM), 1, "t", b"") != leaf_bytes(STREAM, 1, "t", b"")


@given(st.lists(st.tuples(NAMES, VERSIONS, st.text(max_size=8), st.binary(max_size=8)), min_size=2, max_size=2))
def test_different_records_have_different_leaves(records: list[tuple[UUID | str, int, str, bytes]]) -> None:
    first, second = ((_id_bytes(record[0]), *record[1:]) for record in records)
    assert (first == second) == (leaf_bytes(*records[0]) == leaf_bytes(*records[1]))


def test_the_leaf_hash_is_that_of_an_entry_of_the_log() -> None:
    record = STREAM, 7, "ticket.opened", b'{"a":1}'
    assert leaf_hash(*record) == entry_hash(leaf_bytes(*record))


@given(st.lists(st.tuples(NAMES, VERSIONS, st.text(max_size=8), st.binary(max_size=8)), max_size=6))
def test_a_run_of_records_has_the_same_leaf_hashes(records: list[tuple[UUID | str, int, str, bytes]]) -> None:
    rows = [(_id_bytes(record[0]), *record[1:]) for record in records]
    assert list(leaf_hashes(rows)) == [leaf_hash(*record) for record in records]


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        *((0, wrong) for wrong in (None, "7", 7, 7.5)),
        *((1, wrong) for wrong in (None, "7", b"7", 7.5, -1, 2**64)),
        *((2, wrong) for wrong in (None, b"7", 7, 7.5)),
        *((3, wrong) for wrong in (None, "7", 7, 7.5)),
    ],
)
def test_a_column_of_another_type_is_named_as_tampering(column: int, wrong: object) -> None:
    row: list[Any] = [STREAM.bytes, 7, "ticket.opened", b"{}"]
    row[column] = wrong
    with pytest.raises(Malformed, match="another type"):
        list(leaf_hashes([(STREAM.bytes, 6, "ticket.opened", b"{}"), tuple(row)]))


def _id_bytes(name: UUID | str) -> bytes:
    return name.bytes if isinstance(name, UUID) else name.encode()
