"""Following: pages and positions together, poison set aside, generations replaced, erasures heard."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from threading import Event as Signal
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

import pytest
from sqlalchemy import MetaData, Table, text

from audit.domain.conversation import MessagePosted
from audit.domain.errors import NotFound, Unavailable, WrongUse
from audit.domain.event import Damaged, Event, Personal, Record
from audit.projections.columns import position_column, word
from audit.projections.dump import dump
from audit.projections.follow import PAGE, Follower
from audit.projections.leases import Leases
from audit.projections.timeline import Timeline
from tests.projections.given import NAMES, PROJECTIONS, Head, Log, followed, opened
from tests.projections.story import ONA, told

if TYPE_CHECKING:
    from pathlib import Path

    from audit.projections.views import Views
    from audit.projections.writer import Writer
    from tests.projections.conftest import Place


@dataclass(frozen=True, kw_only=True)
class Poison(Event):
    TOPIC: ClassVar[str] = "poison.given"


class Fussy:
    """A view that cannot take poison, and that notices it only after it wrote."""

    name: ClassVar[str] = "fussy"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.seen = Table(f"fussy{suffix}", self.metadata, position_column(), word("topic"))

    def apply(self, db: Writer, record: Record) -> None:
        db.insert(self.seen, {"position": record.position, "topic": record.event.TOPIC})
        if record.event.TOPIC == Poison.TOPIC:
            raise ValueError(record.event)


class FussyToo(Fussy):
    """The same view in a newer version."""

    version: ClassVar[int] = 2


def long_log(length: int = 3 * PAGE) -> Log:
    log = Log()
    for number in range(length):
        log.say(f"line {number}", ONA, ("conversation", f"c{number % 7}"))
    return log


def test_every_view_comes_to_the_head(place: Place) -> None:
    log = told()
    with followed(log, place) as views:
        assert {standing.position for standing in views.standings()} == {len(log.records)}
        assert views.alarms() == []


def test_a_page_is_read_once_for_all_views(place: Place) -> None:
    log = long_log()
    with followed(log, place):
        assert log.reads == 3


def test_following_can_stop_at_a_position_and_go_on(place: Place) -> None:
    log = long_log(40)
    with opened(place) as views:
        follower = Follower(log, views)
        assert follower.catch_up(7) == 7
        assert views.position("timeline") == 7
        assert follower.catch_up() == 40


def test_a_poisonous_record_is_set_aside_and_the_others_go_on(place: Place) -> None:
    log = long_log(3)
    log.tell(Poison())
    log.say("after", ONA)
    with followed(log, place, [Fussy]) as views:
        assert [(alarm.position, alarm.reason) for alarm in views.alarms()] == [(4, "poison.given: ValueError")]
        assert [row[1] for row in dump(views, Fussy)] == [1, 2, 3, 5]
        assert views.position("fussy") == 5


def test_the_words_of_a_record_never_stand_in_an_alarm(place: Place) -> None:
    log = Log()
    log.say("hush", ONA)
    log.records.append(Damaged(position=2, reason="its box does not open", topic="message.posted"))
    with followed(log, place) as views:
        assert {(alarm.position, alarm.reason) for alarm in views.alarms()} == {(2, "its box does not open")}
        assert len(views.alarms()) == len(PROJECTIONS)


def test_a_transaction_that_breaks_off_leaves_position_and_rows_together(place: Place) -> None:
    log = long_log(3 * PAGE)
    with opened(place, [Timeline]) as views:
        follower = Follower(log, views)
        follower.catch_up(PAGE)
        standing = views.standings()[0]
        with pytest.raises(KeyboardInterrupt), views.writing() as db:  # noqa: PT012  # the middle of a transaction is the point
            assert views.holds(db, standing)
            db.execute(text("DELETE FROM timeline"))
            views.advance(db, standing, 2 * PAGE)
            raise KeyboardInterrupt
        assert len(dump(views, Timeline)) == views.position("timeline") == PAGE
        follower.catch_up()
        assert len(dump(views, Timeline)) == 3 * PAGE


def test_two_followers_apply_every_record_once(place: Place) -> None:
    log = long_log()
    with opened(place) as one, opened(place) as other:
        threads = [Thread(target=Follower(log, views).catch_up) for views in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.position("timeline") == len(log.records)
        assert len(dump(one, Timeline)) == len(log.records)
        assert one.alarms() == []


def test_threads_that_catch_up_together_do_the_work_of_one(place: Place) -> None:
    log = long_log()
    with opened(place) as views:
        # Far behind, so that words are worked out ahead: by one process, whose answers must not be mixed up.
        follower = Follower(log, views, far_behind=1)
        with ThreadPoolExecutor() as threads:
            assert {done.result() for done in [threads.submit(follower.catch_up) for _ in range(8)]} == {3 * PAGE}
        assert log.reads == 3
        assert views.alarms() == []


def test_a_page_that_another_applied_meanwhile_is_left_alone(place: Place) -> None:
    log = long_log(10)
    with opened(place, [Timeline]) as views:
        before = views.standings()[0]
        Follower(log, views).catch_up()
        with views.writing() as db:
            assert not views.holds(db, before)


def test_rebuilt_is_what_running_gave(place: Place) -> None:
    log = told()
    with opened(place) as views:
        follower = Follower(log, views)
        for position in range(1, len(log.records) + 1):
            follower.catch_up(position)
        running = [dump(views, projection) for projection in PROJECTIONS]
        assert follower.rebuild() == sorted(projection.name for projection in PROJECTIONS)
        assert [dump(views, projection) for projection in PROJECTIONS] == running
        assert {standing.generation for standing in views.standings()} == {2}


def test_the_old_tables_are_gone_after_a_rebuild(place: Place) -> None:
    log = told()
    with followed(log, place, [Timeline]) as views:
        Follower(log, views).rebuild("timeline")
        with views.reading(Timeline) as (db, timeline):
            assert timeline.entries.name == "timeline_2"
            assert not views.engine.dialect.has_table(db, "timeline")


def test_deleted_views_come_again_with_the_same_content(tmp_path: Path) -> None:
    log = told()
    file = tmp_path / "views.db"
    with followed(log, file) as views:
        before = [dump(views, projection) for projection in PROJECTIONS]
    for each in tmp_path.glob("views.db*"):
        each.unlink()
    with followed(log, file) as views:
        assert [dump(views, projection) for projection in PROJECTIONS] == before


def test_both_engines_hold_the_same(tmp_path: Path, postgres_url: str) -> None:
    log = told()
    with followed(log, tmp_path / "views.db") as here, followed(log, postgres_url) as there:
        for projection in PROJECTIONS:
            assert dump(here, projection) == dump(there, projection)


def test_a_view_of_a_newer_version_is_made_anew_by_itself(place: Place) -> None:
    log = long_log(5)
    with followed(log, place, [Fussy]) as views:
        assert len(dump(views, Fussy)) == 5
    with opened(place, [FussyToo]) as views:
        with pytest.raises(Unavailable, match="made anew"), views.reading(FussyToo):
            pass
        Follower(log, views).catch_up()
        assert len(dump(views, FussyToo)) == 5
        assert [standing.version for standing in views.standings()] == [2]


def test_views_of_a_newer_version_are_refused(place: Place) -> None:
    log = long_log(2)
    with followed(log, place, [FussyToo]):
        pass
    with opened(place, [Fussy]) as views, pytest.raises(WrongUse, match="newer"):
        Follower(log, views).catch_up()


def test_a_rebuild_that_was_cut_short_is_finished_later(place: Place) -> None:
    log = long_log(PAGE + 10)
    with followed(log, place, [Timeline]) as views:
        views.renew("timeline")
        Follower(log, views).catch_up(PAGE)
    with opened(place, [Timeline]) as views:
        Follower(log, views).catch_up()
        assert [(standing.generation, standing.active) for standing in views.standings()] == [(2, True)]
        assert len(dump(views, Timeline)) == PAGE + 10


def test_views_of_a_longer_log_are_made_anew(place: Place) -> None:
    with followed(long_log(9), place, [Timeline]) as views:
        Follower(long_log(4), views).catch_up()
        assert views.position("timeline") == len(dump(views, Timeline)) == 4


class Growing(Log):
    """A log that grows, and is followed by another, each time somebody has asked how long it is."""

    views: Views
    grows = True

    def head(self) -> Head:
        head = super().head()
        if self.grows:
            self.grows = False
            self.say("meanwhile", ONA)
            Follower(self, self.views).catch_up()
            self.grows = len(self.records) < PAGE
        return head


def test_views_that_another_brought_further_meanwhile_are_not_made_anew(place: Place) -> None:
    log = Growing()
    with opened(place, [Timeline]) as views:
        log.views = views
        Follower(log, views).catch_up()
        assert [(standing.generation, standing.active) for standing in views.standings()] == [(1, True)]


def test_an_unknown_view_cannot_be_rebuilt(place: Place) -> None:
    with opened(place) as views, pytest.raises(NotFound, match="timeline"):
        Follower(Log(), views).rebuild("weather")


@pytest.mark.parametrize("seed", range(3))
def test_the_same_items_in_another_order_read_the_same(tmp_path: Path, seed: int) -> None:
    log = told()
    order = list(range(1, len(log.records) + 1))
    Random(seed).shuffle(order)  # noqa: S311  # it must give the same each time
    other = log.reordered(order)
    with followed(log, tmp_path / "a.db") as one, followed(other, tmp_path / "b.db") as two:
        assert transcript(one) == transcript(two)


def transcript(views: Views) -> list[object]:
    with views.reading(Timeline) as (db, timeline):
        entries = [entry for written in ("c1", "c2") for entry in timeline.read(db, NAMES.tie("conversation", written))]
    return [
        (entry.kind, entry.at, entry.author, entry.text, [(version.kind, version.text) for version in entry.versions])
        for entry in entries
    ]


def test_erased_running_is_what_erased_rebuilt_gives(place: Place) -> None:
    log = told()
    with followed(log, place) as views:
        mine = NAMES.tie(*ONA)
        log.erase(
            [each.position for each in log.records if isinstance(each, Record) and each.stamp.tie("customer") == mine],
            ONA,
        )
        follower = Follower(log, views)
        follower.catch_up()
        running = [dump(views, projection) for projection in PROJECTIONS]
        follower.rebuild()
        assert [dump(views, projection) for projection in PROJECTIONS] == running


@pytest.mark.parametrize("rebuilt", [False, True])
def test_erased_words_are_nowhere_in_the_files(tmp_path: Path, *, rebuilt: bool) -> None:
    log = Log()
    position = log.say("canarium unum", ONA, ("conversation", "c1"))
    log.say("other", ONA)
    with followed(log, tmp_path / "views.db") as views:
        assert holds(tmp_path, b"canarium")
        log.erase([position], ONA)
        follower = Follower(log, views)
        if rebuilt:
            follower.rebuild()
        else:
            follower.catch_up()
        assert not holds(tmp_path, b"canarium")


def holds(folder: Path, needle: bytes) -> bool:
    return any(needle in file.read_bytes() for file in folder.glob("views.db*"))


def test_the_background_follower_sees_what_is_written(place: Place) -> None:
    log = long_log(3)
    stop = Signal()
    with opened(place) as views:
        follower = Follower(log, views)
        thread = Thread(target=follower.run, args=(stop,))
        thread.start()
        assert follower.wait_for("timeline", 3, seconds=30)
        log.say("one more", ONA)
        assert follower.wait_for("timeline", 4, seconds=30)
        stop.set()
        follower.wake()
        thread.join()


def test_on_a_server_one_follower_keeps_a_view_and_another_takes_over(postgres_url: str) -> None:
    with opened(postgres_url, [Timeline]) as views:
        one, other = Leases(views), Leases(views)
        assert one.held(["timeline"]) == {"timeline"}
        assert other.held(["timeline"]) == set()
        one.release()
        assert other.held(["timeline"]) == {"timeline"}
        assert one.held(["timeline"]) == set()


def test_a_text_with_u0000_shows_the_replacement(place: Place) -> None:
    log = Log()
    log.tell(MessagePosted(text=Personal("a\0b")), ("conversation", "c1"))
    with followed(log, place) as views, views.reading(Timeline) as (db, timeline):
        assert timeline.read(db, NAMES.tie("conversation", "c1"))[0].text == "a\ufffdb"


class Deadly(Fussy):
    """A view whose process is killed in the middle of the second page."""

    def apply(self, db: Writer, record: Record) -> None:
        super().apply(db, record)
        if record.position == PAGE + 50:
            db.flush()
            os.kill(os.getpid(), signal.SIGKILL)


def follow_and_die(file: Path) -> None:
    with followed(long_log(3 * PAGE), file, [Deadly]):
        pass


def test_a_killed_process_leaves_position_and_rows_together(tmp_path: Path) -> None:
    file = tmp_path / "views.db"
    child = multiprocessing.get_context("spawn").Process(target=follow_and_die, args=(file,))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    with opened(file, [Fussy]) as views:
        assert len(dump(views, Fussy)) == views.position("fussy") == PAGE
        Follower(long_log(3 * PAGE), views).catch_up()
        assert [row[1] for row in sorted(dump(views, Fussy), key=lambda row: int(str(row[1])))] == list(
            range(1, 3 * PAGE + 1)
        )


def test_a_reader_keeps_what_it_reads_while_the_view_is_replaced(tmp_path: Path) -> None:
    log = long_log(5)
    with followed(log, tmp_path / "views.db", [Timeline]) as views:
        with views.reading(Timeline) as (db, timeline):
            assert len(timeline.read(db, NAMES.tie("conversation", "c0"))) == 1
            Follower(log, views).rebuild("timeline")
            assert len(timeline.read(db, NAMES.tie("conversation", "c1"))) == 1
        with views.reading(Timeline) as (db, timeline):
            assert timeline.entries.name == "timeline_2"


def test_erased_words_that_a_reader_kept_on_disk_go_the_next_time(tmp_path: Path) -> None:
    log = Log()
    log.say("canarium", ONA, ("conversation", "c1"))
    with followed(log, tmp_path / "views.db", [Timeline]) as views:
        follower = Follower(log, views)
        with views.reading(Timeline) as (db, timeline):
            timeline.read(db, NAMES.tie("conversation", "c1"))
            log.erase([1], ONA)
            views.engine.dispose()
            follower.catch_up()
        follower.catch_up()
        assert not holds(tmp_path, b"canarium")


def test_a_database_that_fails_sets_no_record_aside(tmp_path: Path) -> None:
    log = long_log(5)
    with opened(tmp_path / "views.db", [Timeline]) as views:
        with views.engine.connect() as db:
            db.exec_driver_sql("PRAGMA query_only=ON")
            db.commit()
        with pytest.raises(Unavailable, match="room"):
            Follower(log, views).catch_up()
        views.engine.dispose()
        Follower(log, views).catch_up()
        assert views.alarms() == []
        assert views.position("timeline") == 5


def test_the_views_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "views.db"):
        assert (tmp_path / "views.db").stat().st_mode & 0o077 == 0
