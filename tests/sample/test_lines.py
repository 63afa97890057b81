"""Every line is a line of the interchange, and the lines make sense together."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

import pytest

from tests.sample.section_eleven import Line, problems


def test_every_line_keeps_to_the_interchange(company: list[Line]) -> None:
    assert [(line, found) for line in company if (found := problems(line))] == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "letter"}, "no such kind: letter"),
        ({"text": ""}, "text is empty"),
        ({"at": "2026-03-01T10:00:00"}, "at is no time: 2026-03-01T10:00:00"),
        ({"role": "boss"}, "role is none of ours: boss"),
    ],
)
def test_the_rules_find_a_bad_line(company: list[Line], change: Line, problem: str) -> None:
    message = next(line for line in company if line["kind"] == "message")
    assert problems({**message, **change}) == [problem]


def test_no_item_is_named_twice(company: list[Line]) -> None:
    names = Counter((line["kind"], line["source"], line["id"], line.get("revision")) for line in company)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("tie", ["customer", "conversation", "ticket", "work_order"])
def test_what_a_line_is_tied_to_was_there_before(company: list[Line], tie: str) -> None:
    seen: set[object] = set()
    for line in company:
        if line["kind"] == tie:
            seen.add(line["id"])
        assert tie not in line or line[tie] in seen


def test_edits_deletions_and_attachments_are_of_messages_in_the_same_conversation(company: list[Line]) -> None:
    conversation = {line["id"]: line["conversation"] for line in company if line["kind"] == "message"}
    parts = [line for line in company if "of" in line]
    assert {line["kind"] for line in parts} == {"message_edit", "message_delete", "attachment"}
    assert all(conversation[line["of"]] == line["conversation"] for line in parts)


def test_times_rise_within_a_conversation(company: list[Line]) -> None:
    times: dict[object, list[datetime]] = defaultdict(list)
    order: dict[object, list[int]] = defaultdict(list)
    for line in company:
        if line["kind"] == "message":
            times[line["conversation"]].append(datetime.fromisoformat(str(line["at"])))
            order[line["conversation"]].append(int(str(line["seq"])))
    assert all(moments == sorted(moments) for moments in times.values())
    assert all(places == sorted(set(places)) for places in order.values())


def test_a_call_is_offered_then_answered_then_ended(company: list[Line]) -> None:
    for call in (line for line in company if line["kind"] == "call"):
        moments = [
            datetime.fromisoformat(str(call[name]))
            for name in ("offered_at", "answered_at", "ended_at")
            if name in call
        ]
        assert moments == sorted(moments)
        assert ("answered_at" in call) == (call["outcome"] == "answered")


def test_what_belongs_to_one_customer_is_tied_to_that_customer(company: list[Line]) -> None:
    owner = {
        line["id"]: line["customer"] for line in company if line["kind"] in {"conversation", "ticket", "work_order"}
    }
    for line in company:
        for tie in ("conversation", "ticket", "work_order"):
            assert tie not in line or owner[line[tie]] == line["customer"]


def test_a_representative_speaks_for_the_customer_who_owns_the_words(company: list[Line]) -> None:
    spoken = [line for line in company if line.get("role") == "representative"]
    relatives = {line["id"]: line["represents"] for line in company if "represents" in line}
    assert spoken
    for line in spoken:
        assert line["on_behalf_of"] == line["customer"] == relatives[line["author_id"]]


def test_a_visit_is_finished_after_it_was_scheduled_to_begin(company: list[Line]) -> None:
    scheduled = {line["id"]: str(line["scheduled"]) for line in company if line["kind"] == "work_order"}
    done = [line for line in company if line["kind"] == "work_order_done"]
    assert done
    for line in done:
        begin = datetime.fromisoformat(scheduled[line["work_order"]])
        assert begin <= datetime.fromisoformat(str(line["at"]))
