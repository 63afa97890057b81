"""How far two reviewers agree beyond chance: Cohen's kappa."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from audit.domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class NothingToCompare(Refused):
    """Two reviewers agree or not about things both have judged."""


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Fraction | None:
    """Return Cohen's kappa of two reviewers' marks of the same things in the same order.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960),
    pages 37 to 46: (observed - expected) / (1 - expected). None where chance alone gives full agreement, because both
    gave one and the same mark throughout: then kappa is not defined. Raises NothingToCompare for lists that do not
    match or are empty.
    """
    if len(first) != len(second) or not first:
        raise NothingToCompare(
            "Give the marks of both reviewers for the same things: at least one, and as many of each."
        )
    size = len(first)
    observed = Fraction(sum(one == other for one, other in zip(first, second, strict=True)), size)
    of_first, of_second = Counter(first), Counter(second)
    expected = Fraction(sum(of_first[mark] * of_second[mark] for mark in of_first), size * size)
    return None if expected == 1 else (observed - expected) / (1 - expected)
