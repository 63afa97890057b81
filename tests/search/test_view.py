"""The index is a view: it survives a kill, is made anew while it serves, and says at any time what the events say."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

from audit.projections.dump import dump
from audit.projections.follow import PAGE, Follower
from audit.projections.search.comparing import different_texts
from audit.projections.search.find import Asked, search
from audit.projections.search.index import Index
from tests.projections.given import NAMES, Log, followed, opened

if TYPE_CHECKING:
    from audit.domain.event import Damaged, Record
    from audit.projections.views import Views
    from audit.projections.writer import Writer
    from tests.projections.conftest import Place

QUERIES = ("refund", '"late refund"', "line NOT late", "refnd~1", "kind:message", "customer:cust-3", "1*")
WHEN = PAGE + 50


class Deadly(Index):
    """An index whose process is killed in the middle of a page, after some of its rows were written."""

    def apply(self, db: Writer, record: Record) -> None:
        super().apply(db, record)
        if record.position == WHEN:
            db.flush()
            os.kill(os.getpid(), signal.SIGKILL)


class Asking(Log):
    """A log that asks the index whenever it is read: so it does while the index is made anew."""

    def __init__(self) -> None:
        super().__init__()
        self.views: Views | None = None
        self.answers: list[dict[str, tuple[int, list[int]]]] = []

    def read(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]:
        if self.views is not None:
            self.answers.append(answers(self.views))
        return super().read(after, limit, upto)


def lines(log: Log, count: int) -> Log:
    for number in range(count):
        said = f"line {number}: a {'late ' if number % 3 else ''}refund of {number} EUR"
        log.say(said, ("customer", f"cust-{number % 7}"), ("conversation", f"c{number % 11}"))
    return log


def answers(views: Views) -> dict[str, tuple[int, list[int]]]:
    found = {query: search(views, Asked(query=query), tie=NAMES.tie) for query in QUERIES}
    return {query: (one.total, [hit.event for hit in one.hits]) for query, one in found.items()}


def index_and_die(place: Place) -> None:
    with followed(lines(Log(), PAGE + 100), place, [Deadly]):
        pass


def test_an_index_that_was_killed_loses_nothing_and_doubles_nothing(place: Place) -> None:
    child = multiprocessing.get_context("spawn").Process(target=index_and_die, args=(place,))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    log = lines(Log(), PAGE + 100)
    with opened(place, [Index]) as views:
        assert views.position(Index.name) == PAGE
        assert search(views, Asked(query="kind:message")).total == PAGE
        assert Follower(log, views).catch_up() == PAGE + 100
        assert search(views, Asked(query="kind:message")).total == PAGE + 100
        assert different_texts(log, views, lambda _: None) == []


def test_an_index_answers_while_it_is_made_anew_and_the_same_afterwards(place: Place) -> None:
    log = Asking()
    lines(log, PAGE + 100)
    with followed(log, place, [Index]) as views:
        before, rows = answers(views), dump(views, Index)
        log.views = views
        assert Follower(log, views).rebuild(Index.name) == [Index.name]
        log.views = None
        assert len(log.answers) >= 2
        assert all(one == before for one in log.answers)
        assert answers(views) == before
        assert dump(views, Index) == rows
        assert {standing.generation for standing in views.standings()} == {2}
