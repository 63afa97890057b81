"""Bundles from a real archive on both engines: what is opened, what is not, and what outlives an erasure."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from audit.domain.actor import Actor
from audit.domain.conversation import MessagePosted, NoteWritten
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Personal, Record
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.domain.record_request import ItemWithheld
from audit.evidence.bundle import trusting, verify_bundle
from audit.evidence.verifier.verify_bundle import Key, Policy, verify
from audit.reports.bundling import bundle_for, bundle_of
from audit.reports.gathering import gather
from audit.reports.model import Audience, Scope
from tests.archive.house import BEGINNING, new_house
from tests.archive.items import call, message, normal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.archive.mapper import Disclosed
    from audit.bootstrap.house import House
    from audit.evidence.bundle import Proven

SAID = "I will credit you 100 dollars."


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    house = new_house(tmp_path / "archive", url)
    house.archive.append_new(
        [message(1, SAID), note("She is difficult."), message(2, "Of somebody else.", customer="x")]
    )
    house.archive.append_new([call(1), from_agent("a-7", "Ąžuolas will come on Tuesday.")])
    house.follower.catch_up()
    yield house
    house.close()


def note(text: str) -> Item:
    fact = Fact(event=NoteWritten(text=Personal(text)), at=BEGINNING, role="agent", ties=(("customer", "cust-7"),))
    return Item(name=ItemName("note", "chat", "n1"), normal=normal(text=text), normal_version=1, facts=(fact,))


def from_agent(staff: str, text: str) -> Item:
    """Return a message that one of ours wrote, whose own id stands among its ids."""
    event = MessagePosted(text=Personal(text), channel="chat", author=Personal("Secret Surname"))
    ties = (("customer", "cust-7"), ("conversation", "c1"), ("staff", staff))
    fact = Fact(event=event, at=BEGINNING, role="agent", actor=("staff", staff), ties=ties)
    return Item(name=ItemName("message", "chat", "a1"), normal=normal(text=text), normal_version=1, facts=(fact,))


def everything(disclosed: Disclosed) -> frozenset[str]:
    return disclosed.declared


def position(house: House, topic: str, said: str | None = None) -> int:
    """Return where an event of this topic stands, the first that says so."""
    for record in house.archive.read(0, 100):
        assert isinstance(record, Record)
        words = getattr(record.event, "text", None)
        if topic == record.event.TOPIC and said in {None, words.text if words else None}:
            return record.position
    raise AssertionError(topic)


def checked(house: House, content: bytes) -> dict[int, Proven]:
    """Return what a bundle proves, by event, once both verifiers agree on it."""
    vkey = str(house.log.key_history().in_force(1).key)
    proven = verify_bundle(content, trusting([vkey]))
    stranger = verify(content, Policy([Key(vkey, 1)]))
    assert stranger["status"] == "proven"
    assert [(one["event"], one.get("opened", {})) for one in stranger["events"]] == [
        (one.position, dict(one.opened)) for one in proven
    ]
    return {one.position: one for one in proven}


def scope(house: House, audience: Audience = Audience.CUSTOMER, upto: int | None = None) -> tuple[Any, Scope]:
    gathered = gather(house.archive, house.views, "cust-7", position=upto)
    return gathered, Scope(
        customers=gathered.customers,
        position=gathered.position,
        as_of=gathered.as_of,
        origin=house.origin,
        zone=ZoneInfo("UTC"),
        audience=audience,
    )


def destroy_keys(house: House) -> None:
    """Destroy every data key, as an erasure of everybody would."""
    db = sqlite3.connect(house.settings.folder / "keys.db")
    with db:
        db.execute("UPDATE data_keys SET wrapped = NULL")
    db.close()
    house.keyring.forget_cached()


def test_a_bundle_says_what_was_said_and_by_whose_account(house: House) -> None:
    place = position(house, "message.posted", SAID)
    proven = checked(house, bundle_of(house, [place], everything).content)[place]
    assert (proven.opened["text"], proven.opened["author"], proven.undisclosed) == (SAID, "Rasa", ())
    assert json.loads(proven.opened["ids"]) == [["customer", "cust-7"], ["conversation", "c1"], ["item", "m1"]]


def test_only_what_is_meant_to_be_opened_is_in_the_file(house: House) -> None:
    place = position(house, "message.posted", SAID)
    bundled = bundle_of(house, [place], lambda _: {"author"})
    assert (bundled.items, bundled.opened, bundled.undisclosed) == (1, 1, 2)
    assert SAID.encode() not in bundled.content
    assert checked(house, bundled.content)[place].undisclosed == ("ids", "text")


def test_the_same_events_give_the_same_bundle_however_the_archive_grows(house: House) -> None:
    place = position(house, "message.posted", SAID)
    first = bundle_of(house, [place], everything).content
    house.archive.append_new([message(9)])
    house.log.seal()
    assert bundle_of(house, [place, place], everything).content == first


def test_an_event_that_is_not_there_gets_no_bundle(house: House) -> None:
    with pytest.raises(NotFound, match="There is no event 1000"):
        bundle_of(house, [1, 1000], everything)


def test_words_kept_as_originals_are_opened_like_others(house: House) -> None:
    long = "Žodis. " * 60_000
    house.archive.append_new([message(10, long)])
    place = house.archive.head().size
    assert checked(house, bundle_of(house, [place], everything).content)[place].opened["text"] == long


def test_words_with_every_kind_of_character_are_proven(house: House) -> None:
    strange = "\x00\u2028\u2029\ufeff😀 \\u0000 \"'\r\n\t\x7f\u0301"
    house.archive.append_new([message(10, strange)])
    place = house.archive.head().size
    assert checked(house, bundle_of(house, [place], everything).content)[place].opened["text"] == strange


def test_an_earlier_bundle_is_proven_after_the_keys_are_destroyed_and_a_later_one_opens_nothing(house: House) -> None:
    place = position(house, "message.posted", SAID)
    earlier = bundle_of(house, [place], everything).content
    destroy_keys(house)
    assert checked(house, earlier)[place].opened["text"] == SAID
    later = bundle_of(house, [place], everything)
    assert (later.opened, SAID.encode() in later.content) == (0, False)
    assert checked(house, later.content)[place].undisclosed == ("author", "ids", "text")


def test_a_record_for_a_customer_opens_what_it_prints_and_no_more(house: House) -> None:
    gathered, wanted = scope(house)
    content = bundle_for(house, gathered, wanted)
    proven = checked(house, content)
    assert proven.keys() == {one.position for one in gathered.records}
    assert proven[position(house, "message.posted", SAID)].opened["text"] == SAID
    withheld = proven[position(house, "note.written")]
    assert (withheld.leaf, withheld.opened) == (None, {})
    for unseen in ("difficult", "somebody else", "Secret Surname", "a-7"):
        assert unseen.encode() not in content
    from_us = proven[position(house, "message.posted", "Ąžuolas will come on Tuesday.")]
    assert from_us.undisclosed == ("author", "ids")


def test_a_record_for_an_authority_opens_notes_too(house: House) -> None:
    proven = checked(house, bundle_for(house, *scope(house, Audience.REGULATOR)))
    assert proven[position(house, "note.written")].opened["text"] == "She is difficult."


def test_words_with_a_passage_withheld_are_not_opened(house: House) -> None:
    place = position(house, "message.posted", SAID)
    passage = ItemWithheld(position=place, reason="third-person", part="text", start=0, end=6)
    house.archive.note(passage, Actor(login="operator", role="operator"), ties=[("customer", "cust-7")])
    house.follower.catch_up()
    content = bundle_for(house, *scope(house))
    assert SAID.encode() not in content
    assert "text" in checked(house, content)[place].undisclosed


def test_the_same_record_has_the_same_evidence_whatever_is_recorded_later(house: House) -> None:
    upto = house.archive.head().size
    first = bundle_for(house, *scope(house, upto=upto))
    house.archive.append_new([message(11)])
    house.follower.catch_up()
    house.log.seal()
    assert bundle_for(house, *scope(house, upto=upto)) == first


def test_an_event_that_was_altered_in_the_database_is_not_handed_out(tmp_path: Path) -> None:
    house = new_house(tmp_path / "archive")
    house.archive.append_new([message(1, SAID)])
    house.log.seal()
    db = sqlite3.connect(tmp_path / "archive" / "archive.db")
    with db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        old = db.execute("SELECT state FROM events WHERE position = 2").fetchone()[0]
        db.execute("UPDATE events SET state = ? WHERE position = 2", (old.replace(b'"chat"', b'"mail"'),))
    db.close()
    with pytest.raises(Refused, match="Event 2 is not the one that was recorded"):
        bundle_of(house, [2], everything)
    house.close()
