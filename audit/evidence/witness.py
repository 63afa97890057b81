"""What a witness decides (C2SP tlog-witness): which checkpoints it cosigns, and what it says to all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.evidence.checker import check_consistency
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import Malformed, NotProven
from audit.evidence.hashes import EMPTY_ROOT, must_be_hashes
from audit.evidence.notation import base64_of, bytes_of, number_of, shown, text_of
from audit.evidence.note import Note, Signature, open_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.evidence.note import TextVerifier

BODY_MAX: Final = 131_072
"""A checkpoint with sixteen of the longest signatures there are, and its proof, fill half of this."""
SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"
_PROOF_MAX: Final = 63
_OLD: Final = "old "


class Seen(NamedTuple):
    """The checkpoint a witness cosigned last for an origin."""

    size: int
    root: bytes


NOTHING_SEEN: Final = Seen(0, EMPTY_ROOT)


class Submission(NamedTuple):
    """A checkpoint its log signed, and the proof that it continues an earlier one. ``note`` has no other signatures."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: Note


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    content: bytes
    kind: str = TEXT_TYPE


class NotCosigned(NotProven):
    """The witness does not cosign. ``status`` is the one the protocol gives to the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status

    @property
    def answer(self) -> Answer:
        """What to say to whoever submitted it."""
        return Answer(self.status, f"{self}\n".encode())


class SeenAnother(NotCosigned):
    """The submission does not begin where the witness stands: ``size`` is where it does."""

    def __init__(self, size: int) -> None:
        super().__init__(409, f"The witness saw this log at size {size} last: prove the growth from there.")
        self.size = size

    @property
    def answer(self) -> Answer:
        """The size alone, as the protocol has it."""
        return Answer(self.status, f"{self.size}\n".encode(), SIZE_TYPE)


def read_submission(content: bytes, logs: Sequence[TextVerifier]) -> Submission:
    """Return what was submitted, once a key of its log is shown to have signed it.

    Raises NotCosigned: 400 for what is not in the right form, 404 for an unknown log, 403 where no known key signed.
    """
    head, blank, signed = content.partition(b"\n\n")
    if not blank:
        raise NotCosigned(400, "A submission is lines, a blank line and a checkpoint: there is no blank line.")
    try:
        old_size, proof = _growth(text_of(head).split("\n"))
    except Malformed as reason:
        raise NotCosigned(400, str(reason)) from reason
    note = _opened(signed, logs)
    try:
        checkpoint = Checkpoint.parse(note.text)
    except Malformed as reason:
        raise NotCosigned(400, str(reason)) from reason
    if old_size > checkpoint.size:
        raise NotCosigned(400, f"The log cannot have grown from size {old_size} to size {checkpoint.size}: swap them.")
    return Submission(old_size, proof, checkpoint, note)


def must_continue(submission: Submission, seen: Seen) -> None:
    """Raise SeenAnother unless the submission begins where the witness stands, NotCosigned (422) unless it goes on.

    From here to where the new size is stored nobody else may change what was seen.
    """
    if submission.old_size != seen.size:
        raise SeenAnother(seen.size)
    new = submission.checkpoint
    try:
        check_consistency(
            submission.proof,
            old_size=seen.size,
            old_root=seen.root,
            new_size=new.size,
            new_root=new.root,
            zero_ok=True,
        )
    except NotProven as reason:
        raise NotCosigned(422, str(reason)) from reason


def submission_of(note: bytes, *, old_size: int, proof: Iterable[bytes]) -> bytes:
    """Return the bytes to submit, as a log does."""
    lines = [f"{_OLD}{old_size}", *(base64_of(one) for one in proof), "", ""]
    return "\n".join(lines).encode() + note


def signatures_in(content: bytes) -> tuple[Signature, ...]:
    """Read the lines a witness answered with. Nothing about them is checked yet. Raises Malformed."""
    lines = text_of(content)
    if not lines.endswith("\n"):
        raise Malformed("Signature lines end with a newline: the answer was cut off.")
    return tuple(Signature.parse(line) for line in lines[:-1].split("\n"))


def size_in(content: bytes) -> int:
    """Read the size a witness answered with. Raises Malformed."""
    return number_of(text_of(content).removesuffix("\n"))


def _growth(lines: list[str]) -> tuple[int, tuple[bytes, ...]]:
    first, *proof = lines
    if not first.startswith(_OLD):
        raise Malformed(f'A submission begins with "{_OLD}" and a size, not {shown(first)}.')
    if len(proof) > _PROOF_MAX:
        raise Malformed(f"A proof has at most {_PROOF_MAX} hashes, not {len(proof)}.")
    hashes = tuple(bytes_of(line) for line in proof)
    must_be_hashes(hashes)
    return number_of(first.removeprefix(_OLD)), hashes


def _opened(signed: bytes, logs: Sequence[TextVerifier]) -> Note:
    origin = signed.partition(b"\n")[0]
    keys = [log for log in logs if log.key.name.encode() == origin]
    if not keys:
        named = shown(origin.decode(errors="backslashreplace"))
        raise NotCosigned(404, f"This witness does not know the log {named}: name its vkey to the witness.")
    try:
        return open_note(signed, keys)
    except NotProven as reason:
        raise NotCosigned(403, str(reason)) from reason
