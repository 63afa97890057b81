"""The index compared with the events: whatever was changed behind our back is found, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from audit.domain.conversation import MessageEditedAtSource
from audit.domain.custody import WordsResealed
from audit.domain.customer import TieCorrected
from audit.domain.event import Personal
from audit.projections.follow import Follower
from audit.projections.search.comparing import different_texts, sampled
from audit.projections.search.index import Index
from tests.projections.given import Log, followed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.projections.conftest import Place

ONA, BORIS, CHAT = ("customer", "cust-7"), ("customer", "cust-8"), ("conversation", "c1")


def a_log() -> Log:
    log = Log()
    log.say("the refund of 50 EUR", ONA, CHAT)
    log.say("late delivery", CHAT)
    log.say("a b " * 300, BORIS)
    log.tell(MessageEditedAtSource(text=Personal("later delivery")), of=("message", "m2"))
    log.tell(WordsResealed(position=2, reason="shared-key", words=Personal({"text": "late"})), BORIS)
    log.tell(TieCorrected(position=1, kind="conversation"), ("conversation", "c2"))
    return log


def different(log: Log, place: Place, *changes: str) -> list[int]:
    with followed(log, place, [Index]) as views:
        if changes:
            with views.writing() as db:
                for change in changes:
                    db.execute(text(change))
        return different_texts(log, views, lambda _: None)


def test_an_index_that_is_as_the_events_say_has_no_difference(place: Place) -> None:
    log = a_log()
    with followed(log, place, [Index]) as views:
        assert different_texts(log, views, lambda _: None) == []
        log.erase([2, 3])
        Follower(log, views).catch_up()
        assert different_texts(log, views, lambda _: None) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE search SET text = 'another' WHERE position = 1", [1]),
        ("UPDATE search SET x = 'another' WHERE position = 3", [3]),
        ("UPDATE search SET meta = '' WHERE position = 5", [5]),
        ("UPDATE search SET shown = true WHERE position = 2", [2]),
        ("UPDATE search SET conversation_id = NULL WHERE position = 1", [1]),
        ("DELETE FROM search WHERE position = 4", [4]),
        ("DELETE FROM search_amounts", [1]),
        ("UPDATE search_revisions SET what = 'deleted'", [4]),
        ("UPDATE search SET position = 77 WHERE position = 3", [3, 77]),
    ],
)
def test_a_row_changed_missing_or_extra_is_found(place: Place, change: str, found: list[int]) -> None:
    assert different(a_log(), place, change) == found


def test_words_changed_in_the_engine_alone_are_found_on_sqlite(tmp_path: Path) -> None:
    gone = (
        "INSERT INTO search_words(search_words, rowid, x, stem, meta) "
        "SELECT 'delete', id, x, stem, meta FROM search WHERE position = 1"
    )
    assert different(a_log(), tmp_path / "views.db", gone) == [0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE search_words SET words = 'xother'::tsvector WHERE id = (SELECT id FROM search WHERE position = 1)",
        "DELETE FROM search_words WHERE id = (SELECT id FROM search WHERE position = 1)",
        "INSERT INTO search_words VALUES (1, 'xother')",
        "DELETE FROM search_parts",
        "UPDATE search_words SET words = strip(words) WHERE id = (SELECT id FROM search WHERE position = 1)",
    ],
)
def test_words_changed_in_the_engine_alone_are_found_on_postgresql(postgres_url: str, change: str) -> None:
    assert different(a_log(), postgres_url, change) == [0]


def a_long_log() -> Log:
    log = Log()
    for number in range(2_050):
        log.say(f"late {number % 7}", CHAT)
    log.tell(WordsResealed(position=2, reason="shared-key", words=Personal({"text": "late"})), BORIS)
    return log


def test_of_many_events_every_row_is_missed_though_only_a_sample_is_made_anew(place: Place) -> None:
    log = a_long_log()
    with followed(log, place, [Index]) as views:
        assert different_texts(log, views, lambda _: None, draw=bytes) == []
        with views.writing() as db:
            db.execute(text("UPDATE search SET text = 'another' WHERE position = 20"))
        assert different_texts(log, views, lambda _: None, draw=bytes) == [20], "it is in the first run"
        with views.writing() as db:
            db.execute(text("DELETE FROM search WHERE position = 2033"))
            db.execute(text("UPDATE search SET position = 9001 WHERE position = 2040"))
        assert different_texts(log, views, lambda _: None, draw=bytes) == [20, 2033, 2040, 9001]


@pytest.mark.parametrize("drawn", [bytes, lambda length: b"\xff" * length, lambda length: b"\x5a" * length])
def test_a_sample_lies_within_what_there_is_and_no_event_is_twice_in_it(drawn: Callable[[int], bytes]) -> None:
    for upto in (0, 1, 1_999, 2_000):
        assert sampled(upto, drawn) == [(0, upto)]
    for upto in (2_001, 2_019, 50_000):
        places = [place for after, end in sampled(upto, drawn) for place in range(after + 1, end + 1)]
        assert len(places) == len(set(places)) > 0
        assert 1 <= min(places) <= max(places) <= upto


def test_a_row_without_its_words_in_the_engine_is_counted_on_sqlite(tmp_path: Path) -> None:
    log = a_long_log()
    with followed(log, tmp_path / "views.db", [Index]) as views:
        with views.writing() as db:
            db.execute(
                text(
                    "INSERT INTO search_words(search_words, rowid, x, stem, meta) "
                    "SELECT 'delete', id, x, stem, meta FROM search WHERE position = 2033"
                )
            )
        assert different_texts(log, views, lambda _: None, draw=bytes) == [0]
