"""Promises: found once, judged by people, kept, broken when their day ends, and hidden where their line is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap import withheld
from audit.bootstrap.promising import Watch, break_overdue, find_promises
from audit.bootstrap.promising_decisions import ShownByAnother, Terms
from audit.bootstrap.promising_due import due_day, zone_of_customer
from audit.bootstrap.promising_ledger import ledger
from audit.bootstrap.withheld import Hiding, hiding_from_reader
from audit.domain.access import AccessRefused
from audit.domain.actor import Actor
from audit.domain.errors import NotAllowed, NotFound
from audit.domain.promise import PromiseMade, PromiseSuggested
from audit.domain.withholding import WithholdingPlaced
from audit.projections.dump import dump
from audit.projections.prices import Prices
from audit.projections.promises import Promises
from audit.projections.search.find import Asked, search
from tests.erasure.forgetting import events, forget
from tests.promises.conftest import CUSTOMER

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.bootstrap.promising_ledger import Entered
    from audit.projections.prices import Price
    from tests.promises.conftest import Told

SUPERVISOR = Actor(login="vera", role="supervisor")
AGENT = Actor(login="rasa", role="agent")
CREDIT = "I am sorry. I will credit you 100 dollars by Friday."
NOTHING = Hiding({})


def promised(told: Told, text: str = CREDIT) -> str:
    """Say it, find it and confirm it; return its id."""
    told.tell(told.say("I want my money back, it was 100 dollars!", role="customer"), told.say(text))
    found(told)
    (one,) = ledger(told.house, NOTHING)
    assert one.promise.id is not None
    deciding.confirm(told.house, one.promise.id, Terms(), SUPERVISOR)
    return one.promise.id


def found(told: Told, *, again: bool = False) -> int:
    told.house.follower.catch_up()
    suggested = find_promises(told.house, again=again).suggested
    told.house.follower.catch_up()
    return suggested


def only(told: Told) -> Entered:
    told.house.follower.catch_up()
    (one,) = ledger(told.house, NOTHING)
    return one


# -- found --


def test_a_line_is_suggested_once_with_its_day_and_what_it_answers_to(told: Told) -> None:
    told.tell(
        told.say("I want 100 dollars back!", role="customer"), told.say(CREDIT), told.say("Thank you", role="customer")
    )
    assert (found(told), found(told), found(told, again=True)) == (1, 0, 0)
    one = only(told)
    assert (one.line, one.deadline, one.amount, one.currency) == (
        "I will credit you 100 dollars by Friday.",
        "by Friday",
        "100.00",
        "USD",
    )
    assert (one.promise.due, str(one.due_at)) == (date(2026, 3, 6), "2026-03-07 00:00:00+02:00")
    assert [line.text for line in one.before + one.after] == ["I want 100 dollars back!", "Thank you"]
    assert [line.text for line in one.asked] == ["I want 100 dollars back!"]
    assert [line.text for line in one.offered] == [CREDIT]
    assert (one.promise.customer_written, one.status) == (CUSTOMER, "suggested")


@pytest.mark.parametrize(
    "text",
    [
        "> I will send you a cheque tomorrow\nDid we say that?",
        "Will you send me the form?",
        "We will not refund this.",
        "",
        "\u202e\u0000\ud7ff 😀",
    ],
)
def test_quotes_questions_and_refusals_are_not_suggested(embedded: Told, text: str) -> None:
    embedded.tell(embedded.say(text or "-"))
    assert found(embedded) == 0


def test_what_a_customer_says_binds_nobody(embedded: Told) -> None:
    embedded.tell(embedded.say("I will pay you 100 euros tomorrow.", role="customer"))
    assert found(embedded) == 0


def test_a_later_wording_adds_only_what_is_new_in_it(told: Told) -> None:
    message = told.say(CREDIT)
    edit = {
        "kind": "message_edit", "source": "chat", "id": "e1", "of": message["id"], "conversation": "c1",
        "customer": CUSTOMER, "at": "2026-03-02T11:00:00+02:00", "text": f"{CREDIT} We will call you tomorrow.",
    }  # fmt: skip
    told.tell(message, edit)
    assert found(told) == 2
    assert found(told, again=True) == 0


def test_two_looks_at_once_suggest_nothing_twice(embedded: Told) -> None:
    embedded.tell(*(embedded.say(f"We will send you form {number} tomorrow.") for number in range(5)))
    watch = Watch(embedded.house)
    watch()
    assert find_promises(embedded.house, again=True).suggested == 0
    embedded.tell(embedded.say("We will call you on Monday."))
    watch()
    embedded.house.follower.catch_up()
    assert len(events(embedded.house, PromiseSuggested)) == 6


# -- days --


@pytest.mark.parametrize(
    ("sentence", "deadline", "day"),
    [
        ("We will call within 24 hours.", "within 24 hours", date(2026, 3, 5)),
        ("We will call within 3-5 business days.", "within 3-5 business days", date(2026, 3, 11)),
        ("I'll do it by 5pm.", "by 5pm", date(2026, 3, 4)),
        ("I'll do it by 9am.", "by 9am", date(2026, 3, 5)),
        ("Per 3 darbo dienas paskambinsime.", "Per 3 darbo dienas", date(2026, 3, 9)),
        ("Paskambinsime per valandą.", "per valandą", date(2026, 3, 4)),
        ("До 5 работни дни ще върнем сумата.", "До 5 работни дни", date(2026, 3, 11)),
        ("Перезвоним в течение двух часов.", "в течение двух часов", date(2026, 3, 4)),
        ("我们会在三天内退款。", "三天内", date(2026, 3, 7)),
        ("We'll sort it out soon.", None, None),
        ("We'll do it when we can.", "when we can", None),
    ],
)
def test_a_day_is_read_from_the_words(sentence: str, deadline: str | None, day: date | None) -> None:
    at = datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert due_day(sentence, deadline, at=at, language=None) == day


def test_a_day_ends_where_the_customer_is(embedded: Told) -> None:
    embedded.tell(embedded.say("We will call you tomorrow.", at="2026-03-02T23:30:00-08:00"))
    assert found(embedded) == 1
    one = only(embedded)
    assert (one.promise.due, str(one.due_at)) == (date(2026, 3, 3), "2026-03-04 00:00:00-08:00")
    (suggested,) = [each for each in embedded.house.archive.read(0, 99) if isinstance(each.event, PromiseSuggested)]  # type: ignore[union-attr]  # nothing is damaged here
    assert str(zone_of_customer(suggested.stamp, embedded.house.settings.zone)) == "Europe/Vilnius"  # type: ignore[union-attr]  # as above


def test_it_is_broken_when_its_day_ends_there_and_not_before(told: Told) -> None:
    promised(told)
    told.now[0] = datetime(2026, 3, 6, 21, 59, 59, tzinfo=UTC)
    assert break_overdue(told.house) == []
    told.now[0] = datetime(2026, 3, 6, 22, 0, 0, tzinfo=UTC)
    assert len(break_overdue(told.house)) == 1
    told.house.follower.catch_up()
    assert break_overdue(told.house) == []
    assert only(told).status == "broken"


def test_what_hangs_on_a_condition_or_may_be_kept_is_left_to_a_person(embedded: Told) -> None:
    promised(embedded)
    embedded.tell(charge("ch1", "100", "USD", "credit", at="2026-03-05T09:00:00+02:00"))
    embedded.now[0] = datetime(2026, 4, 1, tzinfo=UTC)
    assert break_overdue(embedded.house) == []
    one = only(embedded)
    assert (one.status, one.overdue, one.showing[0].why) == ("open", True, "credit-of-that-sum")
    deciding.keep(embedded.house, one.promise.id or "", one.showing[0].event, None, AGENT)
    assert only(embedded).status == "kept"


def test_what_was_done_after_the_day_is_late(embedded: Told) -> None:
    written = promised(embedded)
    embedded.tell(charge("ch1", "100", "USD", "credit", at="2026-03-09T09:00:00+02:00"))
    deciding.keep(embedded.house, written, only(embedded).showing[0].event, None, AGENT)
    assert only(embedded).status == "late"


# -- decided --


def test_a_promise_goes_its_way_and_every_step_is_kept(told: Told) -> None:
    written = promised(told)
    deciding.extend(told.house, written, date(2026, 3, 20), "the bank is slow", AGENT)
    deciding.dispute(told.house, written, "You said Friday.", AGENT)
    assert only(told).status == "disputed"
    deciding.withdraw(told.house, written, "An error.", SUPERVISOR)
    one = only(told)
    assert (one.status, one.promise.due) == ("withdrawn", date(2026, 3, 20))
    assert [step.kind for step in one.steps] == ["suggested", "open", "extended", "disputed", "withdrawn"]
    assert events(told.house, PromiseMade)[0].amount == "100.00"


def test_an_agent_does_not_judge_and_that_is_recorded(embedded: Told) -> None:
    written = promised(embedded)
    attempts: list[Callable[[], int]] = [
        lambda: deciding.dismiss(embedded.house, written, "a-policy", None, AGENT),
        lambda: deciding.withdraw(embedded.house, written, "no", AGENT),
        lambda: deciding.fail(embedded.house, written, "no", AGENT),
        lambda: deciding.confirm(embedded.house, written, Terms(), Actor(login="x", role="customer")),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert len(events(embedded.house, AccessRefused)) == 4


def test_an_event_about_somebody_else_shows_nothing(embedded: Told) -> None:
    written = promised(embedded)
    embedded.tell(charge("ch1", "100", "USD", "credit", customer="cust-9"))
    other = next(one for one in view_prices(embedded) if one.kind == "charged")
    with pytest.raises(ShownByAnother):
        deciding.keep(embedded.house, written, other.event, None, SUPERVISOR)
    with pytest.raises(NotFound):
        deciding.keep(embedded.house, written, 9_999, None, SUPERVISOR)
    with pytest.raises(NotFound):
        deciding.confirm(embedded.house, "p-nothing", Terms(), SUPERVISOR)


def test_a_promise_nobody_wrote_down_is_made_to_somebody_we_know(embedded: Told) -> None:
    embedded.tell(embedded.say("Hello", role="customer"))
    terms = Terms(wording="A free visit", due=date(2026, 3, 9))
    deciding.record_new(embedded.house, None, CUSTOMER, terms, AGENT)
    assert only(embedded).wording == "A free visit"
    with pytest.raises(NotFound):
        deciding.record_new(embedded.house, None, "nobody@mail.test", terms, AGENT)


# -- withheld, erased, rebuilt --


def test_a_line_is_not_shown_nor_found_where_its_text_is_withheld(told: Told) -> None:
    written = promised(told)
    quoted = only(told).promise.quoted
    assert quoted is not None
    start = CREDIT.index("100 dollars")
    placed = WithholdingPlaced(
        position=quoted, reason="third-person", whom=("readers",), part="text", start=start, end=start + 11
    )
    withheld.place(told.house, placed, SUPERVISOR)
    hiding = hiding_from_reader(told.house, "agent")
    (one,) = ledger(told.house, hiding)
    assert one.line == "I will credit you [withheld: third-person] by Friday."
    assert (one.wording, one.deadline, one.amount) == ("[withheld: third-person]",) * 2 + (None,)
    assert [step.words for step in one.steps] == [one.line, one.wording]
    assert search(told.house.views, Asked(query="dollars credit", kind="events"), hidden=hiding.positions).total == 0
    (seen,) = ledger(told.house, hiding_from_reader(told.house, "compliance officer"))
    assert (seen.promise.id, seen.line) == (written, "I will credit you 100 dollars by Friday.")


def test_a_stretch_elsewhere_in_the_text_hides_nothing_of_the_line(embedded: Told) -> None:
    promised(embedded)
    quoted = only(embedded).promise.quoted
    assert quoted is not None
    placed = WithholdingPlaced(position=quoted, reason="x", whom=("readers",), part="text", start=0, end=4)
    withheld.place(embedded.house, placed, SUPERVISOR)
    (one,) = ledger(embedded.house, hiding_from_reader(embedded.house, "agent"))
    assert (one.line, one.wording) == ("I will credit you 100 dollars by Friday.",) * 2


def test_the_words_go_with_the_person_and_a_rebuilt_view_is_equal(told: Told) -> None:
    promised(told, f"{CREDIT} The call-out fee is 45 EUR.")
    told.tell(charge("ch1", "60", "EUR", "call-out-fee"))
    forget(told.house, CUSTOMER)
    told.house.follower.catch_up()
    rows = {kind: dump(told.house.views, kind) for kind in (Promises, Prices)}
    assert not [row for some in rows.values() for row in some if "credit you" in str(row) or CUSTOMER in str(row)]
    one = only(told)
    assert (one.line, one.wording, one.promise.id, one.promise.customer_written) == (None,) * 4
    assert find_promises(told.house, again=True).suggested == 0
    told.house.follower.rebuild()
    assert {kind: dump(told.house.views, kind) for kind in rows} == rows


# -- prices --


def charge(name: str, amount: str, currency: str, basis: str, **more: str) -> dict[str, str]:
    line = {
        "kind": "charge", "source": "desk", "id": name, "customer": CUSTOMER, "at": "2026-03-05T09:00:00+02:00",
        "amount": amount, "currency": currency, "basis": basis,
    }  # fmt: skip
    return line | more


def view_prices(told: Told) -> list[Price]:
    with told.house.views.reading(Prices) as (db, view):
        return list(view.all(db))
