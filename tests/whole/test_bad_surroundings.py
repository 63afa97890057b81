"""Lost keys, full disks, dead databases: one sentence says what to do, and nothing is half done."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.archive.recorders.places import behind_our_back
from tests.whole.commands import Place
from tests.whole.company import records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres_server import PostgresServer
    from tests.whole.commands import Commands

_WRONG_USE, _FAILED, _COULD_NOT_RUN = 64, 1, 3


def _newer(place: Place) -> None:
    behind_our_back(place.database, "UPDATE archive SET value = '99' WHERE name = 'format'")


def _without_facts(place: Place) -> None:
    behind_our_back(place.database, "DELETE FROM archive")


def _nonsense_facts(place: Place) -> None:
    behind_our_back(place.database, "UPDATE archive SET value = 'nonsense'")


def _garbage(name: str) -> Callable[[Place], None]:
    def spoil(place: Place) -> None:
        for file in place.folder.glob(f"{name}*"):
            file.unlink()
        (place.folder / name).write_bytes(b"no database " * 1_000)

    return spoil


def _half_garbage(name: str) -> Callable[[Place], None]:
    def spoil(place: Place) -> None:
        content = (place.folder / name).read_bytes()
        (place.folder / name).write_bytes(content[:20_480] + b"x" * (len(content) - 20_480))

    return spoil


def _gone(name: str) -> Callable[[Place], None]:
    return lambda place: (place.folder / name).unlink()


def _text(name: str, content: bytes) -> Callable[[Place], None]:
    def spoil(place: Place) -> None:
        (place.folder / name).write_bytes(content)

    return spoil


def _readable_by_others(place: Place) -> None:
    (place.folder / "root.key").chmod(0o644)


# What is spoiled, and what the sentence says of the trouble and of the remedy.
SPOILED: dict[str, tuple[Callable[[Place], None], list[str]]] = {
    "key database gone": (_gone("keys.db"), ["keys.db is missing", "restore it from its backup"]),
    "key database empty": (_text("keys.db", b""), ["keys.db is missing", "restore it from its backup"]),
    "key database is garbage": (_garbage("keys.db"), ["key database", "restore it"]),
    "wrong root key": (_text("root.key", b"00" * 32), ["does not open the key database", "put the two that match"]),
    "root key gone": (_gone("root.key"), ["root.key cannot be read", "restore it"]),
    "root key is no key": (_text("root.key", b"my password"), ["does not hold a root key", "restore it"]),
    "root key is no text": (_text("root.key", b"\xff" * 32), ["does not hold a root key", "restore it"]),
    "root key empty": (_text("root.key", b""), ["does not hold a root key", "restore it"]),
    "root key readable by others": (_readable_by_others, ["may be read by others", "chmod 600"]),
    "written by a newer version": (_newer, ["newer On Record (format 99", "update"]),
    "archive without facts": (_without_facts, ["archive"]),
    "archive with nonsense for facts": (_nonsense_facts, ["archive"]),
    "archive gone": (_gone("archive.db"), ["There is no archive", "onrecord init"]),
    "archive is garbage": (_garbage("archive.db"), ["file is not a database", "restore it"]),
    "archive is half garbage": (_half_garbage("archive.db"), ["malformed", "restore it"]),
}


@pytest.mark.long
@pytest.mark.parametrize("what", SPOILED)
def test_what_is_missing_or_wrong_is_named_with_its_remedy(embedded: Place, what: str) -> None:
    spoil, expected = SPOILED[what]
    spoil(embedded)
    before = _contents(embedded.folder)
    for words, code in ((("customers",), _FAILED), (("verify",), _COULD_NOT_RUN)):
        said = embedded.run(*words).refusal(code)
        assert [part for part in expected if part not in said] == [], said
    doctor = embedded.run("doctor", "--json")
    assert (doctor.code, doctor.err) == (1, "")
    assert not doctor.said["well"]
    assert _contents(embedded.folder).keys() == before.keys()


def test_keys_of_another_archive_open_nothing(embedded: Place, commands: Commands, tmp_path: Path) -> None:
    other = Place(commands=commands, folder=tmp_path / "other")
    assert other.run("init", "--origin", "example.com/other").code == 0
    for name in ("keys.db", "root.key"):
        shutil.copy(other.folder / name, embedded.folder / name)
    assert "belongs to another archive" in embedded.run("customers").refusal(_FAILED)
    assert "belongs to another archive" in embedded.run("verify").refusal(_COULD_NOT_RUN)


@pytest.mark.long
def test_lost_views_are_made_anew_from_the_events(embedded: Place) -> None:
    found = embedded.run("customers", "--json").facts["customers"]
    for file in embedded.folder.glob("views.db*"):
        file.unlink()
    assert embedded.run("customers", "--json").facts["customers"] == found
    assert len(found) > 1


@pytest.mark.long
@pytest.mark.parametrize("spoil", [_garbage("views.db"), _half_garbage("views.db")], ids=["garbage", "half garbage"])
def test_damaged_views_are_told_to_be_deleted_and_are_then_made_anew(
    embedded: Place, spoil: Callable[[Place], None]
) -> None:
    found = embedded.run("customers", "--json").facts["customers"]
    spoil(embedded)
    said = embedded.run("customers").refusal(_FAILED)
    assert "views" in said
    assert "can be deleted and is made anew" in said
    for file in embedded.folder.glob("views.db*"):
        file.unlink()
    assert embedded.run("customers", "--json").facts["customers"] == found


@pytest.mark.parametrize("words", [("import", "missing.ndjson"), ("import", "missing/")])
def test_a_path_that_is_not_there_changes_nothing(embedded: Place, company: Path, words: tuple[str, ...]) -> None:
    assert "There is no missing" in embedded.run(*words, str(company)).refusal(_FAILED)
    with embedded.house() as house:
        assert records(house)[-1].event.TOPIC == "delivery.read"
        assert house.archive.head().size == house.views.position("ties")


WRONG = {
    "no such command": ("frobnicate",),
    "no query": ("search",),
    "no path": ("import",),
    "no such option": ("verify", "--quickly"),
    "no number": ("search", "word", "--limit", "many"),
    "no such format": ("import", "company.ndjson", "--format", "telepathy"),
    "no such zone": ("import", "company.ndjson", "--zone", "../../etc/passwd"),
    "open quotation": ("search", '"word'),
    "open bracket": ("search", "((((word"),
    "a date that is none": ("search", "at:someday"),
    "paper of no kind": ("record", "cust-1", "-o", "record.doc"),
    "a day that is none": ("record", "cust-1", "-o", "record.json", "--from", "yesterday"),
    "beyond the end": ("record", "cust-1", "-o", "record.json", "--position", "99999"),
    "before the beginning": ("record", "cust-1", "-o", "record.json", "--position", "0"),
    "a name no log can have": ("init", "--origin", "two words"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_use_ends_with_64_and_changes_nothing(embedded: Place, what: str) -> None:
    with embedded.house() as house:
        before = house.archive.head()
    words = [word if word != "company.ndjson" else __file__ for word in WRONG[what]]
    assert embedded.run(*words).refusal(_WRONG_USE)
    with embedded.house() as house:
        assert house.archive.head() == before


@pytest.mark.parametrize("name", ["ZONE", "DATABASE_URL", "KEYS_URL", "SCHEMA", "RETENTION"])
def test_a_setting_that_cannot_be_used_is_named(commands: Commands, tmp_path: Path, name: str) -> None:
    said = commands.run("verify", "--data", str(tmp_path), environ={f"ONRECORD_{name}": "no/such;thing"}).refusal(
        _WRONG_USE
    )
    assert f"ONRECORD_{name}" in said


def test_a_stranger_sees_nothing(embedded: Place, commands: Commands) -> None:
    for words, code in ((("customers",), _FAILED), (("search", "word"), _FAILED)):
        ended = commands.run(*words, "--data", str(embedded.folder), "--as", "stranger")
        assert "stranger is not registered" in ended.refusal(code)


def test_where_a_file_is_in_the_way_no_archive_is_made(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    place = Place(commands=commands, folder=tmp_path / "file")
    assert str(place.folder) in place.run("init", "--origin", "example.com/archive").refusal(_FAILED)
    assert "There is no archive" in place.run("customers").refusal(_FAILED)


# -- databases --


@pytest.mark.parametrize(
    "words", [("customers",), ("import", __file__), ("follow", "--once"), ("init", "--origin", "a.b/c")]
)
def test_a_database_that_is_down_is_named_with_the_remedy(
    embedded: Place, commands: Commands, words: tuple[str, ...]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    place = Place(commands=commands, folder=embedded.folder, url=f"postgresql://postgres@127.0.0.1:{port}/onrecord")
    assert "start the database" in place.run(*words).refusal(_FAILED)
    assert "start the database" in place.run("verify").refusal(_COULD_NOT_RUN)


def test_a_database_without_an_archive_is_named(commands: Commands, postgres_url: str, tmp_path: Path) -> None:
    place = Place(commands=commands, folder=tmp_path / "archive", url=postgres_url)
    assert "onrecord init" in place.run("customers").refusal(_FAILED)
    missing = Place(commands=commands, folder=tmp_path / "archive", url=f"{postgres_url}_missing")
    assert "does not exist" in missing.run("customers").refusal(_FAILED)


def test_a_database_that_goes_down_in_the_middle_loses_nothing(
    commands: Commands, postgres_server: PostgresServer, postgres_url: str, tmp_path: Path, company: Path
) -> None:
    place = Place(commands=commands, folder=tmp_path / "archive", url=postgres_url)
    assert place.run("init", "--origin", "example.com/archive").code == 0
    name = postgres_url.rpartition("/")[2]
    running = place.start("import", str(company), "--json")
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", (name,)).fetchall():
            assert running.ended_yet() is None
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        assert "database failed" in running.ended().refusal(_FAILED)
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    done = place.run("import", str(company), "--json").facts
    assert done["found"] == done["new"] + done["known"]
    assert place.checked().findings == []


# -- disks --


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of twelve megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    words = [mount, "-t", "tmpfs", "-o", "size=12m", "onrecord", str(folder)]
    mounted = subprocess.run(words, check=False, capture_output=True)  # noqa: S603 - our own words
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)  # noqa: S603, S607 - our own words


@pytest.mark.long
@pytest.mark.parametrize("room", [0, 150_000], ids=["not a byte", "a little"])
def test_a_full_disk_is_named_and_what_was_stored_stays(
    commands: Commands, full_folder: Path, small_disk: Path, company: Path, room: int
) -> None:
    place = Place(commands=commands, folder=small_disk / "archive")
    shutil.copytree(full_folder, place.folder)
    before = place.checked()
    another = small_disk / "another.ndjson"
    another.write_text(company.read_text().replace('"source":"', '"source":"another-'))
    filling = _fill(small_disk)
    os.truncate(filling, filling.stat().st_size - room)
    for words in (("import", str(another)), ("customers",)):
        said = place.run(*words).refusal(_FAILED)
        assert "full" in said or "room" in said, said
    filling.unlink()
    assert place.checked().findings == []
    assert place.checked().size >= before.size
    done = place.run("import", str(another), "--json").facts
    assert done["found"] == done["new"] + done["known"]
    assert place.run("customers").code == 0
    assert place.checked().findings == []


def test_a_disk_that_cannot_be_written_is_named(commands: Commands, full_folder: Path, small_disk: Path) -> None:
    shutil.copytree(full_folder, small_disk / "archive")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)  # noqa: S603, S607 - our own words
    place = Place(commands=commands, folder=small_disk / "archive")
    for words, code in ((("import", __file__), _FAILED), (("customers",), _FAILED)):
        said = place.run(*words).refusal(code)
        assert "permissions" in said, said
    said = Place(commands=commands, folder=small_disk / "new").run("init", "--origin", "a.b/c").refusal(_FAILED)
    assert str(small_disk) in said


def _fill(disk: Path) -> Path:
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return filling


def _contents(folder: Path) -> dict[str, int]:
    """Return the files of a folder, apart from what SQLite keeps beside an open database."""
    return {file.name: file.stat().st_size for file in folder.iterdir() if not file.name.endswith(("-wal", "-shm"))}
