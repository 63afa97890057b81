"""Working ahead: many records at once give the rows that one after the other give, and readers do not notice."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from audit.domain.event import Damaged, Record
from audit.projections.dump import dump
from audit.projections.follow import PAGE, Follower
from audit.projections.search.ahead import Ahead
from audit.projections.search.find import Asked, search
from audit.projections.search.index import Index
from audit.projections.search.kinds import told_in
from audit.projections.search.rows import told_by, worded
from tests.projections.given import Log, followed, opened
from tests.projections.search.corpus import spoken

if TYPE_CHECKING:
    from tests.projections.conftest import Place

ONA = ("customer", "cust-7")


def _chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # a fixed choice of texts, no secret


def _records(log: Log) -> list[Record]:
    return [one for one in log.records if isinstance(one, Record)]


def test_words_from_the_other_process_are_those_worked_out_here() -> None:
    records = _records(spoken(_chance(3), 60))
    ahead = Ahead()
    try:
        ahead.foresee(records)
        told = [told for one in records if (told := told_in(one.event)) is not None]
        known = [ahead.take(one) for one in records]
    finally:
        ahead.rest()
    pairs = [(words, one) for words, one in zip(known, told, strict=True) if words is not None]
    assert all(words == worded(told_by(one.parts), one.kind) for words, one in pairs)


def test_nothing_is_taken_that_was_not_foreseen_or_was_read_anew() -> None:
    log = Log()
    log.say("promised", ONA)
    log.say("credit", ONA)
    first, second = _records(log)
    anew = Log()
    anew.say("another text", ONA)
    ahead = Ahead()
    try:
        assert ahead.take(first) is None
        ahead.foresee([first])
        assert ahead.take(second) is None
        assert ahead.take(_records(anew)[0]) is None
        ahead.rest()
        assert ahead.take(first) is None
    finally:
        ahead.rest()


def test_many_at_once_give_what_one_page_after_the_other_gives(place: Place) -> None:
    log = spoken(_chance(5), 2 * PAGE + 100)
    log.erase([3, 5], ONA)
    with opened(place, [Index]) as views:
        Follower(log, views).catch_up()
        singly = dump(views, Index)
        views.renew(Index.name)
        Follower(log, views, far_behind=1).catch_up()
        assert dump(views, Index) == singly
        assert search(views, Asked(query="refund")).total > 0


def test_a_record_that_cannot_be_taken_is_set_aside_among_many(place: Place) -> None:
    log = Log()
    for number in range(2 * PAGE + 10):
        log.say(f"promise {number}", ONA)
    log.records[PAGE + 3] = Damaged(position=PAGE + 4, reason="its bytes are not its hash")
    with opened(place, [Index]) as views:
        Follower(log, views, far_behind=1).catch_up()
        assert [alarm.position for alarm in views.alarms()] == [PAGE + 4]
        results = search(views, Asked(query="promise", limit=0))
        assert (results.total, results.unread) == (2 * PAGE + 9, (PAGE + 4,))


def test_a_reader_has_one_position_and_its_answer_while_batches_are_committed(place: Place) -> None:
    log = spoken(_chance(7), 300)
    for number in range(3 * PAGE):
        log.say(f"refund {number}", ONA)
    with followed(log, place, [Index]) as views, views.reading(Index) as (db, index):
        at = views.as_of(db, Index.name)
        count = select(func.count()).select_from(index.messages)
        before = db.scalar(count)
        for number in range(PAGE + 50):
            log.say(f"refund again {number}", ONA)
        follower = Follower(log, views, far_behind=1)
        follower.catch_up(at + 20)
        assert (views.as_of(db, Index.name), db.scalar(count)) == (at, before)
        follower.catch_up()
        assert (views.as_of(db, Index.name), db.scalar(count)) == (at, before)
        now = search(views, Asked(query='"refund again"', limit=1))
        assert (now.position, now.total) == (len(log.records), PAGE + 50)
