"""Searching: counts, marks, order, facets, access, and words that are gone for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from audit.domain.conversation import MessageEditedAtSource, MessagePosted, NoteWritten
from audit.domain.directory import StaffSeen
from audit.domain.errors import WrongUse
from audit.domain.event import Personal, Record
from audit.domain.ticket import TicketOpened
from audit.domain.work_order import WorkOrderIssued
from audit.projections.dump import dump
from audit.projections.follow import Follower
from audit.projections.search.find import Asked, everything, search
from audit.projections.search.index import Index
from audit.projections.search.query import Field
from audit.projections.writer import Writer
from tests.projections.given import NAMES, Log, followed

if TYPE_CHECKING:
    from pathlib import Path

    from audit.projections.views import Views
    from tests.projections.conftest import Place

ONA, BORIS = ("customer", "cust-7"), ("customer", "cust-8")
CHAT = ("conversation", "c1")
RASA = ("staff", "a012")


def found(views: Views, query: str) -> list[int]:
    return everything(views, Asked(query=query))[0]


def test_everything_written_is_found_and_its_kind_says_where(place: Place) -> None:
    log = Log()
    log.say("router one", ONA)
    log.tell(MessageEditedAtSource(text=Personal("router two")), of=("message", "m1"))
    log.tell(NoteWritten(text=Personal("router three")), CHAT)
    log.tell(TicketOpened(subject=Personal("Router four"), text=Personal("dead")), ("ticket", "T-1"))
    log.tell(WorkOrderIssued(text=Personal("router five")), ("ticket", "T-1"), ("work_order", "WO-1"))
    with followed(log, place, [Index]) as views:
        results = search(views, Asked(query="router", facets=("kind",)))
        assert [hit.kind for hit in results.hits] == ["work_order", "ticket", "note", "edit", "message"]
        assert results.facets == {"kind": dict.fromkeys(["edit", "message", "note", "ticket", "work_order"], 1)}
        assert found(views, "kind:ticket router") == [4]
        assert found(views, "ticket:t-1") == [4, 5]
        assert found(views, "order:wo-1") == [5]


def test_a_hit_carries_what_a_reader_needs(place: Place) -> None:
    log = Log()
    log.say("Your refunds 😀 are late", ONA, CHAT, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    with followed(log, place, [Index]) as views:
        results = search(views, Asked(query="refund late"))
    hit = results.hits[0]
    assert (results.total, results.position, results.unread, hit.event) == (1, 1, (), 1)
    assert [hit.text[start:end] for start, end in hit.marks] == ["refunds", "late"]
    assert (hit.conversation, hit.customer) == ("c1", "cust-7")
    assert hit.conversation_id == NAMES.tie(*CHAT)
    assert hit.at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_quoted_word_finds_only_itself(place: Place) -> None:
    log = Log()
    log.say("the refund")
    log.say("the refunds")
    with followed(log, place, [Index]) as views:
        assert found(views, "refund") == [1, 2]
        assert found(views, '"refund"') == [1]


def test_identifiers_are_found_whole_and_by_part(place: Place) -> None:
    log = Log()
    log.say("your order ORD-2024/00123 left")
    log.say("call +370 600 00 007 please")
    with followed(log, place, [Index]) as views:
        assert found(views, "ord202400123") == [1]
        assert found(views, "ORD-2024/00123") == [1]
        assert found(views, '"00123"') == [1]
        assert found(views, "+37060000007") == [2]
        assert found(views, '"ORD-2024/0012"') == []


def test_chinese_is_found_inside_a_run(place: Place) -> None:
    log = Log()
    log.say("我们会在周五退款给您")
    with followed(log, place, [Index]) as views:
        assert found(views, "退款") == [1]
        assert found(views, '"五退"') == [1]
        assert found(views, "款退") == []


def test_the_count_is_exact_when_few_are_shown(place: Place) -> None:
    log = Log()
    for _ in range(120):
        log.say("refund")
    with followed(log, place, [Index]) as views:
        results = search(views, Asked(query="refund", limit=3))
        assert results.total == 120
        assert [hit.event for hit in results.hits] == [120, 119, 118]
        assert search(views, Asked(query="refund", limit=0)).hits == ()


def test_the_newest_is_first_in_whatever_order_it_came(place: Place) -> None:
    log = Log()
    for year in (2026, 1890, 2024, 1969, 2300):
        log.say("refund", at=datetime(year, 5, 1, tzinfo=UTC))
    with followed(log, place, [Index]) as views:
        years = [hit.at.year for hit in search(views, Asked(query="refund")).hits]
        assert years == [2300, 2026, 2024, 1969, 1890]
        assert found(views, "refund at:2024") == [3]
        assert found(views, "at:[to 1970]") == [2, 4]


def test_a_day_begins_and_ends_on_the_millisecond(place: Place) -> None:
    log = Log()
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    for moment in (midnight - timedelta(milliseconds=1), midnight, midnight + timedelta(days=1, milliseconds=-1)):
        log.say("refund", at=moment)
    log.say("refund", at=midnight + timedelta(days=1))
    with followed(log, place, [Index]) as views:
        assert found(views, "at:2026-03-01") == [2, 3]
        assert found(views, "NOT at:2026-03-01") == [1, 4]


def test_relevance_prefers_the_text_that_speaks_more_of_it(place: Place) -> None:
    log = Log()
    log.say("refund refund refund")
    log.say("a refund is one word among very many other words that are not what we look for")
    log.say("nothing")
    with followed(log, place, [Index]) as views:
        results = search(views, Asked(query="refund", sort="relevance"))
        assert [hit.event for hit in results.hits] == [1, 2]
        assert results.ranked_among == 2


def test_what_may_not_be_seen_is_not_counted(place: Place) -> None:
    log = Log()
    log.say("refund", ONA)
    log.say("refund", BORIS)
    with followed(log, place, [Index]) as views:
        seen = search(views, Asked(query="refund OR x", facets=("customer",)), within=Field("customer", "cust-7"))
        assert (seen.total, seen.facets) == (1, {"customer": {"cust-7": 1}})


def test_staff_are_found_by_id_and_by_name(place: Place) -> None:
    log = Log()
    log.say("refund", role="agent", actor=RASA)
    log.tell(StaffSeen(name=Personal("Rasa Sample")), RASA)
    with followed(log, place, [Index]) as views:
        assert found(views, "agent:A012") == [1]
        assert found(views, 'agent:"rasa sample"') == [1]
        assert found(views, "agent:nobody") == []


def test_long_texts_lose_no_phrase_and_count_once(place: Place) -> None:
    log = Log()
    words = [f"w{number}" for number in range(40_000)]
    log.say(" ".join(words))
    log.say(" ".join(["a", "b"] * 2_000) + " needle haystack")
    with followed(log, place, [Index]) as views:
        for start in (0, 15_899, 15_950, 15_999, 16_000, 31_840, 39_900):
            assert found(views, '"' + " ".join(words[start : start + 100]) + '"') == [1]
        assert found(views, "w1 w39999") == [1]
        assert found(views, '"w1 w3"') == []
        assert found(views, '"needle haystack"') == [2]
        assert found(views, '"' + " ".join(["a", "b"] * 50) + '"') == [2]
        assert search(views, Asked(query="a needle", limit=0)).total == 1


@pytest.mark.parametrize(
    ("sort", "facet", "limit"), [("colour", "kind", 1), ("time", "colour", 1), ("time", "kind", -1)]
)
def test_unknown_wishes_are_refused(tmp_path: Path, sort: str, facet: str, limit: int) -> None:
    with followed(Log(), tmp_path / "views.db", [Index]) as views, pytest.raises(WrongUse):
        search(views, Asked(query="a", sort=sort, facets=(facet,), limit=limit))


def test_rows_with_the_same_moment_and_low_bits_both_stand(tmp_path: Path) -> None:
    log = Log()
    for _ in range(3):
        log.say("refund", at=datetime(2026, 3, 1, tzinfo=UTC))
    with followed(log, tmp_path / "views.db", [Index]) as views:
        first = log.records[0]
        assert isinstance(first, Record)
        late = replace(first, position=(1 << 20) + 1)
        index = views.instance(Index.name, 1)
        with views.writing() as db:
            writer = Writer(db)
            index.apply(writer, late)
            writer.flush()
        assert found(views, "refund at:2026-03-01") == [1, 2, 3, (1 << 20) + 1]


def test_erased_words_are_not_found_and_leave_the_rest(place: Place) -> None:
    log = Log()
    log.say("canarium unum", ONA)
    log.say("canarium duo", BORIS)
    with followed(log, place, [Index]) as views:
        log.erase([1], ONA)
        Follower(log, views).catch_up()
        assert found(views, "canarium") == [2]
        assert found(views, "customer:cust-7") == []
        running = dump(views, Index)
        Follower(log, views).rebuild()
        assert dump(views, Index) == running


def test_an_erased_word_is_in_no_file_and_no_vocabulary(tmp_path: Path) -> None:
    log = Log()
    log.say("canariumunum zeta", ONA)
    for number in range(200):
        log.say(f"canarium{number} other words", BORIS)
    with followed(log, tmp_path / "views.db", [Index]) as views:
        log.erase([1], ONA)
        Follower(log, views).catch_up()
        with views.writing() as db:
            db.execute(text("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search_words, row)"))
            terms = set(db.scalars(text("SELECT term FROM temp.vocabulary")))
            db.execute(text("INSERT INTO search_words(search_words) VALUES('integrity-check')"))
        assert not {term for term in terms if "unum" in term or "zeta" in term}
        for file in tmp_path.glob("views.db*"):
            assert b"unum" not in file.read_bytes()
            assert b"zeta" not in file.read_bytes()


def test_the_index_of_one_engine_is_that_of_the_other(tmp_path: Path, postgres_url: str) -> None:
    log = Log()
    for number, words in enumerate(["Grąžinsime 100.00 EUR", "перезвоним вам", "退款 😀", "a\0b"]):
        log.tell(MessagePosted(text=Personal(words), language="lt"), ONA, CHAT, seq=number)
    with followed(log, tmp_path / "views.db", [Index]) as here, followed(log, postgres_url, [Index]) as there:
        assert dump(here, Index) == dump(there, Index)
        for query in ("100", "перезвонить", "退", '"a b"', "grazinsime"):
            assert found(here, query) == found(there, query)


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("refund " * 200, [1, 2]),
        ("refund " + "NOT late " * 150, [1]),
        (" OR ".join(["refunds"] * 200), [1, 2]),
        ("(refund OR (refund " * 10 + "late" + "))" * 10, [1, 2]),
        ("NOT (refund NOT (" * 10 + "late" + "))" * 10, [2]),
    ],
)
def test_the_largest_queries_are_answered(place: Place, query: str, hits: list[int]) -> None:
    log = Log()
    log.say("the refund")
    log.say("the late refund")
    with followed(log, place, [Index]) as views:
        assert found(views, query) == hits


def test_a_text_that_an_engine_cannot_hold_whole_is_counted_and_the_others_go_on(postgres_url: str) -> None:
    log = Log()
    log.say(" ".join(f"{number:x}".rjust(60, "q") for number in range(30_000)))
    log.say("refund")
    with followed(log, postgres_url, [Index]) as views:
        results = search(views, Asked(query="refund"))
        assert ([hit.event for hit in results.hits], results.unread) == ([2], ())
        assert results.attachments_unread == 1


def test_of_a_message_with_more_words_than_an_engine_holds_the_beginning_is_found_and_that_is_said(
    place: Place,
) -> None:
    log = Log()
    log.say(" ".join(f"kw{number:x}q" for number in range(110_000)))
    with followed(log, place, [Index]) as views:
        assert views.alarms() == []
        assert found(views, "kw1q") == [1]
        assert found(views, "kw1adafq") == []
        assert search(views, Asked(query="kw1q")).attachments_unread == 1
