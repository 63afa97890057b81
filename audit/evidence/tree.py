"""The growing edge of a Merkle tree: enough of it to append leaves and to say the root."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from audit.evidence.errors import Malformed
from audit.evidence.hashes import EMPTY_ROOT, HASH_SIZE, complete_root, must_be_hashes, node_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

_RUN_HEIGHT = 8
_RUN = 1 << _RUN_HEIGHT


class Frontier:
    """The roots of the complete subtrees a tree of this size consists of, the largest first.

    Sixty-four hashes at most, whatever the size. Save ``size`` and ``hashes``; ``Frontier(size, hashes)`` goes on.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._peaks = list(hashes)
        must_be_hashes(self._peaks)
        if size < 0 or len(self._peaks) != size.bit_count():
            raise Malformed(f"The edge of a tree of size {size} cannot consist of {len(self._peaks)} hashes.")

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """What to save, beside the size."""
        return tuple(self._peaks)

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf. Raises Malformed when it is not a hash, and then changes nothing."""
        must_be_hashes((leaf_hash,))
        self._add(leaf_hash, height=0)

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves in order, many at a time; the same as appending each.

        Should something among them not be a hash, or the iterable itself fail, those before it are added.
        """
        remaining = iter(leaf_hashes)
        for leaf_hash in islice(remaining, -self._size % _RUN):
            self.append(leaf_hash)
        while True:
            run: list[bytes] = []
            try:
                run.extend(islice(remaining, _RUN))
            finally:
                # An iterable that fails has filled the run up to there.
                self._add_run(run)
            if not run:
                return

    def root(self) -> bytes:
        """Return the root of the tree as it stands; of the empty tree the hash of nothing."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            root = node_hash(peak, root)
        return root

    def _add_run(self, run: list[bytes]) -> None:
        if len(run) == _RUN and _are_hashes(run):
            self._add(complete_root(run), height=_RUN_HEIGHT)
            return
        for leaf_hash in run:
            self.append(leaf_hash)

    def _add(self, subtree_root: bytes, *, height: int) -> None:
        carry = self._size >> height
        while carry & 1:
            subtree_root = node_hash(self._peaks.pop(), subtree_root)
            carry >>= 1
        self._peaks.append(subtree_root)
        self._size += 1 << height


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes (RFC 6962 section 2.1), read once and in order."""
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


def _are_hashes(run: list[bytes]) -> bool:
    """Say the same as must_be_hashes, for a whole run in two passes of C."""
    return set(map(type, run)) == {bytes} and set(map(len, run)) == {HASH_SIZE}
