"""The archive: what is brought in is stored once, sealed, and read back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid5

import pytest
from sqlalchemy import create_engine, text

from audit.archive.archive import Fate
from audit.domain import directory
from audit.domain.actor import Actor
from audit.domain.conversation import MessageEditedAtSource, MessagePosted
from audit.domain.custody import DeliveryRead
from audit.domain.directory import StaffSeen, UserKnownAlready
from audit.domain.errors import Refused
from audit.domain.event import ERASED, Damaged, Event, Personal, Record
from audit.domain.names import ItemName
from tests.archive.house import BEGINNING
from tests.archive.items import call, edit, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.bootstrap.house import House

OPERATOR = Actor(login="operator", role="operator")


def records(house: House) -> list[Record]:
    """Return everything after the registration of the first operator."""
    read = house.archive.read(1, 1_000)
    assert all(isinstance(one, Record) for one in read)
    return [one for one in read if isinstance(one, Record)]


def test_what_was_brought_in_is_read_back_as_it_was(house: House) -> None:
    assert house.archive.append_new([message(1, "Здравствуйте, интернет не работает.")]) == [Fate.NEW]
    (record,) = records(house)
    assert record.event == MessagePosted(
        text=Personal("Здравствуйте, интернет не работает."), channel="chat", author=Personal("Rasa")
    )
    assert record.stamp.written("customer") == "cust-7"
    assert record.stamp.tie("customer") == house.archive.names.tie("customer", "cust-7")
    assert record.stamp.actor == record.stamp.tie("customer")


def test_a_time_keeps_the_offset_it_was_claimed_with(house: House) -> None:
    at = datetime(2026, 2, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    house.archive.append_new([message(1, at=at)])
    (record,) = records(house)
    assert record.stamp.happened_at == at
    assert record.stamp.happened_at.utcoffset() == timedelta(hours=2)
    assert record.stamp.recorded_at >= BEGINNING


def test_the_same_item_again_is_known_and_changes_nothing(house: House) -> None:
    house.archive.append_new([message(1), message(2)])
    size = house.archive.head().size
    assert house.archive.append_new([message(2), message(1), message(3)]) == [Fate.KNOWN, Fate.KNOWN, Fate.NEW]
    assert house.archive.head().size == size + 1


def test_the_same_name_with_other_content_is_a_clash_and_the_first_recorded_stands(house: House) -> None:
    house.archive.append_new([message(1, "I will credit you 100 dollars.")])
    assert house.archive.append_new([message(1, "I never said that.")]) == [Fate.CLASH]
    (record,) = records(house)
    assert isinstance(record.event, MessagePosted)
    assert record.event.text.text == "I will credit you 100 dollars."


def test_twins_and_clashes_within_one_delivery_are_told_apart(house: House) -> None:
    fates = house.archive.append_new([message(1, "one"), message(1, "one"), message(1, "two")])
    assert fates == [Fate.NEW, Fate.KNOWN, Fate.CLASH]
    assert len(records(house)) == 1


def test_the_facts_of_one_item_stand_together_and_a_name_goes_to_the_directory(house: House) -> None:
    assert house.archive.append_new([call(1), call(2)]) == [Fate.NEW, Fate.NEW]
    kinds = [type(one.event).__name__ for one in records(house)]
    assert kinds == ["StaffSeen", "CallOffered", "CallAnswered", "CallOffered", "CallAnswered"]
    seen = records(house)[0]
    assert isinstance(seen.event, StaffSeen)
    assert seen.event.name.text == "Ona"
    assert seen.stamp.tie("staff") == records(house)[2].stamp.actor


def test_another_spelling_of_a_name_is_another_entry_of_the_directory(house: House) -> None:
    house.archive.append_new([call(1)])
    house.archive.append_new([call(2, answered_by="Ona R.")])
    house.archive.append_new([call(3)])
    names = [one.event.name.text for one in records(house) if isinstance(one.event, StaffSeen)]
    assert names == ["Ona", "Ona R."]


def test_the_directory_is_the_same_in_whatever_order_items_come(house: House) -> None:
    """An entry is dated with its month, not with the item that happened to bring it."""
    house.archive.append_new([call(2)])
    house.archive.append_new([call(1)])
    (seen,) = [one for one in records(house) if isinstance(one.event, StaffSeen)]
    assert seen.stamp.happened_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_an_edit_points_at_the_message_wherever_that_is(house: House) -> None:
    house.archive.append_new([edit(1, "corrected")])
    house.archive.append_new([message(1)])
    first, second = records(house)
    assert isinstance(first.event, MessageEditedAtSource)
    assert first.stamp.tie("of") == second.stream
    assert first.stamp.written("of") == "m1"


def test_words_are_nowhere_in_the_stored_bytes(house: House) -> None:
    house.archive.append_new([message(1, "canary-4711"), call(1)])
    stored = b"".join(row.state + (row.sealed or b"") for row in house.recorder.rows(0, 100))
    for word in (b"canary-4711", b"Rasa", b"cust-7", b"Ona", b"m1"):
        assert word not in stored


def test_long_words_and_bytes_come_back_from_their_originals(house: House) -> None:
    long = "ilgas žodis " * 30_000
    raw = bytes(range(256)) * 2_000
    extra = {"list": ["x" * 300_000, 1.5, None]}
    event = MessagePosted(text=Personal(long), raw=Personal(raw), extra=Personal(extra))
    house.archive.append_new([message(1, event=event)])
    assert len(list(house.originals.shelf.names())) == 3
    (record,) = records(house)
    assert record.event == event


def test_an_original_that_was_changed_or_lost_is_named_and_reading_goes_on(house: House) -> None:
    event = MessagePosted(text=Personal("x" * 400_000))
    house.archive.append_new([message(1, event=event), message(2)])
    (name,) = house.originals.shelf.names()
    sealed = house.originals.shelf.get(name)
    house.originals.shelf.remove(name)
    lost, after = house.archive.read(1, 10)
    assert isinstance(lost, Damaged)
    assert "missing" in lost.reason
    assert isinstance(after, Record)
    file = house.settings.folder / "originals" / name[:2] / name[2:4] / name
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    changed, _ = house.archive.read(1, 10)
    assert isinstance(changed, Damaged)
    assert "changed" in changed.reason


def _destroy_keys(house: House) -> None:
    """Take every data key's wrapped form away, as destroying a key does."""
    engine = create_engine(house.settings.keys_url)
    with engine.begin() as db:
        db.execute(text("UPDATE data_keys SET wrapped = NULL"))
    engine.dispose()
    house.keyring.forget_cached()


def test_once_the_keys_are_destroyed_the_words_are_gone_and_everything_else_stays(house: House) -> None:
    house.archive.append_new([message(1)])
    (before,) = records(house)
    _destroy_keys(house)
    (after,) = records(house)
    assert isinstance(after.event, MessagePosted)
    assert isinstance(before.event, MessagePosted)
    assert after.event.text.value is ERASED
    assert after.event.text.commit == before.event.text.commit
    assert after.event.channel == "chat"
    assert after.stamp.ties == before.stamp.ties
    assert after.stamp.written("customer") is None


def test_a_person_stays_erased_when_an_old_file_is_brought_again(house: House) -> None:
    house.archive.append_new([message(1)])
    _destroy_keys(house)
    assert house.archive.append_new([message(1)]) == [Fate.KNOWN]
    assert house.archive.append_new([message(2)]) == [Fate.NEW]
    gone, fresh = records(house)
    assert isinstance(gone.event, MessagePosted)
    assert isinstance(fresh.event, MessagePosted)
    assert gone.event.text.erased
    assert fresh.event.text.text is not None


def test_a_decision_is_taken_on_what_was_decided_before(house: House) -> None:
    decide = partial(house.archive.decide, ("staff", "ona"), directory.evolve, by=OPERATOR)
    register = partial(directory.register, login="ona", role="agent")
    assert decide(register) == [2]
    with pytest.raises(UserKnownAlready):
        decide(register)
    assert decide(directory.retire) == [3]
    assert house.archive.head().size == 3


def test_a_decision_is_taken_anew_when_somebody_else_decided_meanwhile(house: House) -> None:
    register = partial(directory.register, login="ona", role="agent")
    house.archive.decide(("staff", "ona"), directory.evolve, register, OPERATOR)
    states: list[directory.User | None] = []

    def retire_late(user: directory.User | None) -> Event:
        states.append(user)
        if len(states) == 1:
            house.archive.decide(("staff", "ona"), directory.evolve, directory.retire, OPERATOR)
        return directory.retire(user)

    with pytest.raises(Refused):
        house.archive.decide(("staff", "ona"), directory.evolve, retire_late, OPERATOR)
    assert [user.retired for user in states if user] == [False, True]


def test_a_note_stands_on_a_stream_of_its_own(house: House) -> None:
    for _ in range(2):
        house.archive.note(DeliveryRead(found=1, new=1, known=0, refused=0), OPERATOR)
    first, second = records(house)
    assert first.stream != second.stream
    assert first.version == second.version == 1


def test_words_of_another_month_have_another_key(house: House) -> None:
    house.archive.append_new(
        [
            message(1, at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC)),
            message(2, at=datetime(2026, 2, 1, 0, 1, tzinfo=UTC)),
            message(3, at=datetime(2026, 2, 14, tzinfo=UTC)),
            message(4, at=datetime(2126, 2, 14, tzinfo=UTC)),
            message(5, at=datetime(2026, 2, 14, tzinfo=UTC), customer="cust-8"),
        ]
    )
    engine = create_engine(house.settings.keys_url)
    with engine.begin() as db:
        months = db.execute(text("SELECT owner, month FROM data_keys")).all()
    engine.dispose()
    tie = house.archive.names.tie
    assert {month for owner, month in months if owner == tie("customer", "cust-7").hex} == {
        "2026-01",
        "2026-02",
        f"{BEGINNING:%Y-%m}",
    }
    assert {month for owner, month in months if owner == tie("customer", "cust-8").hex} == {"2026-02"}


def test_the_words_of_nobody_known_belong_to_their_conversation(house: House) -> None:
    house.archive.append_new([message(1, customer=None)])
    engine = create_engine(house.settings.keys_url)
    with engine.begin() as db:
        owners = set(db.execute(text("SELECT owner FROM data_keys")).scalars())
    engine.dispose()
    assert house.archive.names.tie("conversation", "c1").hex in owners


@pytest.mark.parametrize(
    ("ties", "kind", "same"),
    [
        ((("customer", "a"),), "customer", True),
        ((("representative", "a"),), "customer", True),
        ((("technician", "a"),), "staff", True),
        ((("conversation", "a"),), "customer", False),
    ],
)
def test_parts_that_people_play_point_at_the_same_person(
    house: House, ties: tuple[tuple[str, str], ...], kind: str, same: bool
) -> None:
    tie: Callable[[str, str], object] = house.archive.names.tie
    assert (tie(*ties[0]) == tie(kind, "a")) is same


def test_names_of_streams_are_compact_json_under_the_archives_namespace(house: House) -> None:
    names = house.archive.names
    item = ItemName("message", "чат", 'a"b', None)
    spoken = '["witnessed","message","чат","a\\"b",null,"message.posted",0]'
    assert names.witnessed(item, "message.posted", 0) == uuid5(names.namespace, spoken)
    assert names.decided("ticket", "T-1") == uuid5(names.namespace, '["decided","ticket","","T-1"]')
