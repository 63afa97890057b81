"""The accounting of a delivery: found = new + known + refused, always."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Accounting:
    """How many items were found, and what became of them; ``deliveries`` is how many files that was."""

    found: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0
    deliveries: int = 0

    def __add__(self, other: Accounting) -> Accounting:
        return Accounting(
            found=self.found + other.found,
            new=self.new + other.new,
            known=self.known + other.known,
            refused=self.refused + other.refused,
            deliveries=self.deliveries + other.deliveries,
        )

    def must_add_up(self) -> None:
        assert self.found == self.new + self.known + self.refused, "every item is accounted for"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an import is: the file at hand, its accounting, and why it was rejected, when it was.

    ``format`` is None while the file is not recognised; ``over`` says that nothing more comes of this file.
    """

    name: str
    format: str | None
    accounting: Accounting
    rejected: str | None = None
    over: bool = False
