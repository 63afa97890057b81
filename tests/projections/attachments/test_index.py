"""An attachment is found by its name and by its text, on both engines; what cannot be read is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.domain.conversation import AttachmentKept
from audit.domain.event import Personal
from audit.projections.search.find import Asked, search
from audit.projections.search.grammar import parse
from audit.projections.search.index import Index
from tests.projections.attachments import files
from tests.projections.given import Log, followed

if TYPE_CHECKING:
    from audit.projections.search.attachments import Unread
    from audit.projections.views import Views
    from tests.projections.conftest import Place


def kept(
    log: Log, name: str | None, content: bytes | None, *, media_type: str | None = None, missing: str | None = None
) -> int:
    event = AttachmentKept(
        name=None if name is None else Personal(name),
        content=None if content is None else Personal(content),
        length=None if content is None else len(content),
        media_type=media_type,
        missing=missing,
    )
    return log.tell(event, ("customer", "cust-7"), of=("message", "m1"))


def found(views: Views, query: str) -> list[int]:
    return [hit.event for hit in search(views, Asked(query=query)).hits]


def unread(views: Views) -> list[Unread]:
    with views.reading(Index) as (db, index):
        return index.attachments.unread(db, index.messages, limit=100)


def test_an_attachment_is_found_by_name_and_by_text_and_the_hit_says_which(place: Place) -> None:
    log = Log()
    event = kept(log, "invoice march.pdf", files.pdf("The technician came twice"))
    with followed(log, place, [Index]) as views:
        (by_name,) = search(views, Asked(query="invoices")).hits
        (by_text,) = search(views, Asked(query="technicians")).hits
        assert by_name.event == by_text.event == event
        assert by_name.kind == "attachment"
        assert by_name.where == ("attachment name",)
        assert by_text.where == ("attachment text",)
        assert found(views, "kind:attachment customer:cust-7") == [event]
        assert unread(views) == []


def test_a_file_that_cannot_be_read_is_listed_and_still_found_by_its_name(place: Place) -> None:
    log = Log()
    picture = kept(log, "router.png", b"\x89PNG\r\n\x1a\n\0\0", media_type="image/png")
    locked = kept(log, None, files.locked_pdf("secret words", to_open="key"))
    absent = kept(log, "lost.pdf", None, missing="too-large")
    with followed(log, place, [Index]) as views:
        assert found(views, "router") == [picture]
        assert found(views, "lost") == [absent]
        assert [(one.event, one.name, one.reason) for one in unread(views)] == [
            (absent, "lost.pdf", "not-here"),
            (locked, None, "password"),
            (picture, "router.png", "unknown-format"),
        ]
        with views.reading(Index) as (db, index):
            assert index.attachments.reasons(db, index.messages) == {"not-here": 1, "password": 1, "unknown-format": 1}
            assert index.attachments.searched(db, index.messages) == 2


def test_an_erased_attachment_leaves_the_index_and_the_list(place: Place) -> None:
    log = Log()
    gone = [kept(log, "zanzibar.txt", b"quokka"), kept(log, "quokka.png", b"\x89PNG\r\n\x1a\n\0\0")]
    stays = kept(log, "other.txt", b"quokka")
    with followed(log, place, [Index]) as views:
        assert len(found(views, "quokka")) == 3
    log.erase(gone, ("customer", "cust-7"))
    with followed(log, place, [Index]) as views:
        assert found(views, "quokka") == [stays]
        assert found(views, "zanzibar") == []
        assert unread(views) == []


def test_a_file_that_came_erased_is_neither_searched_nor_listed(place: Place) -> None:
    log = Log()
    log.erase([kept(log, "zanzibar.png", b"\x89PNG\r\n\x1a\n\0\0")], ("customer", "cust-7"))
    with followed(log, place, [Index]) as views:
        assert found(views, "zanzibar") == []
        assert unread(views) == []


def test_a_text_with_more_words_than_an_engine_holds_is_cut_alike_on_both(place: Place) -> None:
    log = Log()
    event = kept(log, "words.txt", " ".join(f"kw{number:x}q" for number in range(110_000)).encode())
    with followed(log, place, [Index]) as views:
        assert [(one.event, one.reason) for one in unread(views)] == [(event, "cut")]
        assert found(views, "kw1q") == [event]
        assert found(views, "kw1adafq") == []


@pytest.mark.parametrize("name", ["", "\n", "a\nb.txt", "x" * 5_000, "\0.txt", "\u202egpj.exe"])
def test_a_file_is_found_whatever_it_is_called(place: Place, name: str) -> None:
    log = Log()
    event = kept(log, name, b"quokka")
    with followed(log, place, [Index]) as views:
        assert found(views, "quokka") == [event]


def test_an_answer_says_how_many_files_could_not_be_searched_of_those_that_may_be_seen(place: Place) -> None:
    log = Log()
    first = kept(log, "router.png", b"\x89PNG\r\n\x1a\n\0\0")
    kept(log, "other.png", b"\x89PNG\r\n\x1a\n\0\0")
    with followed(log, place, [Index]) as views:
        assert search(views, Asked(query="nothing")).attachments_unread == 2
        assert search(views, Asked(query="nothing"), hidden=[first]).attachments_unread == 1
        assert search(views, Asked(query="nothing"), within=parse("router")).attachments_unread == 1
        assert search(views, Asked(query="nothing"), within=parse("channel:phone")).attachments_unread == 0
