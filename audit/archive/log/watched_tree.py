"""The tree grown anew from recomputed leaves, compared with the stored tiles on the way, and noted at certain sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from audit.evidence.hashes import complete_root
from audit.evidence.tiles import HEIGHT, WIDTH
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.archive.log.range_check import Looked
    from audit.archive.log.store import LogStore

_AT_ONCE: Final = 64


class WatchedTree:
    """Begins after whole blocks of 256 leaves; ``faults`` are tiles that do not fit: level, number, whether missing."""

    def __init__(self, store: LogStore, sizes: Iterable[int], *, blocks: Frontier | None = None) -> None:
        self._store = store
        # Its own: whoever gave the edge still asks it what was verified before.
        self._blocks = Frontier() if blocks is None else Frontier(blocks.size, blocks.hashes)
        self._first = self._blocks.size
        self._roots: list[bytes] = []
        self._rest: list[bytes] = []
        self._wanted = sorted({size for size in sizes if size >= self._first * WIDTH}, reverse=True)
        self._tiles: dict[int, Any] = {}
        self.root_of: dict[int, bytes] = {}
        self.faults: list[tuple[int, int, bool]] = []

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._blocks.size * WIDTH + len(self._rest)

    @property
    def blocks(self) -> Frontier:
        """The edge of the tree over the roots of whole blocks: with it another check can go on from here."""
        return Frontier(self._blocks.size, self._blocks.hashes)

    def extend(self, leaf_hashes: list[bytes], /) -> None:
        """Add leaves, in order."""
        leaves = self._rest + leaf_hashes
        whole = len(leaves) // WIDTH * WIDTH
        for start in range(0, whole, WIDTH):
            self._add(leaves[start : start + WIDTH])
        self._rest = leaves[whole:]

    def take(self, looked: Looked) -> None:
        """Add whole blocks that another process looked at; only where there are no leaves after whole blocks yet."""
        assert not self._rest, "a range follows whole blocks"
        for root in looked.roots:
            end = (self._blocks.size + 1) * WIDTH
            while self._wanted and self._wanted[-1] < end:
                size = self._wanted.pop()
                self.root_of[size] = self._root_with(looked.edges[size], size)
            self._blocks.append(root)
            self._roots.append(root)
        self.faults += looked.faults

    def root(self) -> bytes:
        """Return the root over all leaves, once every size was noted that they reach."""
        self._note(self._rest, upto=self.size)
        return self._root(self._rest)

    def compare_upper_tiles(self) -> None:
        """Compare the tiles above the leaves, those that lie wholly over what was added."""
        roots, first, level = self._roots, self._first, 1
        while len(roots) >= WIDTH:
            start = -first % WIDTH
            number = (first + start) // WIDTH
            above: list[bytes] = []
            for place in range(start, len(roots) - WIDTH + 1, WIDTH):
                tile = roots[place : place + WIDTH]
                self._compare(level, number + len(above), self._store.tile(level, number + len(above)), tile)
                above.append(complete_root(tile))
            roots, first, level = above, number, level + 1

    def _add(self, block: list[bytes]) -> None:
        number = self._blocks.size
        self._note(block, upto=(number + 1) * WIDTH - 1)
        self._compare(0, number, self._stored(number), block)
        root = complete_root(block)
        self._blocks.append(root)
        self._roots.append(root)

    def _compare(self, level: int, number: int, stored: object, hashes: list[bytes]) -> None:
        if stored != b"".join(hashes):
            self.faults.append((level, number, stored is None))

    def _note(self, leaves: Sequence[bytes], *, upto: int) -> None:
        """Note the root at every wanted size that ends within these leaves."""
        while self._wanted and self._wanted[-1] <= upto:
            size = self._wanted.pop()
            self.root_of[size] = self._root(leaves[: size - self._blocks.size * WIDTH])

    def _root(self, leaves: Sequence[bytes]) -> bytes:
        """Return the root over the whole blocks and fewer than 256 leaves after them."""
        return self._root_with(edge_of(leaves), self._blocks.size * WIDTH + len(leaves))

    def _root_with(self, edge: Sequence[bytes], size: int) -> bytes:
        return Frontier(size, (*self._blocks.hashes, *edge)).root()

    def _stored(self, number: int) -> Any:
        if number not in self._tiles:
            self._tiles = dict(self._store.tiles(0, number, _AT_ONCE))
            self._tiles.setdefault(number, None)
        return self._tiles[number]


def edge_of(leaves: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the complete subtrees that fewer than 256 leaves consist of, the largest first."""
    pieces, start = [], 0
    for height in range(HEIGHT - 1, -1, -1):
        if len(leaves) >> height & 1:
            pieces.append(complete_root(leaves[start : start + (1 << height)]))
            start += 1 << height
    return pieces
