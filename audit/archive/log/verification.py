"""Verifying the log: every event, every tile, every checkpoint, and what was held outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from audit.archive.checking import Finding, check
from audit.archive.faults import database_faults
from audit.archive.log.authority import Authority, authority
from audit.archive.log.continued import earlier_logs
from audit.archive.log.held import held_findings, held_remarks, open_held
from audit.archive.log.log import Log
from audit.archive.log.range_check import Watch
from audit.archive.log.shared_out import Shares, Work, look_together
from audit.archive.log.stored_checkpoints import compared, genuine, witnessed
from audit.archive.log.time_stamps import Roots, TimeStampsChecked, stored_time_stamps
from audit.archive.log.watched_tree import WatchedTree
from audit.archive.originals import OriginalMissing, Originals
from audit.archive.recorders.recorder import Recorder
from audit.domain.errors import AuditError
from audit.evidence.checker import check_consistency
from audit.evidence.errors import NotProven, OutsideTree
from audit.evidence.policy import Policy
from audit.evidence.prover import consistency_proof, root_at
from audit.evidence.tiles import HEIGHT, WIDTH
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from audit.archive.log.held import Held
    from audit.archive.log.key_history import KeyHistory
    from audit.archive.log.stored_checkpoints import Genuine

_FINDINGS: Final = 1_000
_STORED: Final = "The stored checkpoint"
_REMEMBERED: Final = "What the signer remembers"


@dataclass(frozen=True, kw_only=True)
class Verifying:
    """What is verified and against what. ``held`` are checkpoints from outside, by name.

    ``since`` is the edge of the whole blocks that need not be read again. ``living`` says which keys still open.
    ``roots`` are the certificates trusted to stand behind time-stamps; without any, those are not checked.
    ``watch`` compares every row with something else; where the log has to be read again, from the beginning.
    ``shares`` says how a long log is shared out among processes; what is found is the same without them.
    """

    log: Log
    recorder: Recorder
    originals: Originals
    living: Callable[[list[str]], set[str]]
    held: tuple[tuple[str, bytes], ...] = ()
    policy: Policy | None = None
    since: Frontier | None = None
    roots: Roots | None = None
    watch: Watch | None = None
    shares: Shares = field(default_factory=Shares)


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """The events after the newest checkpoint: how many, and since when the oldest of them waits."""

    count: int
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What came out. ``sealed`` is what the newest stored checkpoint covers, ``witnessed`` the newest that was seen.

    ``anchored`` is the largest size a checkpoint from outside vouches for, 0 where none was given.
    """

    size: int
    root: bytes
    since: int
    findings: list[Finding]
    checkpoints: int
    sealed: int
    anchored: int
    uncovered: Uncovered
    blocks: Frontier
    witnessed: int | None = None
    erased: int = 0
    remarks: list[str] = field(default_factory=list)
    time_stamps: TimeStampsChecked = field(default_factory=TimeStampsChecked)

    @property
    def proven(self) -> bool:
        return bool(self.anchored) and not self.findings


def verify_log(asked: Verifying, on_progress: Callable[[int], None]) -> Verified:
    """Verify what is stored; what is wrong is found, never raised.

    Raises Unreadable for a checkpoint from outside that this log did not sign, Unavailable where it cannot be done.
    """
    log = asked.log
    keys = log.key_history()
    held = _opened(asked, keys)
    signed = genuine(log.store.checkpoints(), origin=log.origin, keys=keys)
    memory, forgotten = _memory(log)
    sizes = {*signed.roots, *(one.size for one in held if one.comparable), *memory}
    tree = WatchedTree(log.store, sizes, blocks=asked.since)
    start = tree.size
    erasures = asked.recorder.head().erasures
    allowed = authority(asked.recorder, after=start)
    work = Work(
        recorder=asked.recorder,
        tree=tree,
        may_be_missing=allowed.positions,
        sizes=sizes,
        shelf=asked.originals.shelf,
        watch=asked.watch,
    )
    look_together(work, asked.shares, on_progress)
    checked = check(
        asked.recorder,
        may_be_missing=allowed.positions,
        on_progress=on_progress,
        tree=tree,
        originals=work.kept,
        watch=asked.watch.see if asked.watch else None,
    )
    if asked.recorder.head().erasures != erasures:
        # An erasure took words while they were read: what it authorises has to be known first.
        return verify_log(asked, on_progress)
    earlier, broken = _earlier_roots(asked, start, sizes)
    roots = tree.root_of | earlier
    newest = max(signed.roots, default=0)
    stamps, unchecked = stored_time_stamps(log.store, signed.notes, asked.roots)
    findings = [
        *checked.findings,
        *signed.findings,
        *compared(signed.roots, roots, size=checked.size, whose=_STORED),
        *compared(memory, roots, size=checked.size, whose=_REMEMBERED),
        *held_findings(held, roots, size=checked.size),
        *broken,
        *_tile_findings(asked, tree, newest=newest),
        *_original_findings(asked.originals, work.kept, allowed),
        *_living_keys(asked, allowed),
        *_key_findings(asked.policy, log.origin, keys),
        *stamps.findings,
    ]
    anchored = max((one.size for one in held if one.anchors and roots.get(one.size) == one.root), default=0)
    verified = Verified(
        size=checked.size,
        root=checked.root,
        since=start,
        findings=findings[:_FINDINGS],
        checkpoints=len(signed.roots),
        sealed=newest,
        anchored=anchored,
        uncovered=_uncovered(asked.recorder, newest, checked.size),
        blocks=tree.blocks,
        erased=len(allowed.positions),
        remarks=[*forgotten, *held_remarks(held), *unchecked],
        time_stamps=stamps,
    )
    return _with_witnesses(verified, signed, asked.policy)


def _opened(asked: Verifying, keys: KeyHistory) -> list[Held]:
    origin, recorder = asked.log.origin, asked.recorder
    return [
        open_held(name, content, origin=origin, keys=keys, policy=asked.policy, earlier=lambda: earlier_logs(recorder))
        for name, content in asked.held
    ]


def _memory(log: Log) -> tuple[dict[int, bytes], list[str]]:
    """Return what the signer remembers as size and root, and what is to be said about its memory."""
    try:
        memory = log.remembered()
    except AuditError as fault:
        return {}, [str(fault)]
    if memory is None:
        lost = log.newest() is not None
        return {}, ["The signer's memory is gone: restore log.state, or see onrecord seal --recover."] if lost else []
    return {memory.size: bytes.fromhex(memory.root)}, []


def _earlier_roots(asked: Verifying, start: int, sizes: set[int]) -> tuple[dict[int, bytes], list[Finding]]:
    """Return the roots at sizes before those that were read, from tiles shown to lead to what was verified before."""
    roots: dict[int, bytes] = {}
    hash_at = asked.log.hash_at
    verified = Frontier(start, asked.since.hashes).root() if asked.since else b""
    try:
        for size in sorted(size for size in sizes if 0 < size < start):
            root = root_at(hash_at, size)
            proof = consistency_proof(hash_at, old_size=size, new_size=start)
            check_consistency(proof, old_size=size, old_root=root, new_size=start, new_root=verified)
            roots[size] = root
    except (NotProven, OutsideTree) as fault:
        return roots, [Finding(None, f"The stored tree does not lead to what was verified before: {fault}")]
    return roots, []


def _tile_findings(asked: Verifying, tree: WatchedTree, *, newest: int) -> list[Finding]:
    """Report tiles that are not made of the events, and missing ones that a checkpoint needs."""
    tree.compare_upper_tiles()
    store = asked.log.store
    findings = []
    for level, number, missing in tree.faults:
        span = WIDTH << level * HEIGHT
        first, last = number * span + 1, (number + 1) * span
        # What was appended since the newest checkpoint may have no tiles yet.
        if last <= newest or not missing:
            what = f"The stored tree does not fit events {first} to {last}: a tile was changed or is missing."
            findings.append(Finding(first, what))
    total = store.tile_total()
    with database_faults():
        # Meanwhile more may have been appended and sealed.
        size = asked.recorder.head().size
    if total > _tiles_of(size):
        findings.append(Finding(None, "There are more tiles of the stored tree than its events need."))
    return findings


def _tiles_of(size: int) -> int:
    total = 0
    while size >= WIDTH:
        size //= WIDTH
        total += size
    return total


def _original_findings(originals: Originals, kept: dict[int, list[str]], allowed: Authority) -> list[Finding]:
    findings = []
    for position, names in kept.items():
        for name in names:
            try:
                sealed = originals.shelf.get(name)
            except OriginalMissing:
                if position not in allowed.positions:
                    findings.append(Finding(position, "An original of this event is missing, and no erasure took it."))
                continue
            if sha256(sealed).hexdigest() != name:
                findings.append(Finding(position, "An original of this event was changed."))
    return findings


def _living_keys(asked: Verifying, allowed: Authority) -> list[Finding]:
    living = asked.living(sorted(allowed.keys))
    what = "The erasure on record here destroyed a key that still opens: run onrecord erase --execute again."
    return [Finding(position, what) for position in sorted({allowed.keys[one] for one in living})]


def _key_findings(policy: Policy | None, origin: str, keys: KeyHistory) -> list[Finding]:
    """Report it when the key that signs here is none that the policy trusts for this log."""
    if policy is None:
        return []
    trusted = {log.key for log in policy.logs if log.key.name == origin}
    if trusted & {key for key, _ in keys.keys}:
        return []
    return [Finding(None, f"The checkpoints stored here are signed by a key the policy does not name for {origin}.")]


def _with_witnesses(verified: Verified, signed: Genuine, policy: Policy | None) -> Verified:
    """Demand that the policy's witnesses saw a stored checkpoint: a thief of the log's key cannot forge theirs."""
    if policy is None or policy.quorum is None:
        return verified
    size = witnessed(signed.notes, policy)
    if size:
        return replace(verified, witnessed=size)
    what = "No stored checkpoint was seen by the witnesses the policy demands: the log may have been written anew."
    return replace(verified, witnessed=0, findings=[*verified.findings, Finding(None, what)])


class _Recorded(msgspec.Struct, frozen=True):
    recorded_at: datetime


def _uncovered(recorder: Recorder, newest: int, size: int) -> Uncovered:
    if newest >= size:
        return Uncovered(count=0)
    with database_faults():
        rows = recorder.rows_at([newest + 1])
    try:
        since = msgspec.json.decode(rows[0].state, type=_Recorded).recorded_at if rows else None
    except (msgspec.MsgspecError, TypeError):
        since = None
    return Uncovered(count=size - newest, since=since)
