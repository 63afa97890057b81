"""What is said where the newest checkpoints lack what the settings wish for: by doctor, by health, and by verifying."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from audit.bootstrap.house import build
from audit.bootstrap.settings import read_settings
from audit.cli.app import run
from tests.archive.house import new_house
from tests.witness.asking import NOBODY, called, policy_file, say
from tests.witness.authority import Authority, answering

if TYPE_CHECKING:
    from pathlib import Path

    from audit.bootstrap.house import House


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    house = new_house(tmp_path / "archive")
    say(house, 1, 5)
    house.follower.catch_up()
    house.close()
    monkeypatch.setenv("ONRECORD_DATA", str(tmp_path / "archive"))
    return tmp_path


def again(folder: Path, environ: dict[str, str]) -> House:
    return build(read_settings({"ONRECORD_DATA": str(folder / "archive"), **environ}))


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """Run a command in this process, and return how it ended and what it said."""
    code = run([*words, "--json", "--as", "operator"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def examined(capsys: pytest.CaptureFixture[str], what: str) -> tuple[bool, str]:
    _, said = told(capsys, "doctor")
    (one,) = [one for one in said["examined"] if one["what"] == what]
    return one["well"], one["seen"]


def test_checkpoints_without_their_witnesses_are_said_everywhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(again(folder, {})) as house, called(house, folder, "w1") as found:
        vkey, url = found["w1"]
        environ = {"ONRECORD_POLICY": str(policy_file(folder, {"w1": vkey}, "all"))}
        silent, speaking = environ | {"ONRECORD_WITNESSES": NOBODY}, environ | {"ONRECORD_WITNESSES": url}
        for first in (10, 20):
            with closing(again(folder, silent)) as lacking:
                say(lacking, first, first + 5)
                lacking.log.seal()
                health = TestClient(create_app(lacking)).get("/health").json()
        assert (health["without_witnesses"], health["without_time_stamp"]) == (2, 0)
        for name, value in silent.items():
            monkeypatch.setenv(name, value)
        well, seen = examined(capsys, "witnesses")
        assert not well
        assert seen.startswith("the newest 2 checkpoints lack the witnesses of ONRECORD_POLICY: run onrecord seal")
        code, said = told(capsys, "verify")
        assert (code, said["status"], said["witnessed"]) == (1, "tampered", 0)
        assert "No stored checkpoint was seen by the witnesses" in said["findings"][0]["what"]
        monkeypatch.setenv("ONRECORD_WITNESSES", url)
        with closing(again(folder, speaking)) as asking:
            asking.log.seal()
            assert asking.log.without_witnesses() == 0
        assert examined(capsys, "witnesses") == (True, "the newest checkpoint has what is wished")
        code, said = told(capsys, "verify")
        assert (code, said["status"], said["witnessed"]) == (2, "unanchored", said["size"])
        monkeypatch.setenv("ONRECORD_WITNESSES", NOBODY)
        with closing(again(folder, silent)) as lacking:
            say(lacking, 30, 31)
            lacking.log.seal()
        code, said = told(capsys, "verify")
        assert (code, said["findings"]) == (2, [])
        assert "lack the witnesses of the policy" in " ".join(said["remarks"])


def test_a_checkpoint_the_witnesses_did_not_see_anchors_nothing_under_the_policy_of_the_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(again(folder, {})) as house, called(house, folder, "w1") as found:
        vkey, url = found["w1"]
        policy = policy_file(folder, {"w1": vkey}, "all")
        house.log.seal()
        alone = folder / "alone"
        alone.write_text(house.log.newest().note)  # type: ignore[union-attr]  # it was just cut
        assert told(capsys, "verify", "--checkpoint", str(alone))[0] == 0
        with closing(again(folder, {"ONRECORD_POLICY": str(policy), "ONRECORD_WITNESSES": url})) as asking:
            asking.log.seal()
            seen = folder / "seen"
            seen.write_text(asking.log.newest().note)  # type: ignore[union-attr]  # the same
    monkeypatch.setenv("ONRECORD_POLICY", str(policy))
    monkeypatch.setenv("ONRECORD_WITNESSES", url)
    code, said = told(capsys, "verify", "--checkpoint", str(alone))
    assert (code, said["status"]) == (2, "unanchored")
    code, said = told(capsys, "verify", "--checkpoint", str(seen))
    assert (code, said["status"], said["witnessed"] > 0) == (0, "proven", True)


def test_time_stamps_are_said_handed_out_and_checked_by_the_commands(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = Authority(folder / "authority")
    with answering(authority.answer) as counter:
        monkeypatch.setenv("ONRECORD_TSA_ROOT", str(authority.root))
        monkeypatch.setenv("ONRECORD_TSA_URL", NOBODY)
        assert told(capsys, "seal")[0] == 0
        well, seen = examined(capsys, "time-stamps")
        assert (well, seen.partition(":")[0]) == (False, "the newest checkpoint lacks a time-stamp")
        assert told(capsys, "checkpoint", "--time-stamp", str(folder / "none.tsr"))[0] == 1
        monkeypatch.setenv("ONRECORD_TSA_URL", counter.url)
        assert told(capsys, "seal")[0] == 0
    assert examined(capsys, "time-stamps")[0]
    note, response = folder / "note", folder / "note.tsr"
    code, said = told(capsys, "checkpoint", "--time-stamp", str(response))
    note.write_text(said["note"])
    assert (code, authority.attests(note, response)) == (0, True)
    code, said = told(capsys, "verify", "--checkpoint", str(note))
    assert (code, said["time_stamps"]["good"]) == (0, 1)
    assert told(capsys, "prove", "2", "-o", str(folder / "b.json"), "--tlog-proof", str(folder / "proofs"))[0] == 0
    assert authority.attests(folder / "proofs" / "checkpoint.note", folder / "proofs" / "checkpoint.tsr")
