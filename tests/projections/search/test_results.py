"""Results: what is listed, which version a hit is, where it stands, and pages that do not shift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from audit.domain.call import CallEnded
from audit.domain.conversation import (
    AttachmentKept,
    MessageDeletedAtSource,
    MessageEditedAtSource,
    MessagePosted,
    NoteWritten,
)
from audit.domain.directory import StaffSeen
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.domain.promise import PromiseMade
from audit.domain.ticket import TicketFieldChanged, TicketOpened
from audit.domain.work_order import ChargeMade
from audit.projections.follow import Follower
from audit.projections.search.address import address_of, asked_in
from audit.projections.search.find import Asked, everything, search
from audit.projections.search.index import Index
from audit.projections.search.query import QueryError
from audit.projections.search.snippets import snippets
from tests.projections.given import NAMES, Log, followed

if TYPE_CHECKING:
    from audit.projections.views import Views
    from tests.projections.conftest import Place

ONA, BORIS = ("customer", "cust-7"), ("customer", "cust-8")
CHAT, MAIL = ("conversation", "c1"), ("conversation", "c2")


def found(views: Views, query: str, kind: str = "messages") -> list[int]:
    return everything(views, Asked(query=query, kind=kind), tie=NAMES.tie)[0]


def test_events_are_whatever_happened_and_messages_what_was_said(place: Place) -> None:
    log = Log()
    log.say("router one", CHAT)
    log.tell(TicketFieldChanged(field="device", value=Personal("router")), ("ticket", "T-1"))
    log.tell(CallEnded(outcome="completed"), CHAT, ONA)
    log.tell(PromiseMade(wording=Personal("a new router")), ("promise", "p1"), role="agent")
    with followed(log, place, [Index]) as views:
        assert found(views, "router") == [1]
        assert found(views, "router", "events") == [1, 2, 4]
        assert found(views, "conversation:c1", "events") == [1, 3]
        assert found(views, "kind:call", "events") == [3]
        assert found(views, "kind:call.ended", "events") == [3]
        assert found(views, "promise:p1", "events") == [4]
        assert found(views, f"promise:{NAMES.tie('promise', 'p1')}", "events") == [4]
        assert found(views, "NOT router", "events") == [3]
        assert found(views, "NOT router") == []


def test_conversations_are_counted_once_with_their_newest_or_best_hit(place: Place) -> None:
    log = Log()
    log.say("refund refund refund", CHAT)
    log.say("one refund among other words", CHAT)
    log.say("a refund", MAIL)
    log.say("refund in no conversation")
    with followed(log, place, [Index]) as views:
        newest = search(views, Asked(query="refund", kind="conversations", facets=("conversation", "month")))
        assert [(hit.conversation, hit.event, hit.hits) for hit in newest.hits] == [("c2", 3, 1), ("c1", 2, 2)]
        assert (newest.total, newest.apart) == (2, 1)
        assert newest.facets == {"conversation": {"c1": 1, "c2": 1}, "month": {"2026-03": 2}}
        best = search(views, Asked(query="refund", kind="conversations", sort="relevance"))
        assert [(hit.conversation, hit.event, hit.hits) for hit in best.hits] == [("c1", 1, 2), ("c2", 3, 1)]


def test_every_version_is_found_and_says_which_it_is(place: Place) -> None:
    log = Log()
    log.tell(MessageEditedAtSource(text=Personal("router two")), of=("message", "m2"))  # it came before its message
    log.say("router one")
    log.tell(MessageDeletedAtSource(), of=("message", "m2"))
    log.say("router only")
    with followed(log, place, [Index]) as views:
        hits = {hit.event: hit.version for hit in search(views, Asked(query="router")).hits}
        assert {event: version and (version.number, version.count) for event, version in hits.items()} == {
            1: (2, 2),
            2: (1, 2),
            4: None,
        }
        assert all(version.deleted for version in hits.values() if version)
        assert found(views, "is:edited") == [1, 2]
        assert found(views, "is:deleted", "events") == [1, 2, 3]
        assert found(views, "router NOT is:edited") == [4]


def test_what_came_with_a_file_is_found_and_the_file_by_its_name(place: Place) -> None:
    log = Log()
    log.say("see the bill")
    log.tell(AttachmentKept(name=Personal("invoice-77.pdf")), of=("message", "m1"))
    with followed(log, place, [Index]) as views:
        assert found(views, "has:attachment") == [1]
        (hit,) = search(views, Asked(query="invoice")).hits
        assert (hit.kind, hit.where) == ("attachment", ("attachment name",))


def test_a_hit_says_in_which_part_it_is(place: Place) -> None:
    log = Log()
    log.tell(MessagePosted(subject=Personal("Router"), text=Personal("It blinks, the router")), CHAT)
    log.tell(TicketOpened(subject=Personal("Net"), text=Personal("broken"), fields=Personal({"Model": "XB-7"})))
    with followed(log, place, [Index]) as views:
        assert search(views, Asked(query="router")).hits[0].where == ("message subject", "message")
        assert search(views, Asked(query="blinks")).hits[0].where == ("message",)
        assert search(views, Asked(query="xb-7")).hits[0].where == ("ticket fields",)
        assert search(views, Asked(query="kind:ticket")).hits[0].where == ("ticket subject", "ticket", "ticket fields")


def test_snippets_show_what_was_found_and_where_text_is_left_out(place: Place) -> None:
    log = Log()
    log.say("x " * 200 + "the refund " + "y " * 300 + "another refund")
    with followed(log, place, [Index]) as views:
        shown = snippets(search(views, Asked(query="refund")).hits[0])
    assert [[text for text, is_found in one.pieces if is_found] for one in shown] == [["refund"], ["refund"]]
    assert [one.cut for one in shown] == [(True, True), (True, False)]


@pytest.mark.parametrize("sort", ["time", "relevance"])
@pytest.mark.parametrize("kind", ["messages", "conversations"])
def test_pages_do_not_shift_while_events_arrive(place: Place, kind: str, sort: str) -> None:
    log = Log()
    for number in range(7):
        log.say(f"refund {'x ' * (number % 3)}", ("conversation", f"c{number}"))
    log.say("wrong", ("conversation", "c0"))
    with followed(log, place, [Index]) as views:
        asked = Asked(query="refund OR is:edited", kind=kind, sort=sort, limit=3)
        whole = [hit.event for hit in search(views, Asked(query=asked.query, kind=kind, sort=sort)).hits]
        pages = [search(views, asked)]
        while pages[-1].next_page:
            log.say("refund refund", ("conversation", f"later{len(pages)}"), at=datetime(2026, 3, 1, tzinfo=UTC))
            log.tell(MessageEditedAtSource(text=Personal("refund")), ("conversation", "c0"), of=("message", "m8"))
            Follower(log, views).catch_up()
            after = pages[-1].next_page
            pages.append(search(views, Asked(query=asked.query, kind=kind, sort=sort, limit=3, after=after)))
        assert [hit.event for page in pages for hit in page.hits] == whole
        assert {(page.total, page.position) for page in pages} == {(7, 8)}


def test_a_token_is_good_for_its_search_alone(place: Place) -> None:
    log = Log()
    for _ in range(3):
        log.say("refund late")
    with followed(log, place, [Index]) as views:
        token = search(views, Asked(query="refund", limit=1)).next_page
        for wrong in (Asked(query="late", after=token), Asked(query="refund", sort="relevance", after=token)):
            with pytest.raises(WrongUse, match="another search"):
                search(views, wrong)
        for broken in ("x", "!!", "é", "bnVsbA", "W10", "A" * 500, "WzksOCw3LDYsNV0", "WyIxIiwxLDEsbnVsbCwieCJd"):
            with pytest.raises(WrongUse, match="token"):
                search(views, Asked(query="refund", after=broken))


def test_what_is_withheld_is_neither_shown_nor_counted(place: Place) -> None:
    log = Log()
    for _ in range(3):
        log.say("refund", CHAT)
    with followed(log, place, [Index]) as views:
        seen = search(views, Asked(query="refund", facets=("conversation",)), hidden={2})
        assert ([hit.event for hit in seen.hits], seen.total) == ([3, 1], 2)
        assert seen.facets == {"conversation": {"c1": 2}}
        assert everything(views, Asked(query="NOT late"), hidden=range(1, 3))[0] == [3]


def test_hits_are_counted_by_agent_and_by_month_of_the_zone(place: Place) -> None:
    log = Log()
    eve = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    log.say("refund", role="agent", actor=("staff", "a012"), at=eve)
    log.say("refund", role="agent", actor=("staff", "a012"), at=eve - timedelta(days=40))
    log.say("refund", role="customer", actor=ONA, at=eve)
    log.tell(StaffSeen(name=Personal("Rasa Sample")), ("staff", "a012"))
    with followed(log, place, [Index]) as views:
        asked = Asked(query="refund", facets=("agent", "month"), zone=ZoneInfo("Europe/Vilnius"))
        assert search(views, asked).facets == {"agent": {"a012": 2}, "month": {"2026-02": 1, "2026-04": 2}}
        here = search(views, Asked(query="refund", facets=("month",)))
        assert here.facets == {"month": {"2026-02": 1, "2026-03": 2}}


def test_authors_are_found_by_name_or_by_a_word_of_it(place: Place) -> None:
    log = Log()
    log.tell(MessagePosted(text=Personal("hello"), author=Personal("Ona Sample")), ONA)
    log.say("hello", role="agent", actor=("staff", "a012"))
    log.tell(StaffSeen(name=Personal("Rasa Ona")), ("staff", "a012"))
    with followed(log, place, [Index]) as views:
        assert found(views, "author:ona") == [1, 2]
        assert found(views, 'author:"ona sample"') == [1]
        assert found(views, "author:On") == []


def test_sums_are_found_in_every_spelling_and_as_charges(place: Place) -> None:
    log = Log()
    for text in ("it was 1 000,50 €", "it was EUR 1,000.50", "1000.50 euros", "$1000.50", "1000.50", "5 лв. и 10 лв"):
        log.say(text)
    log.tell(ChargeMade(amount="1000.50", currency="EUR", basis="flat"), ONA)
    with followed(log, place, [Index]) as views:
        assert found(views, 'amount:"1000.50 EUR"', "events") == [1, 2, 3, 7]
        assert found(views, "amount:1000.5") == [1, 2, 3, 4]
        assert found(views, "amount:[5 to 7BGN]") == [6]
        assert found(views, "amount:<5") == []


def test_a_fuzzy_word_that_stands_for_too_many_is_refused_with_its_place(place: Place) -> None:
    log = Log()
    letters = "abcdefghijklmnop"
    log.say(" ".join(f"qw{one}{two}{three}" for one in letters for two in letters for three in letters[:5]))
    log.say("refund reefund")
    with followed(log, place, [Index]) as views:
        assert found(views, "refnd~") == [2]
        assert found(views, "r?fund") == [2]
        assert found(views, "*fun*") == [2]
        assert found(views, "nothing~") == []
        assert found(views, "qw?b*") == [1]
        with pytest.raises(QueryError, match="more than 1000 words") as refusal:
            found(views, "late *qw*")
        assert (refusal.value.start, refusal.value.end) == (5, 9)


def test_identifiers_are_whole_numbers_in_any_spelling(place: Place) -> None:
    log = Log()
    log.say("call +370 600 00 007")
    log.say("order ORD-2024/00123")
    log.say("00123")
    with followed(log, place, [Index]) as views:
        assert found(views, 'identifier:"8 600 00007"') == [1]
        assert found(views, "identifier:ord202400123") == [2]


@pytest.mark.parametrize(
    "asked",
    [
        Asked(query="refund"),
        Asked(query='"a b"~3 & ? = €', kind="events", sort="relevance", limit=0, context=3),
        Asked(query="退款 +", facets=("agent", "month"), after="abc-_", zone=ZoneInfo("Europe/Vilnius")),
    ],
)
def test_a_search_is_an_address_and_the_address_that_search(asked: Asked) -> None:
    assert asked_in(address_of(asked)) == asked
    assert asked_in("?" + address_of(asked)) == asked


@pytest.mark.parametrize(
    "address",
    ["q=a&q=b", "limit=-1", "limit=1e3", "limit=99999", "context=101", "who=me", "q=%ff", "zone=../etc", "zone=Mars"],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(WrongUse):
        asked_in(address)


def test_notes_count_as_said(place: Place) -> None:
    log = Log()
    log.tell(NoteWritten(text=Personal("router")), CHAT)
    with followed(log, place, [Index]) as views:
        assert found(views, "router", "messages") == [1]
