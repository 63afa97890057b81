"""Group commit: callers share transactions and nothing else."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError

from audit.archive.group_commit import GroupCommit
from audit.archive.recorders.errors import KeysOutdated, NotStorable, TooMuchAtOnce
from audit.archive.recorders.sqlite import SQLiteRecorder
from tests.archive.recorders.places import assert_whole, event, events, made, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from audit.archive.recorders.recorder import Recorder

CALLERS = 40
PATIENCE_SECONDS = 30


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return made(str(tmp_path / "archive.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")))


@pytest.fixture
def recorder(place: str) -> Iterator[Recorder]:
    with opened(place) as recorder:
        yield recorder


@pytest.fixture
def writer(recorder: Recorder) -> Iterator[GroupCommit]:
    with GroupCommit(recorder) as writer:
        yield writer


def test_a_caller_is_answered_after_the_commit(place: str, writer: GroupCommit) -> None:
    assert writer.insert_events(events(2)) == [1, 2]
    assert writer.insert_new([events(1), events(2)]) == [[3], [4, 5]]
    with opened(place) as another:
        assert another.extent() == (5, 1, 5)


def test_nothing_is_answered_with_nothing(writer: GroupCommit) -> None:
    assert writer.insert_events([]) == []
    assert writer.insert_new([]) == []


def test_callers_who_wait_together_share_a_transaction(postgres_url: str) -> None:
    with opened(made(postgres_url)) as recorder, GroupCommit(recorder) as writer:
        calls = [lambda: writer.insert_events(events(2)), lambda: writer.insert_new([events(1), events(1)])]
        answers = _all_at_once(postgres_url, writer, calls * (CALLERS // 2))
        assert_whole(recorder)
        assert len(answers) == CALLERS
        assert _transactions(postgres_url) == 2


def test_a_shared_transaction_has_at_most_512_events(postgres_url: str) -> None:
    with opened(made(postgres_url)) as recorder, GroupCommit(recorder) as writer:
        _all_at_once(postgres_url, writer, [lambda: writer.insert_events(events(256))] * 9)
        assert recorder.head().size == 9 * 256
        assert _transactions(postgres_url) == 1 + 4


def test_a_shared_transaction_has_at_most_4_megabytes(postgres_url: str) -> None:
    with opened(made(postgres_url)) as recorder, GroupCommit(recorder) as writer:
        _all_at_once(postgres_url, writer, [lambda: writer.insert_events([event(sealed=bytes(1_500_000))])] * 5)
        assert _transactions(postgres_url) == 1 + 2


def test_a_call_larger_than_a_group_is_written_by_itself(writer: GroupCommit) -> None:
    assert writer.insert_events(events(6_000)) == list(range(1, 6_001))


def test_everybody_gets_the_positions_of_their_own_events(place: str, recorder: Recorder, writer: GroupCommit) -> None:
    batches = [events(n % 3 + 1) for n in range(CALLERS)]
    answers = _all_at_once(place, writer, [partial(writer.insert_events, batch) for batch in batches])
    for batch, positions in zip(batches, answers, strict=True):
        rows = recorder.rows_at(positions)
        assert [row.originator_id for row in rows] == [one.originator_id for one in batch]
    assert_whole(recorder)


def test_a_conflict_is_the_failure_of_one_caller_only(place: str, recorder: Recorder, writer: GroupCommit) -> None:
    taken = event()
    writer.insert_events([taken])
    calls: list[Callable[[], Any]] = [lambda: writer.insert_events(events(2)) for _ in range(CALLERS - 1)]
    answers = _all_at_once(place, writer, [*calls, lambda: writer.insert_events([event(), taken])])
    assert [type(answer) for answer in answers] == [list] * (CALLERS - 1) + [IntegrityError]
    assert recorder.head().size == 1 + 2 * (CALLERS - 1)
    assert_whole(recorder)


def test_of_two_deciders_at_once_one_wins(place: str, recorder: Recorder, writer: GroupCommit) -> None:
    contested = event()
    answers = _all_at_once(place, writer, [lambda: writer.insert_events([contested])] * CALLERS)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError"] * (CALLERS - 1) + ["list"]
    assert recorder.head().size == 1


def test_of_many_who_bring_the_same_item_one_is_new(place: str, recorder: Recorder, writer: GroupCommit) -> None:
    item = events(2)
    answers = _all_at_once(place, writer, [lambda: writer.insert_new([item])] * CALLERS)
    assert len([answer for answer in answers if answer != [None]]) == 1
    assert recorder.head().size == 2


def test_outdated_keys_are_the_failure_of_those_who_have_them(
    place: str, recorder: Recorder, writer: GroupCommit
) -> None:
    recorder.insert_events(events(1), erasing=True)
    calls: list[Callable[[], Any]] = [
        lambda: writer.insert_events(events(1), erasures=0),
        lambda: writer.insert_new([events(1)], erasures=1),
        lambda: writer.insert_events(events(1)),
    ]
    answers = _all_at_once(place, writer, calls * 10)
    assert [type(answer) for answer in answers] == [KeysOutdated, list, list] * 10
    assert recorder.head() == (1 + 20, 1)


def test_what_cannot_be_stored_is_refused_before_it_meets_others(recorder: Recorder, writer: GroupCommit) -> None:
    with pytest.raises(NotStorable):
        writer.insert_events([event(state=bytes(65_000))])
    with pytest.raises(TooMuchAtOnce):
        writer.insert_new([events(20_001)])
    assert recorder.head().size == 0


def test_a_failing_database_is_everybodys_failure_and_works_again(tmp_path: Path) -> None:
    path, aside = tmp_path / "archive.db", tmp_path / "aside"
    with opened(made(str(path))) as recorder, GroupCommit(recorder) as writer:
        path.rename(aside)
        with ThreadPoolExecutor(CALLERS) as pool:
            errors = [
                call.exception() for call in [pool.submit(writer.insert_events, events(1)) for _ in range(CALLERS)]
            ]
        assert {type(error) for error in errors} == {OperationalError}
        assert len(set(map(id, errors))) == CALLERS
        aside.rename(path)
        assert writer.insert_events(events(1)) == [1]


def test_closing_writes_what_waits_and_takes_no_more(place: str, recorder: Recorder) -> None:
    writer = GroupCommit(recorder)
    with ThreadPoolExecutor(CALLERS) as pool:
        with _head_locked(place):
            calls = _waiting(pool, writer, [lambda: writer.insert_events(events(1))] * CALLERS)
            closed = pool.submit(writer.close)
        assert sorted(position for call in calls for position in call.result()) == list(range(1, CALLERS + 1))
        closed.result()
    with pytest.raises(InterfaceError, match="closed"):
        writer.insert_events(events(1))
    writer.close()
    assert recorder.head().size == CALLERS


class Defective(SQLiteRecorder):
    """A recorder with a defect of ours."""

    def append(self, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_leaves_nobody_waiting(tmp_path: Path) -> None:
    with closing(Defective.at(tmp_path / "archive.db")) as recorder, GroupCommit(recorder) as writer:
        with pytest.raises(OperationalError, match="defect"):
            writer.insert_events(events(1))
        with pytest.raises((InterfaceError, OperationalError)):
            writer.insert_events(events(1))


def _all_at_once(place: str, writer: GroupCommit, calls: list[Callable[[], Any]]) -> list[Any]:
    """Make all these calls while the writer cannot go on; return their answers or errors."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with _head_locked(place):
            made_calls = _waiting(pool, writer, calls)
        return [call.exception() or call.result() for call in made_calls]


def _waiting(pool: ThreadPoolExecutor, writer: GroupCommit, calls: list[Callable[[], Any]]) -> list[Future[Any]]:
    """Hand calls in and return when one of them has begun and all others wait."""
    first = pool.submit(calls[0])
    _until(lambda: writer.writing == 1 and not writer.waiting)
    others = [pool.submit(call) for call in calls[1:]]
    _until(lambda: writer.waiting == len(others))
    return [first, *others]


def _until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not holds():
        assert monotonic() < deadline


@contextmanager
def _head_locked(place: str) -> Iterator[None]:
    """Keep everybody else from writing."""
    if place.startswith("postgresql:"):
        with psycopg.connect(place) as server:
            server.execute("SELECT * FROM onrecord.head FOR UPDATE")
            yield
    else:
        with closing(sqlite3.connect(place, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.execute("ROLLBACK")


def _transactions(url: str) -> int:
    with psycopg.connect(url) as connection:
        return len(connection.execute("SELECT DISTINCT xmin::text FROM onrecord.events").fetchall())
