"""Keys: made once, kept wrapped, and never the same for two."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from audit.archive.keyring import KeyOf, Keyring
from audit.archive.root import FileRoot
from audit.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JANUARY = KeyOf(uuid4(), "default", "2026-01")
FEBRUARY = JANUARY._replace(month="2026-02")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'keys.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def root(tmp_path: Path) -> FileRoot:
    root = FileRoot(tmp_path / "root.key", os.urandom)
    root.create()
    return root


@pytest.fixture
def keyring(url: str, root: FileRoot) -> Iterator[Keyring]:
    keyring = Keyring(url, root, os.urandom)
    keyring.create({"namespace": b"n" * 16})
    yield keyring
    keyring.close()


def test_a_key_is_made_once_and_found_again_by_everybody(keyring: Keyring, url: str, root: FileRoot) -> None:
    made = keyring.keys_for([JANUARY, FEBRUARY])
    assert made[JANUARY] != made[FEBRUARY]
    other = Keyring(url, root, os.urandom)
    assert other.keys_for([JANUARY]) == {JANUARY: made[JANUARY]}
    assert other.open([made[JANUARY].id]) == {made[JANUARY].id: made[JANUARY].key}
    other.close()


def test_an_id_that_never_was_is_left_out(keyring: Keyring) -> None:
    assert keyring.open(["00" * 16]) == {}


def test_a_secret_comes_back_as_it_was_made(keyring: Keyring) -> None:
    assert keyring.secret("namespace") == b"n" * 16


def test_keys_are_never_made_over_others(keyring: Keyring) -> None:
    with pytest.raises(Refused):
        keyring.create({})


def test_no_key_lies_there_unwrapped(keyring: Keyring, url: str) -> None:
    key = keyring.keys_for([JANUARY])[JANUARY].key
    parsed = make_url(url)
    engine = create_engine(parsed if "sqlite" in url else parsed.set(drivername="postgresql+psycopg"))
    with engine.connect() as db:
        (wrapped,) = db.execute(text("SELECT wrapped FROM data_keys")).scalars()
    engine.dispose()
    assert key not in bytes(wrapped)


def test_a_key_that_was_altered_is_not_used(keyring: Keyring, url: str, root: FileRoot) -> None:
    made = keyring.keys_for([JANUARY])[JANUARY]
    parsed = make_url(url)
    engine = create_engine(parsed if "sqlite" in url else parsed.set(drivername="postgresql+psycopg"))
    with engine.begin() as db:
        db.execute(text("UPDATE data_keys SET owner = :other"), {"other": uuid4().hex})
    engine.dispose()
    other = Keyring(url, root, os.urandom)
    with pytest.raises(Unavailable, match="altered"):
        other.open([made.id])
    other.close()


def test_another_root_opens_nothing_and_says_so(keyring: Keyring, url: str, tmp_path: Path) -> None:
    keyring.keys_for([JANUARY])
    stranger = FileRoot(tmp_path / "other.key", os.urandom)
    stranger.create()
    other = Keyring(url, stranger, os.urandom)
    with pytest.raises(Unavailable, match="root key"):
        other.secret("namespace")
    other.close()


def test_a_root_key_that_others_may_read_is_not_used(root: FileRoot, tmp_path: Path) -> None:
    (tmp_path / "root.key").chmod(0o644)
    with pytest.raises(Unavailable, match="chmod 600"):
        root.wrap(b"key", "purpose")


def test_a_root_key_is_never_overwritten(root: FileRoot) -> None:
    with pytest.raises(Refused):
        root.create()
