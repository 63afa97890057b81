"""A slip: what is shown of one promise on one page, and the proof that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

MARK: str = "onrecord-slip:1"
"""What a short form begins with, so that whoever reads it knows what it is."""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A text as it was written: ``mark`` is the promise in it, ``rests_here`` tells it from the lines around."""

    event: int
    at: datetime
    role: str
    author: str | None
    text: str | None
    kind: str = "message"
    rests_here: bool = False
    mark: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Cited:
    """What was decided about the promise; ``shown_by`` is the event that shows that it was kept."""

    event: int
    kind: str
    at: datetime
    role: str
    due: date | None
    words: str | None
    shown_by: int | None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Where the proof stands: the checkpoint of ``size`` and ``root``, and the log's key that signs it."""

    origin: str
    position: int
    size: int
    root: bytes
    key: str


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One promise as it stood at the position of its proof; times are printed in ``zone``, the customer's."""

    id: str
    customer: str | None
    status: str
    wording: str | None
    due: date | None
    amount: str | None
    currency: str | None
    conditional: bool
    quotes: tuple[Quote, ...]
    steps: tuple[Cited, ...]
    zone: tzinfo
    kept_by: int | None
    as_of: datetime
    proof: Proof

    def short_form(self, digest: str) -> str:
        """Return what the QR code holds: mark, log, position and the SHA-256 of the evidence, parted by spaces."""
        return f"{MARK} {self.proof.origin} {self.proof.position} {digest}"
