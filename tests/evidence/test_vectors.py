"""The published RFC 6962 vectors (transparency-dev/merkle): our verdict is the opposite of ``wantErr``.

Of the 518 files, 399 apply: those about whole trees, and those about subtrees that begin at leaf 0, which are whole
trees of an earlier size. The 119 about subtrees that begin elsewhere do not apply: we issue and check no cosignatures
over subtrees, so there is no code of ours they could speak about.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from audit.evidence.checker import check_consistency, check_inclusion
from audit.evidence.errors import NotProven

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Vector = dict[str, Any]

REFUSED_ON_PURPOSE = {
    # Its roots are the plain text "don't care 2" instead of hashes; we refuse what is not 32 bytes, whatever is asked.
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
}
EMPTY_SUBTREE = "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid"
REFUSED_ON_PURPOSE_OF_SUBTREES = {
    # The same plain text instead of hashes.
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    # An empty subtree of an empty tree: that nothing is part of nothing is accepted for a witness alone (zero_ok).
    f"{EMPTY_SUBTREE}-proof-is-empty.json",
    f"{EMPTY_SUBTREE}-tree-root-random-proof-is-empty.json",
}


def test_every_vector_of_inclusion_gets_its_verdict(shared_data: Path) -> None:
    vectors = dict(vectors_in(shared_data, "inclusion"))
    assert len(vectors) == 98
    assert misjudged(vectors, inclusion) == set()


def test_every_vector_of_consistency_gets_its_verdict(shared_data: Path) -> None:
    vectors = dict(vectors_in(shared_data, "consistency"))
    assert len(vectors) == 98
    assert misjudged(vectors, consistency) == REFUSED_ON_PURPOSE


def test_every_vector_of_inclusion_in_a_subtree_from_the_first_leaf_gets_its_verdict(shared_data: Path) -> None:
    vectors = dict(vectors_in(shared_data, "subtreeinclusion"))
    assert len(vectors) == 204
    whole = {name: vector for name, vector in vectors.items() if vector["start"] == 0}
    assert len(whole) == 101
    assert misjudged(whole, inclusion) == set()


def test_every_vector_of_consistency_with_a_subtree_from_the_first_leaf_gets_its_verdict(shared_data: Path) -> None:
    vectors = dict(vectors_in(shared_data, "subtreeconsistency"))
    assert len(vectors) == 118
    whole = {name: vector for name, vector in vectors.items() if vector["start"] == 0}
    assert len(whole) == 102
    assert misjudged(whole, consistency) == REFUSED_ON_PURPOSE_OF_SUBTREES


def vectors_in(shared_data: Path, kind: str) -> Iterator[tuple[str, Vector]]:
    folder = shared_data / "tlog" / "rfc6962"
    for file in sorted((folder / kind).rglob("*.json")):
        yield file.relative_to(folder).as_posix(), json.loads(file.read_bytes())


def misjudged(vectors: dict[str, Vector], check: Callable[[Vector], None]) -> set[str]:
    return {name for name, vector in vectors.items() if accepted(vector, check) is vector["wantErr"]}


def accepted(vector: Vector, check: Callable[[Vector], None]) -> bool:
    try:
        check(vector)
    except NotProven:
        return False
    return True


def inclusion(vector: Vector) -> None:
    check_inclusion(
        base64.b64decode(vector["leafHash"]),
        index=vector["leafIdx"],
        size=vector["treeSize"] if "treeSize" in vector else vector["end"],
        proof=proof_of(vector),
        root=base64.b64decode(vector["root"]),
    )


def consistency(vector: Vector) -> None:
    check_consistency(
        proof_of(vector),
        old_size=vector["size1"] if "size1" in vector else vector["end"],
        old_root=base64.b64decode(vector["root1"]),
        new_size=vector["size2"] if "size2" in vector else vector["size"],
        new_root=base64.b64decode(vector["root2"]),
    )


def proof_of(vector: Vector) -> list[bytes]:
    return [base64.b64decode(hash_text) for hash_text in vector["proof"] or []]
