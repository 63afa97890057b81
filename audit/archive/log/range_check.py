"""One range of the log looked at in a process of its own: what it comes to where all is well, and nothing else."""

from __future__ import annotations

from bisect import bisect_left
from contextlib import ExitStack, closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from audit.archive.checking import leaves_of
from audit.archive.faults import database_faults
from audit.archive.log.log import store_of
from audit.archive.log.watched_tree import edge_of
from audit.archive.originals import OriginalMissing
from audit.evidence.hashes import complete_root
from audit.evidence.tiles import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from audit.archive.checking import Finding
    from audit.archive.log.store import LogStore
    from audit.archive.originals import Shelf
    from audit.archive.recorders.recorder import RawRow, Recorder

_PAGE: Final = 16 * WIDTH


class Beside(Protocol):
    """What compares rows with something else, in the process that reads them."""

    def see(self, rows: list[RawRow], /) -> None:
        """Compare these rows."""

    def seen(self) -> Any:
        """Return what came of it, for the one that asked to take."""


class Watch(Protocol):
    """What compares rows with something else, page by page, and can have others compare a part of them."""

    def see(self, rows: list[RawRow], /) -> None:
        """Compare these rows, which follow those that were compared before."""

    def beside(self) -> Callable[[int], AbstractContextManager[Beside]]:
        """Return what opens the other side in another process, for the rows after a position; it can be pickled."""

    def take(self, seen: Any, /) -> None:
        """Take what came of the rows of a range."""


class Range(NamedTuple):
    """The events after a position up to another, both at whole blocks, and what has to be known to look at them."""

    opened: Callable[[], Recorder]
    after: int
    upto: int
    may_be_missing: frozenset[int]
    sizes: tuple[int, ...]
    shelf: Shelf
    watch: Callable[[int], AbstractContextManager[Beside]] | None


class Looked(NamedTuple):
    """What a range in which all is well comes to.

    ``roots`` are those of its blocks of 256 leaves; ``edges`` are, for each size that was asked for, the complete
    subtrees after the last whole block; ``faults`` the tiles that do not fit: level, number, whether missing; ``kept``
    the originals that are missing or changed, by the position of their event.
    """

    roots: list[bytes]
    edges: dict[int, list[bytes]]
    faults: list[tuple[int, int, bool]]
    kept: dict[int, list[str]]
    watched: Any


def look(one: Range) -> Looked | None:
    """Return what a range comes to; None where anything about its rows has to be examined."""
    with closing(one.opened()) as recorder, ExitStack() as at_end:
        beside = at_end.enter_context(one.watch(one.after)) if one.watch else None
        store = store_of(recorder)
        looked = Looked([], {}, [], {}, None)
        for after in range(one.after, one.upto, _PAGE):
            with database_faults():
                rows = recorder.raw_rows(after, min(_PAGE, one.upto - after))
            leaves = _leaves(rows, after, one, looked.kept)
            if leaves is None:
                return None
            _add(leaves, after, looked, store, one.sizes)
            if beside is not None:
                beside.see(rows)
        return looked._replace(watched=beside.seen() if beside is not None else None)


def _leaves(rows: list[RawRow], after: int, one: Range, kept: dict[int, list[str]]) -> list[bytes] | None:
    """Return the leaves of all rows that are to be there, None where one is not well; note originals that are not."""
    findings: list[Finding] = []
    originals: dict[int, list[str]] = {}
    leaves = leaves_of(rows, after, one.may_be_missing, findings, originals)
    if findings or len(rows) != min(_PAGE, one.upto - after):
        return None
    kept.update((position, names) for position, names in originals.items() if not _all_well(names, one.shelf))
    return leaves


def _add(leaves: list[bytes], after: int, looked: Looked, store: LogStore, sizes: tuple[int, ...]) -> None:
    """Add the roots of whole blocks, compare each with its tile, and note what is asked for at sizes within them."""
    first = after // WIDTH
    tiles = dict(store.tiles(0, first, len(leaves) // WIDTH))
    for number, start in enumerate(range(0, len(leaves), WIDTH), first):
        block = leaves[start : start + WIDTH]
        if tiles.get(number) != b"".join(block):
            looked.faults.append((0, number, tiles.get(number) is None))
        looked.roots.append(complete_root(block))
    upto = after + len(leaves)
    for size in sizes[bisect_left(sizes, after) : bisect_left(sizes, upto)]:
        looked.edges[size] = edge_of(leaves[(size - after) // WIDTH * WIDTH : size - after])


def _all_well(names: list[str], shelf: Shelf) -> bool:
    try:
        return all(sha256(shelf.get(name)).hexdigest() == name for name in names)
    except OriginalMissing:
        return False
