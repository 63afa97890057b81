"""The six ways in which service level is counted; each percentage goes by the name of its formula."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.projections.levels.contacts import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from audit.projections.levels.contacts import Contact


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted. A is ``answered``, Ab ``abandoned``; ``within`` means in the threshold, both ends included.

    ``wait``, ``talk`` and ``hold`` are sums in microseconds over ``answered``, ``handled`` and ``handled`` calls.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    answered_within: int = 0
    abandoned_within: int = 0
    short_abandoned: int = 0
    transferred: int = 0
    flow_out: int = 0
    waiting: int = 0
    handled: int = 0
    wait: int = 0
    talk: int = 0
    hold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in _NAMES))


_NAMES: Final = tuple(field.name for field in fields(Counts))


class Formula(NamedTuple):
    """How a service level is counted: as people write it, and its two sides."""

    written: str
    sides: Callable[[Counts], tuple[int, int]]


FORMULAS: Final[dict[str, Formula]] = {
    "SL1": Formula(
        "(A≤T + Ab≤T) / (A + Ab)",
        lambda one: (one.answered_within + one.abandoned_within, one.answered + one.abandoned),
    ),
    "SL2": Formula("A≤T / A", lambda one: (one.answered_within, one.answered)),
    "SL3": Formula("A≤T / (A + Ab)", lambda one: (one.answered_within, one.answered + one.abandoned)),
    "SL4": Formula(
        "A≤T / (A + Ab>T)",
        lambda one: (one.answered_within, one.answered + one.abandoned - one.abandoned_within),
    ),
    "SL5": Formula(
        "(A≤T + Ab<short) / (A + Ab)",
        lambda one: (one.answered_within + one.short_abandoned, one.answered + one.abandoned),
    ),
    "SL6": Formula(
        "A≤T / (A + Ab - Ab<short)",
        lambda one: (one.answered_within, one.answered + one.abandoned - one.short_abandoned),
    ),
}
"""A: answered, Ab: abandoned, T: the threshold."""


def counted(contacts: Iterable[Contact], *, threshold: float, short: float) -> Counts:
    """Count contacts; ``threshold`` and ``short`` in seconds. An abandoned call is short when it waited under that."""
    most, least = threshold * SECOND, short * SECOND
    total = dict.fromkeys(_NAMES, 0)
    for one in contacts:
        total["offered"] += 1
        in_time = one.wait is not None and one.wait <= most
        if one.answered is not None:
            total["answered"] += 1
            total["answered_within"] += in_time
            total["transferred"] += one.transferred
            total["wait"] += one.wait or 0
            if one.talk is not None:
                total["handled"] += 1
                total["talk"] += one.talk
                total["hold"] += one.hold
        elif one.given_up:
            total["abandoned"] += 1
            total["abandoned_within"] += in_time
            total["short_abandoned"] += one.wait is not None and one.wait < least
        elif one.flown_out:
            total["flow_out"] += 1
        else:
            total["waiting"] += 1
    return Counts(**total)


def level(counts: Counts, formula: str, *, flow_outs: bool = False) -> float | None:
    """Return a service level in per cent with two decimals; None where there was no call to count.

    ``flow_outs`` counts calls that left the queue unanswered below the line, as some systems do.
    """
    above, below = FORMULAS[formula].sides(counts)
    below += counts.flow_out if flow_outs else 0
    return per_cent(above, below)


def per_cent(above: int, below: int) -> float | None:
    """Return a share in per cent, halves rounded up; None of nothing."""
    if not below:
        return None
    exact = Fraction(100 * above, below)
    return float((Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP))


def mean_seconds(sum_of: int, number: int) -> float | None:
    """Return a mean of microseconds in seconds with one decimal; None of nothing."""
    if not number:
        return None
    return float((Decimal(sum_of) / number / SECOND).quantize(Decimal("0.1"), ROUND_HALF_UP))
