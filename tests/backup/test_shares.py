"""The parts of a secret, and what they say."""

from __future__ import annotations

import os
from itertools import combinations, product

import pytest

from audit.archive.shares import Share, inverse, joined, multiplied, split

SECRET = bytes(range(32))


def test_every_number_but_nought_has_its_inverse() -> None:
    assert all(multiplied(number, inverse(number)) == 1 for number in range(1, 256))


def test_multiplying_is_that_of_the_standard() -> None:
    # FIPS 197, section 4.2 and 4.2.1.
    assert multiplied(0x57, 0x83) == 0xC1
    assert multiplied(0x57, 0x13) == 0xFE


def test_multiplying_spreads_over_adding() -> None:
    for one, two, three in product(range(0, 256, 17), repeat=3):
        assert multiplied(one, two ^ three) == multiplied(one, two) ^ multiplied(one, three)
        assert multiplied(one, two) == multiplied(two, one)


@pytest.mark.parametrize(("shares", "threshold"), [(2, 2), (3, 2), (5, 3), (7, 7)])
def test_any_so_many_shares_give_the_secret_back(shares: int, threshold: int) -> None:
    made = split(SECRET, shares=shares, threshold=threshold, random=os.urandom)
    assert [one.place for one in made] == list(range(1, shares + 1))
    for chosen in combinations(made, threshold):
        assert joined(chosen) == SECRET
        assert joined(chosen[::-1]) == SECRET


def test_as_many_shares_as_there_can_be() -> None:
    made = split(SECRET, shares=255, threshold=2, random=os.urandom)
    assert joined([made[0], made[254]]) == SECRET


def test_one_share_too_few_fits_every_secret_alike() -> None:
    (share, _) = split(b"\x2a", shares=2, threshold=2, random=os.urandom)
    fitting = {joined([share, Share(2, bytes([value]))]) for value in range(256)}
    assert len(fitting) == 256
