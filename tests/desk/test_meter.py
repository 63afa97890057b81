"""What customers had to say again, across their conversations, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from audit.domain.event import Personal
from audit.domain.ticket import TicketAssigned, TicketOpened
from audit.projections.desk.meter import meter, said_again
from audit.projections.desk.view import Desk
from tests.projections.conftest import place as place  # noqa: PLC0414  # pytest finds the fixture by its name here
from tests.projections.given import NAMES, Log, followed

if TYPE_CHECKING:
    from pathlib import Path

ZONE = ZoneInfo("Europe/Vilnius")
PHONE = "My number is +44 20 7946 0123."
RASA, JONAS = ("staff", "rasa"), ("staff", "jonas")


def said(log: Log, conversation: str, text: str, customer: str = "K1") -> int:
    return log.say(text, ("customer", customer), ("conversation", conversation))


def answered(log: Log, conversation: str, by: tuple[str, str], text: str = "I see.", customer: str = "K1") -> None:
    log.say(text, ("customer", customer), ("conversation", conversation), role="agent", actor=by)


def twice_told() -> Log:
    """A customer who says a number to Rasa, and has to say it again to Jonas; another who says it once."""
    log = Log()
    said(log, "C1", PHONE)
    answered(log, "C1", RASA)
    said(log, "C2", "Hello, it is me again.")
    answered(log, "C2", JONAS, "What is your number?")
    said(log, "C2", PHONE)
    said(log, "C3", PHONE, "K2")
    answered(log, "C3", RASA, customer="K2")
    said(log, "C4", "Thank you, it works.", "K2")
    return log


def test_a_number_said_again_in_another_conversation_counts_to_who_was_spoken_to(place: Path | str) -> None:
    with followed(twice_told(), place, (Desk,)) as views, views.reading(Desk) as (db, desk):
        (again,) = said_again(db, desk, [NAMES.tie("customer", "K1")])
        assert (again.kind, again.first, again.again, again.other_conversation) == ("phone", 1, 5, True)
        assert said_again(db, desk, [NAMES.tie("customer", "K2")]) == []
        found = meter(db, desk, ZONE)
        assert (found.customers, found.repeating, found.facts, found.other_conversation) == (2, 1, 1, 1)
        assert {one.whose for one in found.by} == {NAMES.tie(*JONAS).hex}
        assert all(one.few for one in found.by)
        assert [one.month is None for one in found.by] == [True, False]


def test_it_counts_to_the_team_of_the_conversations_ticket(tmp_path: Path) -> None:
    log = twice_told()
    ties = (("ticket", "T1"), ("customer", "K1"), ("conversation", "C2"))
    log.tell(TicketOpened(text=Personal("no sync", commit="c")), *ties, item=("ticket", "T1"), role="agent")
    log.tell(TicketAssigned(team="field"), ("ticket", "T1"), item=("ticket", "T1"), role="agent")
    with followed(log, tmp_path / "v.db", (Desk,)) as views, views.reading(Desk) as (db, desk):
        assert {one.whose for one in meter(db, desk, ZONE, teams=True).by} == {"field"}


def test_a_customer_with_two_ids_is_one_person(tmp_path: Path) -> None:
    log = Log()
    said(log, "C1", PHONE, "K1")
    answered(log, "C1", RASA)
    said(log, "C2", PHONE, "K9")
    with followed(log, tmp_path / "v.db", (Desk,)) as views, views.reading(Desk) as (db, desk):
        one, nine = NAMES.tie("customer", "K1"), NAMES.tie("customer", "K9")
        assert said_again(db, desk, [one]) == []
        assert len(said_again(db, desk, [one, nine])) == 1


def test_what_is_withheld_is_not_even_counted(tmp_path: Path) -> None:
    with followed(twice_told(), tmp_path / "v.db", (Desk,)) as views, views.reading(Desk) as (db, desk):
        for event in (1, 5):
            assert meter(db, desk, ZONE, unseen={event}).facts == 0
        assert meter(db, desk, ZONE, unseen={2, 3}).facts == 1


def test_after_an_erasure_nothing_was_said_again(tmp_path: Path) -> None:
    log = twice_told()
    log.erase(range(1, 6), ("customer", "K1"))
    with followed(log, tmp_path / "v.db", (Desk,)) as views, views.reading(Desk) as (db, desk):
        assert meter(db, desk, ZONE).facts == 0
