"""How many facts of each kind got lost, as one number, so that the database itself can count those that matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.language.facts.fact import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_BITS: Final = 6
BASE: Final = 1 << _BITS
MOST: Final = BASE - 2
"""More facts than these in one ticket count as so many: far more than it takes to have no points left."""
# Ten kinds are what a column of 64 bits holds. In another order of kinds the stored numbers would mean something else:
# the view then needs a new version.
_PLACES: Final[Mapping[str, int]] = {kind: place * _BITS for place, kind in enumerate(KINDS)}


def pack(counts: Mapping[str, int]) -> int:
    """Return the counts of kinds as one number, never more than ``MOST`` in all."""
    left, packed = MOST, 0
    for kind, place in _PLACES.items():
        count = min(counts.get(kind, 0), left)
        left -= count
        packed |= count << place
    return packed


def unpack(packed: int) -> dict[str, int]:
    """Return the counts again, without the kinds of which nothing was lost."""
    counts = {kind: packed >> place & BASE - 1 for kind, place in _PLACES.items()}
    return {kind: count for kind, count in counts.items() if count}


def mask(kinds: Collection[str]) -> int:
    """Return what leaves of a packed number these kinds alone."""
    return sum(BASE - 1 << place for kind, place in _PLACES.items() if kind in kinds)


def counted(packed: int) -> int:
    """Return the sum of the counts: the remainder by one less than the base is that of the sum of the figures."""
    return packed % (BASE - 1)
