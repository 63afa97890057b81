"""Verifying: copies, types, single bits, what is not covered, and going on from where it was."""

from __future__ import annotations

import sqlite3
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from audit.archive.log.verification import verify_log
from audit.archive.log.verified import VERIFIED_FILE, recall_verified, remember_verified
from audit.domain.actor import Actor
from audit.domain.conversation import MessagePosted
from audit.domain.custody import ErasureExecuted
from audit.domain.customer import CustomersLinked, TieCorrected
from audit.domain.errors import Unreadable
from audit.domain.event import Personal
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import Note, sign_text
from audit.evidence.tree import Frontier
from audit.projections.comparing import comparing_ties
from audit.projections.ties import Ties
from tests.archive.house import new_house
from tests.archive.items import message
from tests.archive.log.attacker import attacking
from tests.archive.log.sealed import EXTRA, LAST, SIZES, cosign_newest, newest, said, say, sealed, verified, verifying

if TYPE_CHECKING:
    from pathlib import Path

    from audit.bootstrap.house import House
    from tests.archive.log.attacker import Attacker

BY = Actor(login="operator", role="operator")


def test_what_no_checkpoint_covers_yet_is_counted_and_dated(house: House) -> None:
    held = sealed(house)
    found = verified(house, held)
    (first,) = house.archive.read(LAST, 1)
    assert found.uncovered.count == EXTRA
    assert found.uncovered.since == first.stamp.recorded_at  # type: ignore[union-attr]  # it is not damaged
    house.log.seal()
    assert verified(house, held).uncovered.count == 0


def test_an_archive_that_was_never_sealed_is_not_proven(house: House) -> None:
    say(house, 1, 3)
    found = verified(house)
    assert (said(found), found.proven, found.checkpoints, found.uncovered.count) == ("", False, 0, 4)


def test_checkpoints_of_others_show_nothing(house: House) -> None:
    held = sealed(house)
    other = SigningKey.generate("example.com/other", KeyKind.TEXT)
    root = held.decode().splitlines()[2]
    text = f"example.com/other\n{LAST}\n{root}\n"
    foreign = bytes(Note(text).signed(sign_text(text, other)))
    forged = held.replace(str(LAST).encode(), str(LAST - 1).encode(), 1)
    for note, sentence in ((foreign, "not of example.com/archive"), (forged, "not genuine"), (b"x", "no checkpoint")):
        with pytest.raises(Unreadable, match=sentence):
            verified(house, note)


def test_a_checkpoint_from_before_there_were_witnesses_is_compared_and_anchors_nothing(house: House) -> None:
    say(house, 1, 9)
    house.log.seal()
    early = newest(house)
    held = sealed(house)
    witness = SigningKey.generate("witness.example.net", KeyKind.COSIGNATURE)
    policy = f"log {house.log.key_history().keys[0][0]}\nwitness w {witness.verifier}\nquorum w\n"
    cosign_newest(house, witness)
    found = verified(house, early, policy=policy)
    assert (said(found), found.anchored, found.proven) == ("", 0, False)
    assert "held-0 over 10 events is signed by the log, but too few witnesses" in found.remarks[0]
    both = verified(house, early, newest(house), policy=policy)
    assert (both.anchored, both.proven) == (LAST, True)
    assert held in newest(house)
    with attacking(house) as attacker:
        attacker.rewrite(5)
    assert "held outside (held-0) over 10 events is not about the events" in said(verified(house, early, policy=policy))


def test_a_checkpoint_of_a_key_the_policy_does_not_name_shows_nothing(house: House) -> None:
    held = sealed(house)
    other = SigningKey.generate("example.com/archive", KeyKind.TEXT).verifier
    with pytest.raises(Unreadable, match="can be relied upon"):
        verified(house, held, policy=f"log {other}\nquorum none\n")


# -- the log's own tables --


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DELETE FROM tiles WHERE level = 0", "does not fit events 1 to 256"),
        ("UPDATE tiles SET hashes = (SELECT root FROM checkpoints LIMIT 1)", "does not fit events 1 to 256"),
        ("INSERT INTO tiles SELECT 1, 0, hashes FROM tiles", "more tiles"),
        ("UPDATE checkpoints SET root = (SELECT leaf_hash FROM events LIMIT 1) WHERE size = 101", "row was altered"),
        ("UPDATE checkpoints SET note = 'x' WHERE size = 101", "not one this log signed"),
        ("UPDATE checkpoints SET size = 99 WHERE size = 101", "does not say what was signed"),
        ("UPDATE head SET size = size + 1", "The archive counts"),
    ],
)
def test_changed_tiles_and_checkpoints_are_found(house: House, statement: str, finding: str) -> None:
    held = sealed(house)
    with attacking(house) as attacker:
        attacker.run(statement)
    assert finding in said(verified(house, held))


def test_a_column_of_another_type_is_found_and_stops_nothing(tmp_path: Path) -> None:
    house = new_house(tmp_path / "archive")
    held = sealed(house)
    columns = {
        "events": ("originator_id", "originator_version", "topic", "state", "sealed", "leaf_hash"),
        "checkpoints": ("root", "note", "signed_at"),
        "tiles": ("hashes",),
    }
    for table, names in columns.items():
        for name in names:
            for other in ("12", "1.5", "'text'", "x'00ff'"):
                _change_type(house, table, name, other, held)
    house.close()


def _change_type(house: House, table: str, name: str, other: str, held: bytes) -> None:
    with attacking(house) as attacker:
        kept = attacker.run(f"SELECT rowid, {name} FROM {table} ORDER BY rowid LIMIT 1")[0]  # noqa: S608  # names from here
        attacker.run(f"UPDATE {table} SET {name} = {other} WHERE rowid = ?", kept[0])  # noqa: S608  # names from here
    try:
        found = verified(house, held).findings
        # A time of sealing is not part of what was signed.
        assert found or name == "signed_at", (table, name, other)
    finally:
        with attacking(house) as attacker:
            attacker.run(f"UPDATE {table} SET {name} = ? WHERE rowid = ?", kept[1], kept[0])  # noqa: S608  # names from here


# -- single bits --


COLUMNS = ("originator_id", "originator_version", "topic", "state", "sealed", "leaf_hash", "position")


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_any_single_bit_is_found(house: House, count: int) -> None:
    say(house, 1, 8)
    house.log.seal()
    held = newest(house)
    random = Random(7)  # noqa: S311  # the same bits each time
    size = house.recorder.head().size
    with attacking(house) as attacker:
        done = 0
        while done < count:
            position, column = random.randint(1, size), random.choice(COLUMNS)
            done += _flip(house, attacker, position, column, random, held)
    assert said(verified(house, held)) == ""


def _flip(house: House, attacker: Attacker, position: int, column: str, random: Random, held: bytes) -> bool:
    """Flip one bit, look, and flip it back; False where the database does not take such a value."""
    ((kept,),) = attacker.run(f"SELECT {column} FROM events WHERE position = ?", position)  # noqa: S608  # see COLUMNS
    flipped = _flipped(kept, random)
    if flipped is None:
        return False
    place = "CAST(? AS TEXT)" if attacker.sqlite and column == "topic" else "?"
    value = flipped.encode("latin-1") if attacker.sqlite and column == "topic" else flipped
    try:
        attacker.run(f"UPDATE events SET {column} = {place} WHERE position = ?", value, position)  # noqa: S608  # same
    except (sqlite3.Error, psycopg.Error):
        return False
    try:
        assert verified(house, held).findings, (position, column, kept, flipped)
    finally:
        where = flipped if column == "position" else position
        attacker.run(f"UPDATE events SET {column} = ? WHERE position = ?", kept, where)  # noqa: S608  # the same
    return True


def _flipped(value: Any, random: Random) -> Any:
    match value:
        case None:
            return None
        case UUID():
            return UUID(int=value.int ^ 1 << random.randrange(128))
        case int():
            return value ^ 1 << random.randrange(63)
        case str():
            place = random.randrange(len(value))
            changed = chr(ord(value[place]) ^ 1 << random.randrange(8))
            return value[:place] + changed + value[place + 1 :]
        case _:
            flipped = bytearray(value)
            flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
            return bytes(flipped)


# -- copies --


def test_words_an_erasure_took_are_not_missed(house: House) -> None:
    held = sealed(house)
    with attacking(house) as attacker:
        attacker.run("UPDATE events SET sealed = NULL WHERE position IN (7, 8)")
    house.archive.note(ErasureExecuted(keys=(), spans=("7", "1-999999999999999999"), ground="consent"), BY)
    with attacking(house) as attacker:
        attacker.run("UPDATE head SET erasures = 1")
    found = verified(house, held)
    assert said(found) == ""
    assert found.proven
    with attacking(house) as attacker:
        attacker.run("UPDATE head SET erasures = 0")
    assert "no erasure took them" in said(verified(house, held))


def test_an_erasure_authorises_nothing_that_came_after_it(house: House) -> None:
    house.archive.note(ErasureExecuted(keys=(), spans=("1-9",), ground="consent"), BY)
    say(house, 1, 4)
    with attacking(house) as attacker:
        attacker.run("UPDATE head SET erasures = 1")
        attacker.run("UPDATE events SET sealed = NULL WHERE position = 4")
    assert "4: The sealed words of this event are gone" in said(verified(house))


def test_a_key_that_still_opens_after_its_erasure_is_found(house: House) -> None:
    say(house, 1, 2)
    (key,) = {row.state.split(b'"key":"')[1][:32].decode() for row in house.recorder.rows(1, 2)}
    house.archive.note(ErasureExecuted(keys=(key,), spans=("2-3",), ground="consent"), BY)
    with attacking(house) as attacker:
        attacker.run("UPDATE head SET erasures = 1")
    assert "destroyed a key that still opens" in said(verified(house))


def test_missing_and_changed_originals_are_found(house: House) -> None:
    long = MessagePosted(text=Personal("long " * 60_000), channel="chat")
    house.archive.append_new([message(1, event=long)])
    house.archive.append_new([message(2, event=MessagePosted(text=Personal("other " * 60_000), channel="chat"))])
    assert said(verified(house)) == ""
    names = list(house.originals.shelf.names())
    assert len(names) == 2
    first, second = (house.settings.folder / "originals" / name[:2] / name[2:4] / name for name in names)
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1] + b"x")
    told = said(verified(house))
    assert "An original of this event is missing" in told
    assert "An original of this event was changed" in told


def different_ties(house: House) -> list[int]:
    with comparing_ties(house.archive, house.views) as ties:
        verify_log(verifying(house, watch=ties), lambda _: None)
        return ties.different()


def test_ties_that_are_not_as_the_events_say_are_found(house: House) -> None:
    say(house, 1, 6)
    linked = [("linked", "cust-8")]
    house.archive.decide(("customer", "cust-7"), _only, lambda _: CustomersLinked(), BY, ties=linked)
    house.archive.note(TieCorrected(position=3, kind="customer"), BY, ties=[("customer", "cust-9")])
    house.archive.note(TieCorrected(position=3, kind="customer"), BY, ties=[("customer", "cust-7")])
    house.follower.catch_up()
    assert different_ties(house) == []
    for statement, position in (
        ("DELETE FROM ties WHERE position = 4 AND kind = 'customer'", 4),
        ("UPDATE ties SET since = 2 WHERE position = 3", 3),
        ("UPDATE ties_links SET linked = false", 8),
        ("INSERT INTO ties SELECT tie, kind, 5, since, until FROM ties WHERE position = 1", 5),
        ("UPDATE ties SET until = 9 WHERE position = 6", 6),
        ("UPDATE ties SET tie = 'x' WHERE position = 7 AND kind = 'conversation'", 7),
        ("UPDATE ties SET kind = 'custom, er' WHERE position = 2 AND kind = 'customer'", 2),
        ("INSERT INTO ties_links SELECT 2, one, other, linked FROM ties_links", 2),
        ("DELETE FROM ties_links WHERE position = 8", 8),
    ):
        with house.views.writing() as db:
            db.exec_driver_sql(statement)
        found = different_ties(house)
        assert position in found, (statement, found)
    house.follower.rebuild()
    assert different_ties(house) == []


def test_ties_that_only_look_alike_as_text_are_found(tmp_path: Path) -> None:
    house = new_house(tmp_path / "archive")
    say(house, 1, 6)
    house.follower.catch_up()
    for change in (
        "tie = CAST(tie AS BLOB)",
        "kind = CAST(kind AS BLOB)",
        "since = 'x'",
        "until = 'x'",
        "position = 'x'",
    ):
        with house.views.reading(Ties) as (_, view):
            table = view.ties.name
        with house.views.writing() as db:
            db.exec_driver_sql(f"UPDATE {table} SET {change} WHERE position = 4 AND kind = 'customer'")  # noqa: S608  # names from here
        assert different_ties(house), change
        house.follower.rebuild()
        assert different_ties(house) == []
    house.close()


def test_ties_of_events_that_were_tampered_with_stop_nothing(house: House) -> None:
    say(house, 1, 6)
    house.follower.catch_up()
    with attacking(house) as attacker:
        attacker.run("UPDATE events SET state = ? WHERE position = 3", b"{")
        attacker.run("UPDATE events SET state = ? WHERE position = 4", b'{"ties":[5]}')
        attacker.delete(5)
    assert different_ties(house) == [5]


def _only(state: None, _: object) -> None:
    return state


# -- quickly --


def test_a_quick_check_goes_on_from_the_last_one_and_knows_earlier_checkpoints(house: House) -> None:
    held = sealed(house)
    whole = verified(house, held)
    folder, secret = house.settings.folder, house.delivery_secret
    remember_verified(folder, secret, whole.blocks)
    blocks = recall_verified(folder, secret)
    assert blocks is not None
    found = verified(house, held, since=blocks)
    assert (said(found), found.since, found.root) == ("", 256, whole.root)
    with house.settings.folder.joinpath(VERIFIED_FILE).open("r+") as file:
        file.write(file.read().replace('"blocks":1', '"blocks":2'))
    assert recall_verified(folder, b"another secret") is None
    with attacking(house) as attacker:
        attacker.rewrite(270)
    assert "between event 252 and event 281" in said(verified(house, held, since=blocks))


def test_a_quick_check_does_not_believe_tiles_that_lead_elsewhere(house: House) -> None:
    held = sealed(house)
    blocks = verified(house, held).blocks
    with attacking(house) as attacker:
        attacker.rewrite(50)
        attacker.run("UPDATE tiles SET hashes = (SELECT root FROM checkpoints LIMIT 1)")
    assert "does not lead to what was verified before" in said(verified(house, held, since=blocks))


def test_what_was_verified_is_not_taken_from_others(house: House) -> None:
    folder, secret = house.settings.folder, house.delivery_secret
    remember_verified(folder, secret, Frontier(1, [b"x" * 32]))
    assert recall_verified(folder, b"other") is None
    file = folder / VERIFIED_FILE
    file.write_text(file.read_text().replace('"blocks":1', '"blocks":2'))
    assert recall_verified(folder, secret) is None
    file.unlink()
    assert recall_verified(folder, secret) is None


def test_sizes_between_and_at_blocks_are_all_noted(house: House) -> None:
    assert SIZES[0] < 256 < LAST
    say(house, 1, 255)
    house.log.seal()
    at_block = newest(house)
    say(house, 256, 600)
    house.log.seal()
    assert verified(house, at_block, newest(house)).anchored == 601
