"""Positions written short come back whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain.errors import Unreadable
from audit.domain.spans import ranges_of, spans_of


def test_neighbours_are_written_as_one_span() -> None:
    assert spans_of([15, 7, 12, 13, 14, 12]) == ("7", "12-15")
    assert spans_of([]) == ()


@settings(deadline=None)
@given(st.sets(st.integers(min_value=1, max_value=10**12), max_size=50) | st.sets(st.integers(1, 60)))
def test_positions_come_back_as_they_were(positions: set[int]) -> None:
    assert [place for run in ranges_of(spans_of(positions)) for place in run] == sorted(positions)


@pytest.mark.parametrize("word", ["", "0", "-1", "7-", "9-7", "1-2-3", "a", "٣", "1 ", "01", "1\n", "9" * 30])
def test_what_is_no_span_is_refused(word: str) -> None:
    with pytest.raises(Unreadable, match="span of positions"):
        list(ranges_of([word]))
