"""Many at once, and a witness that dies: two answers never contradict one another."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from http.client import HTTPException
from threading import Barrier, Thread
from typing import TYPE_CHECKING, NamedTuple

from audit.archive.witness.witness import MEMORY_FILE
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.note import Note
from audit.evidence.witness import SIZE_TYPE
from tests.witness.given import ORIGIN, GivenLog, a_witness, listening, post, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.witness.given import Heard

LOG = GivenLog(128)
OTHER = GivenLog(128, salt="other ")
BOTH = {"ours": LOG, "other": OTHER}


class Tried(NamedTuple):
    """A submission, and what became of it."""

    log: str
    old: int
    new: int
    heard: Heard


def raced(urls: list[str], submissions: list[tuple[str, int, int]]) -> list[Tried]:
    """Make all submissions at the same moment, each over a connection of its own."""
    ready = Barrier(len(submissions))
    tried: list[Tried] = []

    def submit(place: int, log: str, old: int, new: int) -> None:
        body = BOTH[log].submission(old, new)
        ready.wait()
        tried.append(Tried(log, old, new, post(urls[place % len(urls)], body)))

    threads = [Thread(target=submit, args=(place, *one)) for place, one in enumerate(submissions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tried


def must_not_contradict(tried: list[Tried]) -> None:
    """What was cosigned is a chain: each begins where another ended, and no size has two roots."""
    cosigned = [one for one in tried if one.heard.status == 200]
    assert cosigned
    assert {one.heard.status for one in tried} <= {200, 409, 422}
    assert len({one.log for one in cosigned}) == 1
    grown = [(one.old, one.new) for one in cosigned if one.old != one.new]
    ends = sorted({new for _, new in grown})
    assert sorted(grown) == list(zip([0, *ends], ends, strict=False)), "a size was cosigned from two sizes, or skipped"


def test_of_a_hundred_at_once_no_two_answers_contradict(tmp_path: Path) -> None:
    with (
        listening(a_witness(tmp_path, LOG.verifier)) as one,
        listening(a_witness(tmp_path, LOG.verifier)) as other,
    ):
        tried = raced([one, other], [(("ours", "other")[n % 2], 0, 1 + n) for n in range(100)])
        assert sum(heard.heard.status == 200 for heard in tried) == 1
        size = next(heard.new for heard in tried if heard.heard.status == 200)
        steps = [(name, size, new) for name in BOTH for new in range(size, size + 20)]
        again = raced([one, other], (steps * 3)[:100])
        must_not_contradict([*tried, *again])


def test_many_who_ask_for_the_same_are_all_served(tmp_path: Path) -> None:
    with listening(a_witness(tmp_path, LOG.verifier)) as url:
        assert post(url, LOG.submission(0, 50)).status == 200
        tried = raced([url], [("ours", 50, 50)] * 60)
    assert {one.heard.status for one in tried} == {200}


def test_chains_that_race_one_another_leave_one_chain(tmp_path: Path) -> None:
    """Each of ten logs goes on from wherever the witness stands, as ours does after a conflict."""
    tried: list[Tried] = []
    ready = Barrier(10)

    def grow(url: str, step: int) -> None:
        stands = 0
        ready.wait()
        while (new := stands + step) <= 120:
            one = Tried("ours", stands, new, post(url, LOG.submission(stands, new)))
            tried.append(one)
            stands = int(one.heard.content) if one.heard.status == 409 else new

    with listening(a_witness(tmp_path, LOG.verifier)) as url:
        threads = [Thread(target=grow, args=(url, step)) for step in range(1, 11)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        newest = request(url, "GET", f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
    must_not_contradict(tried)
    largest = max(one.new for one in tried if one.heard.status == 200)
    assert Checkpoint.parse(Note.parse(newest.content).text).size == largest


@contextmanager
def a_process(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a witness in a process of its own; give its address."""
    words = [sys.executable, "-m", "tests.witness.alone", str(folder), str(LOG.key.verifier)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  # our own words
        assert running.stdout is not None
        yield running.stdout.readline().strip(), running
        if running.poll() is None:
            running.kill()


def test_a_witness_that_is_killed_between_requests_keeps_its_memory(tmp_path: Path) -> None:
    for old, new in ((0, 20), (20, 33), (33, 40)):
        with a_process(tmp_path) as (url, running):
            assert post(url, LOG.submission(old, new)).status == 200
            assert post(url, OTHER.submission(0, new)) == (409, SIZE_TYPE, f"{new}\n".encode())
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
    with closing(sqlite3.connect(tmp_path / MEMORY_FILE)) as memory:
        assert memory.execute("SELECT size, root FROM cosigned").fetchall() == [(40, LOG.root(40))]


def test_whatever_was_answered_before_it_was_killed_is_remembered(tmp_path: Path) -> None:
    answered = 0
    with a_process(tmp_path) as (url, running):
        killing = Thread(target=running.kill)
        with suppress(OSError, HTTPException):
            while post(url, LOG.submission(answered, answered + 1)).status == 200:
                answered += 1
                if answered == 30:
                    killing.start()
        killing.join()
    with a_process(tmp_path) as (url, _):
        heard = post(url, OTHER.submission(0, 128))
    assert heard.status == 409
    assert int(heard.content) in {answered, answered + 1}
