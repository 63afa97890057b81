"""What was backed up comes back whole, and what was forgotten does not."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from audit.archive.backup.restoring import restore
from audit.archive.checking import check
from audit.archive.erasure.register import Emptied, ErasedRegister
from audit.archive.erasure.resealing import Stretch
from audit.archive.log.authority import authority
from audit.bootstrap import erasing
from audit.bootstrap.house import build
from audit.bootstrap.register import PROJECTIONS
from audit.domain.conversation import MessagePosted
from audit.domain.custody import ArchiveContinued, ErasureExecuted
from audit.domain.errors import NotFound, Refused, Unavailable, Unreadable
from audit.domain.event import Record
from audit.projections.dump import dump
from tests.backup.conftest import opened
from tests.erasure.forgetting import JONAS, ONA, forget
from tests.whole.company import bring

if TYPE_CHECKING:
    from pathlib import Path

    from audit.archive.backup.restoring import Place
    from audit.bootstrap.house import House
    from tests.backup.conftest import Safe

LINE = {"kind": "message", "source": "chat", "at": "2026-03-01T10:00:00Z", "role": "customer", "conversation": "c1"}


def filled(house: House, tmp_path: Path) -> None:
    long = {"kind": "note", "text": "a long story " * 30_000, "role": "agent"}
    lines = [
        LINE | {"id": "m1", "customer": "ona", "text": "the word of Ona"},
        LINE | {"id": "m2", "customer": "jonas", "conversation": "c2", "text": "the word of Jonas"},
        LINE | {"id": "n1", "customer": "ona"} | long,
    ]
    path = tmp_path / "in.ndjson"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert bring(house, path).new == 3
    house.log.seal()


def said(house: House) -> set[str | None]:
    records = house.archive.read(0, 1_000_000)
    return {one.event.text.text for one in records if isinstance(one, Record) and isinstance(one.event, MessagePosted)}


def findings(house: House) -> list[object]:
    allowed = authority(house.recorder).positions
    return list(check(house.recorder, may_be_missing=allowed, on_progress=lambda _: None).findings)


def test_what_comes_back_is_what_was_there_and_its_views_are_rebuilt_equal(
    house: House, safe: Safe, tmp_path: Path
) -> None:
    filled(house, tmp_path)
    house.follower.catch_up()
    safe.keep(house)
    place = safe.place(house)
    held = (("held", house.log.newest().note.encode()),) if house.log.newest() else ()  # type: ignore[union-attr]  # it was sealed
    outcome = restore(safe.backup, place, checkpoints=held)
    assert (outcome.origin, outcome.size) == (house.origin, house.archive.head().size)
    with closing(opened(place)) as restored:
        restored.follower.catch_up()
        for projection in PROJECTIONS:
            assert dump(restored.views, projection) == dump(house.views, projection), projection.name
        assert findings(restored) == []
        assert said(restored) == {"the word of Ona", "the word of Jonas"}
        assert restored.log.seal() is None
        bring(restored, tmp_path / "in.ndjson")
        assert restored.log.seal() is not None


def test_an_archive_goes_on_under_a_new_origin_and_says_what_it_was(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    kept = safe.keep(house)
    place = safe.place(house)
    outcome = safe.brought_back(place)
    with closing(opened(place)) as restored:
        (first,) = restored.archive.read(kept.size, 1)
        assert isinstance(first, Record)
        assert first.event == ArchiveContinued(origin="example.com/archive", size=kept.size, root=kept.root)
        signed = restored.log.seal()
        assert signed is not None
        assert signed.note.startswith("example.com/second\n")
        assert outcome.log_key == str(restored.log.verifiers()[0].key)
        assert findings(restored) == []


def test_without_a_word_about_what_was_signed_since_nothing_is_restored(
    house: House, safe: Safe, tmp_path: Path
) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    place = safe.place(house)
    with pytest.raises(Refused, match="--origin NAME"):
        safe.brought_back(place, origin=None)
    assert not list(place.folder.iterdir())


def test_a_backup_that_ends_before_the_last_checkpoint_does_not_go_on_under_its_name(
    house: House, safe: Safe, tmp_path: Path
) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    bring(house, tmp_path / "in.ndjson")
    signed = house.log.seal()
    assert signed is not None
    with pytest.raises(Refused, match="the backup ends at"):
        restore(safe.backup, safe.place(house), checkpoints=(("newest", signed.note.encode()),))


def test_who_was_forgotten_after_the_backup_stays_forgotten(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    forget(house, "ona")
    place = safe.place(house)
    outcome = safe.brought_back(place)
    assert outcome.forgotten > 0
    with closing(opened(place)) as restored:
        assert said(restored) == {None, "the word of Jonas"}
        assert findings(restored) == []
        assert any(
            isinstance(one, Record) and isinstance(one.event, ErasureExecuted)
            for one in restored.archive.read(0, 1_000)
        )
        assert not list(restored.originals.shelf.names())
        assert bring(restored, tmp_path / "in.ndjson").known == 3
        assert said(restored) == {None, "the word of Jonas"}


def test_a_stretch_that_was_cut_out_after_the_backup_stays_cut_out(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    position = next(
        one.position
        for one in house.archive.read(0, 100)
        if isinstance(one, Record) and isinstance(one.event, MessagePosted) and one.event.text.text == "the word of Ona"
    )
    asked = erasing.ask_cut(house, Stretch(position, "text", 12, 15), "third-person", ONA)
    erasing.execute(house, asked, JONAS)
    place = safe.place(house)
    outcome = safe.brought_back(place)
    assert (outcome.forgotten, outcome.emptied) == (0, 1)
    with closing(opened(place)) as restored:
        assert said(restored) == {None, "the word of Jonas"}
        assert findings(restored) == []
    again = safe.place(house, "once more")
    # What stands there now in another archive is not what was emptied: its leaf is another.
    leaf = next(iter(ErasedRegister(house.settings.erased_register).emptied()))
    house.settings.erased_register.write_text(f"{leaf.position}:{'0' * 64}\n")
    assert safe.brought_back(again).emptied == 0


def test_a_register_from_before_is_read_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "erased.register"
    file.write_text("\n" + "ab" * 16 + "\n\nnot a line\n")
    register = ErasedRegister(file)
    assert (register.read(), register.emptied()) == ({"ab" * 16}, set())
    register.add(["cd" * 16], [Emptied(7, "0" * 64)])
    register.add(["cd" * 16], [Emptied(7, "0" * 64)])
    assert (register.read(), register.emptied()) == ({"ab" * 16, "cd" * 16}, {Emptied(7, "0" * 64)})
    assert file.read_text().count(":") == 1


def test_who_was_forgotten_before_the_backup_stays_forgotten(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    forget(house, "ona")
    safe.keep(house)
    place = safe.place(house)
    assert safe.brought_back(place).forgotten == 0
    with closing(opened(place)) as restored:
        assert said(restored) == {None, "the word of Jonas"}
        assert findings(restored) == []


def test_without_the_register_nothing_is_restored(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    house.settings.erased_register.unlink()
    with pytest.raises(NotFound, match="ONRECORD_ERASED_REGISTER"):
        safe.brought_back(safe.place(house))


def test_a_register_that_lacks_what_was_destroyed_is_not_believed(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    forget(house, "ona")
    safe.keep(house)
    house.settings.erased_register.write_text("")
    with pytest.raises(Refused, match="does not hold"):
        safe.brought_back(safe.place(house))


def test_a_damaged_file_is_named_whichever_it_is(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    place = safe.place(house)
    files = [path for path in sorted(safe.backup.rglob("*")) if path.is_file()]
    assert any(path.parent.name != "backup" for path in files), "there is an original among them"
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        with pytest.raises(Unreadable, match=path.name.split(".")[0]):
            safe.brought_back(place)
        path.unlink()
        with pytest.raises(Unreadable):
            safe.brought_back(place)
        path.write_bytes(whole)
    (safe.backup / "stray").write_text("more")
    with pytest.raises(Unreadable, match="stray"):
        safe.brought_back(place)


def test_a_manifest_that_somebody_else_wrote_is_not_believed(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    manifest = safe.backup / "manifest.json"
    manifest.write_text(manifest.read_text().replace("example.com/archive", "example.com/another"))
    with pytest.raises(Unreadable, match=r"manifest\.json in the backup was altered"):
        safe.brought_back(safe.place(house))


def test_another_root_key_opens_nothing(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    key = safe.folder / "root.key"
    key.write_text("00" * 32 + "\n")
    with pytest.raises(Unavailable, match="root key"):
        safe.brought_back(safe.place(house))


def test_neither_a_backup_nor_a_restore_touches_a_place_in_use(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    with pytest.raises(Refused, match="not empty"):
        safe.keep(house)
    place = safe.place(house)
    safe.brought_back(place)
    before = sorted(path.name for path in place.folder.iterdir())
    with pytest.raises(Refused):
        safe.brought_back(place)
    assert sorted(path.name for path in place.folder.iterdir()) == before
    opened(place).close()


def test_there_is_no_key_of_the_root_in_a_backup(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    root = (safe.folder / "root.key").read_text().strip()
    log_key = (house.settings.folder / "log.key").read_text().strip().rpartition("+")[2]
    for path in safe.backup.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in (root, log_key):
                assert secret.encode() not in content
                assert bytes.fromhex(secret) not in content


def test_a_schema_of_the_archive_holds_no_table_a_backup_does_not_know(house: House, safe: Safe) -> None:
    if house.settings.database_url is None:
        return
    safe.keep(house)
    statement = SQL("CREATE TABLE {}.strange (n int)").format(Identifier(house.settings.schema))
    with psycopg.connect(house.settings.database_url, autocommit=True) as connection:
        connection.execute(statement)
    shutil.rmtree(safe.backup)
    with pytest.raises(Refused, match="strange"):
        safe.keep(house)


def test_the_register_of_the_restored_archive_is_the_one_that_was_given(
    house: House, safe: Safe, tmp_path: Path
) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    forget(house, "ona")
    gone = ErasedRegister(house.settings.erased_register).read()
    place: Place = safe.place(house)
    safe.brought_back(place)
    assert gone
    assert ErasedRegister(place.register).read() == gone


def test_the_house_that_was_copied_is_none_the_worse(house: House, safe: Safe, tmp_path: Path) -> None:
    filled(house, tmp_path)
    safe.keep(house)
    with closing(build(house.settings, world=house.world)) as again:
        assert findings(again) == []
