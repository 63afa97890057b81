"""From end to end with the real commands: a witness, a log with a policy, and whoever verifies."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pytest

from audit.evidence.keys import KeyKind, VerifierKey
from audit.sample.company import write
from tests.whole.commands import Running
from tests.witness.asking import cosigners

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.whole.commands import Commands, Ended


class Archive(NamedTuple):
    """An archive on its own, and what its commands are told beside their words."""

    commands: Commands
    folder: Path
    environ: dict[str, str]

    def run(self, *words: str) -> Ended:
        return self.commands.run(*words, "--json", "--data", str(self.folder), "--as", "ona", environ=self.environ)


@dataclass
class Called:
    """A witness that listens."""

    vkey: str
    url: str
    running: Running
    over: bool = False

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]

    def stopped(self, by: signal.Signals) -> Ended:
        os.kill(self.running.pid, by)
        self.over = True
        return self.running.ended()


@contextmanager
def witness(commands: Commands, folder: Path, log: str, port: str = "0") -> Iterator[Called]:
    words = ("witness", "--json", "--data", str(folder), "--log", log, "--port", port)
    running = commands.start(*words)
    said = running.output / "err"
    while not said.exists() or said.read_text().count("\n") < 2:
        assert running.ended_yet() is None, said.read_text()
    vkey, line = said.read_text().splitlines()[:2]
    called = Called(vkey, line.split(" ")[4], running)
    try:
        yield called
    finally:
        if not called.over:
            called.stopped(signal.SIGKILL)


@pytest.fixture
def archive(commands: Commands, tmp_path: Path) -> tuple[Archive, str]:
    """An archive with a company in it, and the vkey of its log."""
    made = Archive(commands, tmp_path / "archive", {})
    vkey = made.run("init", "--origin", "example.com/archive").facts["log_key"]
    assert bring(made, tmp_path, seed=1).code == 0
    return made, vkey


def bring(archive: Archive, tmp_path: Path, *, seed: int) -> Ended:
    company = tmp_path / f"company-{seed}.ndjson"
    write(company, messages=30, seed=seed)
    return archive.run("import", str(company))


def test_a_quorum_that_is_met_not_met_and_met_again(archive: tuple[Archive, str], tmp_path: Path) -> None:
    made, log_key = archive
    policy, held = tmp_path / "policy", tmp_path / "held"
    with witness(made.commands, tmp_path / "w1", log_key) as called:
        policy.write_text(f"log {log_key}\nwitness w1 {called.vkey}\nquorum w1\n")
        made.environ.update(ONRECORD_POLICY=str(policy), ONRECORD_WITNESSES=f"w1={called.url}")
        sealed = made.run("seal")
        assert sealed.err == ""
        assert cosigners(sealed.facts["note"], {"w1": called.vkey}) == {"w1"}
        held.write_text(sealed.facts["note"])
        verified = made.run("verify", "--policy", str(policy), "--checkpoint", str(held))
        assert (verified.code, verified.said["witnessed"]) == (0, sealed.facts["size"])
        ended = called.stopped(signal.SIGTERM)
        assert (ended.code, ended.said) == (0, {"vkey": called.vkey, "url": called.url})

    bring(made, tmp_path, seed=2)
    lonely = made.run("seal")
    assert lonely.facts["size"] > sealed.facts["size"]
    assert "w1 does not answer" in lonely.err
    assert cosigners(lonely.facts["note"], {"w1": called.vkey}) == set()
    held.write_text(lonely.facts["note"])
    unseen = made.run("verify", "--policy", str(policy), "--checkpoint", str(held))
    assert (unseen.code, unseen.said["status"], unseen.said["witnessed"]) == (2, "unanchored", sealed.facts["size"])

    with witness(made.commands, tmp_path / "w1", log_key, called.port) as again:
        assert (again.vkey, again.url) == (called.vkey, called.url)
        seen = made.run("seal")
    assert (seen.facts["size"], seen.err) == (lonely.facts["size"], "")
    assert seen.facts["note"].startswith(lonely.facts["note"])
    held.write_text(seen.facts["note"])
    assert made.run("verify", "--policy", str(policy), "--checkpoint", str(held)).code == 0


def test_a_witness_says_its_vkey_and_is_killed_without_harm(archive: tuple[Archive, str], tmp_path: Path) -> None:
    made, log_key = archive
    with witness(made.commands, tmp_path / "w1", log_key) as called:
        assert VerifierKey.parse(called.vkey).kind is KeyKind.COSIGNATURE
        assert called.stopped(signal.SIGKILL).code == -signal.SIGKILL
    with witness(made.commands, tmp_path / "w1", log_key) as again:
        assert again.vkey == called.vkey


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Missing parameter: log"),
        (("--log", "no vkey"), "--log takes the vkey of a log"),
        (("--log", "LOG", "--name", "two words"), "cannot name a witness"),
        (("--log", "LOG", "--port", "70000"), "65535"),
    ],
)
def test_a_witness_that_is_called_wrongly_says_how(
    archive: tuple[Archive, str], tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    made, log_key = archive
    words = tuple(log_key if word == "LOG" else word for word in words)
    ended = made.commands.run("witness", "--data", str(tmp_path / "w1"), *words)
    assert ended.code == 64
    assert sentence in ended.err


def test_a_witness_does_not_move_in_with_the_log_it_watches(archive: tuple[Archive, str]) -> None:
    made, log_key = archive
    assert "apart" in made.run("witness", "--log", log_key).refusal(64)


def test_a_port_that_is_taken_is_said(archive: tuple[Archive, str], tmp_path: Path) -> None:
    made, log_key = archive
    with witness(made.commands, tmp_path / "w1", log_key) as called:
        other = ("witness", "--data", str(tmp_path / "w2"), "--log", log_key, "--port", called.port)
        ended = made.commands.run(*other)
    assert "name another port" in ended.refusal(1)


def test_addresses_of_witnesses_without_a_policy_are_wrong_settings(archive: tuple[Archive, str]) -> None:
    made, _ = archive
    made.environ["ONRECORD_WITNESSES"] = "w1=http://127.0.0.1:1"
    assert "ONRECORD_POLICY" in made.run("seal").refusal(64)
    made.environ.update(ONRECORD_POLICY="policy", ONRECORD_WITNESSES="w1=nowhere")
    assert "does not say where a witness is" in made.run("seal").refusal(64)


def test_a_policy_that_is_not_there_is_said_and_the_log_is_sealed(archive: tuple[Archive, str]) -> None:
    made, _ = archive
    made.environ["ONRECORD_POLICY"] = "nowhere"
    sealed = made.run("seal")
    assert sealed.facts["size"] > 0
    assert "nowhere cannot be read" in sealed.err
