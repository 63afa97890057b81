"""What gets lost between conversation, ticket, work order and result."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit.projections.desk.chain import RESULT, TICKET, WORK_ORDER, Line, Lost, Step, holding, losses
from audit.projections.desk.saying import read
from tests.desk.measure import measure

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)


def talk(*said: str) -> list[Line]:
    """A conversation; what begins with > is said by staff."""
    return [Line(n, not text.startswith(">"), read(text.lstrip("> "), at=AT)) for n, text in enumerate(said, 1)]


def step(text: str) -> Step:
    return Step((Line(100, False, read(text, at=AT)),), text) if text else Step()


def lost(*said: str, ticket: str, order: str = "", result: str = "") -> list[Lost]:
    return losses(talk(*said), step(ticket), step(order), step(result))


def named(found: list[Lost]) -> list[tuple[str, str, str | None]]:
    return [(one.step, one.fact.fact.text, one.wrong.fact.text if one.wrong else None) for one in found]


def test_a_number_that_was_said_and_not_written_down_is_lost() -> None:
    assert named(lost("Call me on +44 20 7946 0123.", ticket="Router broken.")) == [(TICKET, "+44 20 7946 0123", None)]


def test_a_wrong_value_is_named_beside_the_right_one() -> None:
    found = lost("Call me on +44 20 7946 0123.", ticket="Call +44 20 7946 0132.")
    assert named(found) == [(TICKET, "+44 20 7946 0123", "+44 20 7946 0132")]


def test_another_way_of_writing_is_no_loss() -> None:
    assert lost("Call me on 020 7946 0123, door code 4711.", ticket="Tel. 02079460123, code 4711.") == []


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("The door code is 4711.", "Sorry, I meant the door code is 4712."),
        ("Durų kodas 4711.", "Atsiprašau, tiksliau durų kodas 4712."),
        ("Кодът на входа е 4711.", "Всъщност кодът на входа е 4712."),
        ("Код домофона 4711.", "Простите, ошиблась: код домофона 4712."),
        ("门禁密码是4711。", "不对，门禁密码应该是4712。"),
    ],
)
def test_what_the_customer_put_right_replaces_what_they_said(first: str, then: str) -> None:
    assert [one.fact.text for one in holding(talk(first, then)) if "4711" in one.fact.text] == []
    assert any("4712" in one.fact.text for one in holding(talk(first, then)))


def test_what_staff_said_counts_once_the_customer_says_yes_to_it() -> None:
    assert holding(talk("> Is it 14 Maple Street?", "I am not sure.")) == []
    said = holding(talk("> Is it 14 Maple Street?", "Yes, that's right."))
    assert [one.fact.kind for one in said] == ["address"]


def test_what_only_staff_said_is_not_lost() -> None:
    assert lost("> Our number is +44 20 7946 0123.", "Thank you", ticket="Router broken.") == []


def test_what_the_ticket_says_and_the_work_order_does_not_is_lost_there() -> None:
    found = lost("Call me on +44 20 7946 0123.", ticket="Tel. +44 20 7946 0123", order="Swap the router.")
    assert [(one.step, one.fact.event) for one in found] == [(WORK_ORDER, 100)]


def test_what_reached_the_work_order_all_the_same_has_arrived() -> None:
    (found,) = lost("Call me on +44 20 7946 0123.", ticket="Router broken.", order="Call +44 20 7946 0123.")
    assert found.arrived


def test_a_result_names_only_what_is_wrong_in_it() -> None:
    said = "The serial number is SN123456, call me on +44 20 7946 0123."
    order = "S/N SN123456, tel. +44 20 7946 0123"
    assert lost(said, ticket=order, order=order, result="Replaced the board.") == []
    found = lost(said, ticket=order, order=order, result="Replaced S/N SN123465.")
    assert [(step, right) for step, right, _ in named(found)] == [(RESULT, "SN123456")]


def test_rubbish_loses_nothing_and_harms_nothing() -> None:
    for text in ("", "\0", "?" * 5_000, "\u202e4711 \u202c", "😀" * 500, "(" * 3_000):
        lost(text, ticket=text or "x", order=text, result=text)


def test_facts_taken_out_of_tickets_are_listed_with_few_false_alarms() -> None:
    found = measure(60)
    assert found.recall >= 0.95, found.wrong
    assert found.alarms_a_ticket <= 0.1, found.wrong


@pytest.mark.long
def test_a_thousand_tickets_in_five_languages_keep_the_promise() -> None:
    found = measure()
    assert found.recall >= 0.95, found.wrong
    assert found.alarms_a_ticket <= 0.1, found.wrong
