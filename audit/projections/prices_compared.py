"""Prices a customer was told beside what they were charged: which charges differ from every price, or had none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from audit.projections.prices import CHARGED, CREDIT, FINISHED, QUOTED, SAID, Price

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID


AS_QUOTED: Final = "as-quoted"
DIFFERS: Final = "differs"
NEVER_QUOTED: Final = "never-quoted"
CANNOT_TELL: Final = "cannot-tell"
_CENT: Final = Decimal("0.01")
_MINUTES: Final = Decimal(60)
_BY_CASE: Final = ("work_order", "ticket", "conversation", "customer")


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A charge beside the prices it may rest on, of the closest case that has any: ``quoted_in`` names its kind.

    ``expected`` is what the newest of these prices comes to, ``difference`` how much more was charged.
    """

    charge: Price
    quotes: tuple[Price, ...]
    quoted_in: str | None
    verdict: str
    expected: str | None
    difference: str | None


def compared(prices: Iterable[Price]) -> list[Compared]:
    """Return every charge that is no credit, beside the prices told before it."""
    everything = list(prices)
    minutes = _minutes(everything)
    quotes = [one for one in everything if one.kind in {QUOTED, SAID} and one.basis != CREDIT]
    charges = [one for one in everything if one.kind == CHARGED and one.basis != CREDIT]
    return [_compared(charge, quotes, minutes) for charge in charges]


def _compared(charge: Price, quotes: Sequence[Price], minutes: dict[UUID, int]) -> Compared:
    quoted_in, told = _told_before(charge, quotes)
    if not told:
        return Compared(charge=charge, quotes=(), quoted_in=None, verdict=NEVER_QUOTED, expected=None, difference=None)
    expected = _expected(told[-1], charge, minutes)
    charged = _number(charge.amount)
    if expected is None or charged is None:
        verdict, difference = CANNOT_TELL, None
    else:
        verdict, difference = (AS_QUOTED if charged == expected else DIFFERS), charged - expected
    return Compared(
        charge=charge,
        quotes=tuple(told),
        quoted_in=quoted_in,
        verdict=verdict,
        expected=None if expected is None else str(expected),
        difference=None if difference is None else str(difference),
    )


def _told_before(charge: Price, quotes: Sequence[Price]) -> tuple[str | None, list[Price]]:
    """Return the prices for the same thing, told before the charge; those of the closest case alone."""
    fitting = [
        one
        for one in quotes
        if one.at <= charge.at and one.customer == charge.customer and one.currency in {charge.currency, "%"}
    ]
    same = [one for one in fitting if one.basis == charge.basis]
    for some in (same, [one for one in fitting if one.basis == "unstated"]):
        for kind in _BY_CASE:
            tie = getattr(charge, kind)
            near = [one for one in some if tie is not None and getattr(one, kind) == tie]
            if near:
                return kind, near
    return None, []


def _expected(quote: Price, charge: Price, minutes: dict[UUID, int]) -> Decimal | None:
    told = _number(quote.amount)
    if told is None or quote.currency == "%":
        return None
    if quote.basis != "hourly":
        return told
    spent = minutes.get(charge.work_order) if charge.work_order is not None else None
    return None if spent is None else (told * spent / _MINUTES).quantize(_CENT, ROUND_HALF_UP)


def _minutes(prices: Iterable[Price]) -> dict[UUID, int]:
    """Return the time spent on each work order, as the last report of it says."""
    found = {}
    for one in prices:
        if one.kind == FINISHED and one.work_order is not None and one.minutes is not None:
            found[one.work_order] = one.minutes
    return found


def _number(written: str | None) -> Decimal | None:
    try:
        value = Decimal(written or "x")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
