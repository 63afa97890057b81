"""A witness: its key, its memory, and the one transaction between what it saw and what it cosigns."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from audit.archive.root import read_private, write_private
from audit.archive.witness.memory import WitnessMemory, keep_cosigned, keep_refused, keeper, name_keeper, note_of
from audit.domain.errors import AuditError, Refused, Unavailable, WrongUse
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.cosignature import WitnessVerifier, cosign
from audit.evidence.errors import NotProven
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import open_note
from audit.evidence.witness import NOTHING_SEEN, Answer, NotCosigned, Seen, must_continue, read_submission

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from audit.evidence.note import Signature, TextVerifier
    from audit.evidence.witness import Submission

KEY_FILE: Final = "witness.key"
MEMORY_FILE: Final = "witness.db"


class Witness:
    """Cosigns the checkpoints of certain logs. May be used from several threads and processes at once."""

    def __init__(
        self,
        key: SigningKey,
        memory: WitnessMemory,
        *,
        logs: Sequence[TextVerifier],
        clock: Callable[[], datetime],
    ) -> None:
        self.key = key
        self._memory = memory
        self._logs = logs
        self._clock = clock
        self._own = WitnessVerifier(key.verifier)

    def add_checkpoint(self, content: bytes) -> Answer:
        """Answer a submission. What is cosigned is remembered before this returns.

        Raises Unavailable where the memory fails; nothing is cosigned then.
        """
        try:
            submission = read_submission(content, self._logs)
            cosignature = self._cosigned(submission)
        except NotCosigned as reason:
            return reason.answer
        return Answer(200, str(cosignature).encode())

    def checkpoint(self, origin_hash: str) -> Answer:
        """Return the checkpoint cosigned last for the log whose origin has this SHA-256, in hex."""
        origins = {log.key.name for log in self._logs}
        origin = next((one for one in origins if sha256(one.encode()).hexdigest() == origin_hash), None)
        if origin is not None:
            with self._memory.writing() as cursor:
                note = note_of(cursor, origin)
            if note is not None:
                return Answer(200, note.encode())
        return Answer(404, b"This witness has cosigned no checkpoint of such a log.\n")

    def close(self) -> None:
        self._memory.close()

    def _cosigned(self, submission: Submission) -> Signature:
        at = self._clock()
        with self._memory.writing() as cursor:
            seen = self._seen(cursor, submission.checkpoint.origin)
            try:
                must_continue(submission, seen)
            except NotCosigned as reason:
                if not _contradicts(submission, seen):
                    raise
                keep_refused(cursor, submission, at=at)
                refused = reason
            else:
                cosignature = cosign(submission.note.text, self.key, at=at)
                keep_cosigned(cursor, submission, bytes(submission.note.signed(cosignature)).decode())
                return cosignature
        raise refused

    def _seen(self, cursor: sqlite3.Cursor, origin: str) -> Seen:
        """Return what was cosigned last, by the note this very key cosigned: nobody else can have put it there."""
        content = note_of(cursor, origin)
        if content is None:
            return NOTHING_SEEN
        try:
            said = Checkpoint.parse(open_note(content.encode(), (self._own,)).text)
        except (NotProven, ValueError):
            said = None
        if said is None or said.origin != origin:
            raise Unavailable("The memory of the witness was altered: restore it; until then nothing is cosigned.")
        return Seen(said.size, said.root)


def open_witness(
    folder: Path, *, logs: Sequence[TextVerifier], clock: Callable[[], datetime], name: str | None, default: str
) -> Witness:
    """Open the witness in a folder; at the first time make its key and its memory.

    A ``name`` that is given must be the one its key has. Raises Unavailable where one of the two files is there and
    the other gone: a witness that forgot what it saw would cosign another log of the same name.
    """
    key_file, memory_file = folder / KEY_FILE, folder / MEMORY_FILE
    if key_file.exists():
        key = _read_key(key_file)
        if name is not None and name != key.name:
            raise Refused(f"This witness is named {key.name}: leave the name out, or make another in another folder.")
        memory = WitnessMemory.open(memory_file) if memory_file.exists() else None
        if memory is None:
            raise Unavailable(
                f"The memory of the witness, {memory_file}, is gone: restore it; or make a new witness in another "
                "folder, whose key has to be made known anew."
            )
    else:
        memory = _made_memory(folder)
        key = _made_key(key_file, memory, name or default)
    try:
        _must_belong(memory, key, folder)
    except AuditError:
        memory.close()
        raise
    return Witness(key, memory, logs=logs, clock=clock)


def _made_memory(folder: Path) -> WitnessMemory:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(f"The folder {folder} cannot be made ({error.strerror}): choose another place.") from None
    return WitnessMemory.create(folder / MEMORY_FILE)


def _made_key(path: Path, memory: WitnessMemory, name: str) -> SigningKey:
    """Make the key once its memory is there. Cut short before the key is written, it is made again."""
    try:
        key = SigningKey.generate(name, KeyKind.COSIGNATURE)
        with memory.writing() as cursor:
            if keeper(cursor)[1]:
                raise Unavailable(f"The key of the witness, {path}, is gone: restore it from its backup.")
            name_keeper(cursor, str(key.verifier))
            # Within the lock: of two that begin at once, the later one finds the key and is refused.
            write_private(path, f"{key.name}+{key.seed.hex()}\n")
    except NotProven as reason:
        memory.close()
        raise WrongUse(f"{name!r} cannot name a witness: write a name like example.com/witness.") from reason
    except AuditError:
        memory.close()
        raise
    return key


def _must_belong(memory: WitnessMemory, key: SigningKey, folder: Path) -> None:
    vkey = str(key.verifier)
    with memory.writing() as cursor:
        named, cosigned = keeper(cursor)
        if named != vkey and cosigned:
            raise Unavailable(f"The key and the memory in {folder} are of two witnesses: put the two that match there.")
        if named != vkey:
            name_keeper(cursor, vkey)


def _contradicts(submission: Submission, seen: Seen) -> bool:
    """Return whether the log signed two trees of one size: the two notes prove it to anybody."""
    said = submission.checkpoint
    return said.size == seen.size and said.root != seen.root


def _read_key(path: Path) -> SigningKey:
    name, _, seed = read_private(path).strip().partition("+")
    try:
        return SigningKey(name, KeyKind.COSIGNATURE, bytes.fromhex(seed))
    except (ValueError, NotProven):
        raise Unavailable(f"{path} does not hold the key of a witness: restore it.") from None
