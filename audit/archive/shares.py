"""A secret in parts: any so many of them give it back, and fewer say nothing about it.

A. Shamir, "How to Share a Secret", Communications of the ACM 22 (11), 1979, page 612; byte by byte over GF(2^8) with
the polynomial of AES (FIPS 197 section 4.2).
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_POLYNOMIAL: Final = 0x11B
_INVERSE_EXPONENT: Final = 254
SHARES_MAX: Final = 255


class Share(NamedTuple):
    """One part: the values, at this place, of one polynomial for each byte of the secret."""

    place: int
    values: bytes


def split(secret: bytes, *, shares: int, threshold: int, random: Callable[[int], bytes]) -> list[Share]:
    """Return so many shares of which any ``threshold`` give the secret back (2 <= threshold <= shares <= 255)."""
    assert 1 < threshold <= shares <= SHARES_MAX, "the caller has checked what was asked for"
    drawn = random(len(secret) * (threshold - 1))
    polynomials = [
        (byte, *drawn[place * (threshold - 1) : (place + 1) * (threshold - 1)]) for place, byte in enumerate(secret)
    ]
    return [Share(place, bytes(_value_at(place, one) for one in polynomials)) for place in range(1, shares + 1)]


def joined(shares: Sequence[Share]) -> bytes:
    """Return the secret of these shares, each of another place and at least as many as the threshold.

    From too few, or from shares of several secrets, comes something else: the caller checks what comes.
    """
    weights = [_weight(one.place, [other.place for other in shares]) for one in shares]
    return bytes(
        reduce(xor, map(multiplied, weights, values)) for values in zip(*(one.values for one in shares), strict=True)
    )


def multiplied(one: int, other: int) -> int:
    """Return the product in GF(2^8), in the same steps for all numbers (FIPS 197 section 4.2)."""
    product = 0
    for _ in range(8):
        product ^= -(other & 1) & one
        one = (one << 1) ^ (-(one >> 7) & _POLYNOMIAL)
        other >>= 1
    return product


def inverse(number: int) -> int:
    """Return what ``number``, which is not 0, is multiplied with to give 1: its 254th power."""
    result = 1
    for _ in range(_INVERSE_EXPONENT):
        result = multiplied(result, number)
    return result


def _value_at(place: int, polynomial: Sequence[int]) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = multiplied(value, place) ^ coefficient
    return value


def _weight(place: int, places: Sequence[int]) -> int:
    """Return the value at 0 of the Lagrange polynomial that is 1 at ``place`` and 0 at the others."""
    weight = 1
    for other in places:
        if other != place:
            weight = multiplied(weight, multiplied(other, inverse(other ^ place)))
    return weight
