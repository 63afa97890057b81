"""The tree over the stored events, read from its full tiles and from the leaves after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.archive.log.store import StoredTile
from audit.evidence.errors import OutsideTree
from audit.evidence.hashes import HASH_SIZE, complete_root, must_be_hashes
from audit.evidence.tiles import HEIGHT, LEVEL_MAX, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.archive.log.store import LogStore

_AT_ONCE: Final = 64
_TILES_KEPT: Final = 256
_ROOTS_KEPT: Final = 1 << 16


class StoredTree:
    """Gives the prover any complete subtree. Full tiles never change, so what was read is kept for a while."""

    def __init__(self, store: LogStore) -> None:
        self._store = store
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        self._roots: dict[tuple[int, int], bytes] = {}

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the root over leaves [index * 2**level, (index + 1) * 2**level). Raises OutsideTree."""
        if level < 0 or index < 0:
            raise OutsideTree(f"There is no complete subtree {index} at level {level}.")
        tile_level, height = divmod(level, HEIGHT)
        number, first = divmod(index << height, WIDTH)
        return complete_root(self._hashes(tile_level, number, first, 1 << height))

    def leaves(self, after: int, upto: int) -> Iterator[bytes]:
        """Yield the leaf hashes after a position up to another; it ends early where events are missing."""
        while after < upto:
            number, first = divmod(after, WIDTH)
            count = min(WIDTH - first, upto - after)
            try:
                yield from self._hashes(0, number, first, count)
            except OutsideTree:
                return
            after += count

    def grow(self, size: int) -> None:
        """Store every full tile of the tree of this size that is not stored yet, from the bottom up."""
        for level in range(LEVEL_MAX):
            full = size >> (level + 1) * HEIGHT
            if not full:
                return
            for start in range(self._store.tile_count(level), full, _AT_ONCE):
                numbers = range(start, min(start + _AT_ONCE, full))
                self._store.add_tiles([self._tile(level, number) for number in numbers])

    def _tile(self, level: int, number: int) -> StoredTile:
        return StoredTile(level, number, b"".join(self._hashes(level, number, 0, WIDTH)))

    def _hashes(self, level: int, number: int, first: int, count: int) -> list[bytes]:
        """Return some hashes of a tile, whether it is full and stored or still growing."""
        stored = self._stored(level, number)
        if stored:
            return stored[first : first + count]
        if level:
            start = number * WIDTH + first
            return [self._root(level - 1, below) for below in range(start, start + count)]
        start = number * WIDTH + first + 1
        leaves = self._store.leaf_hashes(start, start + count - 1)
        if len(leaves) != count:
            raise OutsideTree(f"Events between {start} and {start + count - 1} are not there: run onrecord verify.")
        must_be_hashes(leaves)
        return leaves

    def _stored(self, level: int, number: int) -> list[bytes] | None:
        kept = self._tiles.get((level, number))
        if kept is None:
            content = self._store.tile(level, number)
            if content is None:
                return None
            if not isinstance(content, bytes) or len(content) != WIDTH * HASH_SIZE:
                raise OutsideTree(f"Tile {number} of level {level} is not as it was stored: run onrecord verify.")
            kept = [content[start : start + HASH_SIZE] for start in range(0, len(content), HASH_SIZE)]
            if len(self._tiles) >= _TILES_KEPT:
                self._tiles.clear()
            self._tiles[level, number] = kept
        return kept

    def _root(self, level: int, number: int) -> bytes:
        """Return the root over a full tile."""
        root = self._roots.get((level, number))
        if root is None:
            root = complete_root(self._hashes(level, number, 0, WIDTH))
            if len(self._roots) >= _ROOTS_KEPT:
                self._roots.clear()
            self._roots[level, number] = root
        return root
