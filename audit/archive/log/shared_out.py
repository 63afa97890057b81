"""A long log looked at by several processes: ranges in which all is well are taken from them, the others are not."""

from __future__ import annotations

import os
import signal
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.faults import database_faults
from audit.archive.log.range_check import Looked, Range, Watch, look
from audit.archive.log.watched_tree import WatchedTree
from audit.archive.originals import Shelf
from audit.archive.recorders.recorder import Recorder
from audit.domain.errors import Unavailable
from audit.evidence.tiles import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future


_LEAST: Final = 50_000
_EACH: Final = 128 * WIDTH


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Shares(NamedTuple):
    """How work is shared out: among so many processes, from so many events on, and how many whole blocks at a time."""

    processes: int = _processors()
    least: int = _LEAST
    each: int = _EACH


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is to be looked at, and where what comes of it goes: the tree, and the originals found not well.

    ``watch`` compares the rows with something else, where anything does.
    """

    recorder: Recorder
    tree: WatchedTree
    may_be_missing: frozenset[int]
    sizes: Iterable[int]
    shelf: Shelf
    kept: dict[int, list[str]] = field(default_factory=dict)
    watch: Watch | None = None


def look_together(work: Work, shares: Shares, on_progress: Callable[[int], None]) -> None:
    """Have the tree grow over the events of whole ranges, up to the first that is not well in every respect.

    Nothing is reported here: who checks goes on from where the tree ends, alone, and says what is wrong. So what is
    found does not depend on how it was shared out. Raises Unavailable when a process was ended from outside.
    """
    with database_faults():
        size = work.recorder.head().size
    ranges = _ranges(work, size, shares)
    if shares.processes < 2 or size - work.tree.size < shares.least or not ranges:  # noqa: PLR2004  # one is none to share with
        return
    try:
        pool = ProcessPoolExecutor(shares.processes, mp_context=get_context("spawn"), initializer=_attend)
    except (ImportError, NotImplementedError, OSError):
        return  # A machine without what processes need to speak to one another: one process does it all.
    try:
        for looked in _in_order(pool, ranges, ahead=shares.processes + 1):
            if looked is None:
                return
            work.tree.take(looked)
            work.kept.update(looked.kept)
            if work.watch is not None:
                work.watch.take(looked.watched)
            on_progress(work.tree.size)
    except BrokenProcessPool:
        raise Unavailable(
            "A process that checked a part of the log was ended from outside, perhaps for want of memory: run onrecord "
            "verify again."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _ranges(work: Work, size: int, shares: Shares) -> list[Range]:
    opened, watch = work.recorder.reopening(), work.watch.beside() if work.watch is not None else None
    missing, sizes = sorted(work.may_be_missing), sorted(set(work.sizes))
    whole = size - size % WIDTH
    return [
        Range(
            opened=opened,
            after=after,
            upto=(upto := min(after + shares.each, whole)),
            may_be_missing=frozenset(missing[bisect_right(missing, after) : bisect_right(missing, upto)]),
            sizes=tuple(sizes[bisect_left(sizes, after) : bisect_left(sizes, upto)]),
            shelf=work.shelf,
            watch=watch,
        )
        for after in range(work.tree.size, whole, shares.each)
    ]


def _in_order(pool: ProcessPoolExecutor, ranges: list[Range], *, ahead: int) -> Iterator[Looked | None]:
    """Yield what each range came to, in order, with only so many under way: what waits here takes memory."""
    waiting: deque[Future[Looked | None]] = deque()
    rest = iter(ranges)
    waiting.extend(pool.submit(look, one) for one in islice(rest, ahead))
    while waiting:
        yield waiting.popleft().result()
        waiting.extend(pool.submit(look, one) for one in islice(rest, 1))


def _attend() -> None:
    """Leave it to the process that asked to be interrupted, and end when it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow_into_death, daemon=True).start()


def _follow_into_death() -> None:
    asking = parent_process()
    assert asking is not None, "this runs in a process that was started to look at ranges"
    asking.join()
    # Whoever could be told is gone.
    os._exit(1)
