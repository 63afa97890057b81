"""Evidence bundles: pieces of the log that a stranger can check offline, against a key they trust."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from audit.evidence.bundle_form import Bundle, BundleItem, Opened
from audit.evidence.checker import check_inclusion
from audit.evidence.errors import NotProven
from audit.evidence.hashes import entry_hash
from audit.evidence.keys import VerifierKey
from audit.evidence.notation import shown
from audit.evidence.note import Note, TextVerifier
from audit.evidence.policy import Policy, WitnessedCheckpoint
from audit.evidence.prover import inclusion_proof
from audit.evidence.shown_leaf import ShownLeaf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.evidence.prover import HashAt


@dataclass(frozen=True)
class Evidence:
    """What goes into a bundle about one event: its whole leaf and what is opened of it, or no more than its place."""

    index: int
    leaf: bytes | None = None
    opened: Mapping[str, Opened] = field(default_factory=dict)


@dataclass(frozen=True)
class Proven:
    """What a bundle proves about one event: under ``witnessed`` it stood in the log, so and not otherwise.

    ``leaf`` is None where the event is withheld as a whole. ``opened`` are the words shown, ``undisclosed`` the parts
    that are not. Nothing is said about events that are not in the bundle.
    """

    position: int
    witnessed: WitnessedCheckpoint
    leaf: ShownLeaf | None
    opened: Mapping[str, str]
    undisclosed: tuple[str, ...]


def make_bundle(note: Note, log_key: VerifierKey, size: int, evidence: Iterable[Evidence], hash_at: HashAt) -> bytes:
    """Return the bundle of these events under a checkpoint of ``size`` leaves; ``hash_at`` reads the tree.

    Raises NotProven when a leaf is not the one in the tree, or a part is opened that the leaf does not declare so.
    """
    # Proofs share most of their hashes, and each may be a long way to fetch.
    kept = cache(hash_at)
    items = [_item(one, size, kept) for one in sorted(evidence, key=lambda one: one.index)]
    return bytes(Bundle(note, str(log_key), tuple(items)))


def verify_bundle(content: bytes | Bundle, policy: Policy) -> list[Proven]:
    """Return what the bundle proves to whoever trusts the policy, event by event. Raises NotProven.

    First the checkpoint with its signatures, then the place of every event in the log, then every opened part.
    """
    bundle = content if isinstance(content, Bundle) else Bundle.parse(content)
    witnessed = policy.open_checkpoint(bundle.checkpoint)
    for item in bundle.items:
        check_inclusion(
            item.leaf_hash,
            index=item.index,
            size=witnessed.checkpoint.size,
            proof=item.proof,
            root=witnessed.checkpoint.root,
        )
    return [_proven(item, witnessed) for item in bundle.items]


def trusting(vkeys: Iterable[str]) -> Policy:
    """Return the policy of somebody who trusts these logs and asks for no witness."""
    return Policy(logs=tuple(TextVerifier(VerifierKey.parse(vkey)) for vkey in vkeys))


def trusting_itself(bundle: Bundle) -> Policy:
    """Return the policy a bundle brings along: with it the bundle is shown to be whole, and anchored in nothing."""
    return trusting([bundle.log_key])


def _item(evidence: Evidence, size: int, hash_at: HashAt) -> BundleItem:
    proof = tuple(inclusion_proof(hash_at, index=evidence.index, size=size))
    recorded = hash_at(0, evidence.index)
    if evidence.leaf is None:
        return BundleItem(evidence.index, recorded, proof)
    if entry_hash(evidence.leaf) != recorded:
        raise NotProven(f"Event {evidence.index + 1} is not the one that was recorded: run onrecord verify.")
    item = BundleItem(evidence.index, recorded, proof, evidence.leaf, evidence.opened)
    _check_parts(item, ShownLeaf.parse(evidence.leaf))
    return item


def _proven(item: BundleItem, witnessed: WitnessedCheckpoint) -> Proven:
    if item.leaf is None:
        return Proven(item.index + 1, witnessed, None, {}, ())
    leaf = ShownLeaf.parse(item.leaf)
    _check_parts(item, leaf)
    opened = {name: part.value for name, part in item.opened.items()}
    return Proven(item.index + 1, witnessed, leaf, opened, tuple(sorted(leaf.commits.keys() - opened.keys())))


def _check_parts(item: BundleItem, leaf: ShownLeaf) -> None:
    """Raise NotProven unless every opened part is declared in the leaf, and bound to these words by it."""
    for name, part in item.opened.items():
        commit = leaf.commits.get(name)
        if commit is None:
            raise NotProven(f"Event {item.index + 1} has no part {shown(name)}: what is shown as it was added.")
        if not hmac.compare_digest(hmac.digest(part.salt, part.value.encode(), "sha256"), commit):
            raise NotProven(f"The words shown as {shown(name)} of event {item.index + 1} are not those recorded.")
