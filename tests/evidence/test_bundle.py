"""Bundles: what they prove, and that nothing in them can be altered."""

from __future__ import annotations

import json
import random

import pytest

from audit.evidence.bundle import Evidence, make_bundle, trusting, trusting_itself, verify_bundle
from audit.evidence.bundle_form import Bundle, NoBundle
from audit.evidence.errors import Malformed, NotProven
from audit.evidence.policy import Policy
from audit.evidence.prover import Tree, inclusion_proof
from tests.evidence.bundles import (
    AT,
    BUNDLE,
    CASES,
    EVIDENCE,
    LEAVES,
    LOG,
    NOTE,
    POLICY,
    TEXTS,
    TREE,
    VKEY,
    Case,
    Verdict,
    leaf,
    opened,
)

_FLIPS = 400


def judged(case: Case) -> Verdict:
    """Return the verdict of the house itself."""
    try:
        policy = _trusted(case.trusted)
    except NotProven:
        return Verdict.COULD_NOT_RUN
    try:
        bundle = Bundle.parse(case.content)
        verify_bundle(bundle, policy or trusting_itself(bundle))
    except NoBundle:
        return Verdict.COULD_NOT_RUN
    except NotProven:
        return Verdict.NOT_GENUINE
    return Verdict.PROVEN if policy else Verdict.UNANCHORED


def _trusted(text: str) -> Policy | None:
    if not text:
        return None
    return trusting([text]) if text.startswith(LOG.name) else Policy.parse(text.encode())


@pytest.mark.parametrize("name", CASES)
def test_every_case_gets_its_verdict(name: str) -> None:
    assert judged(CASES[name]) is CASES[name].verdict


def test_no_case_but_the_first_is_the_bundle_with_the_key_of_the_log() -> None:
    same = [name for name, case in CASES.items() if (case.content, case.trusted) == (BUNDLE, VKEY)]
    assert same == ["the bundle, with the log's key"]


def test_a_bundle_proves_the_words_that_are_open_and_names_the_parts_that_are_not() -> None:
    proven = verify_bundle(BUNDLE, Policy.parse(POLICY.encode()))
    assert [one.position for one in proven] == [4, 5, 18, 30, 41]
    assert proven[0].opened == {"text": TEXTS[3], "author": "Somebody 3"}
    assert proven[1].opened == {"text": TEXTS[4]}
    assert [one.undisclosed for one in proven] == [(), ("author",), ("author", "text"), (), ("author",)]
    assert proven[0].witnessed.witnessed_at == {"w1": AT}
    assert proven[0].witnessed.checkpoint.size == len(LEAVES)
    shown = proven[0].leaf
    assert shown is not None
    assert (shown.topic, shown.version, shown.recorded_at) == ("message.posted", 1, "2026-03-01T09:00:00Z")


def test_an_event_withheld_as_a_whole_shows_nothing_but_its_place() -> None:
    withheld = verify_bundle(BUNDLE, trusting([VKEY]))[3]
    assert (withheld.position, withheld.leaf, withheld.opened) == (30, None, {})
    assert set(json.loads(BUNDLE)["items"][3]) == {"index", "leaf_hash", "proof"}


def test_a_bundle_is_written_as_it_was_read() -> None:
    assert bytes(Bundle.parse(BUNDLE)) == BUNDLE


def test_the_same_events_give_the_same_bundle_in_whatever_order_they_are_named() -> None:
    assert make_bundle(NOTE, LOG.verifier, TREE.size, EVIDENCE[::-1], TREE.hash_at) == BUNDLE


def test_hashes_that_proofs_share_stand_there_once() -> None:
    nodes = json.loads(BUNDLE)["nodes"]
    proofs = [inclusion_proof(TREE.hash_at, index=one.index, size=TREE.size) for one in EVIDENCE]
    assert len(nodes) == len(set(nodes)) == len({node for proof in proofs for node in proof})
    assert len(nodes) < sum(map(len, proofs))


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_every_small_log_can_be_proven(size: int) -> None:
    tree = Tree([TREE.hash_at(0, index) for index in range(size)])
    evidence = [Evidence(index, LEAVES[index], opened(index, "text")) for index in range(size)]
    content = make_bundle(NOTE, LOG.verifier, size, evidence, tree.hash_at)
    assert [item.index for item in Bundle.parse(content).items] == list(range(size))


def test_a_leaf_that_is_not_the_one_in_the_log_gets_no_bundle() -> None:
    with pytest.raises(NotProven, match="Event 6 is not the one that was recorded"):
        make_bundle(NOTE, LOG.verifier, TREE.size, [Evidence(5, leaf(5, "message.edited"))], TREE.hash_at)


def test_no_bundle_is_made_that_opens_what_the_leaf_does_not_declare() -> None:
    promise = {"promise": opened(5, "text")["text"]}
    with pytest.raises(NotProven, match="has no part 'promise'"):
        make_bundle(NOTE, LOG.verifier, TREE.size, [Evidence(5, LEAVES[5], promise)], TREE.hash_at)


def test_no_bundle_is_made_that_opens_other_words() -> None:
    with pytest.raises(NotProven, match="are not those recorded"):
        make_bundle(NOTE, LOG.verifier, TREE.size, [Evidence(5, LEAVES[5], opened(6, "text"))], TREE.hash_at)


def test_no_bundle_is_made_of_nothing() -> None:
    with pytest.raises(Malformed, match="at least one event"):
        make_bundle(NOTE, LOG.verifier, TREE.size, [], TREE.hash_at)


def test_whatever_single_bit_is_changed_the_bundle_proves_the_same_or_nothing() -> None:
    """What may differ unseen is the key a bundle names, and the signature of a witness nobody asked for."""
    dice = random.Random(7)  # noqa: S311  # dice for a test, no secret
    refused = 0
    whole = verify_bundle(BUNDLE, trusting([VKEY]))
    for _ in range(_FLIPS):
        content = bytearray(BUNDLE)
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        try:
            assert verify_bundle(bytes(content), trusting([VKEY])) == whole
        except NotProven:
            refused += 1
    assert refused > _FLIPS // 2
