"""The log: cuts checkpoints over the stored events, gives them out again, and proves what they cover."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from audit.archive.faults import database_faults
from audit.archive.log.key_history import KeyHistory, rotation_note
from audit.archive.log.postgres_store import PostgresLogStore
from audit.archive.log.signer import Signer
from audit.archive.log.sqlite_store import SQLiteLogStore
from audit.archive.log.store import SignedCheckpoint
from audit.archive.log.stored_tree import StoredTree
from audit.archive.log.time_stamps import StoredTimeStamp
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.domain.custody import LogKeyRotated
from audit.domain.errors import Refused, Unavailable
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import NotProven, OutsideTree
from audit.evidence.note import TextVerifier, open_note
from audit.evidence.prover import consistency_proof, inclusion_proof, root_at
from audit.evidence.tiles import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from audit.archive.log.memory import Memory
    from audit.archive.log.store import LogStore
    from audit.archive.log.time_stamps import TimeStamper
    from audit.archive.recorders.recorder import Recorder
    from audit.evidence.note import Signature, Verifier

_ROTATIONS = "log-key rotations"


class Log:
    """The tree over the archive and its checkpoints. May be used from several threads and processes at once."""

    def __init__(
        self,
        recorder: Recorder,
        folder: Path,
        *,
        origin: str,
        clock: Callable[[], datetime],
        time_stamper: TimeStamper | None = None,
    ) -> None:
        self.store = store_of(recorder)
        self.store.prepare()
        self.origin = origin
        self._recorder = recorder
        self._signer = Signer(folder, origin)
        self._clock = clock
        self._time_stamper = time_stamper
        self._tree = StoredTree(self.store)

    # -- sealing --

    def seal(self) -> SignedCheckpoint | None:
        """Cut and sign a checkpoint over all events; None when there are none since the newest one.

        Raises Refused when the events do not continue what was signed before, Unavailable without a database or key.
        """
        with self._signer.locked():
            signed = self._seal()
        self.show_newest()
        return signed and self.covering(signed.size)

    def cover(self, position: int) -> SignedCheckpoint:
        """Return the smallest checkpoint that covers a position, cut now where there is none. Raises like seal."""
        found = self.covering(position)
        if found is None:
            self.seal()
            found = self.covering(position)
        if found is None:
            raise Refused(f"There is no event {position} to be covered by a checkpoint: take one that is there.")
        return found

    def rotate(self, record: Callable[[LogKeyRotated], int]) -> SignedCheckpoint:
        """Hand the log over to a new key, and return the checkpoint both keys signed.

        ``record`` appends the event. Cut short at any point, it is called again and goes on.
        """
        with self._signer.locked():
            upcoming = self._signer.upcoming()
            position = record(LogKeyRotated(note=rotation_note(self._signer.keys()[0], upcoming)))
            with database_faults():
                # Only where to look: what counts is the note in the event, which both keys signed.
                places = self._recorder.facts().get(_ROTATIONS, "").split()
                self._recorder.record_fact(_ROTATIONS, " ".join([*places, str(position)]))
            signed = self._seal()
            assert signed is not None, "there is at least the event that was just recorded"
            self._signer.turn()
        self.show_newest()
        return self.covering(signed.size) or signed

    def recover(self, note: bytes) -> SignedCheckpoint:
        """Begin the signer's lost memory anew from the newest checkpoint that was handed out, and seal.

        Raises NotProven when this log did not sign it, Refused when it is not the newest or the events do not agree.
        """
        known = Checkpoint.parse(open_note(note, self.verifiers()).text)
        newest = self.newest()
        if known.origin != self.origin or (newest is not None and newest.size > known.size):
            raise Refused("There is a newer checkpoint than the one given: find the newest that was handed out.")
        with self._signer.locked():
            with _not_intact():
                self._tree.grow(min(known.size, self._size()))
                self._signer.adopt(_Grown(self._tree, self.store), known, at=self._clock())
            signed = self._seal()
        self.show_newest()
        return self.covering(signed.size) or signed if signed else self._must_have()

    def show_newest(self) -> None:
        """Show the newest checkpoint to those outside who are to attest it; that they do not stops nothing."""
        if self._time_stamper is not None:
            self._time_stamper.look(self.store)

    def without_witnesses(self) -> int:
        """Return how many of the newest checkpoints lack the witnesses that are wished for."""
        return 0

    def without_time_stamp(self) -> int:
        """Return how many of the newest checkpoints lack the time-stamp that is wished for."""
        return self.store.without_time_stamp() if self._time_stamper is not None else 0

    def uncovered(self) -> int:
        """Return how many events there are that no checkpoint covers yet."""
        newest = self.newest()
        return self._size() - (newest.size if newest else 0)

    def remembered(self) -> Memory | None:
        """Return what the signer remembers. Raises Unavailable when its file is damaged."""
        return self._signer.recall()

    # -- checkpoints --

    def newest(self) -> SignedCheckpoint | None:
        """Return the checkpoint over the most events."""
        return _checkpoint(self.store.newest())

    def covering(self, position: int) -> SignedCheckpoint | None:
        """Return the smallest checkpoint that covers a position, None while there is none."""
        return _checkpoint(self.store.covering(position))

    def add_signatures(self, size: int, signatures: Sequence[Signature]) -> None:
        """Keep what witnesses signed, at the end of the note of the checkpoint of this size."""
        found = self.covering(size)
        if found is None or found.size != size:
            raise Refused(f"There is no checkpoint of size {size} that could be cosigned: take the newest.")
        known = {line for line in found.note.splitlines() if line.startswith("\u2014 ")}
        gained = "".join(str(one) for one in signatures if str(one).removesuffix("\n") not in known)
        self.store.add_signatures(size, found.note + gained)

    def time_stamp(self, size: int) -> StoredTimeStamp | None:
        """Return the time-stamp of the checkpoint of this size, None where it has none."""
        found = self.store.time_stamp(size)
        return StoredTimeStamp(*found) if found else None

    def verifiers(self) -> tuple[Verifier, ...]:
        """Return all keys that were ever in force, the newest first, to check checkpoints with."""
        return tuple(TextVerifier(key) for key, _ in self.key_history().keys)

    def key_history(self) -> KeyHistory:
        """Return which key was in force at which size, read from the key file and the rotations on record."""
        return KeyHistory.of(self._signer.keys()[0].verifier, self._rotations())

    # -- proving --

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree over stored events, as audit.evidence.prover asks for it."""
        return self._tree.hash_at(level, index)

    def prove(self, position: int, size: int) -> list[bytes]:
        """Return the proof that the event at a position is in the tree of this size."""
        return inclusion_proof(self.hash_at, index=position - 1, size=size)

    def prove_growth(self, old_size: int, new_size: int) -> list[bytes]:
        """Return the proof that the tree of one size grew out of that of another."""
        return consistency_proof(self.hash_at, old_size=old_size, new_size=new_size)

    # -- within the lock --

    def _seal(self) -> SignedCheckpoint | None:
        size = self._size()
        stored = self.newest()
        if size == 0 and stored is None and self._signer.recall() is None:
            return None
        with _not_intact():
            self._tree.grow(size)
            signed = self._signer.sign(_Grown(self._tree, self.store), size, at=self._clock(), stored=stored)
        if stored is not None and stored.size == signed.size:
            return None
        self.store.add_checkpoint(signed)
        return signed

    def _must_have(self) -> SignedCheckpoint:
        newest = self.newest()
        assert newest is not None, "one was just cut or was there"
        return newest

    def _size(self) -> int:
        with database_faults():
            return self._recorder.head().size

    def _rotations(self) -> list[tuple[int, str]]:
        with database_faults():
            places = [int(one) for one in self._recorder.facts().get(_ROTATIONS, "").split() if one.isdecimal()]
            rows = self._recorder.rows_at(places) if places else []
        rotations = []
        for row in rows:
            try:
                rotations.append((row.position, _rotated(row.state).event.note))
            except (msgspec.MsgspecError, TypeError):
                continue  # Verifying finds it: its bytes are not those of its leaf.
        return rotations


class _Grown:
    """The stored tree as the signer looks at it."""

    def __init__(self, tree: StoredTree, store: LogStore) -> None:
        self._tree = tree
        self._store = store

    def leaves(self, after: int, upto: int) -> Iterator[bytes]:
        return self._tree.leaves(after, upto)

    def root(self, size: int) -> bytes:
        return root_at(self._tree.hash_at, size)

    def stands(self, size: int) -> bool:
        # A tail that was cut off and grown anew differs in its last event at the least.
        after = max(0, size - WIDTH)
        return self._store.leaf_hashes(after + 1, size) == list(self._tree.leaves(after, size))


class _Note(msgspec.Struct, frozen=True):
    note: str


class _Rotated(msgspec.Struct, frozen=True):
    event: _Note


_rotated = msgspec.json.Decoder(_Rotated).decode


def store_of(recorder: Recorder) -> LogStore:
    """Return the tables of the log in the database of these events."""
    if isinstance(recorder, SQLiteRecorder):
        return SQLiteLogStore(recorder)
    assert isinstance(recorder, PostgresRecorder), "there are two engines"
    return PostgresLogStore(recorder)


@contextmanager
def _not_intact() -> Iterator[None]:
    """Say in one sentence that the stored tree cannot be signed as it lies there."""
    try:
        yield
    except (NotProven, OutsideTree) as fault:
        raise Refused(f"Nothing was signed, for the stored log is not whole ({fault}) Run onrecord verify.") from fault


def _checkpoint(row: tuple[Any, ...] | None) -> SignedCheckpoint | None:
    if row is None:
        return None
    size, root, note, signed_at = row
    try:
        return SignedCheckpoint(
            size=size, root=bytes(root), note=str(note), signed_at=datetime.fromisoformat(signed_at)
        )
    except (TypeError, ValueError):
        raise Unavailable(f"The stored checkpoint over {size} events was altered: run onrecord verify.") from None
