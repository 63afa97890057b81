"""Copies of words under other keys, ties put right, and what an erasure leaves of all that."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from sqlalchemy import select

from audit.domain.conversation import AttachmentKept
from audit.domain.custody import WordsResealed
from audit.domain.customer import TieCorrected
from audit.domain.event import Personal
from audit.projections.dump import dump
from audit.projections.follow import Follower
from audit.projections.search.find import Asked, everything, search
from audit.projections.search.index import Index
from tests.projections.given import NAMES, Log, followed

if TYPE_CHECKING:
    from audit.projections.views import Views
    from tests.projections.conftest import Place

ONA, BORIS = ("customer", "cust-7"), ("customer", "cust-8")
CHAT, MAIL = ("conversation", "c1"), ("conversation", "c2")


def found(views: Views, query: str) -> list[int]:
    return everything(views, Asked(query=query), tie=NAMES.tie)[0]


def as_rebuilt(log: Log, views: Views) -> bool:
    Follower(log, views).catch_up()
    running = dump(views, Index)
    Follower(log, views).rebuild()
    return dump(views, Index) == running


def test_a_copy_stands_in_for_its_original_and_outlives_it(place: Place) -> None:
    log = Log()
    log.say("the router of 50 EUR", CHAT)
    log.tell(WordsResealed(position=1, reason="shared-key", words=Personal({"text": "the router"})), BORIS, CHAT)
    with followed(log, place, [Index]) as views:
        assert found(views, "router") == [2]
        assert found(views, "amount:50") == []
        (hit,) = search(views, Asked(query="router")).hits
        assert (hit.kind, hit.original, hit.channel, hit.customer) == ("message", 1, "chat", "cust-8")
        assert found(views, "customer:cust-8") == [2]
        log.erase([1])
        assert as_rebuilt(log, views)
        assert found(views, "router") == [2]
        log.erase([2])
        assert as_rebuilt(log, views)
        assert found(views, "router") == []


def test_of_several_copies_the_newest_that_is_left_is_found_by_all_whose_it_is(place: Place) -> None:
    log = Log()
    log.say("the router", CHAT)
    for one in (ONA, BORIS):
        log.tell(WordsResealed(position=1, reason="shared-key", words=Personal({"text": "the router"})), one)
    with followed(log, place, [Index]) as views:
        assert found(views, "router") == [3]
        assert found(views, "customer:cust-7") == [3]
        log.erase([1, 3])
        assert as_rebuilt(log, views)
        assert found(views, "router") == [2]


def test_a_copy_that_dies_before_its_original_leaves_the_original(place: Place) -> None:
    log = Log()
    log.say("the router", CHAT)
    log.tell(WordsResealed(position=1, reason="shared-key", words=Personal({"text": "the router"})), BORIS)
    with followed(log, place, [Index]) as views:
        log.erase([2])
        assert as_rebuilt(log, views)
        assert found(views, "router") == [1]


def test_a_tie_put_right_is_found_under_the_right_one_alone(place: Place) -> None:
    log = Log()
    log.say("mine", ONA, CHAT)
    log.say("words too", ONA, CHAT)
    log.tell(TieCorrected(position=1, kind="conversation"), MAIL)
    log.tell(TieCorrected(position=2, kind="customer", words=Personal({"text": "words too"})), BORIS, CHAT)
    log.tell(TieCorrected(position=99, kind="customer"), BORIS)
    with followed(log, place, [Index]) as views:
        assert found(views, "conversation:c1") == [4]
        assert found(views, "conversation:c2") == [1]
        assert found(views, "customer:cust-7") == [1]
        assert found(views, "customer:cust-8") == [4]
        assert as_rebuilt(log, views)
        log.erase([1, 4])
        assert as_rebuilt(log, views)


def test_words_and_sums_leave_the_other_tables_with_the_last_text_that_holds_them(place: Place) -> None:
    log = Log()
    log.say("canarium unum for 77 EUR", ONA)
    log.say("canarium duo", BORIS)
    with followed(log, place, [Index]) as views:
        log.erase([1])
        assert as_rebuilt(log, views)
        with views.reading(Index) as (db, index):
            words = set(db.scalars(select(index.vocabulary.table.c.word)))
            assert words == {"canarium", "duo"}
            assert db.execute(select(index.amounts)).all() == []
        assert found(views, "unun~") == []


def test_a_copy_of_a_file_is_found_by_the_text_of_the_file(place: Place) -> None:
    log = Log()
    log.tell(
        AttachmentKept(name=Personal("bill.txt"), content=Personal(b"the quokka"), media_type="text/plain"), ONA, CHAT
    )
    words = {"name": "bill.txt", "content": {"base64": b64encode(b"the quokka").decode()}}
    log.tell(WordsResealed(position=1, reason="shared-key", words=Personal(words)), BORIS, CHAT)
    with followed(log, place, [Index]) as views:
        assert found(views, "quokka") == [2]
        (hit,) = search(views, Asked(query="quokka")).hits
        assert hit.where == ("attachment text",)
        log.erase([1])
        assert as_rebuilt(log, views)
        assert found(views, "quokka") == [2]
        log.erase([2])
        assert as_rebuilt(log, views)
        assert found(views, "quokka") == []


def test_a_copy_of_a_file_that_cannot_be_read_is_counted_once(place: Place) -> None:
    log = Log()
    picture = b"\x89PNG\r\n\x1a\n\0\0"
    log.tell(AttachmentKept(name=Personal("router.png"), content=Personal(picture)), ONA, CHAT)
    words = {"name": "router.png", "content": {"base64": b64encode(picture).decode()}}
    log.tell(WordsResealed(position=1, reason="shared-key", words=Personal(words)), BORIS, CHAT)
    with followed(log, place, [Index]) as views:
        assert search(views, Asked(query="nothing")).attachments_unread == 1
        log.erase([1])
        assert as_rebuilt(log, views)
        assert search(views, Asked(query="nothing")).attachments_unread == 1
        log.erase([2])
        assert as_rebuilt(log, views)
        assert search(views, Asked(query="nothing")).attachments_unread == 0
