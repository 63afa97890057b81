"""Time-stamps over checkpoints: asked for after sealing, stored when good, checked, and never in the way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.archive.log.log import Log
from audit.archive.log.time_stamps import attested_at, read_roots, request_for
from audit.archive.log.verification import Verifying, verify_log
from audit.archive.witness.time_stamper import Authority as Asked
from audit.archive.witness.time_stamper import TimeStamping
from audit.archive.witness.witnessed_log import WitnessedLog
from audit.archive.witness.witnesses import Asking, Witnesses
from audit.bootstrap.settings import read_settings
from audit.domain.errors import AuditError, Refused, Unavailable, Unreadable, WrongUse
from audit.evidence.errors import NotProven
from audit.reports.bundling import bundle_of
from tests.archive.log.attacker import attacking
from tests.witness.asking import NOBODY, called, cosigners, policy_file, say
from tests.witness.authority import Authority, answering, dallying
from tests.witness.given import AT

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.archive.log.verification import Verified
    from audit.bootstrap.house import House


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("time") / "authority")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("time") / "other")


def asked(url: str | None, root: Path, *, seconds: float = 20) -> Asked:
    return Asked(TimeStamping(url=url, root=root), clock=lambda: AT, seconds=seconds)


def stamped_log(house: House, stamper: Asked | None) -> Log:
    return Log(
        house.recorder, house.settings.folder, origin=house.origin, clock=house.world.clock, time_stamper=stamper
    )


def verified(house: House, root: Path | None) -> Verified:
    asking = Verifying(
        log=stamped_log(house, None),
        recorder=house.recorder,
        originals=house.originals,
        living=lambda _: set(),
        roots=read_roots(root) if root else None,
    )
    return verify_log(asking, lambda _: None)


def findings(house: House, root: Path | None) -> list[str]:
    return [one.what for one in verified(house, root).findings]


def test_a_sealed_checkpoint_is_time_stamped_once_and_found_good(
    house: House, authority: Authority, tmp_path: Path
) -> None:
    say(house, 1, 10)
    with answering(authority.answer) as counter:
        log = stamped_log(house, asked(counter.url, authority.root))
        signed = log.seal()
        assert signed is not None
        assert log.seal() is None
        assert len(counter.requests) == 1
        assert signed.note.encode() not in counter.requests[0]
    stamp = log.time_stamp(signed.size)
    assert stamp is not None
    assert (stamp.covers, log.without_time_stamp()) == (len(signed.note.encode()), 0)
    found = verified(house, authority.root)
    assert (found.findings, found.time_stamps.good) == ([], 1)
    assert found.time_stamps.newest is not None
    assert found.time_stamps.newest[0] == signed.size
    note, response = tmp_path / "note", tmp_path / "note.tsr"
    note.write_bytes(signed.note.encode())
    response.write_bytes(stamp.response)
    assert authority.attests(note, response)


def test_nobody_is_asked_when_it_is_off(house: House, authority: Authority) -> None:
    say(house, 1, 3)
    log = stamped_log(house, None)
    log.seal()
    assert (log.store.time_stamps(), log.without_time_stamp()) == ([], 0)
    assert verified(house, authority.root).time_stamps.good == 0


def test_what_the_witnesses_signed_is_covered_too(house: House, authority: Authority, tmp_path: Path) -> None:
    say(house, 1, 10)
    with called(house, tmp_path, "w1") as found, answering(authority.answer) as counter:
        policy = policy_file(tmp_path, {"w1": found["w1"][0]}, "all")
        witnesses = Witnesses(Asking(policy=policy, addresses=(found["w1"][1],)))
        log = WitnessedLog(
            house.recorder,
            house.settings.folder,
            origin=house.origin,
            clock=house.world.clock,
            witnesses=witnesses,
            time_stamper=asked(counter.url, authority.root),
        )
        signed = log.seal()
        assert signed is not None
        stamp = log.time_stamp(signed.size)
        assert stamp is not None
        covered = signed.note.encode()[: stamp.covers].decode()
        assert cosigners(covered, {"w1": found["w1"][0]}) == {"w1"}
    assert findings(house, authority.root) == []


def test_a_note_that_gained_signatures_later_keeps_its_time_stamp(
    house: House, authority: Authority, tmp_path: Path
) -> None:
    say(house, 1, 10)
    with answering(authority.answer) as counter:
        stamped_log(house, asked(counter.url, authority.root)).seal()
    with called(house, tmp_path, "w1") as found:
        policy = policy_file(tmp_path, {"w1": found["w1"][0]}, "all")
        witnesses = Witnesses(Asking(policy=policy, addresses=(found["w1"][1],)))
        WitnessedLog(
            house.recorder,
            house.settings.folder,
            origin=house.origin,
            clock=house.world.clock,
            witnesses=witnesses,
        ).ask_witnesses()
    newest = house.log.newest()
    assert newest is not None
    assert cosigners(newest.note, {"w1": found["w1"][0]}) == {"w1"}
    assert verified(house, authority.root).time_stamps.good == 1


# -- an authority that is not as it should be --


def _of_another_text(authority: Authority) -> Callable[[bytes], bytes]:
    return lambda _: authority.answer(request_for(b"another text").content)


def _of_an_earlier_request(authority: Authority) -> Callable[[bytes], bytes]:
    """Answer the second request as the first: the same text, but another number."""
    kept: list[bytes] = []

    def answer(request: bytes) -> bytes:
        kept.append(authority.answer(request))
        return kept[0]

    return answer


def test_answers_that_are_not_to_be_relied_upon_are_not_taken(
    authority: Authority, other: Authority, tmp_path: Path
) -> None:
    expired = Authority(tmp_path / "expired", expired=True)
    cases: list[tuple[Callable[[bytes], bytes], Path, str]] = [
        (_of_another_text(authority), authority.root, "about something else"),
        (authority.answer, other.root, "not signed by an authority that the trusted root vouches for"),
        (expired.answer, expired.root, "not signed by an authority that the trusted root vouches for"),
        (lambda _: b"", authority.root, "not signed"),
        (lambda _: b"0" * 70_000, authority.root, "not signed"),
    ]
    for answer, root, sentence in cases:
        with answering(answer) as counter, pytest.raises(Refused, match=sentence):
            asked(counter.url, root).ask(b"a note")
    with answering(_of_an_earlier_request(authority)) as counter:
        asked(counter.url, authority.root).ask(b"a note")
        with pytest.raises(Refused, match="answers another request"):
            asked(counter.url, authority.root).ask(b"a note")


def test_an_authority_that_refuses_a_request_is_understood(authority: Authority) -> None:
    def refusing(request: bytes) -> bytes:
        """Ask for a digest the authority does not take."""
        sha256, another = bytes.fromhex("0609608648016503040201"), bytes.fromhex("0609608648016503040209")
        assert sha256 in request
        return authority.answer(request.replace(sha256, another))

    with answering(refusing) as counter, pytest.raises(Refused, match=r"granted no time-stamp|not signed"):
        asked(counter.url, authority.root).ask(b"a note")


def test_an_authority_that_fails_or_says_nothing_stops_no_sealing(
    house: House, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    say(house, 1, 5)
    with answering(lambda _: b"", status=500) as counter:
        log = stamped_log(house, asked(counter.url, authority.root))
        assert log.seal() is not None
        assert log.seal() is None
    assert [record.message.count("answers 500") for record in caplog.records] == [1]
    assert log.without_time_stamp() == 1
    say(house, 6, 8)
    with dallying() as url:
        assert stamped_log(house, asked(url, authority.root, seconds=0.2)).seal() is not None
    assert "does not answer" in caplog.text
    assert stamped_log(house, asked(NOBODY, authority.root)).without_time_stamp() == 2
    say(house, 9, 10)
    with answering(authority.answer) as counter:
        log = stamped_log(house, asked(counter.url, authority.root))
        signed = log.seal()
        assert signed is not None
        assert [row[0] for row in log.store.time_stamps()] == [signed.size]
        assert log.without_time_stamp() == 0
    assert findings(house, authority.root) == []


# -- what is stored --


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "UPDATE time_stamps SET response = (SELECT response FROM time_stamps WHERE size = 8)",
            "does not belong to it",
        ),
        ("UPDATE time_stamps SET covers = covers - 1", "does not belong to it"),
        ("UPDATE time_stamps SET covers = -5", "does not belong to it"),
        ("UPDATE time_stamps SET covers = 9000000000", "does not belong to it"),
        ("UPDATE time_stamps SET size = 7 WHERE size = 8", "that checkpoint is gone"),
        ("DELETE FROM checkpoints WHERE size = 4", "that checkpoint is gone"),
    ],
)
def test_a_time_stamp_that_does_not_belong_is_found(
    house: House, authority: Authority, statement: str, finding: str
) -> None:
    with answering(authority.answer) as counter:
        log = stamped_log(house, asked(counter.url, authority.root))
        for first in (1, 4):
            say(house, first, first + 3 - (first == 1))
            log.seal()
    assert [row[0] for row in log.store.time_stamps()] == [4, 8]
    if "covers = 9000000000" in statement:
        finding = ""
    with attacking(house) as attacker:
        attacker.run(statement)
    found = findings(house, authority.root)
    assert finding in "\n".join(found)
    assert bool(found) is bool(finding)


def test_a_time_stamp_of_another_type_is_found(house: House, authority: Authority) -> None:
    say(house, 1, 3)
    with answering(authority.answer) as counter:
        stamped_log(house, asked(counter.url, authority.root)).seal()
    with attacking(house) as attacker:
        if attacker.sqlite:
            attacker.run("UPDATE time_stamps SET response = 'text'")
        else:
            attacker.run("ALTER TABLE time_stamps ALTER response TYPE text USING encode(response, 'hex')")
    assert "another type" in findings(house, authority.root)[0]


def test_time_stamps_under_another_root_are_found_and_without_a_root_not_called_good(
    house: House, authority: Authority, other: Authority
) -> None:
    say(house, 1, 3)
    with answering(authority.answer) as counter:
        stamped_log(house, asked(counter.url, authority.root)).seal()
    assert "trusted root" in findings(house, other.root)[0]
    unchecked = verified(house, None)
    assert (unchecked.findings, unchecked.time_stamps.good) == ([], 0)
    assert "1 time-stamps of checkpoints were not checked" in unchecked.remarks[0]


def test_time_stamps_are_not_changed_by_mistake(house: House, authority: Authority) -> None:
    say(house, 1, 3)
    with answering(authority.answer) as counter:
        stamped_log(house, asked(counter.url, authority.root)).seal()
    for statement in ("DELETE FROM time_stamps", "UPDATE time_stamps SET covers = 1"):
        with attacking(house, through_triggers=True) as attacker, pytest.raises(Exception, match="never"):
            attacker.run(statement)


def test_an_archive_from_before_there_were_time_stamps_gets_its_table(house: House) -> None:
    with attacking(house) as attacker:
        attacker.run("DROP TABLE time_stamps")
    assert stamped_log(house, None).store.time_stamps() == []


def test_the_bundle_names_the_bytes_that_were_stamped(house: House, authority: Authority) -> None:
    say(house, 1, 3)
    with answering(authority.answer) as counter:
        log = stamped_log(house, asked(counter.url, authority.root))
        signed = log.seal()
    assert signed is not None
    bundle = bundle_of(house, [2], lambda _: frozenset()).content
    stamp = log.time_stamp(signed.size)
    assert stamp is not None
    assert signed.note.encode()[: stamp.covers].decode().replace("\n", "\\n") in bundle.decode()


@given(st.binary(max_size=400), st.integers(0, 4_000), st.integers(0, 7))
def test_rubbish_is_refused_in_words(authority: Authority, rubbish: bytes, place: int, bit: int) -> None:
    roots = read_roots(authority.root)
    for content in (rubbish, _spoilt(_good(authority), place, bit)):
        try:
            attested_at(content, b"a note", roots)
        except NotProven:
            continue
        except AuditError as fault:
            raise AssertionError(content) from fault


_KEPT: dict[Path, bytes] = {}


def _good(authority: Authority) -> bytes:
    if authority.folder not in _KEPT:
        _KEPT[authority.folder] = authority.answer(request_for(b"a note").content)
    return _KEPT[authority.folder]


def test_a_certificate_of_no_known_version_is_refused_in_words(authority: Authority) -> None:
    good, roots = _good(authority), read_roots(authority.root)
    version = b"\xa0\x03\x02\x01"
    assert good.count(version + b"\x02")
    # The library lets through what cryptography raises here, which is none of its own errors.
    for number in (6, 66):
        with pytest.raises(NotProven, match="time-stamp"):
            attested_at(good.replace(version + b"\x02", version + bytes([number])), b"a note", roots)


def _spoilt(content: bytes, place: int, bit: int) -> bytes:
    spoilt = bytearray(content)
    spoilt[place % len(spoilt)] ^= 1 << bit
    return bytes(spoilt)


# -- settings --


def test_the_settings_say_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="needs ONRECORD_TSA_ROOT"):
        read_settings({"ONRECORD_TSA_URL": "https://tsa.example.com/"})
    with pytest.raises(WrongUse, match="write an address"):
        read_settings({"ONRECORD_TSA_URL": "ftp://x", "ONRECORD_TSA_ROOT": "root.pem"})
    assert read_settings({}).time_stamping is None
    only = read_settings({"ONRECORD_TSA_ROOT": "root.pem"}).time_stamping
    assert only == TimeStamping(root=Path("root.pem"))
    for content in (b"", b"rubbish"):
        (tmp_path / "root.pem").write_bytes(content)
        with pytest.raises(Unreadable, match="no certificate"):
            read_roots(tmp_path / "root.pem")
    with pytest.raises(Unreadable, match="cannot be read"):
        read_roots(tmp_path / "none.pem")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(Unavailable, match=r"install onrecord\[timestamp\]"):
        request_for(b"x")
