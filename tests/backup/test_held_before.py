"""Checkpoints of the log before a restore, held against the archive that went on under another name."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from eventsourcing.persistence import PersistenceError
from psycopg.sql import SQL, Identifier

from audit.archive.backup.restoring import restore
from audit.archive.guarding import guards
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.domain.actor import Actor
from audit.domain.errors import Unreadable
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import Note, sign_text
from tests.archive.log.attacker import attacking
from tests.archive.log.sealed import newest, said, say, verified
from tests.backup.conftest import opened

if TYPE_CHECKING:
    from pathlib import Path
    from typing import LiteralString

    from audit.bootstrap.house import House
    from tests.backup.conftest import Safe


BY = Actor(login="operator", role="operator")


@pytest.fixture
def held(house: House, safe: Safe) -> tuple[bytes, bytes]:
    """Two checkpoints handed out: one before the backup, and one after it, about what the backup does not hold."""
    say(house, 1, 30)
    house.log.seal()
    before = newest(house)
    say(house, 31, 40)
    safe.keep(house)
    say(house, 41, 60)
    house.log.seal()
    return before, newest(house)


def test_what_both_logs_share_is_proven_by_a_checkpoint_of_the_earlier_one(
    house: House, safe: Safe, held: tuple[bytes, bytes]
) -> None:
    before, _ = held
    place = safe.place(house)
    safe.brought_back(place)
    with closing(opened(place)) as restored:
        say(restored, 100, 110)
        restored.log.seal()
        found = verified(restored, before)
        assert (said(found), found.anchored, found.proven) == ("", Checkpoint.parse(Note.parse(before).text).size, True)
        both = verified(restored, before, newest(restored))
        assert (said(both), both.anchored) == ("", both.size)


def test_what_came_after_the_backup_is_said_to_be_missing_and_anchors_nothing(
    house: House, safe: Safe, held: tuple[bytes, bytes]
) -> None:
    _, after = held
    place = safe.place(house)
    safe.brought_back(place)
    with closing(opened(place)) as restored:
        found = verified(restored, after)
        assert (said(found), found.proven, found.anchored) == ("", False, 0)
        assert "this archive went on from a backup after event 41 of it" in found.remarks[0]


def test_an_event_that_was_altered_after_the_restore_does_not_fit_an_earlier_checkpoint(
    house: House, safe: Safe, held: tuple[bytes, bytes]
) -> None:
    before, _ = held
    place = safe.place(house)
    safe.brought_back(place)
    with closing(opened(place)) as restored:
        if place.database_url is None:
            with attacking(restored) as attacker:
                attacker.rewrite(12)
            assert "held outside (held-0) over 31 events" in said(verified(restored, before))


def test_a_strangers_checkpoint_and_a_forged_one_of_the_earlier_log_are_refused(
    house: House, safe: Safe, held: tuple[bytes, bytes]
) -> None:
    before, _ = held
    place = safe.place(house)
    safe.brought_back(place)
    forged = before.replace(b"\n31\n", b"\n30\n", 1)
    thief = SigningKey.generate("example.com/archive", KeyKind.TEXT)
    text = Note.parse(before).text
    other = SigningKey.generate("example.com/stranger", KeyKind.TEXT)
    foreign = text.replace("example.com/archive", "example.com/stranger")
    with closing(opened(place)) as restored:
        for note in (
            forged,
            bytes(Note(text).signed(sign_text(text, thief))),
            bytes(Note(foreign).signed(sign_text(foreign, other))),
        ):
            with pytest.raises(Unreadable):
                verified(restored, note)


def test_the_log_before_the_one_before_and_its_earlier_keys_are_known_too(
    house: House, safe: Safe, held: tuple[bytes, bytes], tmp_path: Path
) -> None:
    before, _ = held
    first = safe.place(house, "first")
    safe.brought_back(first)
    with closing(opened(first)) as second:
        second.log.rotate(lambda event: second.archive.note(event, BY))
        say(second, 200, 205)
        second.log.seal()
        turned = newest(second)
        again = type(safe)(tmp_path / "again", safe.url)
        again.keep(second)
        third_place = again.place(second, "third")
        restore(again.backup, third_place, origin="example.com/third")
    with closing(opened(third_place)) as third:
        for note in (before, turned):
            found = verified(third, note)
            assert (said(found), found.proven) == ("", True)


def test_the_checkpoints_of_the_log_before_can_neither_be_changed_nor_taken_out(
    house: House, safe: Safe, held: tuple[bytes, bytes], tmp_path: Path
) -> None:
    before, _ = held
    first = safe.place(house, "first")
    safe.brought_back(first)
    with closing(opened(first)) as second:
        _must_stay(second)
        second.log.seal()
        again = type(safe)(tmp_path / "again", safe.url)
        again.keep(second)
        next_place = again.place(second, "next")
        restore(again.backup, next_place, checkpoints=(("held", newest(second)),))
    with closing(opened(next_place)) as third:
        assert third.log.store.earlier_checkpoints()
        _must_stay(third)
        assert said(verified(third, before)) == ""
        _lose_a_guard(third)
        (triggers, *_) = guards(third.recorder)
        assert "earlier_checkpoints_no" in triggers.seen


def _must_stay(house: House) -> None:
    assert guards(house.recorder)[0].well
    for statement in (
        "DELETE FROM {}earlier_checkpoints",
        "UPDATE {}earlier_checkpoints SET note = 'another'",
    ):
        with pytest.raises(PersistenceError, match="checkpoints"):
            _carry_out(house, statement)


def _lose_a_guard(house: House) -> None:
    if isinstance(house.recorder, SQLiteRecorder):
        _carry_out(house, "DROP TRIGGER earlier_checkpoints_no_delete")
    else:
        _carry_out(house, "DROP TRIGGER earlier_checkpoints_no_truncate ON {}earlier_checkpoints")


def _carry_out(house: House, statement: LiteralString) -> None:
    if isinstance(house.recorder, SQLiteRecorder):
        with house.recorder.datastore.writing() as cursor:
            cursor.execute(statement.format(""))
        return
    assert isinstance(house.recorder, PostgresRecorder)
    with house.recorder.datastore.transaction(commit=True) as db:
        db.execute(SQL(statement).format(SQL("{}.").format(Identifier(house.recorder.datastore.schema))))
