"""Checkpoints (C2SP tlog-checkpoint): how long a log is, and the root over all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.evidence.errors import Malformed
from audit.evidence.hashes import must_be_hashes
from audit.evidence.notation import NUMBER_MAX, base64_of, bytes_of, number_of

if TYPE_CHECKING:
    from typing import Self

_LINES = 3


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log. ``str`` gives the text to be signed, as a note's."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        must_be_hashes((self.root,))
        if not 0 <= self.size <= NUMBER_MAX:
            raise Malformed(f"A log has between 0 and {NUMBER_MAX} entries, not {self.size}.")
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise Malformed("Origin and extension lines are whole lines with something in them.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note; who signed it is the note's business."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < _LINES or not text.endswith("\n"):
            raise Malformed("A checkpoint has three lines: origin, size and root; this text has not.")
        origin, size, root, *extensions = lines
        return cls(origin, number_of(size), bytes_of(root), tuple(extensions))

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), base64_of(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)
