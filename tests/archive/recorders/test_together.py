"""Many writers at once, readers beside them, and writers that are killed."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.archive.recorders.places import assert_whole, events, opened
from tests.archive.recorders.writer import all_acknowledged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.archive.recorders.recorder import Recorder

ROOT = Path(__file__).resolve().parents[3]


class Load(NamedTuple):
    """How much each of the writing processes appends."""

    processes: int
    calls: int
    size: int

    @property
    def events(self) -> int:
        return self.processes * self.calls * self.size


@pytest.mark.parametrize(
    "load",
    [
        Load(8, 20, 7),
        pytest.param(Load(8, 1_000, 1), marks=pytest.mark.long),
        pytest.param(Load(8, 200, 200), marks=pytest.mark.long),
        pytest.param(Load(8, 6, 6_000), marks=pytest.mark.long),
    ],
)
def test_processes_share_one_dense_log_and_a_reader_skips_nothing(place: str, load: Load) -> None:
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["tests.archive.recorders.writer"])
    with ProcessPoolExecutor(load.processes, processes) as pool, opened(place) as reader:
        written = [pool.submit(all_acknowledged, place, load.calls, load.size) for _ in range(load.processes)]
        read: list[int] = []
        while len(read) < load.events and not any(future.done() and future.exception() for future in written):
            read += [row.position for row in reader.rows(len(read), 500)]
        acknowledged = {line for future in written for line in future.result()}
        assert read == list(range(1, load.events + 1))
        assert acknowledged == {f"{row.position} {row.originator_id}" for row in reader.rows(0, load.events)}
        assert_whole(reader)


@pytest.mark.parametrize(
    ("acknowledged", "size"),
    [
        (7, 1),
        (2, 50),
        pytest.param(1, 1, marks=pytest.mark.long),
        pytest.param(200, 1, marks=pytest.mark.long),
        pytest.param(40, 500, marks=pytest.mark.long),
        pytest.param(2, 6_000, marks=pytest.mark.long),
    ],
)
def test_a_killed_writer_leaves_a_whole_archive_with_all_it_acknowledged(
    place: str, acknowledged: int, size: int
) -> None:
    with _writing(place, 1_000_000, size) as process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(acknowledged * size)]
        process.kill()
        heard += [line.strip() for line in process.stdout if line.endswith("\n")]
    with opened(place) as recorder:
        assert_whole(recorder)
        stored = {f"{row.position} {row.originator_id}" for row in recorder.rows(0, 1_000_000)}
        assert stored.issuperset(heard)
        assert len(stored) % size == 0
        assert recorder.insert_events(events(1)) == [len(stored) + 1]


def test_threads_share_one_recorder(recorder: Recorder) -> None:
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(recorder.insert_events, events(3)) for _ in range(100)]
        looks = [pool.submit(recorder.rows, 0, 1_000) for _ in range(100)]
        positions = sorted(position for call in calls for position in call.result())
    assert positions == list(range(1, 301))
    for look in looks:
        assert [row.position for row in look.result()] == list(range(1, len(look.result()) + 1))
    assert_whole(recorder)


def test_one_of_many_writers_makes_a_stream_known_to_the_others(recorder: Recorder) -> None:
    items = [events(2) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(recorder.insert_new, [items] * 8))
    for fates in zip(*answers, strict=True):
        assert len([fate for fate in fates if fate is not None]) == 1
    assert recorder.head().size == 40
    assert_whole(recorder)


@contextmanager
def _writing(place: str, calls: int, size: int) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "tests.archive.recorders.writer", place, str(calls), str(size)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        yield process
