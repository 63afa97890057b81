"""Tiles (C2SP tlog-tiles): a log as files that never change, 256 hashes or entries each."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.evidence.errors import Malformed, OutsideTree
from audit.evidence.hashes import HASH_SIZE, complete_root
from audit.evidence.notation import number_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from audit.evidence.prover import HashAt

HEIGHT = 8
WIDTH = 1 << HEIGHT
LEVEL_MAX = 63
ENTRY_SIZE_MAX = 0xFFFF
_LENGTH = struct.Struct(">H")
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII)


@dataclass(frozen=True)
class Tile:
    """The ``width`` hashes at one level, from number ``index * 256`` on; each spans ``256**level`` leaves."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        _must_be_place(self.level, self.index, self.width)

    @property
    def path(self) -> str:
        """Where the tile is served, below the log's prefix."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"


@dataclass(frozen=True)
class EntryBundle:
    """The entries under one tile of level 0."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        _must_be_place(0, self.index, self.width)

    @property
    def path(self) -> str:
        """Where the bundle is served, below the log's prefix."""
        return f"tile/entries/{_place(self.index, self.width)}"


def parse_path(path: str) -> Tile | EntryBundle:
    """Read a path as asked for over the web; only the one right way to write it is understood."""
    found = _PATH.fullmatch(path)
    if not found:
        raise Malformed(f"No tile has the path {shown(path)}: see C2SP tlog-tiles for how they are named.")
    level, place, partial = found.groups()
    index = int(place.replace("x", "").replace("/", ""))
    width = number_of(partial) if partial else WIDTH
    asked = EntryBundle(index, width) if level == "entries" else Tile(number_of(level), index, width)
    if asked.path != path:
        raise Malformed(f"The path {shown(path)} is written {asked.path}.")
    return asked


def tiles_between(old_size: int, new_size: int) -> Iterator[Tile]:
    """Name the tiles to write when a log grows; from 0 all that a checkpoint of ``new_size`` needs."""
    _must_grow(old_size, new_size)
    for level in range(LEVEL_MAX + 1):
        old, new = old_size >> level * HEIGHT, new_size >> level * HEIGHT
        if new == old:
            # Nothing was completed below, so nothing is new from here up.
            return
        for index, width in _places(old, new):
            yield Tile(level, index, width)


def bundles_between(old_size: int, new_size: int) -> Iterator[EntryBundle]:
    """Name the entry bundles to write when a log grows."""
    _must_grow(old_size, new_size)
    for index, width in _places(old_size, new_size):
        yield EntryBundle(index, width)


def tile_bytes(tile: Tile, hash_at: HashAt) -> bytes:
    """Return the content of a tile: its hashes, one after the other."""
    first = tile.index * WIDTH
    return b"".join(hash_at(tile.level * HEIGHT, first + number) for number in range(tile.width))


def hashes_of(tile: Tile, content: bytes) -> list[bytes]:
    """Return the hashes a tile consists of; whether they are the log's is for a root to say."""
    if len(content) != tile.width * HASH_SIZE:
        raise Malformed(f"The tile {tile.path} has {tile.width * HASH_SIZE} bytes, not {len(content)}: fetch it anew.")
    return [content[start : start + HASH_SIZE] for start in range(0, len(content), HASH_SIZE)]


def hash_at_from(read: Callable[[Tile], bytes], *, size: int) -> HashAt:
    """Return a ``hash_at`` for the prover that reads the tiles of a log of ``size`` entries.

    Each call reads one tile: let ``read`` keep what it read.
    """

    def hash_at(level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise OutsideTree(f"A log of size {size} has no complete subtree {index} at level {level}.")
        tile_level, height = divmod(level, HEIGHT)
        number, first = divmod(index << height, WIDTH)
        tile = Tile(tile_level, number, min(WIDTH, (size >> tile_level * HEIGHT) - number * WIDTH))
        return complete_root(hashes_of(tile, read(tile))[first : first + (1 << height)])

    return hash_at


def join_entries(entries: Iterable[bytes]) -> bytes:
    """Return the content of an entry bundle. Each entry stands after its length."""
    pieces = []
    for entry in entries:
        if len(entry) > ENTRY_SIZE_MAX:
            raise Malformed(
                f"An entry has at most {ENTRY_SIZE_MAX} bytes, not {len(entry)}: keep its content beside it."
            )
        pieces += [_LENGTH.pack(len(entry)), entry]
    return b"".join(pieces)


def split_entries(bundle: EntryBundle, content: bytes) -> list[bytes]:
    """Return the entries in an entry bundle: as many as it is wide, and no byte more."""
    entries = []
    position = 0
    while position + _LENGTH.size <= len(content):
        start = position + _LENGTH.size
        position = start + int(_LENGTH.unpack_from(content, position)[0])
        entries.append(content[start:position])
    if position != len(content) or len(entries) != bundle.width:
        raise Malformed(f"The bundle {bundle.path} is not {bundle.width} whole entries: fetch it anew.")
    return entries


def _must_grow(old_size: int, new_size: int) -> None:
    if not 0 <= old_size <= new_size:
        raise OutsideTree(f"A log of size {new_size} did not grow out of one of size {old_size}: swap them.")


def _places(old: int, new: int) -> Iterator[tuple[int, int]]:
    """Yield index and width of every run of 256 that has more in it at ``new`` than at ``old``."""
    if new == old:
        return
    for index in range(old // WIDTH, -(-new // WIDTH)):
        yield index, min(WIDTH, new - index * WIDTH)


def _place(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *upper, last = (digits[start : start + 3] for start in range(0, len(digits), 3))
    whole = "".join(f"x{group}/" for group in upper) + last
    return whole if width == WIDTH else f"{whole}.p/{width}"


def _must_be_place(level: int, index: int, width: int) -> None:
    if not 0 <= level <= LEVEL_MAX or index < 0 or not 1 <= width <= WIDTH:
        raise Malformed(f"No tile has level {level}, index {index} and width {width}: see C2SP tlog-tiles.")
