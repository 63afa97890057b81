"""A log asks its witnesses: what they sign is kept once they are enough, and until then they are asked again."""

from __future__ import annotations

import socket
from contextlib import closing, contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from audit.archive.log.store import SignedCheckpoint
from audit.archive.witness.client import WitnessClient, WitnessObjects, WitnessSilent
from audit.archive.witness.witnesses import Asking, Witnesses, must_be_address
from audit.domain.actor import Actor
from audit.domain.errors import WrongUse
from tests.archive.log.sealed import verified
from tests.witness.asking import NOBODY, asking_log, called, cosigners, log_key, policy_file, say, vkey_of
from tests.witness.given import AT, GivenLog, a_witness, listening, post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House


def newest(house: House) -> SignedCheckpoint:
    found = house.log.newest()
    assert found is not None
    return found


def test_a_sealed_checkpoint_is_kept_with_what_the_witnesses_signed(house: House, tmp_path: Path) -> None:
    with called(house, tmp_path, "w1", "w2") as found:
        vkeys = {name: vkey for name, (vkey, _) in found.items()}
        policy = policy_file(tmp_path, vkeys, "all")
        log = asking_log(house, policy, *(f"{name}={url}" for name, (_, url) in found.items()))
        for first in (1, 301, 302):
            say(house, first, first + 300)
            signed = log.seal()
            assert signed == newest(house)
            assert cosigners(newest(house).note, vkeys) == {"w1", "w2"}
        assert log.uncovered() == 0
        before = newest(house).note
        assert log.seal() is None
        assert newest(house).note == before
    trusting = policy.read_text() + f"log {log_key(house).key}\n"
    proven = verified(house, newest(house).note.encode(), policy=trusting)
    assert (proven.findings, proven.witnessed, proven.proven) == ([], newest(house).size, True)


def test_without_a_quorum_a_checkpoint_stays_as_it_is_and_is_shown_again(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    say(house, 1, 10)
    with called(house, tmp_path, "w1") as found:
        vkeys = {"w1": found["w1"][0], "w2": vkey_of(house, tmp_path, "w2")}
        policy = policy_file(tmp_path, vkeys, "all")
        log = asking_log(house, policy, f"w1={found['w1'][1]}", f"w2={NOBODY}")
        assert log.seal() is not None
        assert cosigners(newest(house).note, vkeys) == set()
        assert log.uncovered() == 1
        assert log.seal() is None
        assert [record.message.count("w2 does not answer") for record in caplog.records] == [1]
        with called(house, tmp_path, "w2") as later:
            again = asking_log(house, policy, f"w1={found['w1'][1]}", f"w2={later['w2'][1]}")
            assert again.uncovered() == 1
            assert again.seal() is None
            assert cosigners(newest(house).note, vkeys) == {"w1", "w2"}
            assert again.uncovered() == 0
    without = verified(house, newest(house).note.encode(), policy=policy.read_text() + f"log {log_key(house).key}\n")
    assert (without.findings, without.witnessed) == ([], newest(house).size)


def test_two_of_three_are_enough(house: House, tmp_path: Path) -> None:
    say(house, 1, 10)
    with called(house, tmp_path, "w1", "w2") as found:
        vkeys = {name: vkey for name, (vkey, _) in found.items()} | {"w3": vkey_of(house, tmp_path, "w3")}
        urls = [url for _, url in found.values()]
        asking_log(house, policy_file(tmp_path, vkeys, "2"), *urls, f"w3={NOBODY}").seal()
    assert cosigners(newest(house).note, vkeys) == {"w1", "w2"}


def test_addresses_may_stand_in_the_policy(house: House, tmp_path: Path) -> None:
    say(house, 1, 10)
    with called(house, tmp_path, "w1") as found:
        vkey, url = found["w1"]
        policy = tmp_path / "policy"
        policy.write_text(f"witness  w1\t{vkey} {url}/\nquorum w1\n")
        asking_log(house, policy).seal()
    assert cosigners(newest(house).note, {"w1": vkey}) == {"w1"}


def test_a_witness_that_stands_further_back_is_proven_the_growth_from_there(house: House, tmp_path: Path) -> None:
    with called(house, tmp_path, "w1") as found:
        policy = policy_file(tmp_path, {"w1": found["w1"][0]}, "all")
        say(house, 1, 10)
        asking_log(house, policy, found["w1"][1]).seal()
        say(house, 11, 700)
        house.log.seal()
        say(house, 701, 900)
        asking_log(house, policy, found["w1"][1]).seal()
        assert cosigners(newest(house).note, {"w1": found["w1"][0]}) == {"w1"}


def test_a_log_that_was_written_anew_is_refused_by_who_saw_the_earlier_one(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    earlier = GivenLog(60, key=house.log._signer.keys()[0])  # noqa: SLF001  # whoever stole the key has it too
    say(house, 1, 50)
    with called(house, tmp_path, "w1") as found:
        assert post(found["w1"][1], earlier.submission(0, 20)).status == 200
        policy = policy_file(tmp_path, {"w1": found["w1"][0]}, "all")
        asking_log(house, policy, found["w1"][1]).seal()
        assert "does not continue the one it saw" in caplog.text
        assert post(found["w1"][1], earlier.submission(20, 60)).status == 200
        caplog.clear()
        asking_log(house, policy, found["w1"][1]).seal()
        assert "with 60 events, but here it has 51" in caplog.text
    assert cosigners(newest(house).note, {"w1": found["w1"][0]}) == set()


def test_what_goes_out_is_covered_by_a_checkpoint_with_its_witnesses(house: House, tmp_path: Path) -> None:
    say(house, 1, 10)
    house.log.seal()
    say(house, 11, 20)
    with called(house, tmp_path, "w1") as found:
        log = asking_log(house, policy_file(tmp_path, {"w1": found["w1"][0]}, "all"), found["w1"][1])
        assert log.cover(5).size == 21
        say(house, 21, 30)
        log.seal()
        assert log.cover(5).size == 21
        assert log.cover(25).size == 31
        assert cosigners(log.cover(5).note, {"w1": found["w1"][0]}) == {"w1"}


def test_where_no_witness_answers_what_goes_out_is_covered_all_the_same(house: House, tmp_path: Path) -> None:
    say(house, 1, 10)
    log = asking_log(house, policy_file(tmp_path, {"w1": vkey_of(house, tmp_path, "w1")}, "all"), NOBODY)
    assert log.cover(5).size == 11


def test_a_changed_key_of_the_log_is_cosigned_while_the_old_one_signs_along(house: House, tmp_path: Path) -> None:
    say(house, 1, 10)
    by = Actor(login="operator", role="operator")
    with called(house, tmp_path, "w1") as found:
        log = asking_log(house, policy_file(tmp_path, {"w1": found["w1"][0]}, "all"), found["w1"][1])
        signed = log.rotate(lambda event: house.archive.note(event, by))
    assert cosigners(signed.note, {"w1": found["w1"][0]}) == {"w1"}


def test_two_processes_that_ask_at_once_keep_one_set_of_cosignatures(house: House, tmp_path: Path) -> None:
    say(house, 1, 10)
    house.log.seal()
    with called(house, tmp_path, "w1") as found:
        policy = policy_file(tmp_path, {"w1": found["w1"][0]}, "all")
        logs = [asking_log(house, policy, found["w1"][1]) for _ in range(6)]
        threads = [Thread(target=log.seal) for log in logs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert newest(house).note.count("example.com/w1 ") == 1


@pytest.mark.parametrize(
    ("policy", "addresses", "word"),
    [
        (None, (NOBODY,), "cannot be read"),
        ("quorum\n", (NOBODY,), "is no policy"),
        ("witness w1 {vkey}\nquorum w1\n", (), "says of no witness where it is"),
        ("witness w1 {vkey}\nquorum w1\n", (f"w2={NOBODY}",), "knows no witness w2"),
        ("witness w1 {vkey} ftp://x\nquorum w1\n", (), "does not say where a witness is"),
    ],
)
def test_a_policy_that_cannot_be_used_is_said_and_keeps_nobody_from_sealing(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture, policy: str | None, addresses: tuple[str, ...],
    word: str,
) -> None:  # fmt: skip
    say(house, 1, 10)
    file = tmp_path / "policy"
    if policy is not None:
        file.write_text(policy.format(vkey=vkey_of(house, tmp_path, "w1")))
    log = asking_log(house, file, *addresses)
    assert log.uncovered() == 11
    assert log.seal() is not None
    assert word in caplog.text
    assert log.uncovered() == 1


def test_a_policy_without_a_quorum_asks_nobody(house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    say(house, 1, 10)
    policy = tmp_path / "policy"
    policy.write_text("quorum none\n")
    log = asking_log(house, policy)
    assert log.seal() is not None
    assert (log.uncovered(), caplog.text) == (0, "")
    assert Witnesses(Asking(policy=policy)).ask(newest(house), log.prove_growth) == ((), ())


def test_that_witnesses_are_silent_is_said_once_however_the_log_grows(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = asking_log(house, policy_file(tmp_path, {"w1": vkey_of(house, tmp_path, "w1")}, "all"), f"w1={NOBODY}")
    for first in (1, 11, 21):
        say(house, first, first + 9)
        log.seal()
    assert len(caplog.records) == 1


# -- one witness --

LOG = GivenLog(50)


def checkpoint_of(size: int) -> SignedCheckpoint:
    return SignedCheckpoint(size=size, root=LOG.root(size), note=LOG.note(size).decode(), signed_at=AT)


@contextmanager
def saying(answer: bytes, *, hang_up: bool = True) -> Iterator[str]:
    """Listen and answer everybody the same, whatever they say; or hang on afterwards."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    with closing(connection):
                        connection.recv(65_536)
                        connection.sendall(answer)
                        while not hang_up and connection.recv(65_536):
                            pass
            except OSError:
                return

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"junk\r\n\r\n",
        OK % (0, b""),
        OK % (5, b"junk\n"),
        OK % (9, b"cut"),
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
        b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n\r\nmany\n",
        b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n\r\n-1\n",
        b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n\r\n7\n",
        b"HTTP/1.1 500 Oops\r\n\r\n\xff\x00<script>",
    ],
)
def test_a_witness_that_answers_nonsense_is_as_good_as_silent(answer: bytes) -> None:
    with saying(answer) as url, pytest.raises(WitnessSilent, match="witness w1"):
        WitnessClient("w1", url).ask(checkpoint_of(20), LOG.proof)


def test_a_witness_that_never_ends_its_answer_is_not_waited_for() -> None:
    with (
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", hang_up=False) as url,
        pytest.raises(WitnessSilent, match="not answer"),
    ):
        WitnessClient("w1", url, seconds=0.2).ask(checkpoint_of(20), LOG.proof)


def test_a_witness_that_saw_more_or_another_log_is_an_alarm(tmp_path: Path) -> None:
    with listening(a_witness(tmp_path, LOG.verifier)) as url:
        post(url, LOG.submission(0, 30))
        with pytest.raises(WitnessObjects, match="30 events, but here it has 20"):
            WitnessClient("w1", url).ask(checkpoint_of(20), LOG.proof)
        with pytest.raises(WitnessObjects, match="does not continue"):
            WitnessClient("w1", url).ask(checkpoint_of(40), GivenLog(50, salt="x").proof)


def test_a_cosignature_that_is_not_genuine_is_not_kept(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    say(house, 1, 10)
    with called(house, tmp_path, "w1") as found:
        vkey, url = found["w1"]
        line = post(url, GivenLog(5, key=house.log._signer.keys()[0]).submission(0, 5)).content  # noqa: SLF001  # as above
    with saying(OK % (len(line), line)) as false:
        asking_log(house, policy_file(tmp_path, {"w1": vkey}, "all"), false).seal()
    assert "not genuine" in caplog.text
    assert "example.com/w1 " not in newest(house).note


@pytest.mark.parametrize(
    "text",
    ["", "w1", "w1=", "=http:/x", "ftp://x", "w1=ftp://x", "http://", "http://x:y", "http://x:99999", "http://x?q", "http://x#f"],
)  # fmt: skip
def test_what_is_no_address_is_wrong_use(text: str) -> None:
    with pytest.raises(WrongUse, match="where a witness is"):
        must_be_address(text)


def test_addresses_have_a_name_or_none() -> None:
    for text in ("http://127.0.0.1:7380", "w1=https://example.com/witness", "https://[::1]:8/x=y"):
        must_be_address(text)
