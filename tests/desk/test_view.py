"""The desk's view: the same rows on both engines, in any order of arrival, rebuilt, and after an erasure."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from audit.domain import ticket, work_order
from audit.domain.event import Personal, Record
from audit.domain.lost_fact import LossDismissed
from audit.projections.desk.asking import Asked, Page, page_of
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.follow import Follower
from tests.desk.generated import made_up
from tests.projections.conftest import place as place  # noqa: PLC0414  # pytest finds the fixture by its name here
from tests.projections.given import NAMES, Log, followed, opened
from tests.projections.story import told

if TYPE_CHECKING:
    from pathlib import Path

    from audit.projections.views import Views

VIEWS = (Desk,)


def some_tickets(count: int = 6) -> Log:
    log = Log()
    for number in range(count):
        one = made_up(number)
        one.told(log, one.text(without="phone"), one.text(without="access"))
    return log


def rows(views: Views) -> list[dict[str, Any]]:
    with views.reading(Desk) as (db, desk):
        return [dict(row) for row in db.execute(select(desk.tickets).order_by(desk.tickets.c.thing)).mappings()]


def page(views: Views, **asked: Any) -> Page:
    with views.reading(Desk) as (db, desk):
        return page_of(db, desk, Asked(rubric=rubric(), **asked))


def without_positions(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "details"} for row in found]


def test_a_rebuilt_desk_equals_the_running_one(place: Path | str) -> None:
    log = told()
    with followed(log, place, VIEWS) as views:
        before = rows(views)
        Follower(log, views).rebuild(Desk.name)
        assert rows(views) == before
        assert len(before) == 1


def test_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    log = some_tickets(3)
    order = list(range(1, len(log.records) + 1))
    with followed(log, tmp_path / "one.db", VIEWS) as views:
        expected = without_positions(rows(views))
    random.Random(5).shuffle(order)  # noqa: S311  # any order will do
    with followed(log.reordered(order), tmp_path / "two.db", VIEWS) as views:
        assert without_positions(rows(views)) == expected
    with followed(log.reordered(order[::-1]), tmp_path / "three.db", VIEWS) as views:
        assert without_positions(rows(views)) == expected


def test_after_an_erasure_nothing_of_the_words_is_left_and_a_rebuild_agrees(place: Path | str) -> None:
    log = some_tickets(2)
    with opened(place, VIEWS) as views:
        follower = Follower(log, views)
        follower.catch_up()
        whose = NAMES.tie("customer", "K-0")
        mine = [one.position for one in log.records if isinstance(one, Record) and one.stamp.tie("customer") == whose]
        log.erase(mine, ("customer", "K-0"))
        follower.catch_up()
        before = rows(views)
        with views.reading(Desk) as (db, desk):
            kept = [
                str(row)
                for table in desk.metadata.sorted_tables
                for row in db.execute(select(table))
                if "K-0" in str(row)
            ]
        assert kept == []
        follower.rebuild(Desk.name)
        assert rows(views) == before


def test_the_worst_ticket_comes_first_and_pages_join_without_gap(place: Path | str) -> None:
    with followed(some_tickets(), place, VIEWS) as views:
        whole = page(views)
        scores = [one.score for one in whole.tickets]
        assert scores == sorted(scores)
        assert whole.total == 6
        paged, after = [], None
        while True:
            found = page(views, limit=2, after=after)
            paged += found.tickets
            after = found.next
            if after is None:
                break
        assert paged == whole.tickets


def test_a_score_never_comes_without_its_reasons(tmp_path: Path) -> None:
    with followed(some_tickets(), tmp_path / "v.db", VIEWS) as views:
        for one in page(views).tickets:
            assert {mark.code for mark in one.marks}.isdisjoint(one.missing)
            assert one.score == 100 or one.missing or one.lost


def test_an_edit_makes_a_read_back_stale_and_an_escalation_without_one_is_flagged(tmp_path: Path) -> None:
    log, tied = Log(), (("ticket", "T1"), ("customer", "K1"))
    log.tell(ticket.TicketOpened(text=Personal("net broken", commit="one")), *tied, role="agent")
    log.tell(ticket.TicketReadBack(commit="one", as_of=1, answer="confirmed"), *tied, role="agent")
    with opened(tmp_path / "v.db", VIEWS) as views:
        follower = Follower(log, views)
        follower.catch_up()
        assert page(views).tickets[0].read_back == "confirmed"
        log.tell(ticket.TicketEscalated(level="second-level"), *tied, role="agent")
        follower.catch_up()
        assert "escalated-unread" not in page(views).tickets[0].flags
        log.tell(ticket.TicketReworded(text=Personal("no sync", commit="two")), *tied, role="agent")
        log.tell(ticket.TicketEscalated(level="manufacturer"), *tied, role="agent")
        follower.catch_up()
        assert {"read-back-stale", "escalated-unread"} <= set(page(views).tickets[0].flags)


def test_a_visit_stays_open_until_somebody_follows_up(tmp_path: Path) -> None:
    log, tied = Log(), (("ticket", "T1"), ("work_order", "W1"))
    log.tell(ticket.TicketOpened(text=Personal("net broken", commit="one")), ("ticket", "T1"), role="agent")
    log.tell(work_order.WorkOrderIssued(text=Personal("swap", commit="w")), *tied, role="supervisor")
    log.tell(work_order.WorkOrderFinished(findings=Personal("done")), *tied, role="technician")
    with opened(tmp_path / "v.db", VIEWS) as views:
        follower = Follower(log, views)
        follower.catch_up()
        assert "visit-open" in page(views, open_visits=True).tickets[0].flags
        log.tell(work_order.FollowUpMade(outcome="solved"), ("work_order", "W1"))
        follower.catch_up()
        assert page(views, open_visits=True).tickets == []


@pytest.mark.parametrize(("times", "is_asked"), [(4, True), (5, False)])
def test_what_is_dismissed_often_enough_is_asked_for_no_longer(tmp_path: Path, *, times: int, is_asked: bool) -> None:
    log = Log()
    for number in range(6):
        one = made_up(number * 5)
        one.told(log, one.text(without="phone"), one.text(without="phone"))
    for number in range(times):
        gone = LossDismissed(kind="phone", reason="not-needed", fact=Personal("x"), category="fault")
        log.tell(gone, ("ticket", f"T-{number * 5}"), role="supervisor", item=("lost_fact", f"{number}"))
    with followed(log, tmp_path / "v.db", VIEWS) as views:
        last = next(one for one in page(views).tickets if one.written == "T-25")
        assert any(one.kind == "phone" for one in last.lost) is is_asked
