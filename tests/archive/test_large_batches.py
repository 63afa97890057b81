"""Large batches: what is skipped for speed is skipped only where nobody could have come between."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.archive.archive import Fate
from audit.archive.collecting import search_put_off
from audit.archive.recorders.prepared import Item as Rows
from audit.archive.recorders.prepared import prepared
from audit.archive.sealing import spoken, spoken_ids
from tests.archive.items import message
from tests.archive.recorders.places import event, events

if TYPE_CHECKING:
    from audit.bootstrap.house import House

MANY = 150
TEXTS = st.text(st.characters(codec="utf-8"))


def test_a_stream_that_came_after_it_was_looked_up_is_found_all_the_same(house: House) -> None:
    size = house.recorder.head().size
    (fresh,) = prepared(events(1))
    taken = event()
    house.recorder.insert_events([taken])
    answer = house.recorder.append([Rows(prepared([taken]), True), Rows([fresh], True)], absent_at=size)
    assert answer == [None, [size + 2]]


def test_twins_are_one_also_where_nothing_was_looked_up(house: House) -> None:
    size = house.recorder.head().size
    one = prepared(events(1))
    assert house.recorder.append([Rows(one, True), Rows(one, True)], absent_at=size) == [[size + 1], None]


def test_twins_in_different_portions_of_one_call_are_one(house: House) -> None:
    first = [message(n, "x" * 60_000) for n in range(MANY)]
    fates = house.archive.append_new([*first, *first])
    assert fates == [Fate.NEW] * MANY + [Fate.KNOWN] * MANY
    assert house.archive.head().size == 1 + MANY


def test_a_batch_that_is_known_in_part_adds_what_is_new(house: House) -> None:
    house.archive.append_new([message(n) for n in range(0, 2 * MANY, 2)])
    fates = house.archive.append_new([message(n) for n in range(2 * MANY)])
    assert fates == [Fate.KNOWN, Fate.NEW] * MANY


@given(st.lists(st.tuples(TEXTS, TEXTS).map(list)))
def test_ids_are_spoken_like_everything_else(ids: list[list[str]]) -> None:
    assert spoken_ids(ids) == spoken(ids)


def test_the_search_for_cycles_goes_on_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), search_put_off():
        _ = 1 // gc.isenabled()
    assert gc.isenabled()


def test_the_search_for_cycles_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with search_put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
