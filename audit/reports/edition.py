"""The edition of a record: on which paper, in which volume, with which proof; what a page says beside the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from audit.evidence.bundle_form import Bundle
from audit.evidence.checkpoint import Checkpoint
from audit.reports.drawing import Drawing

if TYPE_CHECKING:
    from typing import Self

MARK: Final = "ON-RECORD-RECORD-1"
PAPERS: Final = {"A4": "A4", "Letter": "letter"}
"""The papers one can ask for, and what the style sheet calls them."""


@dataclass(frozen=True, kw_only=True)
class Other:
    """A volume as the first one tells of it: parts and numbers of its first and last thing, its pages, its digest."""

    number: int
    first: str
    last: str
    pages: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Volume:
    """One of several files of a record.

    ``starts`` says for each part how many of its things stand in earlier volumes; ``continued`` names the parts whose
    first thing here began in an earlier one. ``others`` are told of by the first volume alone.
    """

    number: int
    count: int
    starts: dict[str, int] = field(default_factory=dict)
    continued: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.count


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The evidence that goes with a document: its digest, and what is printed of it."""

    digest: str
    log_key: str
    origin: str
    size: int
    root: str

    @classmethod
    def of(cls, evidence: bytes) -> Self:
        """Return what is printed of a bundle. Raises NotProven for what is none."""
        bundle = Bundle.parse(evidence)
        checkpoint = Checkpoint.parse(bundle.checkpoint.text)
        return cls(
            digest=sha256(evidence).hexdigest(),
            log_key=bundle.log_key,
            origin=checkpoint.origin,
            size=checkpoint.size,
            root=checkpoint.root.hex(),
        )


@dataclass(frozen=True, kw_only=True)
class Edition:
    """``counted`` is whether the events were counted once more against the log itself, and none was missing.

    ``drawing`` is that of the whole record where this is a volume of it.
    """

    paper: str = "A4"
    volume: Volume = field(default_factory=lambda: Volume(number=1, count=1))
    proof: Proof | None = None
    counted: bool = False
    drawing: Drawing | None = None

    def short_form(self, position: int) -> str:
        """Return what the QR code holds: mark, log, position and the SHA-256 of the evidence, parted by spaces."""
        assert self.proof is not None, "asked only where there is evidence"
        return f"{MARK} {self.proof.origin} {position} {self.proof.digest}"
