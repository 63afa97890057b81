"""The course of a ticket, as its people go through it on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINES = (
    {
        "kind": "message",
        "source": "chat",
        "id": "m1",
        "conversation": "c1",
        "customer": "k1",
        "at": "2026-03-01T10:00:00Z",
        "channel": "chat",
        "direction": "inbound",
        "role": "customer",
        "text": "My router is dead. Call +44 20 7946 0123.",
    },
    {
        "kind": "ticket",
        "source": "desk",
        "id": "T1",
        "conversation": "c1",
        "customer": "k1",
        "at": "2026-03-01T11:00:00Z",
        "role": "agent",
        "author_id": "rasa",
        "text": "net broken",
        "category": "fault",
    },
    {
        "kind": "ticket",
        "source": "desk",
        "id": "T2",
        "customer": "k1",
        "at": "2026-03-02T11:00:00Z",
        "role": "agent",
        "author_id": "rasa",
        "text": "net broken again",
        "category": "fault",
    },
    {
        "kind": "work_order",
        "source": "desk",
        "id": "W1",
        "ticket": "T1",
        "customer": "k1",
        "at": "2026-03-01T12:00:00Z",
        "text": "Swap the router.",
    },
)


@pytest.fixture
def onrecord(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command as the operator; return its JSON, or its one sentence where it is refused."""
    options = ["--data", str(tmp_path / "data"), "--as", "ona"]
    brought = tmp_path / "brought.ndjson"
    brought.write_text("".join(json.dumps(line) + "\n" for line in LINES))

    def said(*words: str) -> Any:
        capsys.readouterr()
        code = run([*words, *options, "--json"])
        heard = capsys.readouterr()
        return json.loads(heard.out) if code == 0 else heard.err

    said("init", "--origin", "example.com/archive")
    assert said("import", str(brought))["refused"] == 0
    return said


def test_the_desk_lists_what_a_ticket_lost(onrecord: Callable[..., Any]) -> None:
    listed = onrecord("tickets", "--weak")["tickets"]
    first = next(one for one in listed if one["ticket"] == "T1")
    assert [loss["kind"] for loss in first["lost"]] == ["phone"]
    assert "contact" in first["missing"]


def test_a_ticket_goes_through_bounce_rewrite_second_bounce_and_acceptance(onrecord: Callable[..., Any]) -> None:
    sent = onrecord("ticket", "bounce", "T1", "--code", "contact", "--sentence", "net broken", "--due", "2030-03-01")
    assert sent["due"].startswith("2030-03-01")
    assert "already" in onrecord("ticket", "bounce", "T1", "--code", "contact")
    assert [one["ticket"] for one in onrecord("tickets", "--bounced")["tickets"]] == ["T1"]
    better = onrecord("ticket", "rewrite", "T1", "Router dead. Call +44 20 7946 0123.")
    assert better["versions"] == 2
    assert onrecord("ticket", "bounce", "T1", "--code", "since")["bounces"] == 2
    onrecord("ticket", "rewrite", "T1", "Router dead since Sunday. Call +44 20 7946 0123.")
    assert onrecord("ticket", "accept", "T1")["accepted"]
    assert onrecord("tickets", "--bounced")["tickets"] == []
    signs = {one["sign"] for one in onrecord("ticket", "compare", "T1", "--from", "2", "--to", "3")["pieces"]}
    assert "+" in signs


def test_a_sentence_that_does_not_stand_there_is_refused(onrecord: Callable[..., Any]) -> None:
    assert "does not say" in onrecord("ticket", "bounce", "T1", "--code", "contact", "--sentence", "no such words")
    assert "no code" in onrecord("ticket", "bounce", "T1", "--code", "nonsense")
    assert "no ticket" in onrecord("ticket", "bounce", "T99", "--code", "contact")


def test_a_read_back_binds_the_text_and_an_escalation_without_one_is_flagged(onrecord: Callable[..., Any]) -> None:
    assert onrecord("ticket", "escalate", "T2", "second-level", "--reason", "urgent")["read_back"] is False
    receipt = onrecord("ticket", "read-back", "T1", "--answer", "confirmed", "--channel", "phone")
    shown = onrecord("ticket", "show", "T1")
    assert receipt["commit"] == shown["texts"][-1]["commit"]
    assert onrecord("ticket", "escalate", "T1", "second-level", "--reason", "urgent")["read_back"] is True
    flags = {one["ticket"]: one["flags"] for one in onrecord("tickets")["tickets"]}
    assert "escalated-unread" in flags["T2"]
    assert "escalated-unread" not in flags["T1"]


def test_a_likely_earlier_ticket_is_shown_and_the_judgement_can_be_revised(onrecord: Callable[..., Any]) -> None:
    assert [one["id"] for one in onrecord("ticket", "show", "T2")["likely_earlier"]] == ["T1"]
    onrecord("ticket", "repeat", "T2", "--of", "T1", "--reason", "same router")
    assert onrecord("ticket", "new", "T2", "--reason", "another router")["repeats"] is None


def test_a_loss_is_dismissed_and_reinstated(onrecord: Callable[..., Any]) -> None:
    (loss,) = onrecord("ticket", "show", "T1")["lost"]
    onrecord("ticket", "dismiss", "T1", "phone", loss["fact"])
    assert onrecord("ticket", "show", "T1")["lost"] == []
    onrecord("ticket", "reinstate", "T1", "phone", loss["fact"])
    assert len(onrecord("ticket", "show", "T1")["lost"]) == 1


def test_the_technician_sees_the_order_alone_and_a_signature_binds_what_was_shown(onrecord: Callable[..., Any]) -> None:
    order = onrecord("order", "show", "W1")
    assert order["text"] == "Swap the router."
    assert "+44" not in json.dumps(order)
    assert "changed after" in onrecord("order", "sign", "W1", "--signed-by", "K", "--commit", "0" * 64)
    assert onrecord("order", "sign", "W1", "--signed-by", "K", "--commit", order["commit"])["commit"] == order["commit"]
    assert onrecord("order", "unclear", "W1", "--reason", "which router?")["unclear"]
    assert "unclear" in onrecord("tickets", "--unclear")["tickets"][0]["flags"]


def test_feedback_says_how_few_tickets_it_rests_on(onrecord: Callable[..., Any]) -> None:
    told = onrecord("feedback")
    assert all(one["few"] for one in told["feedback"])
    assert "says nothing" in told["visits_and_scores"]["says"]
