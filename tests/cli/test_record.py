"""Records by command: signed, as a package, checked again, many at once, and refused where that is due."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from audit.bootstrap.house import read_log_key
from audit.bootstrap.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    OnRecord = Callable[..., Said]

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.mark.long
def test_a_printed_record_is_signed_and_checked_with_the_logs_key(
    onrecord: OnRecord, place: list[str], tmp_path: Path
) -> None:
    paper = tmp_path / "record.pdf"
    said = onrecord("record", "cust-1", "-o", str(paper), "--paper", "Letter")
    assert said.code == 0, said.errors
    content = paper.read_bytes()
    assert said.facts["sha256"] == sha256(content).hexdigest() != said.facts["unsigned_sha256"]
    assert said.facts["counted"]
    position = str(said.facts["position"])
    again = onrecord(
        "record", "cust-1", "-o", str(tmp_path / "u.pdf"), "--paper", "Letter", "--position", position, "--unsigned"
    )
    unsigned = (tmp_path / "u.pdf").read_bytes()
    assert content.startswith(unsigned)
    assert again.facts["sha256"] == again.facts["unsigned_sha256"] == said.facts["unsigned_sha256"]
    key = str(read_log_key(Settings(folder=_folder(place))).verifier)
    checked = onrecord("verify", "--record", str(paper), "--log-key", key)
    assert (checked.code, checked.facts["status"], checked.facts["findings"]) == (0, "proven", [])
    assert [one["by_log_key"] for one in checked.facts["signatures"]] == [True]
    assert onrecord("verify", "--record", str(paper)).code == 2
    paper.write_bytes(content[:9000] + bytes([content[9000] ^ 1]) + content[9001:])
    broken = onrecord("verify", "--record", str(paper), "--log-key", key)
    assert broken.code == 1
    assert broken.facts["findings"]


def test_a_package_holds_paper_data_and_evidence_that_agree(onrecord: OnRecord, tmp_path: Path) -> None:
    said = onrecord("record", "cust-1", "-o", str(tmp_path / "record.zip"))
    assert said.code == 0, said.errors
    with ZipFile(tmp_path / "record.zip") as package:
        files = {name: package.read(name) for name in package.namelist()}
    told = json.loads(files.pop("manifest.json"))["files"]
    assert {name: sha256(content).hexdigest() for name, content in files.items()} == {
        name: one["sha256"] for name, one in told.items()
    }
    rows = [json.loads(line) for line in files["record.ndjson"].splitlines()]
    assert len({row["event"] for row in rows}) == len(rows) == json.loads(files["record.json"])["counts"]["shown"]
    assert any(row.get("provided_by_customer") for row in rows)
    assert files["record.csv"].count(b"\r\n") >= len(rows)
    vcons = [json.loads(content) for name, content in files.items() if name.startswith("vcon/")]
    assert vcons
    assert all(one["vcon"] == "0.4.0" and one["dialog"] for one in vcons)
    assert files["record.pdf"].startswith(b"%PDF")


@pytest.mark.long
def test_a_batch_goes_on_where_it_was_and_one_bad_customer_stops_nothing(onrecord: OnRecord, tmp_path: Path) -> None:
    asked, into = tmp_path / "customers", tmp_path / "batch"
    asked.write_text("cust-2\ncust-of-nobody\ncust-3\tlt\ncust-2\n", encoding="utf-8")
    first = onrecord("record", "--batch", str(asked), "-d", str(into), "--processes", "2")
    assert first.code == 1
    assert first.facts["records"] == 2
    assert [one["customer"] for one in first.facts["refused"]] == ["cust-of-nobody"]
    before = (into / "000001.pdf").read_bytes()
    (into / "000003.pdf").unlink()
    with (into / "ledger.ndjson").open("ab") as ledger:
        ledger.write(b'{"customer": "cust-4", "fi')
    second = onrecord("record", "--batch", str(asked), "-d", str(into), "--processes", "1")
    assert second.facts["records"] == 2
    assert second.facts["position"] == first.facts["position"]
    assert (into / "000001.pdf").read_bytes() == before
    manifest = json.loads((into / "manifest.json").read_bytes())
    assert sha256((into / "manifest.json").read_bytes()).hexdigest() == second.facts["manifest_sha256"]
    for one in manifest["records"]:
        for file in one.get("files", ()):
            assert sha256((into / file["file"]).read_bytes()).hexdigest() == file["sha256"]
    other = onrecord("record", "--batch", str(asked), "-d", str(into), "--audience", "internal")
    assert other.code == 1
    assert "another batch" in other.errors


@pytest.mark.parametrize(
    "words",
    [
        ("record",),
        ("record", "cust-1"),
        ("record", "cust-1", "-o", "record.txt"),
        ("record", "--batch", "list", "-o", "record.pdf"),
        ("record", "cust-1", "-o", "record.pdf", "--unsigned", "--countersign", "key.pem"),
        ("verify", "--record", "a.pdf", "--bundle", "b.json"),
    ],
)
def test_words_that_do_not_go_together_are_refused(onrecord: OnRecord, words: tuple[str, ...]) -> None:
    assert onrecord(*words).code == 64 or (words[0] == "verify" and onrecord(*words).code == 3)


def _folder(place: list[str]) -> Path:

    return Path(place[place.index("--data") + 1])
