"""Cosignatures: a witness says when it saw a checkpoint, and no one can say it otherwise."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.cosignature import WitnessVerifier, cosign, cosigned_at
from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import Note, Signature, open_note

WITNESS = SigningKey("witness.example.com/w1", KeyKind.COSIGNATURE, bytes(range(32)))
WITNESS_KEY = WitnessVerifier(WITNESS.verifier)
TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
AT = datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC)


def test_the_time_in_the_example_of_the_standard_is_read() -> None:
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
        "qhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    )
    assert cosigned_at(Signature.parse(line)) == AT == datetime.fromtimestamp(1_679_315_147, UTC)


def test_a_witness_signs_the_message_the_standard_spells_out() -> None:
    content = cosign(TEXT, WITNESS, at=AT).content
    assert content[:8] == struct.pack(">Q", 1_679_315_147)
    WITNESS.verifier.check(b"cosignature/v1\ntime 1679315147\n" + TEXT.encode(), content[8:])


@given(st.datetimes(datetime(1970, 1, 1, 0, 0, 1), datetime(9999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants its bounds without a zone
def test_a_cosignature_states_the_second_it_was_given(at: datetime) -> None:
    signature = cosign(TEXT, WITNESS, at=at)
    assert cosigned_at(signature) == at.replace(microsecond=0)
    assert open_note(bytes(Note(TEXT, (signature,))), [WITNESS_KEY]).signatures == (signature,)


def test_a_zone_makes_no_difference() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert cosign(TEXT, WITNESS, at=elsewhere) == cosign(TEXT, WITNESS, at=AT)


def test_no_bit_of_a_cosignature_can_be_changed() -> None:
    content = int.from_bytes(cosign(TEXT, WITNESS, at=AT).content)
    for bit in range(72 * 8):
        with pytest.raises(NotProven):
            WITNESS_KEY.check(TEXT.encode(), (content ^ 1 << bit).to_bytes(72))


def test_a_cosignature_is_for_one_checkpoint() -> None:
    signature = cosign(TEXT, WITNESS, at=AT)
    with pytest.raises(NotProven, match="not genuine"):
        WITNESS_KEY.check(TEXT.replace("163", "164").encode(), signature.content)


def test_a_plain_signature_by_the_same_key_is_no_cosignature() -> None:
    with pytest.raises(NotProven):
        WITNESS_KEY.check(TEXT.encode(), WITNESS.sign(TEXT.encode()))
    with pytest.raises(NotProven):
        WITNESS_KEY.check(TEXT.encode(), bytes(8) + WITNESS.sign(TEXT.encode()))


@pytest.mark.parametrize("length", [0, 7, 8, 64, 71, 73])
def test_a_cosignature_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(NotProven, match="72 bytes"):
        WITNESS_KEY.check(TEXT.encode(), bytes(length))


def test_a_time_no_clock_shows_is_refused() -> None:
    for seconds, reason in ((2**63, "63 bits"), (2**63 - 1, "year 9999"), (253_402_300_800, "year 9999")):
        message = f"cosignature/v1\ntime {seconds}\n{TEXT}".encode()
        content = struct.pack(">Q", seconds) + WITNESS.sign(message)
        with pytest.raises(NotProven, match=reason):
            cosigned_at(Signature(WITNESS.name, WITNESS.verifier.id, content))


@pytest.mark.parametrize("year", [1969, 1970])
def test_a_witness_whose_clock_never_started_does_not_sign(year: int) -> None:
    with pytest.raises(Malformed, match="clock"):
        cosign(TEXT, WITNESS, at=datetime(year, 1, 1, tzinfo=UTC))


def test_the_key_of_a_log_does_not_cosign() -> None:
    log = SigningKey("example.com/archive", KeyKind.TEXT, bytes(32))
    with pytest.raises(Malformed, match="no witness"):
        cosign(TEXT, log, at=AT)
    with pytest.raises(Malformed, match="no witness"):
        WitnessVerifier(log.verifier)
