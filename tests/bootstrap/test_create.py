"""Making an archive: once, whole, and only readable with what was made for it."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audit.archive.stored import FORMAT
from audit.bootstrap.house import build, create, read_log_key
from audit.bootstrap.settings import Settings
from audit.domain.directory import UserRegistered
from audit.domain.errors import NotFound, Refused, Unavailable, WrongUse
from audit.domain.event import Record
from tests.archive.house import new_house, new_world

if TYPE_CHECKING:
    from pathlib import Path


def settings_of(folder: Path) -> Settings:
    return Settings(folder=folder, keys_url=f"sqlite:///{folder / 'keys.db'}", root_key=folder / "root.key")


def test_the_first_event_is_the_operator(tmp_path: Path) -> None:
    house = new_house(tmp_path)
    (first,) = house.archive.read(0, 10)
    assert isinstance(first, Record)
    assert isinstance(first.event, UserRegistered)
    assert first.event.role == "operator"
    house.close()


def test_where_an_archive_is_none_is_made(tmp_path: Path) -> None:
    new_house(tmp_path).close()
    with pytest.raises(Refused, match="already"):
        new_house(tmp_path)


def test_what_must_stay_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    new_house(tmp_path / "a").close()
    for name in ("root.key", "log.key"):
        assert stat.S_IMODE((tmp_path / "a" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_the_log_keeps_its_identity(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    vkey = create(settings_of(folder), origin="example.com/log", operator="ona", world=new_world())
    assert vkey.startswith("example.com/log+")
    assert str(read_log_key(settings_of(folder)).verifier) == vkey


def test_a_making_that_was_cut_short_is_gone_on_with(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "a")
    create(settings, origin="example.com/log", operator="ona", world=new_world())
    (tmp_path / "a" / "archive.db").unlink()
    create(settings, origin="example.com/log", operator="ona", world=new_world())
    build(settings, world=new_world()).close()


def test_a_name_no_log_can_have_is_wrong_use_and_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        create(settings_of(tmp_path / "a"), origin="two words", operator="ona", world=new_world())
    assert not (tmp_path / "a").exists()


def test_an_archive_of_a_newer_format_is_refused_in_one_sentence(tmp_path: Path) -> None:
    house = new_house(tmp_path)
    house.recorder.record_fact("format", str(FORMAT + 1))
    house.close()
    with pytest.raises(Refused, match="newer On Record") as told:
        build(house.settings)
    assert str(told.value).count(". ") == 0


def test_an_older_archive_is_opened_and_from_then_on_refused_to_older_code(tmp_path: Path) -> None:
    house = new_house(tmp_path)
    house.recorder.record_fact("format", "1")
    house.close()
    again = build(house.settings)
    assert again.recorder.facts()["format"] == str(FORMAT)
    again.close()


def test_no_archive_no_house(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="onrecord init"):
        build(settings_of(tmp_path))


def test_a_missing_key_database_is_named_and_not_made_anew(tmp_path: Path) -> None:
    house = new_house(tmp_path)
    house.close()
    (tmp_path / "keys.db").unlink()
    with pytest.raises(Unavailable, match="is missing"):
        build(house.settings)
    assert not (tmp_path / "keys.db").exists()


def test_the_keys_of_another_archive_open_nothing(tmp_path: Path) -> None:
    one, other = new_house(tmp_path / "a"), new_house(tmp_path / "b", world=new_world(b"other"))
    one.close()
    other.close()
    mixed = replace(one.settings, keys_url=other.settings.keys_url, root_key=other.settings.root_key)
    with pytest.raises(Unavailable, match="another archive"):
        build(mixed)
