"""Words about a person do not slip out of where they stand."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from audit.domain.conversation import MessagePosted
from audit.domain.event import ERASED, Personal, Stamp

WHEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
CANARY = "kanarėlė"


def test_words_do_not_show_in_what_ends_in_logs() -> None:
    posted = MessagePosted(text=Personal(CANARY))
    stamp = Stamp(
        role="customer", happened_at=WHEN, recorded_at=WHEN, source="chat", ids=Personal([["customer", CANARY]])
    )
    assert CANARY not in f"{posted} {posted!r} {stamp} {stamp!r} {Personal(CANARY)}"


def test_erased_words_are_known_as_such() -> None:
    assert Personal(ERASED).erased
    assert Personal(ERASED).text is None
    assert not Personal("").erased
    assert Personal(b"bytes").text is None


def test_words_are_equal_by_what_they_say() -> None:
    assert Personal("a", "c0") == Personal("a")
    assert len({Personal("a"), Personal("a", "c0")}) == 1
    assert Personal("a") != "a"


def test_a_stamp_names_the_first_of_its_ties_of_a_kind() -> None:
    one, other = UUID(int=1), UUID(int=2)
    ties = (("customer", one), ("customer", other))
    ids = Personal([["customer", "rasa"], ["customer", "ona"]])
    stamp = Stamp(role="agent", happened_at=WHEN, recorded_at=WHEN, source="chat", ties=ties, ids=ids)
    assert (stamp.tie("customer"), stamp.tie("ticket")) == (one, None)
    assert (stamp.written("customer"), stamp.written("ticket")) == ("rasa", None)
    gone = Stamp(role="agent", happened_at=WHEN, recorded_at=WHEN, source="chat", ties=ties, ids=Personal(ERASED))
    assert gone.written("customer") is None
