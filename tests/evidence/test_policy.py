"""Policies: which checkpoints a verifier believes, and which policy files say nothing clear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.checkpoint import Checkpoint
from audit.evidence.cosignature import cosign
from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import Note, Signature, TextVerifier, sign_text
from audit.evidence.policy import SIZE_MAX, Group, Policy

LOG = SigningKey("example.com/archive", KeyKind.TEXT, bytes(32))
WITNESSES = {
    name: SigningKey(f"witness.example/{name}", KeyKind.COSIGNATURE, bytes((number,)) * 32)
    for number, name in enumerate(("x1", "x2", "x3", "y1", "y2", "y3"), start=1)
}
CHECKPOINT = Checkpoint("example.com/archive", 42, bytes(32))
TEXT = str(CHECKPOINT)
AT = datetime(2026, 3, 1, tzinfo=UTC)
LOG_LINE = f"log {LOG.verifier}\n"
WITNESS_LINES = "".join(f"witness {name} {key.verifier}\n" for name, key in WITNESSES.items())
TWO_LEVELS = (
    LOG_LINE + WITNESS_LINES + "group x 2 x1 x2 x3\ngroup y any y1 y2 y3\ngroup x-and-y all x y\nquorum x-and-y\n"
)
W1 = f"witness w1 {WITNESSES['x1'].verifier}\n"
W2 = f"witness w2 {WITNESSES['x2'].verifier}\n"


def note(*witnesses: str, text: str = TEXT, log: SigningKey = LOG) -> bytes:
    cosignatures = (cosign(text, WITNESSES[name], at=AT) for name in witnesses)
    return bytes(Note(text).signed(sign_text(text, log), *cosignatures))


def test_a_quorum_of_two_levels_is_met_exactly_when_the_standard_says() -> None:
    policy = Policy.parse(TWO_LEVELS.encode())
    for count in range(len(WITNESSES) + 1):
        for names in combinations(WITNESSES, count):
            enough = len({"x1", "x2", "x3"}.intersection(names)) >= 2 and bool({"y1", "y2", "y3"}.intersection(names))
            if enough:
                witnessed = policy.open_checkpoint(note(*names))
                assert witnessed.checkpoint == CHECKPOINT
                assert witnessed.witnessed_at == dict.fromkeys(names, AT)
            else:
                with pytest.raises(NotProven, match="quorum"):
                    policy.open_checkpoint(note(*names))


def test_without_a_quorum_the_log_alone_is_believed() -> None:
    policy = Policy.parse((LOG_LINE + "quorum none\n").encode())
    assert policy == Policy((TextVerifier(LOG.verifier),))
    assert policy.open_checkpoint(note()).witnessed_at == {}


def test_a_single_witness_can_be_the_quorum() -> None:
    policy = Policy.parse((LOG_LINE + W1 + W2 + "quorum w2\n").encode())
    assert policy.open_checkpoint(note("x2")).witnessed_at == {"w2": AT}
    with pytest.raises(NotProven, match="quorum"):
        policy.open_checkpoint(note("x1"))


def test_witnesses_do_not_stand_in_for_the_log() -> None:
    policy = Policy.parse((LOG_LINE + W1 + "quorum w1\n").encode())
    cosigned = bytes(Note(TEXT).signed(cosign(TEXT, WITNESSES["x1"], at=AT)))
    with pytest.raises(NotProven, match="No log key"):
        policy.open_checkpoint(cosigned)


def test_a_log_does_not_sign_for_another_origin() -> None:
    other = SigningKey("example.com/other", KeyKind.TEXT, bytes(range(32)))
    policy = Policy.parse(f"{LOG_LINE}log {other.verifier}\nquorum none\n".encode())
    with pytest.raises(NotProven, match="No log key"):
        policy.open_checkpoint(note(log=other))
    assert policy.open_checkpoint(note(text=TEXT.replace("archive", "other"), log=other)).checkpoint.size == 42


def test_a_policy_without_logs_believes_no_checkpoint() -> None:
    policy = Policy.parse((W1 + "quorum w1\n").encode())
    with pytest.raises(NotProven, match="No log key"):
        policy.open_checkpoint(note("x1"))


def test_either_key_of_a_log_that_changes_its_key_is_believed() -> None:
    new = SigningKey(LOG.name, KeyKind.TEXT, bytes(range(32)))
    policy = Policy.parse(f"{LOG_LINE}log {new.verifier}\nquorum none\n".encode())
    for key in (LOG, new):
        assert policy.open_checkpoint(note(log=key)).checkpoint == CHECKPOINT


def test_a_false_cosignature_rejects_the_checkpoint_though_the_quorum_is_met_without_it() -> None:
    policy = Policy.parse((LOG_LINE + W1 + W2 + "quorum w1\n").encode())
    false = Signature(WITNESSES["x2"].name, WITNESSES["x2"].verifier.id, bytes(72))
    with pytest.raises(NotProven, match="not genuine"):
        policy.open_checkpoint(Note.parse(note("x1")).signed(false))


def test_a_witness_that_cosigned_twice_counts_once_and_from_the_first_time() -> None:
    policy = Policy.parse((LOG_LINE + W1 + W2 + "group both all w1 w2\nquorum both\n").encode())
    later = str(cosign(TEXT, WITNESSES["x1"], at=AT + timedelta(days=1))).encode()
    with pytest.raises(NotProven, match="quorum"):
        policy.open_checkpoint(note("x1") + later)
    assert policy.open_checkpoint(note("x1", "x2") + later).witnessed_at == {"w1": AT, "w2": AT}


def test_a_note_that_is_signed_but_no_checkpoint_is_refused() -> None:
    policy = Policy((TextVerifier(LOG.verifier),))
    with pytest.raises(Malformed, match="three lines"):
        policy.open_checkpoint(note(text="example.com/archive\n42\n"))


def test_what_the_standard_allows_in_a_file_is_read() -> None:
    content = (
        f"# whom we trust\n\n \t \n\tlog\t{LOG.verifier}  https://archive.example.com/ \n   # witnesses\n"
        f"witness  w1 {WITNESSES['x1'].verifier} https://w1.example.com/\nwitness \u00a0 {WITNESSES['x2'].verifier}\n"
        "group any any w1 \u00a0\nquorum any\n"
    )
    policy = Policy.parse(content.encode())
    assert set(policy.witnesses) == {"w1", "\u00a0"}
    assert policy.groups == {"any": Group(1, ("w1", "\u00a0"))}
    assert policy.open_checkpoint(note("x2")).witnessed_at == {"\u00a0": AT}


def test_names_are_octets_whatever_they_mean() -> None:
    content = W1.replace("w1", "K") + W2.replace("w2", "\u212a") + "quorum \u212a\n"
    assert set(Policy.parse(content.encode()).witnesses) == {"K", "\u212a"}
    not_text = W1.encode().replace(b" w1 ", b" \xff\xfe ") + b"quorum \xff\xfe\n"
    assert len(Policy.parse(not_text).witnesses) == 1


@pytest.mark.parametrize("amount", [32, 200])
def test_a_policy_may_be_as_large_as_the_standard_asks_and_larger(amount: int) -> None:
    logs = "".join(f"log {SigningKey.generate(f'log.example/{number}').verifier}\n" for number in range(amount))
    keys = [SigningKey.generate(f"w.example/{number}", KeyKind.COSIGNATURE) for number in range(amount)]
    witnesses = "".join(f"witness w{number} {key.verifier}\n" for number, key in enumerate(keys))
    groups = "group g0 any w0\n" + "".join(
        f"group g{number} all g{number - 1} w{number}\n" for number in range(1, amount)
    )
    policy = Policy.parse((LOG_LINE + logs + witnesses + groups + f"quorum g{amount - 1}\n").encode())
    cosignatures = [cosign(TEXT, key, at=AT) for key in keys[:99]]
    signed = Note.parse(note()).signed(*cosignatures)
    if amount <= 99:
        assert len(policy.open_checkpoint(signed).witnessed_at) == amount
    else:
        with pytest.raises(NotProven, match="quorum"):
            policy.open_checkpoint(signed)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "lines of text"),
        ("quorum none", "newline"),
        ("\n", "no quorum"),
        (LOG_LINE, "no quorum"),
        ("quorum none\r\n", "lines of text"),
        ("# \x00\nquorum none\n", "lines of text"),
        ("# \x7f\nquorum none\n", "lines of text"),
        ("quorum none\nquorum none\n", "Line 2.*second quorum"),
        ("quorum\n", "Line 1.*expected"),
        ("quorum none none\n", "Line 1.*expected"),
        ("Quorum none\n", "expected"),
        ("quorum w1\n" + W1, "define it first"),
        ("quorum \u00a0none\n", "define it first"),
        ("log\nquorum none\n", "expected"),
        (f"log {LOG.verifier} https://a.example b\nquorum none\n", "expected"),
        ("log a+b+c\nquorum none\n", "Line 1"),
        (f"log {WITNESSES['x1'].verifier}\nquorum none\n", "witness's"),
        (f"witness w1 {LOG.verifier}\nquorum none\n", "no witness"),
        (LOG_LINE + LOG_LINE + "quorum none\n", "Line 2.*twice"),
        (
            f"{LOG_LINE}log {SigningKey('renamed.example', KeyKind.TEXT, LOG.seed).verifier}\nquorum none\n",
            "Line 2.*twice",
        ),
        (W1 + W1.replace("w1", "w2") + "quorum none\n", "Line 2.*another witness"),
        (W1 + W2.replace("w2", "w1") + "quorum none\n", "Line 2.*taken"),
        (W1.replace("w1", "none") + "quorum none\n", "taken"),
        (W1 + "group w1 any w1\nquorum none\n", "taken"),
        (W1 + "group none any w1\nquorum none\n", "taken"),
        (W1 + "group g any w1\ngroup g any w1\nquorum g\n", "taken"),
        (W1 + "group g any\nquorum none\n", "0 members"),
        (W1 + "group g all\nquorum none\n", "0 members"),
        (W1 + "group g 0 w1\nquorum g\n", "0 of 1"),
        (W1 + "group g 2 w1\nquorum g\n", "2 of 1"),
        (W1 + "group g -1 w1\nquorum g\n", "without sign"),
        (W1 + "group g 01 w1\nquorum g\n", "leading zeros"),
        (W1 + "group g most w1\nquorum g\n", "number"),
        (W1 + "group g any w1 w1\nquorum g\n", "already a member"),
        (W1 + W2 + "group g any w1\ngroup h any w2 w1\nquorum h\n", "Line 4.*already a member"),
        (W1 + "group g any g\nquorum g\n", "define it first"),
        (W1 + "group g any w1 none\nquorum g\n", "define it first"),
        (W1 + "group g any h\ngroup h any w1\nquorum g\n", "define it first"),
        ("#" * (SIZE_MAX - 12) + "\nquorum none\n", "at most"),
    ],
)
def test_a_policy_that_says_nothing_clear_is_refused_with_the_line(content: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        Policy.parse(content.encode())


def test_a_policy_may_be_as_long_as_we_say() -> None:
    content = "#" * (SIZE_MAX - 13) + "\nquorum none\n"
    assert len(content) == SIZE_MAX
    assert Policy.parse(content.encode()) == Policy()


@given(st.binary(max_size=60) | st.text("logquremnwits any23#\t\n\u00a0").map(str.encode))
def test_no_bytes_break_the_reading_of_policies(content: bytes) -> None:
    try:
        policy = Policy.parse(content + b"\n")
    except Malformed:
        return
    assert policy == Policy()
