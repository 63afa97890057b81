"""Cutting what is too much at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.archive.recorders.errors import TooMuchAtOnce
from audit.archive.recorders.prepared import item_portions, portions, weight
from tests.archive.recorders.places import event, events


def test_many_small_events_are_cut_by_their_number() -> None:
    assert [len(portion) for portion in portions(events(45_000))] == [20_000, 20_000, 5_000]


def test_large_events_are_cut_by_their_bytes() -> None:
    cut = list(portions([event(sealed=bytes(1_500_000)) for _ in range(5)]))
    assert [len(portion) for portion in cut] == [2, 2, 1]


@given(st.lists(st.integers(0, 400_000), max_size=40))
def test_nothing_is_lost_or_moved_by_cutting(sizes: list[int]) -> None:
    whole = [event(sealed=bytes(size)) for size in sizes]
    cut = list(portions(whole))
    assert [one for portion in cut for one in portion] == whole
    assert all(weight(portion) <= 4_000_000 for portion in cut)


def test_items_are_not_cut_in_two() -> None:
    items = [events(12_000), events(12_000)]
    assert list(item_portions(items)) == [[items[0]], [items[1]]]


def test_one_event_above_the_cap_is_refused() -> None:
    with pytest.raises(TooMuchAtOnce):
        list(portions([event(sealed=bytes(4_000_000))]))


def test_one_item_above_the_cap_is_refused() -> None:
    with pytest.raises(TooMuchAtOnce):
        list(item_portions([events(20_001)]))
