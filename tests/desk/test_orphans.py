"""Tickets without work order and work orders without ticket, each with what it may belong to; and events moved over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.domain.customer import TieCorrected
from audit.domain.event import Personal
from audit.domain.ticket import TicketOpened, TicketReworded
from audit.domain.work_order import WorkOrderIssued
from audit.projections.desk.asking import Asked, page_of, tickets_of
from audit.projections.desk.resembling import likely_orders, likely_tickets, orders_without_ticket
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.follow import Follower
from tests.projections.conftest import place as place  # noqa: PLC0414  # pytest finds the fixture by its name here
from tests.projections.given import NAMES, Log, followed, opened

if TYPE_CHECKING:
    from pathlib import Path

DEAD = "The router at 14 Maple Street is dead, call +44 20 7946 0123."
SWAP = "Swap the dead router at 14 Maple Street, +44 20 7946 0123."


def ticket(log: Log, name: str, text: str, customer: str = "K1") -> int:
    event = TicketOpened(text=Personal(text, commit=name), category="fault")
    return log.tell(event, ("ticket", name), ("customer", customer), item=("ticket", name), role="agent")


def order(log: Log, name: str, text: str, *ties: tuple[str, str]) -> int:
    event = WorkOrderIssued(text=Personal(text, commit=name))
    return log.tell(event, ("work_order", name), *ties, item=("work_order", name), role="supervisor")


def tie(kind: str, name: str) -> str:
    return NAMES.tie(kind, name).hex


def test_each_side_without_the_other_is_found_with_its_likely_other(place: Path | str) -> None:
    log = Log()
    ticket(log, "T1", DEAD)
    ticket(log, "T2", "The invoice of March is wrong.", "K2")
    ticket(log, "T3", "No signal in the attic.", "K3")
    order(log, "W1", SWAP, ("customer", "K1"))
    order(log, "W2", "Paint the fence green.")
    order(log, "W3", "Look at the attic.", ("ticket", "T3"))
    with followed(log, place, (Desk,)) as views, views.reading(Desk) as (db, desk):
        assert orders_without_ticket(db, desk, limit=9) == [tie("work_order", "W2"), tie("work_order", "W1")]
        assert orders_without_ticket(db, desk, limit=1) == [tie("work_order", "W2")]
        lonely = page_of(db, desk, Asked(rubric=rubric(), orphans=True)).tickets
        assert {one.written for one in lonely} == {"T1", "T2"}
        (likely,) = likely_tickets(db, desk, tie("work_order", "W1"))
        assert (likely.written, likely.score >= 35) == ("T1", True)
        assert {"person", "place"} <= {reason.code for reason in likely.reasons}
        assert sum(reason.points for reason in likely.reasons) >= likely.score
        assert [one.written for one in likely_orders(db, desk, tie("ticket", "T1"))] == ["W1"]
        assert likely_tickets(db, desk, tie("work_order", "W2")) == []
        assert likely_orders(db, desk, tie("ticket", "T2")) == []


def test_an_order_that_only_its_ticket_names_is_no_orphan(place: Path | str) -> None:
    log = Log()
    order(log, "W1", SWAP)
    event = TicketOpened(text=Personal(DEAD, commit="c"))
    log.tell(event, ("ticket", "T1"), ("work_order", "W1"), item=("ticket", "T1"), role="agent")
    with followed(log, place, (Desk,)) as views, views.reading(Desk) as (db, desk):
        assert orders_without_ticket(db, desk, limit=9) == []
        assert page_of(db, desk, Asked(rubric=rubric(), orphans=True)).tickets == []


def test_a_corrected_tie_moves_an_order_from_one_ticket_to_the_other(place: Path | str) -> None:
    log = Log()
    ticket(log, "T1", DEAD)
    ticket(log, "T2", DEAD, "K2")
    issued = order(log, "W1", SWAP, ("ticket", "T1"))
    with opened(place, (Desk,)) as views:
        follower = Follower(log, views)
        follower.catch_up()
        log.tell(TieCorrected(position=issued, kind="ticket"), ("ticket", "T2"), role="operator")
        follower.catch_up()
        orphans = {"T1": True, "T2": False}
        for _ in ("running", "rebuilt"):
            with views.reading(Desk) as (db, desk):
                found = page_of(db, desk, Asked(rubric=rubric())).tickets
                assert {one.written: one.orphan for one in found} == orphans
                assert orders_without_ticket(db, desk, limit=9) == []
            follower.rebuild(Desk.name)


def test_a_corrected_tie_moves_a_text_to_the_ticket_it_belongs_to(tmp_path: Path) -> None:
    log = Log()
    ticket(log, "T1", DEAD)
    ticket(log, "T2", "net broken", "K2")
    event = TicketReworded(text=Personal("Router dead since 2 March, +44 20 7946 0199.", commit="c"))
    moved = log.tell(event, ("ticket", "T1"), item=("ticket", "T1"), role="agent")
    with opened(tmp_path / "v.db", (Desk,)) as views:
        follower = Follower(log, views)
        follower.catch_up()
        log.tell(TieCorrected(position=moved, kind="ticket"), ("ticket", "T2"), role="operator")
        follower.catch_up()
        for _ in ("running", "rebuilt"):
            with views.reading(Desk) as (db, desk):
                both = [NAMES.tie("ticket", "T1"), NAMES.tie("ticket", "T2")]
                found = {one.written: one for one in tickets_of(db, desk, both, rubric())}
                assert {name: one.versions for name, one in found.items()} == {"T1": 1, "T2": 2}
                assert "contact" not in found["T2"].missing
            follower.rebuild(Desk.name)
