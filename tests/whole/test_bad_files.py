"""Files as nobody should send them: each is accounted for, harms nothing and costs little."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from audit.projections.deliveries import Deliveries
from tests.whole.commands import Place

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole.commands import Commands, Ended

_MEBIBYTE = 1024 * 1024


def line(number: int, **fields: Any) -> bytes:
    told = {
        "kind": "message",
        "source": "chat",
        "id": f"bad-{number}",
        "conversation": "bad-c1",
        "customer": "bad-7",
        "at": "2026-03-01T10:00:00Z",
        "channel": "chat",
        "direction": "inbound",
        "role": "customer",
        "text": "Hello",
    }
    return json.dumps(told | fields, ensure_ascii=False).encode() + b"\n"


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return packed.getvalue()


ZEROS = bytes(100 * _MEBIBYTE)
GOOD = line(1) + line(2)


class Bad(NamedTuple):
    """A file's name and content, how many items of it are taken, and of each refusal how its reason ends."""

    name: str
    content: bytes
    taken: int
    reasons: list[str]


LINES = [
    Bad("cut-off.ndjson", GOOD[:-40], 1, ["the file ends in the middle of it, or it is not JSON"]),
    Bad("no-utf8.ndjson", line(1) + b'{"kind":"\xff\xfe"}\n' + line(2), 2, ["it is not UTF-8 (at byte 10)"]),
    Bad("no-text.ndjson", b"\xff\xfe\x80\n" * 2, 0, ["it is not UTF-8 (at byte 1)"] * 2),
    Bad("zeros.ndjson", line(1) + b"\0" * 50 + b"\n" + line(2), 2, ["it is not JSON"]),
    Bad("zero-in-text.ndjson", line(3, text="before\0after"), 1, []),
    Bad("zero-in-id.ndjson", line(1, id="m\0"), 0, [""]),
    Bad("no-zone.ndjson", line(1, at="2026-03-01T10:00:00") + line(2), 1, ["at "]),
    Bad("surrogate.ndjson", line(4).replace(b"Hello", b"\\ud800"), 0, ["half of a surrogate pair"]),
    Bad("deep.ndjson", line(1) + b"[" * 100_000 + b"\n" + line(2), 2, ["nested too deeply"]),
    Bad("great.ndjson", line(1) + b'{"at":' + b"9" * 100_000 + b"}\n" + line(2), 2, ["a number that is too long"]),
    Bad("clash.ndjson", line(1) + line(1, text="Goodbye"), 1, ["the first recorded stands"]),
]
FILES = [
    Bad("cut-off.zip", _zip("good.ndjson", GOOD)[:-20], 0, ["damaged or cut off"]),
    Bad("cut-off.ndjson.gz", gzip.compress(GOOD)[:-12], 0, ["damaged or cut off"]),
    Bad("bomb.zip", _zip("bomb.ndjson", ZEROS), 0, ["unpacks to far more than such a file should"]),
    Bad("bomb.ndjson.gz", gzip.compress(ZEROS), 0, ["far more than such a file should"]),
    Bad("bomb-in-bomb.zip", _zip("bomb.zip", _zip("bomb.ndjson", ZEROS)), 0, ["No importer knows this kind of file"]),
    Bad("escape.zip", _zip("../../escaped.ndjson", GOOD), 0, ["Its path leads out of the zip"]),
    Bad("unknown.bin", bytes(range(256)), 0, ["No importer knows this kind of file"]),
    Bad("half.json", b'{"vcon": "0.0.1", "parties": [', 0, [""]),
]


@pytest.fixture(scope="module")
def archive(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One archive that all the bad files come to, one after the other."""
    place = Place(commands=commands, folder=tmp_path_factory.mktemp("bad") / "archive")
    assert place.run("init", "--origin", "example.com/archive").code == 0
    return place


@pytest.mark.parametrize("bad", LINES, ids=lambda bad: bad.name)
def test_a_bad_line_is_refused_with_its_reason_and_the_rest_is_taken(archive: Place, bad: Bad, tmp_path: Path) -> None:
    said = _imported(archive, bad, tmp_path).facts
    assert said["rejected"] == []
    assert (said["new"] + said["known"], said["refused"]) == (bad.taken, len(bad.reasons))
    _assert_refusals_kept(archive, bad)


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.name)
def test_a_bad_file_is_refused_in_one_sentence(archive: Place, bad: Bad, tmp_path: Path) -> None:
    ended = _imported(archive, bad, tmp_path)
    said = ended.facts
    assert (said["found"], said["refused"]) == (1, 1)
    (rejected,) = said["rejected"]
    assert ended.err == f"{rejected['file']}: {rejected['reason']}\n"
    assert rejected["reason"].endswith(".")
    _assert_refusals_kept(archive, bad)
    assert not list(tmp_path.rglob("escaped*"))


def test_a_line_of_two_hundred_megabytes_costs_little_memory(archive: Place, tmp_path: Path) -> None:
    path = tmp_path / "huge.ndjson"
    with path.open("wb") as file:
        file.write(line(1) + b'{"kind":"')
        file.seek(200 * _MEBIBYTE, 1)
        file.write(b'"}\n' + line(2))
    little = archive.run("import", str(_written(tmp_path / "little.ndjson", GOOD)))
    ended = archive.run("import", str(path), "--json")
    assert (ended.facts["found"], ended.facts["refused"]) == (3, 1)
    assert ended.mebibytes < little.mebibytes + 100


def test_nothing_of_all_that_spoiled_the_archive(archive: Place) -> None:
    assert archive.checked().findings == []
    with archive.house() as house:
        house.follower.catch_up()
        assert house.views.alarms() == []


def _imported(archive: Place, bad: Bad, folder: Path) -> Ended:
    return archive.run("import", str(_written(folder / bad.name, bad.content)), "--json")


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _assert_refusals_kept(archive: Place, bad: Bad) -> None:
    with archive.house() as house:
        house.follower.catch_up()
        with house.views.reading(Deliveries) as (db, view):
            newest = view.newest(db, limit=1)[0]
    assert str(newest.name).startswith(bad.name.removesuffix(".gz"))
    kept = [refusal.reason for refusal in newest.refusals]
    assert len(kept) == len(bad.reasons)
    assert all(reason in said for reason, said in zip(bad.reasons, kept, strict=True)), kept
