"""What a contact is, what an interval is, and what a formula does with them."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from audit.domain.errors import WrongUse
from audit.projections.columns import microseconds
from audit.projections.levels.contacts import SECOND, Contact, contacts
from audit.projections.levels.erlang import needed, staffing, waiting_probability
from audit.projections.levels.formulas import FORMULAS, Counts, counted, level
from audit.projections.levels.intervals import all_between, interval_of, midnight, seconds_of
from audit.projections.levels.replies import replies, waits
from audit.projections.levels.returning import first_contact
from audit.projections.levels.view import Step
from audit.sample.queue_log import rows
from tests.levels.calls import NOON

VILNIUS = ZoneInfo("Europe/Vilnius")


def step(kind: str, at: int, **fields: object) -> Step:
    """Return a step, ``at`` seconds after noon."""
    step.count += 1  # type: ignore[attr-defined]  # positions go on from test to test
    told: dict[str, object] = {
        "position": step.count,  # type: ignore[attr-defined]  # as above
        "at": (NOON + at) * SECOND,
        "seq": -1,
        "source": "queue_log",
        "kind": kind,
        "conversation": "c1",
        "customer": None,
        "actor": None,
        "queue": None,
        "channel": "phone",
        "direction": None,
        "purpose": None,
        "outcome": None,
        "seconds": None,
    }
    return Step(**(told | fields))  # type: ignore[arg-type]  # the fields are named by each test


step.count = 0  # type: ignore[attr-defined]  # as above


def test_a_call_that_leaves_one_queue_and_is_taken_at_once_in_the_next_is_read_in_any_order() -> None:
    told = [
        step("offered", 0, queue="support"),
        step("ended", 60, outcome="timed-out"),
        step("offered", 60, queue="overflow"),
        step("answered", 60, queue="overflow", seconds=0),
        step("transferred", 90, outcome="blind"),
    ]
    expected = [("support", None, True, False), ("overflow", 0, False, True)]
    for order in permutations(told):
        found = contacts(order)
        assert [(one.queue, one.answered and one.wait, one.flown_out, one.transferred) for one in found] == expected


def test_of_two_systems_that_tell_of_one_call_the_queue_counts() -> None:
    told = [
        step("offered", 0, source="cdr"),
        step("answered", 0, source="cdr"),
        step("offered", 0, queue="support"),
        step("answered", 25, queue="support", seconds=25),
        step("ended", 80, outcome="completed-by-agent"),
        step("ended", 80, source="cdr"),
    ]
    (only,) = contacts(told)
    assert only.wait == 25 * SECOND
    assert only.talk == 55 * SECOND


def test_records_of_every_desk_that_rang_are_one_call() -> None:
    told = [step("offered", 0, source="cdr"), step("abandoned", 20, source="cdr", seconds=20)]
    told += [step("offered", 0, source="cdr"), step("answered", 12, source="cdr"), step("ended", 60, source="cdr")]
    (only,) = contacts(told)
    assert only.answered is not None
    assert only.wait == 12 * SECOND


def test_a_call_whose_beginning_is_cut_off_has_the_wait_its_log_counts() -> None:
    (only,) = contacts([step("answered", 30, seconds=12), step("ended", 90, outcome="completed-by-agent")])
    assert only.wait == 12 * SECOND
    assert contacts([step("ended", 90, outcome="completed-by-agent")]) == []


def test_calls_that_name_no_conversation_are_told_apart_by_their_place_in_the_log() -> None:
    told = []
    for begins in (0, 5):
        told += [step("offered", begins, conversation=None), step("answered", begins + 8, conversation=None)]
    assert [one.wait for one in contacts(told)] == [8 * SECOND, 8 * SECOND]


def test_a_call_somebody_waits_in_is_neither_answered_nor_abandoned() -> None:
    counts = counted(contacts([step("offered", 0)]), threshold=20, short=5)
    assert (counts.offered, counts.waiting, counts.answered, counts.abandoned) == (1, 1, 0, 0)
    assert {level(counts, formula) for formula in FORMULAS} == {None}


def test_hold_is_counted_from_being_held_to_being_resumed_or_over() -> None:
    told = [step("offered", 0), step("answered", 5), step("held", 10), step("resumed", 25), step("held", 30)]
    (only,) = contacts([*told, step("ended", 40)])
    assert only.hold == 25 * SECOND
    assert only.talk == 35 * SECOND


def test_a_chat_is_answered_by_a_person_and_abandoned_when_it_ends_before() -> None:
    asked = [step("opened", 0, channel="chat", direction="inbound"), step("in", 1, channel="chat")]
    bot = step("bot", 2, channel="chat")
    (answered,) = contacts([*asked, bot, step("out", 30, channel="chat"), step("closed", 90, channel=None)])
    assert answered.wait == 30 * SECOND
    assert answered.talk == 60 * SECOND
    (given_up,) = contacts([*asked, bot, step("closed", 4, channel=None)])
    assert given_up.given_up
    assert given_up.wait == 4 * SECOND
    (waiting,) = contacts([*asked, bot])
    assert not waiting.given_up
    assert waiting.answered is None


def test_an_outbound_call_waits_for_nobody() -> None:
    (only,) = contacts([step("offered", 0, direction="outbound"), step("answered", 5)])
    assert only.direction == "outbound"


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-01", 24)])
def test_a_day_has_as_many_hours_as_the_clock_gives_it(day: str, hours: int) -> None:
    begins = midnight(date.fromisoformat(day), VILNIUS)
    (whole,) = all_between(begins, interval_of(microseconds(begins), "1d", VILNIUS).ends, "1d", VILNIUS)
    assert (whole.ends - whole.begins).total_seconds() == hours * 3600
    assert len(set(all_between(whole.begins, whole.ends, "1h", VILNIUS))) == hours
    assert len(list(all_between(whole.begins, whole.ends, "30m", VILNIUS))) == 2 * hours


@pytest.mark.parametrize("length", ["", "7m", "0m", "90m", "5h", "2d", "-1h", "h", "1M", "٣m"])
def test_an_interval_that_does_not_divide_a_day_is_refused(length: str) -> None:
    with pytest.raises(WrongUse, match="does not divide"):
        seconds_of(length)


def test_sums_are_made_of_counts_and_never_of_percentages() -> None:
    full, empty = Counts(answered=99, answered_within=99), Counts(answered=1)
    assert level(full + empty, "SL2") == 99.0


def test_flow_outs_count_below_the_line_where_that_is_asked() -> None:
    counts = Counts(offered=10, answered=8, answered_within=8, flow_out=2)
    assert level(counts, "SL3") == 100.0
    assert level(counts, "SL3", flow_outs=True) == 80.0


def test_five_seconds_are_not_short_and_twenty_are_in_time() -> None:
    calls = [_abandoned(4.9), _abandoned(5), _abandoned(20), _abandoned(20.1)]
    counts = counted(calls, threshold=20, short=5)
    assert (counts.short_abandoned, counts.abandoned_within, counts.abandoned) == (1, 3, 4)


@pytest.mark.parametrize(
    ("agents", "waits", "served", "asa", "busy"),
    [
        (11, 68.2, 39.0, 122.8, 90.9),
        (12, 44.9, 64.0, 40.4, 83.3),
        (13, 28.5, 79.6, 17.1, 76.9),
        (14, 17.4, 88.8, 7.8, 71.4),
    ],
)
def test_erlang_c_gives_the_figures_of_the_published_table(
    agents: int, waits: float, served: float, asa: float, busy: float
) -> None:
    """The worked example that handbooks print: 100 calls of 180 s in half an hour, 10 erlangs, 20 s."""
    found = staffing(10, agents, handling=180, threshold=20)
    assert found.waits * 100 == pytest.approx(waits, abs=0.06)
    assert found.service_level * 100 == pytest.approx(served, abs=0.06)
    assert found.asa == pytest.approx(asa, abs=0.06)
    assert found.occupancy * 100 == pytest.approx(busy, abs=0.06)
    assert needed(10, handling=180, threshold=20, aim=0.8).agents == 14


@pytest.mark.parametrize(
    ("calls", "handling", "minutes"), [(100, 180, 30), (360, 240, 60), (7, 413, 30), (1_200, 95, 30), (1, 1_801, 30)]
)
def test_erlang_c_is_the_sum_of_its_definition_in_exact_fractions(calls: int, handling: int, minutes: int) -> None:
    load = Fraction(calls * handling, minutes * 60)
    fewest = math.floor(load) + 1
    served = []
    for agents in range(fewest, fewest + 12):
        # The share of callers who wait: states with all agents busy over all states, as Erlang wrote it down.
        busy = load**agents / math.factorial(agents) * agents / (agents - load)
        waits = busy / (sum(load**number / math.factorial(number) for number in range(agents)) + busy)
        found = staffing(float(load), agents, handling=handling, threshold=20)
        assert found.waits == pytest.approx(float(waits), rel=1e-9)
        assert found.asa == pytest.approx(float(waits * handling / (agents - load)), rel=1e-9)
        assert found.occupancy == pytest.approx(float(load / agents), rel=1e-12)
        served.append(1 - float(waits) * math.exp(-float((agents - load) * 20 / handling)))
        assert found.service_level == pytest.approx(served[-1], rel=1e-9)
    enough = next(number for number, share in enumerate(served) if share >= 0.8)
    assert needed(float(load), handling=handling, threshold=20, aim=0.8).agents == fewest + enough


def test_erlang_c_knows_its_ends() -> None:
    assert waiting_probability(0, 1) == 0
    assert waiting_probability(5, 5) == 1
    assert waiting_probability(0.001, 2_000) == 0
    assert staffing(5, 5, handling=60, threshold=20).asa == math.inf
    assert needed(800.5, handling=300, threshold=20, aim=0.8).agents < 840


def test_a_machines_answer_and_a_farewell_are_no_replies_to_wait_for() -> None:
    said = [step("opened", 0, channel="messenger"), step("in", 0), step("bot", 1), step("out", 1200), step("in", 1300)]
    (only,) = replies(waits([*said, step("closed", 1400)]), {"messenger": 1800})
    assert (only.asked, only.answered, only.in_time, only.share, only.mean) == (1, 1, 1, 100.0, 1200.0)
    (still,) = replies(waits(said), {"messenger": 600})
    assert (still.asked, still.unanswered, still.in_time) == (2, 1, 0)


def test_a_contact_is_settled_when_the_customer_does_not_come_back_in_time() -> None:
    day = 86_400
    came = [_answered(0, "a"), _answered(2 * day, "a"), _answered(0, "b"), _answered(0, None), _answered(29 * day, "c")]
    found = first_contact(came, came, days=7, until=30 * day * SECOND)
    assert (found.judged, found.settled, found.running, found.unnamed) == (3, 2, 1, 1)
    assert found.rate == 66.67


def test_the_made_up_day_is_the_same_for_the_same_seed() -> None:
    assert list(rows(20, 3)) == list(rows(20, 3))
    assert list(rows(20, 3)) != list(rows(20, 4))
    with pytest.raises(ValueError, match="at least one"):
        rows(0, 1)


def _abandoned(wait: float) -> Contact:
    return Contact(1, None, None, "phone", "inbound", None, None, 0, wait=int(wait * SECOND), given_up=True)


def _answered(at: int, customer: str | None) -> Contact:
    return Contact(at, None, customer, "phone", "inbound", None, None, at * SECOND, answered=at * SECOND, wait=0)
