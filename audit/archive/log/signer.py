"""The signer: it remembers by itself what it signed, and signs nothing that does not continue it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from audit.archive.log.memory import Memory, alone, recall, remember, sync_folder, write_whole
from audit.archive.log.store import SignedCheckpoint
from audit.archive.root import read_private, write_private
from audit.domain.errors import NotFound, Refused, Unavailable
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import NotProven
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import Note, sign_text
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

KEY_FILE: Final = "log.key"
NEXT_KEY_FILE: Final = "log.key.next"
SEAL_FILE: Final = "seal.pem"
"""The key papers are sealed with, and its certificate from the log's key; made with the first signed paper."""
STATE_FILE: Final = "log.state"
_LOCK_FILE: Final = "log.lock"


class LogRolledBack(Refused):
    """There are fewer events than were signed for."""


class LogForked(Refused):
    """The events that were signed for are no longer the ones that are there."""


class SignerForgot(Refused):
    """The log was signed before, but the signer's memory is gone."""


class Grown(Protocol):
    """The tree that is to be signed, as the database gives it."""

    def leaves(self, after: int, upto: int) -> Iterable[bytes]:
        """Yield the leaf hashes after a position up to another."""

    def root(self, size: int) -> bytes:
        """Return the root over the first so many leaves, by what is stored of the tree."""

    def stands(self, size: int) -> bool:
        """Say whether the last events of the first so many still are the ones the stored tree was made of."""


class Signer:
    """Signs checkpoints of one log, with the key in a folder. Every call but ``locked`` needs the lock."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder
        self._origin = origin

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes and threads from signing meanwhile."""
        return alone(self._folder / _LOCK_FILE)

    def keys(self) -> tuple[SigningKey, ...]:
        """Return the key in force, and behind it the one that is about to follow it."""
        upcoming = self._folder / NEXT_KEY_FILE
        key = read_key(self._folder / KEY_FILE)
        return (key, read_key(upcoming)) if upcoming.exists() else (key,)

    def recall(self) -> Memory | None:
        """Return what was signed last. Raises Unavailable when it is damaged or another log's."""
        memory = recall(self._folder / STATE_FILE)
        if memory is not None and memory.note.partition("\n")[0] != self._origin:
            raise Unavailable(f"{self._folder / STATE_FILE} is the memory of another log: put this one's in its place.")
        return memory

    def sign(self, tree: Grown, size: int, *, at: datetime, stored: SignedCheckpoint | None) -> SignedCheckpoint:
        """Sign the tree of this size, once it is remembered; what was signed for it already is given again.

        ``stored`` is the newest checkpoint in the database. Raises LogRolledBack, LogForked or SignerForgot for what
        does not continue what was signed.
        """
        memory = self.recall()
        if memory is None and stored is not None:
            raise SignerForgot(
                f"This log was signed before, but {self._folder / STATE_FILE} is gone: restore it from its backup, or "
                "give the newest checkpoint that was handed out, with onrecord seal --recover FILE."
            )
        frontier = self._continued(memory, tree, size, stored)
        if memory is not None and memory.size == size:
            return SignedCheckpoint(size=size, root=frontier.root(), note=memory.note, signed_at=memory.signed_at)
        return self._signed(frontier, at)

    def adopt(self, tree: Grown, known: Checkpoint, *, at: datetime) -> None:
        """Begin a lost memory anew from a checkpoint that was handed out and that the stored events agree with.

        Raises LogRolledBack or LogForked where they do not.
        """
        if self.recall() is not None:
            raise Refused("The signer remembers what it signed: there is nothing to recover.")
        frontier = Frontier()
        self._extend(frontier, tree, known.size)
        _must_agree(frontier, known.root)
        self._signed(frontier, at)

    def upcoming(self) -> SigningKey:
        """Return the key that is to follow, made where there is none; from now on both sign."""
        keys = self.keys()
        if len(keys) == 1:
            made = SigningKey.generate(self._origin)
            write_whole(self._folder / NEXT_KEY_FILE, _written(made).encode())
            return made
        return keys[-1]

    def turn(self) -> None:
        """From now on the key that was to follow signs alone; the one before it is gone."""
        (self._folder / NEXT_KEY_FILE).replace(self._folder / KEY_FILE)
        sync_folder(self._folder)

    def _continued(self, memory: Memory | None, tree: Grown, size: int, stored: SignedCheckpoint | None) -> Frontier:
        """Return the edge of the tree of this size, grown out of what is remembered and nothing else."""
        frontier = memory.frontier() if memory else Frontier()
        if frontier.size <= size and not tree.stands(frontier.size):
            raise _forked(frontier.size)
        if stored is not None and stored.size > frontier.size:
            # Somebody with the same key signed on elsewhere: what both signed must be one log.
            self._must_be_ours(stored)
            self._extend(frontier, tree, stored.size)
            _must_agree(frontier, stored.root)
        self._extend(frontier, tree, size)
        _must_agree(frontier, tree.root(size))
        return frontier

    def _extend(self, frontier: Frontier, tree: Grown, size: int) -> None:
        before = frontier.size
        if size >= before:
            frontier.extend(tree.leaves(before, size))
        if frontier.size != size:
            found = size if size < before else frontier.size
            raise LogRolledBack(
                f"The log was signed over {max(before, size)} events, but only {found} are there: events were cut off "
                "or an older backup was restored; nothing is signed, run onrecord verify."
            )

    def _must_be_ours(self, stored: SignedCheckpoint) -> None:
        note = Note.parse(stored.note.encode())
        said = Checkpoint.parse(note.text)
        if (said.origin, said.size, said.root) != (self._origin, stored.size, stored.root):
            raise LogForked(f"The stored checkpoint over {stored.size} events was altered: run onrecord verify.")
        verifier = self.keys()[0].verifier
        genuine = [one for one in note.signatures if one.signer == verifier.signer]
        if not genuine:
            raise LogForked(f"Another key signed the checkpoint over {stored.size} events: run onrecord verify.")
        verifier.check(note.text.encode(), genuine[0].content)

    def _signed(self, frontier: Frontier, at: datetime) -> SignedCheckpoint:
        """Sign a tree, remembering it first: what is forgotten in a crash was never handed out."""
        root = frontier.root()
        text = str(Checkpoint(self._origin, frontier.size, root))
        note = Note(text).signed(*(sign_text(text, key) for key in self.keys()))
        signed = SignedCheckpoint(size=frontier.size, root=root, note=bytes(note).decode(), signed_at=at)
        hashes = tuple(one.hex() for one in frontier.hashes)
        memory = Memory(size=signed.size, root=root.hex(), hashes=hashes, note=signed.note, signed_at=at)
        remember(self._folder / STATE_FILE, memory)
        return signed


def read_key(path: Path) -> SigningKey:
    """Return the key in a file. Raises Unavailable when it holds none, and NotFound when it is not there."""
    if not path.exists():
        raise NotFound(f"The log's key {path} is missing: restore it from its backup; nothing is signed without it.")
    name, _, seed = read_private(path).strip().partition("+")
    try:
        return SigningKey(name, KeyKind.TEXT, bytes.fromhex(seed))
    except (ValueError, NotProven):
        raise Unavailable(f"{path} does not hold a log key: restore it.") from None


def write_key(path: Path, key: SigningKey) -> None:
    """Write a key to a new file that only its owner may read."""
    write_private(path, _written(key))


def _written(key: SigningKey) -> str:
    return f"{key.name}+{key.seed.hex()}\n"


def _must_agree(frontier: Frontier, root: bytes) -> None:
    if frontier.root() != root:
        raise _forked(frontier.size)


def _forked(size: int) -> LogForked:
    return LogForked(
        f"The first {size} events are not the ones that were signed for: something that was signed was altered; "
        "nothing is signed, run onrecord verify."
    )
