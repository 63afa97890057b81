"""Proof files (C2SP tlog-proof): one entry's place in a log, with the checkpoint that covers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.evidence.checker import check_inclusion
from audit.evidence.errors import Malformed
from audit.evidence.hashes import must_be_hashes
from audit.evidence.notation import NUMBER_MAX, base64_of, bytes_of, number_of, text_of
from audit.evidence.note import SIZE_MAX, Note

if TYPE_CHECKING:
    from typing import Self

    from audit.evidence.policy import Policy, WitnessedCheckpoint

SUFFIX = ".tlog-proof"
_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "
_HASHES_MAX = 63


@dataclass(frozen=True)
class TlogProof:
    """What a proof file holds. ``extra`` is not covered by anything: never trust it."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def __post_init__(self) -> None:
        must_be_hashes(self.hashes)
        if len(self.hashes) > _HASHES_MAX or not 0 <= self.index <= NUMBER_MAX:
            raise Malformed("The proof claims a tree larger than any log: take the file as it was handed out.")

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a proof file; ``open_proof`` says whether it proves anything."""
        if len(content) > SIZE_MAX:
            raise Malformed(f"A proof has at most {SIZE_MAX} bytes, this one {len(content)}.")
        head, _, checkpoint = content.partition(b"\n\n")
        header, *lines = text_of(head).split("\n")
        if header != _HEADER:
            raise Malformed(f"The file is not a proof of the form {_HEADER}: take it as it was handed out.")
        extra = b""
        if lines and lines[0].startswith(_EXTRA):
            extra = _extra_of(lines.pop(0))
        if not lines or not lines[0].startswith(_INDEX):
            raise Malformed("The proof does not say which entry it is for: take the file as it was handed out.")
        index = number_of(lines[0].removeprefix(_INDEX))
        return cls(index, tuple(bytes_of(line) for line in lines[1:]), Note.parse(checkpoint), extra)

    def __bytes__(self) -> bytes:
        extra = [_EXTRA + base64_of(self.extra)] if self.extra else []
        lines = [_HEADER, *extra, f"{_INDEX}{self.index}", *map(base64_of, self.hashes), "", ""]
        return "\n".join(lines).encode() + bytes(self.checkpoint)


def open_proof(proof: TlogProof, *, leaf_hash: bytes, policy: Policy) -> WitnessedCheckpoint:
    """Return the checkpoint under which the leaf is proven to be in a log the policy trusts, else raise NotProven."""
    witnessed = policy.open_checkpoint(proof.checkpoint)
    check_inclusion(
        leaf_hash,
        index=proof.index,
        size=witnessed.checkpoint.size,
        proof=proof.hashes,
        root=witnessed.checkpoint.root,
    )
    return witnessed


def _extra_of(line: str) -> bytes:
    extra = bytes_of(line.removeprefix(_EXTRA))
    if not extra:
        raise Malformed("The proof announces extra content and has none: take the file as it was handed out.")
    return extra
