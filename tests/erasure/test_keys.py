"""The life of keys: epochs begin and retire, closed keys open and seal nothing, destroyed ones leave no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from audit.archive.erasure.keys import EpochInUse, KeyCare
from audit.archive.erasure.register import ErasedRegister
from audit.archive.erasure.residue import key_residue, word_residue
from audit.archive.keyring import KeyOf, Keyring
from audit.archive.root import FileRoot
from audit.archive.users import UserSecrets
from audit.domain.errors import Refused
from tests.archive.house import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINE = KeyOf(UUID(int=7), "default", "2026-03")
YOURS = KeyOf(UUID(int=8), "default", "2026-03")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'keys.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


def opened(url: str, folder: Path) -> Keyring:
    root = FileRoot(folder / "root.key", repeated(b"root"))
    if not root.exists():
        root.create()
    keyring = Keyring(url, root, repeated(url.encode() + str(folder).encode()))
    if not keyring.exists():
        keyring.create({"archive": b"x" * 16})
    return keyring


@pytest.fixture
def keyring(url: str, tmp_path: Path) -> Iterator[Keyring]:
    keyring = opened(url, tmp_path)
    yield keyring
    keyring.close()


def test_a_closed_key_opens_and_seals_nothing_new(keyring: Keyring) -> None:
    old = keyring.keys_for([MINE])[MINE]
    KeyCare(keyring).close([old.id])
    new = keyring.keys_for([MINE])[MINE]
    assert new.id != old.id
    assert keyring.open([old.id, new.id]) == {old.id: old.key, new.id: new.key}
    assert set(KeyCare(keyring).owned_by([MINE.owner])) == {old.id, new.id}


def test_a_destroyed_key_opens_nothing_and_its_id_never_returns(keyring: Keyring, tmp_path: Path) -> None:
    keys = keyring.keys_for([MINE, YOURS])
    care = KeyCare(keyring)
    care.close([keys[MINE].id])
    gone = care.destroy([keys[MINE].id])
    assert [one.id for one in gone] == [keys[MINE].id]
    assert keyring.open([one.id for one in keys.values()]) == {keys[MINE].id: None, keys[YOURS].id: keys[YOURS].key}
    assert care.owned_by([MINE.owner]) == {}
    assert care.destroy([keys[MINE].id]) == []
    assert key_residue(tmp_path, gone) == []


def test_what_a_retired_epoch_guarded_is_wrapped_anew(keyring: Keyring, url: str, tmp_path: Path) -> None:
    care = KeyCare(keyring)
    before = keyring.keys_for([MINE, YOURS])
    care.close([before[YOURS].id])
    assert care.begin_epoch() == 2
    assert care.retire_epoch(1) == 2
    assert [(number, living) for number, living, _ in care.epochs()] == [(1, False), (2, True)]
    other = opened(url, tmp_path)
    assert other.open([one.id for one in before.values()]) == {one.id: one.key for one in before.values()}
    assert other.keys_for([MINE])[MINE] == before[MINE]
    other.close()


def test_a_process_that_still_knows_a_retired_epoch_makes_no_key_under_it(
    keyring: Keyring, url: str, tmp_path: Path
) -> None:
    keyring.keys_for([MINE])
    other = opened(url, tmp_path)
    KeyCare(other).begin_epoch()
    KeyCare(other).retire_epoch(1)
    made = keyring.keys_for([YOURS])[YOURS]
    other.forget_cached()
    assert other.open([made.id]) == {made.id: made.key}
    other.close()


def test_the_newest_epoch_and_one_that_is_gone_do_not_retire(keyring: Keyring) -> None:
    care = KeyCare(keyring)
    with pytest.raises(EpochInUse, match="rotate"):
        care.retire_epoch(1)
    care.begin_epoch()
    care.retire_epoch(1)
    with pytest.raises(Refused, match="no living epoch"):
        care.retire_epoch(1)


def test_the_register_survives_a_line_that_was_cut_short(tmp_path: Path) -> None:
    register = ErasedRegister(tmp_path / "erased.register")
    assert register.read() == set()
    register.add(["a" * 32])
    with register.path.open("a") as file:
        file.write("bbbb")
    register.add(["c" * 32, "a" * 32])
    assert register.read() == {"a" * 32, "c" * 32}
    assert register.path.stat().st_mode & 0o077 == 0


def test_residue_is_found_where_only_the_end_of_a_word_is_left(tmp_path: Path) -> None:
    (tmp_path / "left.db").write_bytes(b"\0\1zanzibarxyz\2")
    (tmp_path / "empty").write_bytes(b"")
    assert word_residue(tmp_path, ["trezanzibarxyz"], lambda _: False) == ["left.db"]
    assert word_residue(tmp_path, ["trezanzibarxyz"], lambda _: True) == []
    assert word_residue(tmp_path, [], lambda _: False) == []


def test_a_secret_is_right_or_wrong_and_is_nowhere_in_clear(keyring: Keyring, tmp_path: Path) -> None:
    users, jonas = UserSecrets(keyring, repeated()), UUID(int=3)
    assert not users.has(jonas)
    assert not users.is_right(jonas, "")
    secret = users.renew(jonas)
    assert users.has(jonas)
    assert users.is_right(jonas, f" {secret}\n")
    assert not users.is_right(jonas, secret[:-1])
    assert not users.is_right(jonas, "x" * 100_000)
    newer = users.renew(jonas)
    assert not users.is_right(jonas, secret)
    assert users.is_right(jonas, newer)
    assert not [file for file in tmp_path.iterdir() if file.is_file() and newer.encode() in file.read_bytes()]
    users.remove(jonas)
    assert not users.is_right(jonas, newer)
