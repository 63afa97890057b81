"""A log another program wrote (transparency-dev/tessera): its sixteen checkpoints, tiles and bundles, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.evidence.checker import check_consistency, check_inclusion
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import NotProven
from audit.evidence.hashes import entry_hash
from audit.evidence.keys import VerifierKey
from audit.evidence.note import Note, TextVerifier, open_note
from audit.evidence.policy import Policy
from audit.evidence.prover import Tree, consistency_proof, inclusion_proof, root_at
from audit.evidence.tiles import (
    EntryBundle,
    bundles_between,
    hash_at_from,
    join_entries,
    split_entries,
    tile_bytes,
    tiles_between,
)
from audit.evidence.tlog_proof import TlogProof, open_proof
from audit.evidence.tree import root_of

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "example.com/log/testdata"
VKEY = f"{ORIGIN}+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
ENTRIES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
LOG_KEY = TextVerifier(VerifierKey.parse(VKEY))
TREE = Tree(map(entry_hash, ENTRIES))


@pytest.fixture
def log(shared_data: Path) -> Path:
    return shared_data / "tlog" / "tessera_log"


@pytest.mark.parametrize("size", range(16))
def test_a_checkpoint_verifies_and_states_our_root(log: Path, size: int) -> None:
    content = (log / f"checkpoint.{size}").read_bytes()
    note = open_note(content, [LOG_KEY])
    checkpoint = Checkpoint.parse(note.text)
    assert checkpoint == Checkpoint(ORIGIN, size, root_of(map(entry_hash, ENTRIES[:size])))
    assert bytes(Note.parse(content)) == content
    assert str(checkpoint) == note.text


@pytest.mark.parametrize("size", range(16))
def test_a_checkpoint_with_any_byte_altered_does_not_verify(log: Path, size: int) -> None:
    content = (log / f"checkpoint.{size}").read_bytes()
    policy = Policy((LOG_KEY,))
    for place in range(len(content)):
        altered = content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :]
        with pytest.raises(NotProven):
            policy.open_checkpoint(altered)


def test_the_tiles_are_the_same(log: Path) -> None:
    written = {file.relative_to(log).as_posix() for file in (log / "tile").rglob("*") if file.is_file()}
    ours = set()
    for size in range(1, 16):
        (tile,) = tiles_between(size - 1, size)
        (bundle,) = bundles_between(size - 1, size)
        assert tile_bytes(tile, TREE.hash_at) == (log / tile.path).read_bytes()
        assert join_entries(ENTRIES[:size]) == (log / bundle.path).read_bytes()
        ours |= {tile.path, bundle.path}
    assert ours == written


def test_the_entries_are_read_back(log: Path) -> None:
    bundle = EntryBundle(0, 15)
    assert split_entries(bundle, (log / bundle.path).read_bytes()) == ENTRIES


def test_each_of_its_checkpoints_continues_the_ones_before(log: Path) -> None:
    hash_at = hash_at_from(lambda tile: (log / tile.path).read_bytes(), size=15)
    checkpoints = [
        Checkpoint.parse(open_note((log / f"checkpoint.{size}").read_bytes(), [LOG_KEY]).text) for size in range(16)
    ]
    for new in checkpoints[1:]:
        assert root_at(hash_at, new.size) == new.root
        for old in checkpoints[1 : new.size]:
            proof = consistency_proof(hash_at, old_size=old.size, new_size=new.size)
            check_consistency(proof, old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root)


def test_each_of_its_entries_is_proven_from_its_tiles(log: Path) -> None:
    hash_at = hash_at_from(lambda tile: (log / tile.path).read_bytes(), size=15)
    head = Note.parse((log / "checkpoint").read_bytes())
    for index, entry in enumerate(ENTRIES):
        proof = inclusion_proof(hash_at, index=index, size=15)
        check_inclusion(entry_hash(entry), index=index, size=15, proof=proof, root=TREE.root())
        file = TlogProof(index, tuple(proof), head)
        witnessed = open_proof(file, leaf_hash=entry_hash(entry), policy=Policy((LOG_KEY,)))
        assert witnessed.checkpoint.size == 15
