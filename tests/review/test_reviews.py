"""A review as its people go through it: the machine's marks, a person's beside them, the dispute, the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from audit.domain.review import ELEMENTS
from audit.projections.reviews import Review, agreements
from tests.projections.given import MORNING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def test_a_review_goes_through_marks_dispute_and_answer(reviewed: Callable[..., Any]) -> None:
    machine = {one["element"]: one for one in reviewed("review", "c1")["machine"]}
    assert tuple(machine) == ELEMENTS
    greeting = machine["greeting"]["lines"][0]
    assert "Rasa" in greeting["text"]

    made = reviewed("review", "mark", "c1", "--met", f"greeting={greeting['position']}", login="sigita")
    shown = reviewed("review", "c1")
    assert {one["element"]: one for one in shown["machine"]} == machine
    (mine,) = shown["reviews"]
    assert (mine["met"], mine["review"]) == (["greeting"], made["review"])
    assert len(mine["absent"]) == len(ELEMENTS) - 1

    assert "Only who took part" in reviewed("review", "dispute", made["review"], "--reason", "no", login="tomas")
    assert reviewed("review", "dispute", made["review"], "--reason", "I said goodbye", login="rasa")["disputed"]
    refused = reviewed("review", "answer", made["review"], "--outcome", "upheld", "--reason", "no", login="sigita")
    assert "somebody else" in refused
    assert reviewed("review", "answer", made["review"], "--outcome", "overturned", "--reason", "they did")["outcome"]
    (after,) = reviewed("review", "list")["reviews"]
    assert not after["counts"]
    assert [one["kind"] for one in after["steps"]] == ["disputed", "answered"]
    assert [one["review"] for one in reviewed("review", "list", login="rasa")["reviews"]] == [made["review"]]
    assert reviewed("review", "list", login="tomas")["reviews"] == []


def test_nobody_reviews_their_own_conversation_and_marks_rest_on_lines(reviewed: Callable[..., Any]) -> None:
    lines = reviewed("timeline", "c1")["events"]
    ours = next(one["event"] for one in lines if one["role"] == "agent")
    theirs = next(one["event"] for one in lines if one["role"] == "customer")
    assert "took part" in reviewed("review", "mark", "c1", "--met", f"greeting={ours}", login="rasa")
    assert "no line of ours" in reviewed("review", "mark", "c1", "--met", f"greeting={theirs}", login="sigita")
    assert "no line of this" in reviewed("review", "mark", "c1", "--met", "greeting=1", login="sigita")
    assert "no element" in reviewed("review", "mark", "c1", "--met", f"smile={ours}", login="sigita")
    assert "names no line" in reviewed("review", "mark", "c1", "--met", "greeting", login="sigita")
    assert "no such conversation" in reviewed("review", "c99")
    assert "no review" in reviewed("review", "dispute", "nothing", "--reason", "x", login="rasa")
    assert reviewed("review", "c1", login="rasa")["machine"]
    assert "own conversations" in reviewed("review", "c1", login="tomas")


def test_a_sample_is_drawn_again_by_its_seed_and_two_reviewers_are_compared(reviewed: Callable[..., Any]) -> None:
    first = reviewed("review", "sample", "--size", "2", "--seed", "s1", "--agent", "rasa")
    again = reviewed("review", "sample", "--size", "2", "--seed", "s1", "--agent", "rasa")
    assert (first["drawn"], first["population"]) == (again["drawn"], 4)
    assert len(first["conversations"]) == 2
    assert "nothing to draw" in reviewed("review", "sample", "--agent", "nobody")
    for place in ("c1", "c2", "c3"):
        ours = next(one["event"] for one in reviewed("timeline", place)["events"] if one["role"] == "agent")
        reviewed("review", "mark", place, "--met", f"greeting={ours}", login="sigita")
        reviewed("review", "mark", place, *(["--met", f"greeting={ours}"] if place != "c3" else []), login="tomas")
    rows = {one["element"]: one for one in reviewed("review", "agreement", "sigita", "tomas")["agreement"]}
    assert (rows["greeting"]["n"], rows["greeting"]["same"], rows["greeting"]["kappa"]) == (3, 2, 0.0)
    assert rows["empathy"]["kappa"] is None
    assert all(one["few"] for one in rows.values())
    assert "ask one of" in reviewed("review", "agreement", "sigita", "tomas", login="rasa")


def test_withheld_words_are_in_no_mark(reviewed: Callable[..., Any]) -> None:
    greeting = next(one for one in reviewed("review", "c1")["machine"] if one["element"] == "greeting")
    event = greeting["lines"][0]["position"]
    reviewed("review", "mark", "c1", "--met", f"greeting={event}", "--note", "fine", login="sigita")
    reviewed("withhold", "place", str(event), "--reason", "third-person")
    for words in (("review", "c1"), ("review", "list")):
        assert "Fennmoor" not in json.dumps(reviewed(*words, login="sigita"))


def test_kappa_takes_each_reviewers_newest_that_counts() -> None:
    one, other = UUID(int=1), UUID(int=2)
    told = [_review(1, one, 10, "greeting"), _review(2, one, 10), _review(3, other, 10), _review(4, one, 11)]
    greeting = agreements(told, one, other)[0]
    assert (greeting.n, greeting.same, greeting.kappa) == (1, 1, None)
    assert agreements([], one, other)[0].n == 0


def _review(event: int, by: UUID, place: int, *met: str) -> Review:
    return Review(
        event=event,
        id=str(event),
        stream=UUID(int=event),
        conversation=UUID(int=place),
        by=by,
        at=MORNING,
        rubric=1,
        as_of=1,
        met=met,
        absent=tuple(name for name in ELEMENTS if name not in met),
        lines=(),
        note=None,
        steps=(),
    )


def test_a_scorecard_that_cannot_be_used_is_refused(
    reviewed: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tmp_path_factory.mktemp("card") / "card.toml"
    monkeypatch.setenv("ONRECORD_SCORECARD", str(card))
    assert "cannot be read" in reviewed("review", "c1")
    card.write_text("[weights]\nsmile = 3\n")
    assert "smile" in reviewed("review", "c1")
    card.write_text('name = "short"\nversion = 4\nrequired = ["close"]\n[weights]\ngreeting = 1\n')
    assert reviewed("review", "c1")["score"]["version"] == 4
