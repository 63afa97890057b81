"""The witness over HTTP: a dialogue from its first word on, bodies that mean it ill, and what it remembers."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from audit.archive.witness.witness import KEY_FILE, MEMORY_FILE
from audit.domain.errors import Refused, Unavailable, WrongUse
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.cosignature import WitnessVerifier, cosigned_at
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import open_note
from audit.evidence.witness import BODY_MAX, SIZE_TYPE
from tests.witness.given import AT, ORIGIN, GivenLog, a_witness, listening, port_of, post, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.archive.witness.witness import Witness

LOG = GivenLog(64)
OTHER = GivenLog(64, salt="other ")


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return a_witness(tmp_path / "witness", LOG.verifier)


@pytest.fixture
def url(witness: Witness) -> Iterator[str]:
    with listening(witness) as url:
        yield url


def raw(url: str, *pieces: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back before the other side hangs up."""
    with closing(socket.create_connection(("127.0.0.1", port_of(url)), timeout=30)) as connection:
        for piece in pieces:
            connection.sendall(piece)
        heard = b""
        while received := connection.recv(65_536):
            heard += received
        return heard


def test_a_log_grows_and_the_witness_goes_along(url: str, witness: Witness) -> None:
    vkey = str(witness.key.verifier)
    for old, new in ((0, 1), (1, 7), (7, 8), (8, 64), (64, 64)):
        said = post(url, LOG.submission(old, new)).cosigned(LOG.note(new), vkey)
        assert (said.origin, said.size, said.root) == (ORIGIN, new, LOG.root(new))


def test_a_dialogue_with_every_answer_of_the_protocol(url: str, witness: Witness) -> None:
    assert post(url, LOG.submission(0, 5)).status == 200
    stranger = GivenLog(9, key=SigningKey("example.com/another", KeyKind.TEXT, bytes(32)))
    assert post(url, stranger.submission(0, 9)).status == 404
    assert post(url, GivenLog(9, key=SigningKey(ORIGIN, KeyKind.TEXT, bytes(32))).submission(5, 9)).status == 403
    assert post(url, LOG.submission(5, 9).replace(b"old 5", b"old 10")).status == 400
    assert post(url, LOG.submission(3, 9)) == (409, SIZE_TYPE, b"5\n")
    assert post(url, LOG.submission(0, 0)) == (409, SIZE_TYPE, b"5\n")
    assert post(url, LOG.submission(5, 9).replace(b"old 5\n", b"old 5\n" + b"A" * 43 + b"=\n")).status == 422
    assert post(url, LOG.submission(5, 9)).cosigned(LOG.note(9), str(witness.key.verifier)).size == 9
    assert post(url, LOG.submission(0, 9)) == (409, SIZE_TYPE, b"9\n")


def test_a_cosignature_states_when_it_was_given(url: str, witness: Witness) -> None:
    heard = post(url, LOG.submission(0, 5))
    note = open_note(LOG.note(5) + heard.content, [WitnessVerifier(witness.key.verifier)])
    assert [cosigned_at(one) for one in note.signatures] == [AT]


def test_of_two_trees_of_one_log_the_second_is_refused_and_kept_as_proof(url: str, tmp_path: Path) -> None:
    assert post(url, LOG.submission(0, 20)).status == 200
    assert post(url, OTHER.submission(20, 20)).status == 422
    assert post(url, OTHER.submission(20, 20)).status == 422
    assert post(url, OTHER.submission(20, 30)).status == 422
    assert post(url, OTHER.submission(0, 30)).status == 409
    assert post(url, LOG.submission(20, 30)).status == 200
    with closing(sqlite3.connect(tmp_path / "witness" / MEMORY_FILE)) as memory:
        kept = memory.execute("SELECT note FROM refused").fetchall()
    assert [note.encode() for (note,) in kept] == [OTHER.note(20)]


def test_two_logs_do_not_meet(tmp_path: Path) -> None:
    other = GivenLog(30, salt="b", key=SigningKey("example.com/another", KeyKind.TEXT, bytes(32)))
    with listening(a_witness(tmp_path, LOG.verifier, other.verifier)) as url:
        assert post(url, LOG.submission(0, 20)).status == 200
        assert post(url, other.submission(0, 30)).status == 200
        assert post(url, LOG.submission(20, 21)).status == 200


def test_the_newest_checkpoint_can_be_fetched_by_whoever_watches(url: str, witness: Witness) -> None:
    path = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert request(url, "GET", path).status == 404
    post(url, LOG.submission(0, 5))
    post(url, LOG.submission(5, 9))
    found = request(url, "GET", path)
    note = open_note(found.content, [LOG.verifier, WitnessVerifier(witness.key.verifier)])
    assert (found.status, len(note.signatures), Checkpoint.parse(note.text).size) == (200, 2, 9)
    assert request(url, "GET", "/" + "0" * 64 + "/checkpoint").status == 404


@pytest.mark.parametrize("path", ["/", "/add-checkpoint/", "/add-checkpoint?x", "/../add-checkpoint"])
def test_another_path_is_not_found(url: str, path: str) -> None:
    assert post(url, LOG.submission(0, 5), path).status == 404


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"", b"400"),
        (b"Content-Length: x\r\n", b"400"),
        (b"Content-Length: -5\r\n", b"400"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", b"400"),
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"400"),
        (b"Transfer-Encoding: chunked\r\n", b"400"),
        (b"Content-Length: 99999999999999999999\r\n", b"400"),
        (b"Content-Length: %d\r\n" % (BODY_MAX + 1), b"413"),
    ],
)
def test_a_body_of_unsure_or_great_length_is_not_read(url: str, header: bytes, status: bytes) -> None:
    heard = raw(url, b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n" + header + b"\r\n")
    assert heard.split(b" ")[1] == status
    assert b"\r\nConnection: close\r\n" in heard


@pytest.mark.parametrize("junk", [b"\x00" * 100 + b"\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"A" * 70_000])
def test_what_is_not_http_gets_no_further(url: str, junk: bytes) -> None:
    try:
        heard = raw(url, junk)
    except ConnectionError:
        heard = b""  # It hung up while we were still talking.
    assert b" 200 " not in heard
    assert post(url, LOG.submission(0, 5)).status == 200


def test_a_body_of_the_greatest_length_is_read_and_refused(url: str) -> None:
    assert post(url, b"old 0\n" + b"A" * (BODY_MAX - 6)).status == 400


def test_who_sends_too_slowly_is_cut_off_and_hinders_nobody(witness: Witness) -> None:
    beginning = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n"
    with listening(witness, seconds=0.2) as url:
        for said in (b"", b"PO", beginning, beginning + b"\r\nold 0\n"):
            assert raw(url, said) == b""
        assert post(url, LOG.submission(0, 5)).status == 200


def test_several_requests_may_follow_one_another_on_one_connection(url: str) -> None:
    said = [LOG.submission(old, old + 1) for old in range(3)]
    asked = [b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n" % len(one) + one for one in said]
    last = b"GET / HTTP/1.1\r\nHost: w\r\n\r\n"
    assert raw(url, *asked, last).count(b"HTTP/1.1 200 ") == 3


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    with closing(a_witness(tmp_path, LOG.verifier, name="example.com/w1")) as first:
        made = first.key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    with closing(a_witness(tmp_path, LOG.verifier)) as again:
        assert again.key == made
    with pytest.raises(Refused, match=r"example\.com/w1"):
        a_witness(tmp_path, LOG.verifier, name="example.com/w2")


def test_a_name_that_no_key_can_have_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="cannot name a witness"):
        a_witness(tmp_path, LOG.verifier, name="two words")


def test_what_was_cosigned_is_remembered_by_the_next_process(tmp_path: Path) -> None:
    with listening(a_witness(tmp_path, LOG.verifier)) as url:
        post(url, LOG.submission(0, 20))
    with listening(a_witness(tmp_path, LOG.verifier)) as url:
        assert post(url, OTHER.submission(0, 30)) == (409, SIZE_TYPE, b"20\n")
        assert post(url, LOG.submission(20, 30)).status == 200


def test_a_witness_that_lost_its_memory_or_its_key_does_not_begin_anew(tmp_path: Path) -> None:
    with listening(a_witness(tmp_path, LOG.verifier)) as url:
        post(url, LOG.submission(0, 20))
    key, memory = (tmp_path / KEY_FILE), (tmp_path / MEMORY_FILE)
    kept = memory.read_bytes()
    memory.unlink()
    with pytest.raises(Unavailable, match="is gone"):
        a_witness(tmp_path, LOG.verifier)
    memory.write_bytes(kept)
    key.rename(tmp_path / "kept.key")
    with pytest.raises(Unavailable, match="is gone"):
        a_witness(tmp_path, LOG.verifier)
    with closing(a_witness(tmp_path / "another", LOG.verifier)):
        pass
    (tmp_path / "another" / KEY_FILE).rename(key)
    with pytest.raises(Unavailable, match="two witnesses"):
        a_witness(tmp_path, LOG.verifier)


def test_a_first_start_that_was_cut_short_is_gone_on_with(tmp_path: Path) -> None:
    with closing(a_witness(tmp_path, LOG.verifier)):
        pass
    (tmp_path / KEY_FILE).unlink()
    with closing(a_witness(tmp_path, LOG.verifier)) as witness:
        made = witness.key
    with closing(sqlite3.connect(tmp_path / MEMORY_FILE)) as memory, memory:
        memory.execute("DELETE FROM keeper")
    with closing(a_witness(tmp_path, LOG.verifier)) as witness:
        assert witness.key == made


def test_a_memory_that_was_set_back_by_another_hand_cosigns_nothing(witness: Witness, tmp_path: Path) -> None:
    with listening(witness) as url:
        post(url, LOG.submission(0, 20))
        with closing(sqlite3.connect(tmp_path / "witness" / MEMORY_FILE)) as memory, memory:
            for statement in ("UPDATE cosigned SET size = 5", "DELETE FROM cosigned"):
                with pytest.raises(sqlite3.IntegrityError):
                    memory.execute(statement)
            memory.execute("DROP TRIGGER cosigned_only_grows")
            note = OTHER.note(5).decode()
            memory.execute("UPDATE cosigned SET size = 5, root = ?, note = ?", (OTHER.root(5), note))
        assert post(url, OTHER.submission(5, 9)).status == 503


def test_where_the_memory_fails_nothing_is_cosigned(witness: Witness, tmp_path: Path) -> None:
    with listening(witness) as url:
        with closing(sqlite3.connect(tmp_path / "witness" / MEMORY_FILE)) as memory, memory:
            memory.execute("DROP TABLE cosigned")
        assert post(url, LOG.submission(0, 5)).status == 503
