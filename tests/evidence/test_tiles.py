"""Tiles: which ones a log has, how they are named, what is in them."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.evidence.errors import Malformed, OutsideTree
from audit.evidence.hashes import complete_root, entry_hash
from audit.evidence.prover import Tree, consistency_proof, inclusion_proof, root_at
from audit.evidence.tiles import (
    EntryBundle,
    Tile,
    bundles_between,
    hash_at_from,
    hashes_of,
    join_entries,
    parse_path,
    split_entries,
    tile_bytes,
    tiles_between,
)
from audit.evidence.tree import root_of
from tests.evidence.reference import leaves

SIZE = 70_000


@cache
def big_tree() -> Tree:
    return Tree(leaves(SIZE))


def test_seventy_thousand_leaves_have_the_tiles_the_standard_counts() -> None:
    tiles = list(tiles_between(0, SIZE))
    assert Counter((tile.level, tile.width) for tile in tiles) == {
        (0, 256): 273,
        (0, 112): 1,
        (1, 256): 1,
        (1, 17): 1,
        (2, 1): 1,
    }
    assert [tile.path for tile in tiles if tile.width < 256] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [bundle.path for bundle in bundles_between(0, SIZE)][-2:] == ["tile/entries/272", "tile/entries/273.p/112"]


def test_a_full_tile_begins_a_partial_one_above() -> None:
    assert [tile.path for tile in tiles_between(0, 256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert [tile.path for tile in tiles_between(0, 255)] == ["tile/0/000.p/255"]
    assert list(tiles_between(0, 0)) == []


def test_a_million_leaves_fit_into_the_files_counted_beforehand() -> None:
    tiles = list(tiles_between(0, 1_000_000))
    assert len(tiles) == 3_924
    assert round(sum(tile.width for tile in tiles) * 32 / 1_000_000, 1) == 32.1


def test_an_index_is_written_in_threes() -> None:
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(7, 67, 9).path == "tile/7/067.p/9"
    assert EntryBundle(1_000).path == "tile/entries/x001/000"


@given(st.integers(0, 63), st.integers(0, 10**20), st.integers(1, 256))
def test_a_path_is_read_back(level: int, index: int, width: int) -> None:
    assert parse_path(Tile(level, index, width).path) == Tile(level, index, width)
    assert parse_path(EntryBundle(index, width).path) == EntryBundle(index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x01/067",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/x/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000.P/1",
        "tile/0/../000",
        "tile/0/x999/../000",
        "tile/0/٠٠٠",
        "tile/entries/00",
        "tile/ENTRIES/000",
        "tile/0/" + "x001/" * 400 + "000",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        parse_path(path)


@given(st.text(max_size=30) | st.from_regex(r"tile/[0-9e]{1,2}/(x?[0-9]{3}/){0,2}[0-9]{3}(\.p/[0-9]{1,3})?"))
def test_whatever_is_read_as_a_path_is_written_the_same(path: str) -> None:
    try:
        asked = parse_path(path)
    except Malformed:
        return
    assert asked.path == path


@pytest.mark.parametrize(("level", "index", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_a_tile_that_cannot_be_is_not_named(level: int, index: int, width: int) -> None:
    with pytest.raises(Malformed):
        Tile(level, index, width)


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=5))
def test_a_log_that_grew_in_steps_has_every_tile_of_its_size(steps: list[int]) -> None:
    written: set[Tile | EntryBundle] = set()
    size = 0
    for step in steps:
        written |= {*tiles_between(size, size + step), *bundles_between(size, size + step)}
        size += step
    assert {*tiles_between(0, size), *bundles_between(0, size)} <= written


def test_a_log_that_did_not_grow_has_nothing_to_write() -> None:
    assert [*tiles_between(300, 300), *bundles_between(300, 300)] == []
    with pytest.raises(OutsideTree):
        list(tiles_between(2, 1))
    with pytest.raises(OutsideTree):
        list(bundles_between(-1, 1))


def test_a_tile_hashes_up_into_the_tile_above() -> None:
    tree = big_tree()
    above = hashes_of(Tile(1, 0), tile_bytes(Tile(1, 0), tree.hash_at))
    for index in (0, 1, 100, 255):
        tile = Tile(0, index)
        content = tile_bytes(tile, tree.hash_at)
        assert len(content) == 8_192
        assert complete_root(hashes_of(tile, content)) == above[index]


def test_the_tiles_alone_give_every_proof() -> None:
    tree = big_tree()
    stored = {tile: tile_bytes(tile, tree.hash_at) for tile in tiles_between(0, SIZE)}
    hash_at = hash_at_from(stored.__getitem__, size=SIZE)
    assert root_at(hash_at, SIZE) == tree.root() == root_of(leaves(SIZE))
    for index in (0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, SIZE - 1):
        assert inclusion_proof(hash_at, index=index, size=SIZE) == inclusion_proof(tree.hash_at, index=index, size=SIZE)
        assert consistency_proof(hash_at, old_size=index, new_size=SIZE) == consistency_proof(
            tree.hash_at, old_size=index, new_size=SIZE
        )


@pytest.mark.parametrize(("level", "index"), [(0, SIZE), (16, 1), (17, 0), (0, -1), (-1, 0)])
def test_tiles_give_no_hash_of_a_subtree_that_is_not_complete(level: int, index: int) -> None:
    with pytest.raises(OutsideTree):
        hash_at_from(lambda tile: bytes(tile.width * 32), size=SIZE)(level, index)


def test_a_tile_of_another_length_is_refused() -> None:
    for content in (b"", bytes(31), bytes(33), bytes(64)):
        with pytest.raises(Malformed, match="fetch it anew"):
            hashes_of(Tile(0, 0, 1), content)


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=256))
@settings(deadline=None)
def test_entries_are_read_back_as_they_were_written(entries: list[bytes]) -> None:
    assert split_entries(EntryBundle(0, len(entries)), join_entries(entries)) == entries


def test_entries_up_to_the_longest_are_kept_and_longer_ones_refused() -> None:
    longest = bytes(65_535)
    assert split_entries(EntryBundle(0, 2), join_entries([longest, b""])) == [longest, b""]
    with pytest.raises(Malformed, match="65535"):
        join_entries([longest + b"x"])


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reading_of_entries(content: bytes) -> None:
    try:
        entries = split_entries(EntryBundle(0, 2), content)
    except Malformed:
        return
    assert len(entries) == 2
    assert join_entries(entries) == content


def test_a_bundle_with_more_or_fewer_entries_or_bytes_is_refused() -> None:
    content = join_entries([b"one", b"two"])
    for altered in (b"", content[:-1], content + b"\x00", content + b"\x00\x00", content[:5], b"\xff\xff" + content):
        with pytest.raises(Malformed, match="fetch it anew"):
            split_entries(EntryBundle(0, 2), altered)


def test_the_hash_of_an_entry_is_not_that_of_a_node() -> None:
    left, right = leaves(2)
    assert entry_hash(left + right) != root_of((left, right))
