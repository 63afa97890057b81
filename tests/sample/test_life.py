"""The company is lifelike: every story, language, channel and kind turns up, and the bad beside the good."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta

import pytest

from audit.sample.arcs.contacts import filler
from audit.sample.arcs.register import ARCS, Arc
from audit.sample.dice import Dice
from audit.sample.people import customer
from audit.sample.story import Numbers, Story
from tests.sample.section_eleven import BASES, CHANNELS, REQUIRED, ROLES, Line, problems

MONDAY = date(2026, 3, 2)
SCRIPTS = {"ru": "[а-яё]", "bg": "[а-я]", "zh": "[\u4e00-\u9fff]", "en": "[a-z]", "lt": "[a-zėšžąęįųūč]"}
OUTCOMES = {
    "ticket opened",
    "complaint noted",
    "promised to call back",
    "credit promised",
    "refused",
    "escalated",
    "ordered",
    "answered",
    "welcomed",
    "satisfied",
    "closed",
    "cancelled",
    "changed",
    "abandoned",
    "callback asked",
    "solved",
    "unanswered",
    "request taken",
    "sent",
}


def told(arc: Arc, *, number: int, seed: int, day: date = MONDAY) -> Story:
    story = Story(customer(number, seed), Dice(seed), Numbers(), day)
    story.write_customer()
    arc.tell(story)
    return story


def values(company: list[Line], name: str) -> set[object]:
    return {line[name] for line in company if name in line}


def test_every_kind_turns_up(company: list[Line]) -> None:
    assert values(company, "kind") == set(REQUIRED)


def test_every_language_turns_up_in_fair_numbers(company: list[Line]) -> None:
    spoken = [line["language"] for line in company if line["kind"] == "message"]
    assert set(spoken) == set(SCRIPTS)
    assert all(spoken.count(language) > len(spoken) / 20 for language in SCRIPTS)


def test_every_story_turns_up(company: list[Line]) -> None:
    conversations = [line for line in company if line["kind"] == "conversation"]
    assert values(conversations, "outcome") == OUTCOMES


@pytest.mark.parametrize(("name", "all_of_them"), [("channel", CHANNELS), ("role", ROLES), ("basis", BASES)])
def test_every_channel_role_and_price_turns_up(company: list[Line], name: str, all_of_them: set[str]) -> None:
    assert values(company, name) == all_of_them


def test_some_work_orders_are_reported_unclear_and_visited_twice(company: list[Line]) -> None:
    visits: dict[object, int] = defaultdict(int)
    for line in company:
        if line["kind"] == "work_order":
            visits[line["ticket"]] += 1
    assert "unclear" in values(company, "field")
    assert max(visits.values()) == 2


def test_some_promised_credits_come_and_some_do_not(company: list[Line]) -> None:
    promised = {line["id"] for line in company if line.get("outcome") == "credit promised"}
    tickets = {line["id"] for line in company if line["kind"] == "ticket" and line["conversation"] in promised}
    credited = {line["ticket"] for line in company if line.get("basis") == "credit" and "ticket" in line}
    assert tickets & credited
    assert tickets - credited


def test_a_rating_goes_from_one_to_five(company: list[Line]) -> None:
    ratings = [line["rating"] for line in company if "rating" in line]
    assert {rating["score"] for rating in ratings if isinstance(rating, dict)} == {1, 2, 3, 4, 5}


def test_fields_nobody_knows_turn_up_now_and_then(company: list[Line]) -> None:
    extras = {"browser", "skill_group", "sentiment", "labels", "read"}
    bearing = [line for line in company if extras & line.keys()]
    assert 0 < len(bearing) < len(company) / 10


def test_a_name_from_right_to_left_is_among_the_customers(company: list[Line]) -> None:
    assert any(re.search("[\u0590-\u06ff]", str(name)) for name in values(company, "name"))


def test_a_customer_who_moves_is_told_anew_with_another_address(company: list[Line]) -> None:
    moved = next(line for line in company if "revision" in line and "represents" not in line)
    first = next(line for line in company if line["id"] == moved["id"])
    assert first["contacts"] != moved["contacts"]
    assert first["accounts"] == moved["accounts"]


def test_most_texts_are_said_only_once(company: list[Line]) -> None:
    texts = [str(line["text"]) for line in company if line["kind"] == "message"]
    assert len(set(texts)) > len(texts) / 2


def test_texts_are_written_in_the_script_of_their_language(company: list[Line]) -> None:
    wrong = [
        line["text"]
        for line in company
        if line["kind"] == "message"
        and not re.search(SCRIPTS[str(line["language"])], str(line["text"]).lower())
        and not re.fullmatch(r"[\W\d]+", str(line["text"]))
    ]
    assert wrong == []


def test_no_text_has_a_gap(company: list[Line]) -> None:
    texts = [
        str(line[name]) for line in company for name in ("text", "subject", "findings", "value", "name") if name in line
    ]
    assert [text for text in texts if re.search(r"[{}]|%\(|  |\bNone\b|^\s|\s$", text)] == []


@pytest.mark.parametrize("arc", ARCS, ids=lambda arc: arc.tell.__name__)
@pytest.mark.parametrize("number", range(1, 15))
def test_a_story_can_be_told_to_anybody_within_its_days(arc: Arc, number: int) -> None:
    for seed in range(6):
        day = MONDAY + timedelta(days=seed)
        story = told(arc, number=number, seed=seed, day=day)
        lines = [line for _, line in story.lines]
        assert [found for line in lines if (found := problems(line))] == []
        assert story.messages == sum(line["kind"] == "message" for line in lines) > 0
        assert [moment for moment, _ in story.lines] == sorted(moment for moment, _ in story.lines)
        assert max(str(line["at"])[:10] for line in lines) <= (day + timedelta(days=arc.days)).isoformat()


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_the_last_story_fills_up_to_the_number_wanted(size: int) -> None:
    story = Story(customer(1, 1), Dice(1), Numbers(), MONDAY)
    filler(story, size)
    assert story.messages == size
