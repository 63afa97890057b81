"""Evidence on the command line: proving, verifying what was proven, and the bundle that goes with a record."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from audit.bootstrap.house import build
from audit.bootstrap.settings import read_settings
from audit.cli.app import run
from audit.domain import directory
from audit.domain.actor import Actor
from audit.evidence.bundle import trusting
from audit.evidence.hashes import entry_hash
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.tlog_proof import TlogProof, open_proof
from audit.evidence.verifier.files import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    OnRecord = Callable[..., Said]


@pytest.fixture
def bundle(onrecord: OnRecord, tmp_path: Path) -> Path:
    """A bundle of one message that a search found."""
    file = tmp_path / "bundle.json"
    assert onrecord("prove", str(hit(onrecord)["event"]), "-o", str(file)).code == 0
    return file


def hit(onrecord: OnRecord) -> dict[str, Any]:
    found: dict[str, Any] = onrecord("search", "kind:message", "--limit", "1").facts["hits"][0]
    return found


def log_key(place: list[str]) -> str:
    """Return the key as it was published when the archive was made."""
    name, _, rest = Path(place[1], "log.key").read_text(encoding="utf-8").splitlines()[0].partition("+")
    return str(SigningKey(name, KeyKind.TEXT, bytes.fromhex(rest)).verifier)


def test_a_bundle_is_proven_with_the_published_key(onrecord: OnRecord, place: list[str], bundle: Path) -> None:
    said = onrecord("verify", "--bundle", str(bundle), "--log-key", log_key(place))
    assert (said.code, said.facts["status"], said.facts["findings"]) == (0, "proven", [])
    text = hit(onrecord)["text"]
    assert said.facts["events"][0]["opened"]["text"] == text


def test_a_bundle_is_proven_with_a_policy(onrecord: OnRecord, place: list[str], bundle: Path) -> None:
    policy = bundle.with_name("policy")
    policy.write_text(f"log {log_key(place)}\nquorum none\n", encoding="utf-8")
    assert onrecord("verify", "--bundle", str(bundle), "--policy", str(policy)).code == 0


def test_a_bundle_without_a_key_from_outside_is_unanchored(onrecord: OnRecord, bundle: Path) -> None:
    said = onrecord("verify", "--bundle", str(bundle))
    assert (said.code, said.facts["status"]) == (2, "unanchored")


def test_a_bundle_that_was_altered_is_tampered(onrecord: OnRecord, place: list[str], bundle: Path) -> None:
    members = json.loads(bundle.read_bytes())
    members["items"][0]["open"]["text"]["value"] += "!"
    bundle.write_text(json.dumps(members), encoding="utf-8")
    said = onrecord("verify", "--bundle", str(bundle), "--log-key", log_key(place))
    assert (said.code, said.facts["status"]) == (1, "tampered")
    assert "are not those recorded" in said.facts["findings"][0]["what"]


@pytest.mark.parametrize("words", [["--log-key", "nonsense"], ["--policy", "missing"]])
def test_what_cannot_be_trusted_could_not_run(onrecord: OnRecord, bundle: Path, words: list[str]) -> None:
    assert onrecord("verify", "--bundle", str(bundle), *words).code == 3


def test_another_file_could_not_run(onrecord: OnRecord, place: list[str]) -> None:
    assert onrecord("verify", "--bundle", str(Path(place[1]).with_name("company.ndjson"))).code == 3
    assert onrecord("verify", "--bundle", "missing.json").code == 3


@pytest.mark.parametrize("words", [["--quick"], ["--checkpoint", "note"]])
def test_a_bundle_is_not_checked_together_with_the_archive(onrecord: OnRecord, bundle: Path, words: list[str]) -> None:
    assert onrecord("verify", "--bundle", str(bundle), *words).code == 64
    assert onrecord("verify", "--log-key", "nonsense").code == 64


def test_a_stranger_with_python_alone_proves_the_same(place: list[str], bundle: Path) -> None:
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(bundle), "--log-key", log_key(place)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # our own script
    assert (done.returncode, b"PROVEN" in done.stdout) == (0, True)


def test_proving_is_itself_put_on_record(onrecord: OnRecord, tmp_path: Path) -> None:
    found = hit(onrecord)
    before = onrecord("search", "nothing-like-this").facts["position"]
    said = onrecord("prove", str(found["event"]), "-o", str(tmp_path / "b.json"), "--why", "a dispute")
    assert onrecord("search", "nothing-like-this").facts["position"] == before + 2
    assert said.facts["items"] == 1


@pytest.mark.parametrize("opens", ["none", "text", "ids,text", "{event}:text", "{event}:ids, text"])
def test_only_the_parts_that_were_asked_for_are_opened(onrecord: OnRecord, tmp_path: Path, opens: str) -> None:
    file, found = tmp_path / "b.json", hit(onrecord)
    opens = opens.format(event=found["event"])
    assert onrecord("prove", str(found["event"]), "-o", str(file), "--open", opens).code == 0
    names = {one.strip().rpartition(":")[2] for one in opens.split(",")} - {"none"}
    assert set(json.loads(file.read_bytes())["items"][0].get("open", {})) == names


@pytest.mark.parametrize("opens", ["promise", "7", "999999:text", ":text", "x:text", ""])
def test_a_part_that_is_not_there_is_wrong_use_and_nothing_is_written(
    onrecord: OnRecord, tmp_path: Path, opens: str
) -> None:
    file = tmp_path / "b.json"
    said = onrecord("prove", str(hit(onrecord)["event"]), "-o", str(file), "--open", opens)
    assert (said.code, file.exists()) == (64, False)


@pytest.mark.parametrize(("event", "code"), [("99999999", 1), ("9" * 30, 1), ("0", 64), ("x", 64)])
def test_an_event_that_is_not_there_is_refused(onrecord: OnRecord, tmp_path: Path, event: str, code: int) -> None:
    assert onrecord("prove", event, "-o", str(tmp_path / "b.json")).code == code


def test_an_auditor_proves_without_seeing_words(onrecord: OnRecord, place: list[str], tmp_path: Path) -> None:
    event, file = str(hit(onrecord)["event"]), tmp_path / "b.json"
    house = build(read_settings({}, data=Path(place[1]), url=place[3] if len(place) > 3 else None))
    login = f"auditor-{tmp_path.name}"
    registered = partial(directory.register, login=login, role="auditor")
    house.archive.decide(("staff", login), directory.evolve, registered, Actor(login="ona", role="operator"))
    house.close()
    options = ["-o", str(file), "--as", login, *place]
    assert run(["prove", event, *options, "--open", "text"]) == 1
    assert not file.exists()
    assert run(["prove", event, *options]) == 0
    assert "open" not in json.loads(file.read_bytes())["items"][0]


def test_each_event_gets_a_proof_in_the_form_other_tools_read(
    onrecord: OnRecord, place: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "proofs"
    words = ["-o", str(tmp_path / "b.json"), "--tlog-proof", str(folder)]
    assert onrecord("prove", "3", "4", *words).code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["3.leaf", "3.tlog-proof", "4.leaf", "4.tlog-proof"]
    for event in (3, 4):
        proof = TlogProof.parse((folder / f"{event}.tlog-proof").read_bytes())
        leaf = entry_hash((folder / f"{event}.leaf").read_bytes())
        open_proof(proof, leaf_hash=leaf, policy=trusting([log_key(place)]))
        assert proof.index == event - 1


@pytest.mark.long
def test_a_printed_record_carries_its_evidence(onrecord: OnRecord, place: list[str], tmp_path: Path) -> None:
    paper, file = tmp_path / "record.pdf", tmp_path / "evidence.json"
    said = onrecord("record", "cust-1", "-o", str(paper))
    assert said.code == 0
    with pikepdf.open(paper) as pdf:
        file.write_bytes(pdf.attachments["evidence.json"].get_file().read_bytes())
    proven = onrecord("verify", "--bundle", str(file), "--log-key", log_key(place))
    assert proven.code == 0
    assert len(proven.facts["events"]) == said.facts["events"]
    again = onrecord("record", "cust-1", "-o", str(paper), "--position", str(said.facts["position"]))
    assert again.facts["unsigned_sha256"] == said.facts["unsigned_sha256"]
