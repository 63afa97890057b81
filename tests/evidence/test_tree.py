"""The growing edge of a tree gives the root RFC 6962 gives, however the leaves came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.evidence.errors import Malformed
from audit.evidence.hashes import EMPTY_ROOT
from audit.evidence.tree import Frontier, root_of
from tests.evidence.reference import leaves, mth

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAVES = leaves(1_100)
NOT_HASHES = (b"", b"\x00" * 31, b"\x00" * 33, "a" * 32, 7, None)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    expected = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    assert root_of([]) == Frontier().root() == EMPTY_ROOT == expected


def test_a_tree_of_one_leaf_has_the_leaf_as_its_root() -> None:
    assert root_of(LEAVES[:1]) == LEAVES[0]


def test_the_root_is_that_of_the_standard_at_every_size() -> None:
    frontier = Frontier()
    for size, leaf_hash in enumerate(LEAVES[:300], start=1):
        frontier.append(leaf_hash)
        assert (frontier.size, frontier.root()) == (size, mth(LEAVES[:size]))


@given(st.lists(st.integers(0, 600), max_size=6))
@settings(deadline=None)
def test_leaves_may_come_in_pieces_of_any_length(pieces: list[int]) -> None:
    frontier = Frontier()
    start = 0
    for length in pieces:
        end = min(start + length, len(LEAVES))
        frontier.extend(iter(LEAVES[start:end]))
        start = end
        assert frontier.size == end
        assert frontier.root() == mth(LEAVES[:end])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 1_000])
def test_a_saved_edge_goes_on_where_it_stopped(size: int) -> None:
    saved = Frontier()
    saved.extend(LEAVES[:size])
    restored = Frontier(saved.size, list(saved.hashes))
    restored.extend(LEAVES[size:])
    assert restored.root() == mth(LEAVES)
    assert saved.root() == mth(LEAVES[:size])


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 0), (3, 1), (4, 2), (-1, 1), (-1, 0)])
def test_an_edge_with_the_wrong_number_of_hashes_is_not_restored(size: int, count: int) -> None:
    with pytest.raises(Malformed):
        Frontier(size, LEAVES[:count])


@pytest.mark.parametrize("wrong", NOT_HASHES)
def test_what_is_not_a_hash_is_not_appended(wrong: bytes) -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:3])
    with pytest.raises(Malformed, match="32 bytes"):
        frontier.append(wrong)
    with pytest.raises(Malformed, match="32 bytes"):
        Frontier(1, [wrong])
    assert (frontier.size, frontier.root()) == (3, mth(LEAVES[:3]))


@pytest.mark.parametrize("wrong", NOT_HASHES)
@pytest.mark.parametrize("place", [0, 1, 255, 256, 300, 700])
def test_leaves_before_something_that_is_not_a_hash_are_counted(wrong: bytes, place: int) -> None:
    frontier = Frontier()
    with pytest.raises(Malformed, match="32 bytes"):
        frontier.extend([*LEAVES[:place], wrong, *LEAVES[place:]])
    assert (frontier.size, frontier.root()) == (place, mth(LEAVES[:place]))
    frontier.extend(LEAVES[place:])
    assert frontier.root() == mth(LEAVES)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 600])
@pytest.mark.parametrize("start", [0, 3])
def test_leaves_before_their_source_broke_off_are_counted(start: int, count: int) -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:start])
    with pytest.raises(OSError, match="disk"):
        frontier.extend(_breaking_off_after(start, count))
    assert (frontier.size, frontier.root()) == (start + count, mth(LEAVES[: start + count]))


def test_every_change_of_the_leaves_changes_the_root() -> None:
    kept = LEAVES[:20]
    roots = {root_of(kept), root_of(kept[:-1]), root_of((*kept, kept[-1]))}
    roots |= {root_of((*kept[:place], *kept[place + 1 :], kept[place])) for place in range(19)}
    roots |= {root_of((*kept[:place], bytes(32), *kept[place + 1 :])) for place in range(20)}
    assert len(roots) == 3 + 19 + 20


def _breaking_off_after(start: int, count: int) -> Iterator[bytes]:
    yield from LEAVES[start : start + count]
    raise OSError("disk")
