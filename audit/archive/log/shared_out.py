"""A long log looked at by several processes: ranges in which all is well are taken from them, the others are not."""

from __future__ import annotations

import os
import subprocess
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.faults import database_faults
from audit.archive.log import range_worker
from audit.archive.log.range_check import Looked, Range, Watch
from audit.archive.log.watched_tree import WatchedTree
from audit.archive.originals import Shelf
from audit.archive.recorders.recorder import Recorder
from audit.domain.errors import Unavailable
from audit.evidence.tiles import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_LEAST: Final = 200_000
"""Below this, as long as it takes to begin is what it takes to do it alone."""
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
    with _processes(min(shares.processes, len(ranges))) as asked:
        for looked in _in_order(asked, ranges):
            if looked is None:
                return
            work.tree.take(looked)
            work.kept.update(looked.kept)
            if work.watch is not None:
                work.watch.take(looked.watched)
            on_progress(work.tree.size)


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


def _in_order(asked: list[Connection], ranges: list[Range]) -> Iterator[Looked | None]:
    """Yield what each range came to, in order; each process is given its next when it has answered."""
    done: dict[int, Looked | None] = {}
    busy: dict[Connection, int] = {}
    numbers = iter(range(len(ranges)))
    try:
        for wanted in range(len(ranges)):
            while wanted not in done:
                for idle, number in zip([one for one in asked if one not in busy], numbers, strict=False):
                    idle.send(ranges[number])
                    busy[idle] = number
                for answering in wait(list(busy)):
                    assert isinstance(answering, Connection), "nothing else was asked"
                    done[busy.pop(answering)] = _answer(answering)
            yield done.pop(wanted)
    except (EOFError, OSError):
        raise Unavailable(
            "A process that checked a part of the log was ended from outside, perhaps for want of memory: run onrecord "
            "verify again."
        ) from None


def _answer(answering: Connection) -> Looked | None:
    """Return an answer. Raises Unavailable for one that says why there is none."""
    answer = answering.recv()
    if isinstance(answer, str):
        raise Unavailable(answer)
    assert answer is None or isinstance(answer, Looked), "one of our own answers"
    return answer


@contextmanager
def _processes(count: int) -> Iterator[list[Connection]]:
    """Start processes and give what to ask them through; they end with this, and when we do."""
    with ExitStack() as at_end:
        yield [at_end.enter_context(_process()) for _ in range(count)]


@contextmanager
def _process() -> Iterator[Connection]:
    ours, theirs = Pipe()
    with ours:
        with theirs:
            process = subprocess.Popen(  # noqa: S603  # our own module, with a number of our own
                (sys.executable, "-m", range_worker.__name__, str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        try:
            yield ours
        finally:
            process.terminate()
            process.wait()
