"""State and box go through the library as one value and come out as two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.archive.frame import MAGIC, frame, unframe

states = st.binary(max_size=64) | st.binary(max_size=64).map(lambda rest: MAGIC + rest)


@given(states, st.none() | st.binary(max_size=64))
def test_what_is_framed_comes_back(state: bytes, sealed: bytes | None) -> None:
    assert unframe(frame(state, sealed)) == (state, sealed)


def test_a_state_without_a_box_is_stored_as_it_is() -> None:
    assert frame(b'{"a":1}', None) == b'{"a":1}'


def test_an_empty_box_is_not_a_missing_one() -> None:
    assert unframe(frame(b"{}", b"")) == (b"{}", b"")


def test_a_state_that_looks_like_a_frame_is_not_taken_for_one() -> None:
    state = frame(b"{}", b"box")
    assert unframe(frame(state, None)) == (state, None)


@pytest.mark.parametrize("kept", range(len(MAGIC), len(frame(b"{}", b""))))
def test_a_frame_cut_short_is_refused(kept: int) -> None:
    with pytest.raises(ValueError, match="frame"):
        unframe(frame(b"{}", b"")[:kept])


def test_a_frame_with_something_behind_it_is_refused() -> None:
    with pytest.raises(ValueError, match="frame"):
        unframe(frame(MAGIC, None) + b"more")
