"""Backups while others write, restores that are killed, and the way back from an empty machine, by commands."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from audit.sample.company import write
from tests.whole.commands import Place
from tests.whole.conftest import ENGINES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole.commands import Commands, Ended

WRITERS = 4


@pytest.fixture(params=ENGINES)
def made(request: pytest.FixtureRequest, commands: Commands, tmp_path: Path) -> Place:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    place = Place(commands=commands, folder=tmp_path / "archive", url=url)
    assert place.run("init", "--origin", "example.com/archive").code == 0
    return place


def emptied(place: Place, tmp_path: Path) -> Place:
    """Return a place on another, empty machine."""
    return replace(place, folder=tmp_path / "elsewhere", schema="elsewhere")


def bring_keys(place: Place, to: Place) -> None:
    """Carry over the two things that no backup holds."""
    to.folder.mkdir()
    for name in ("root.key", "erased.register"):
        shutil.copy(place.folder / name, to.folder / name)


def restored(to: Place, backup: Path) -> Ended:
    return to.run("restore", str(backup), "--origin", "example.com/second", "--json")


@pytest.mark.long
def test_a_backup_taken_while_four_others_append_comes_back_whole(made: Place, tmp_path: Path) -> None:
    files = [tmp_path / f"{seed}.ndjson" for seed in range(WRITERS)]
    for seed, path in enumerate(files):
        write(path, messages=120, seed=seed)
    importing = [made.start("import", str(path)) for path in files]
    sizes = [made.run("backup", str(tmp_path / f"backup-{n}"), "--json").facts["size"] for n in range(3)]
    assert [one.ended().code for one in importing] == [0] * WRITERS
    assert sizes == sorted(sizes)
    for number, size in enumerate(sizes):
        to = replace(made, folder=tmp_path / f"elsewhere-{number}", schema=f"elsewhere_{number}")
        bring_keys(made, to)
        done = to.run("restore", str(tmp_path / f"backup-{number}"), "--origin", "example.com/second", "--json")
        assert done.facts["size"] == size + 1
        verified = to.run("verify", "--json")
        assert (verified.code, verified.said["findings"]) == (2, [])


@pytest.mark.long
def test_a_restore_that_is_killed_leaves_nothing_that_serves_and_can_be_done_again(made: Place, tmp_path: Path) -> None:
    write(tmp_path / "in.ndjson", messages=60, seed=1)
    assert made.run("import", str(tmp_path / "in.ndjson")).code == 0
    assert made.run("backup", str(tmp_path / "backup")).code == 0
    whole = replace(made, folder=tmp_path / "whole", schema="whole")
    bring_keys(made, whole)
    taken = restored(whole, tmp_path / "backup").cpu_seconds
    to = emptied(made, tmp_path)
    bring_keys(made, to)
    words = ("restore", str(tmp_path / "backup"), "--origin", "example.com/second")
    killed = 0
    for part in range(1, 10):
        ended = to.start(*words, cpu_seconds=taken * part / 10).ended()
        if ended.code == 0:
            break
        killed += 1
        verified = to.run("verify", "--json")
        if verified.code != 3:
            # It died after the last rename and before it could say so: then the archive is there, and whole.
            break
    assert killed
    if ended.code and verified.code == 3:
        assert restored(to, tmp_path / "backup").code == 0
    assert to.run("verify", "--json").said["findings"] == []


@pytest.mark.parametrize("kept", ["shares", "sealed"])
def test_an_archive_comes_back_on_an_empty_machine(made: Place, tmp_path: Path, kept: str) -> None:
    write(tmp_path / "in.ndjson", messages=30, seed=1)
    assert made.run("import", str(tmp_path / "in.ndjson")).code == 0
    safe = tmp_path / "safe"
    safe.mkdir()
    ways: tuple[str, ...]
    back: tuple[str, ...]
    if kept == "shares":
        ways = ("--shares", "3", "--threshold", "2", "-o", str(safe))
        back = (str(safe / "share-3.txt"), str(safe / "share-1.txt"))
    else:
        private, public = pair(safe)
        ways = ("--to", str(public), "-o", str(safe / "sealed"))
        back = (str(safe / "sealed"), "--key", str(private))
    assert made.run("keys", "recovery", *ways).code == 0
    assert made.run("backup", str(safe / "backup")).code == 0
    (safe / "checkpoint").write_text(made.run("checkpoint", "--json").facts["note"])
    shutil.copy(made.folder / "erased.register", safe / "erased.register")
    events = made.run("search", "internet OR line", "--json").facts["total"]
    shutil.rmtree(made.folder)

    to = emptied(made, tmp_path)
    assert to.run("keys", "recover", *back).code == 0
    shutil.copy(safe / "erased.register", to.folder / "erased.register")
    restoring = to.run("restore", str(safe / "backup"), "--checkpoint", str(safe / "checkpoint"), "--json")
    assert restoring.facts["origin"] == "example.com/archive"
    assert to.run("verify", "--checkpoint", str(safe / "checkpoint"), "--json").facts["status"] == "proven"
    assert to.run("search", "internet OR line", "--json").facts["total"] == events


def pair(folder: Path) -> tuple[Path, Path]:
    """Write a recovery key and its public half, as openssl writes them."""
    private = X25519PrivateKey.generate()
    (folder / "private.pem").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "public.pem").write_bytes(
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return folder / "private.pem", folder / "public.pem"


def test_who_asks_wrongly_is_told_how(made: Place, tmp_path: Path) -> None:
    assert "--shares" in made.run("keys", "recovery", "-o", str(tmp_path / "x")).refusal(64)
    assert "no finished backup" in made.run("restore", str(tmp_path), "--into", str(tmp_path / "y")).refusal(1)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("a")
    assert "not empty" in made.run("backup", str(tmp_path / "full")).refusal(1)
