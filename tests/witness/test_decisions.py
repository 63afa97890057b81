"""What a witness cosigns, and what it says to the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.errors import Malformed
from audit.evidence.hashes import EMPTY_ROOT, entry_hash
from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.note import Note, sign_text
from audit.evidence.witness import (
    NOTHING_SEEN,
    SIZE_TYPE,
    NotCosigned,
    Seen,
    SeenAnother,
    must_continue,
    read_submission,
    signatures_in,
    size_in,
    submission_of,
)
from tests.witness.given import ORIGIN, GivenLog

LOG = GivenLog(40)
OTHER = GivenLog(40, salt="other ")
KEYS = [LOG.verifier]
STRANGER = SigningKey(ORIGIN, KeyKind.TEXT, bytes(32))

HASH_LINE = b"KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
BAD_HEADS = [
    *(b"", b"old", b"old ", b"old -1", b"old 01", b"old +1", b"old 1 ", b"Old 1", b"new 1", b"old 1\r", b"old 1\x00"),
    *(b"old 1\nAAAA", b"old 1\n" + b"A" * 44, b"old \xff", b"old 9223372036854775808", b"\nold 1"),
    b"old 1\n" + b"\n".join([HASH_LINE] * 64),
]


def answered(content: bytes, *, seen: Seen) -> int:
    """Return the status a submission would be answered with."""
    try:
        must_continue(read_submission(content, KEYS), seen)
    except NotCosigned as reason:
        return reason.answer.status
    return 200


def refused(content: bytes, *, seen: Seen = NOTHING_SEEN) -> NotCosigned:
    with pytest.raises(NotCosigned) as reason:
        must_continue(read_submission(content, KEYS), seen)
    return reason.value


def seen(size: int) -> Seen:
    return Seen(size, LOG.root(size))


def test_every_growth_of_a_log_is_cosigned() -> None:
    for old in range(LOG.tree.size + 1):
        for new in range(old, LOG.tree.size + 1):
            must_continue(read_submission(LOG.submission(old, new), KEYS), seen(old) if old else NOTHING_SEEN)


def test_what_is_submitted_is_read_as_it_was_written() -> None:
    read = read_submission(LOG.submission(7, 33), KEYS)
    assert (read.old_size, list(read.proof), read.checkpoint.size) == (7, LOG.proof(7, 33), 33)
    assert bytes(read.note) == LOG.note(33)


def test_a_submission_that_does_not_begin_where_the_witness_stands_is_told_where_that_is() -> None:
    for old in (0, 3, 9):
        reason = refused(LOG.submission(old, 20), seen=seen(8))
        assert isinstance(reason, SeenAnother)
        assert reason.answer == (409, b"8\n", SIZE_TYPE)


def test_a_checkpoint_smaller_than_what_was_seen_is_told_where_the_witness_stands() -> None:
    assert refused(LOG.submission(5, 5), seen=seen(8)).answer == (409, b"8\n", SIZE_TYPE)


def test_a_log_that_claims_to_have_shrunk_is_no_submission() -> None:
    content = submission_of(LOG.note(5), old_size=8, proof=[])
    assert refused(content, seen=seen(8)).status == 400


def test_another_tree_of_the_same_origin_is_refused() -> None:
    assert refused(OTHER.submission(8, 20), seen=seen(8)).status == 422
    assert refused(OTHER.submission(8, 8), seen=seen(8)).status == 422


def test_a_flipped_bit_in_a_proof_is_refused() -> None:
    proof = LOG.proof(7, 33)
    for place, one in enumerate(proof):
        for bit in range(0, 256, 5):
            altered = (int.from_bytes(one) ^ 1 << bit).to_bytes(32)
            content = submission_of(LOG.note(33), old_size=7, proof=[*proof[:place], altered, *proof[place + 1 :]])
            assert refused(content, seen=seen(7)).status == 422


def test_a_proof_that_is_missing_too_short_or_too_long_is_refused() -> None:
    proof = LOG.proof(7, 33)
    for other in ([], proof[:-1], proof[1:], [*proof, proof[0]]):
        assert refused(submission_of(LOG.note(33), old_size=7, proof=other), seen=seen(7)).status == 422


def test_from_nothing_no_proof_may_be_given() -> None:
    content = submission_of(LOG.note(5), old_size=0, proof=[entry_hash(b"")])
    assert refused(content).status == 422


def test_a_log_of_size_zero_has_the_root_of_nothing() -> None:
    must_continue(read_submission(LOG.submission(0, 0), KEYS), NOTHING_SEEN)
    with_another = submission_of(LOG.note(0, root=LOG.root(3)), old_size=0, proof=[])
    assert refused(with_another).status == 422
    assert LOG.root(0) == EMPTY_ROOT


def test_an_unknown_log_is_not_found() -> None:
    elsewhere = GivenLog(5, key=SigningKey("example.com/another", KeyKind.TEXT, bytes(range(32))))
    assert refused(elsewhere.submission(0, 5)).status == 404


def test_a_checkpoint_signed_by_the_key_of_another_log_is_forbidden() -> None:
    other = GivenLog(5, key=SigningKey("example.com/another", KeyKind.TEXT, bytes(range(1, 33))))
    text = Note.parse(LOG.note(5)).text
    content = submission_of(bytes(Note(text, (sign_text(text, other.key),))), old_size=0, proof=[])
    with pytest.raises(NotCosigned) as reason:
        read_submission(content, [LOG.verifier, other.verifier])
    assert reason.value.status == 403


def test_a_key_that_is_not_known_for_this_log_is_forbidden() -> None:
    assert refused(GivenLog(5, key=STRANGER).submission(0, 5)).status == 403


def test_signatures_of_unknown_keys_are_left_aside_beside_a_known_one() -> None:
    note = Note.parse(LOG.note(5))
    content = bytes(Note(note.text, (sign_text(note.text, STRANGER), *note.signatures)))
    read = read_submission(submission_of(content, old_size=0, proof=[]), KEYS)
    assert read.note == note


def test_a_known_key_with_a_signature_that_is_not_genuine_is_forbidden_also_beside_a_genuine_one() -> None:
    note, other = Note.parse(LOG.note(5)), Note.parse(LOG.note(6))
    for signatures in (other.signatures, (*note.signatures, *other.signatures)):
        content = submission_of(bytes(Note(note.text, signatures)), old_size=0, proof=[])
        assert refused(content).status == 403


def test_a_log_with_two_keys_may_sign_with_either() -> None:
    new = GivenLog(5, key=STRANGER)
    for log in (LOG, new):
        read_submission(log.submission(0, 5), [LOG.verifier, new.verifier])


@pytest.mark.parametrize("head", BAD_HEADS)
def test_a_beginning_that_is_not_in_the_right_form_is_a_bad_request(head: bytes) -> None:
    assert refused(head + b"\n\n" + LOG.note(5)).status == 400


def test_sixty_three_hashes_are_read_and_then_found_too_many_for_the_sizes() -> None:
    content = submission_of(LOG.note(33), old_size=7, proof=[entry_hash(b"")] * 63)
    assert refused(content, seen=seen(7)).status == 422


@pytest.mark.parametrize("content", [b"", b"\n", b"old 0\n", b"old 0", b"old 0\nexample.com/archive\n"])
def test_a_body_without_a_blank_line_is_a_bad_request(content: bytes) -> None:
    assert refused(content).status == 400


def test_a_note_of_the_right_log_that_cannot_be_read_is_forbidden() -> None:
    note = LOG.note(5)
    for spoiled in (note[:-1], note.replace(b"\n\n", b"\n"), note + b"x\n", note.replace(b"5\n", b"5\x07\n", 1)):
        assert refused(b"old 0\n\n" + spoiled).status == 403


def test_a_signed_text_that_is_no_checkpoint_is_a_bad_request() -> None:
    text = f"{ORIGIN}\nfive\n"
    content = submission_of(bytes(Note(text, (sign_text(text, LOG.key),))), old_size=0, proof=[])
    assert refused(content).status == 400


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_is_submitted_is_cosigned_or_refused_in_the_words_of_the_protocol(junk: bytes, place: int) -> None:
    whole = LOG.submission(7, 33)
    for content in (junk, whole[:place] + junk, whole[:place] + junk + whole[place:]):
        assert answered(content, seen=seen(7)) in {200, 400, 403, 404, 409, 422}


@given(st.binary(max_size=200))
def test_an_answer_of_a_witness_that_is_no_number_and_no_signatures_is_malformed(answer: bytes) -> None:
    for reader in (signatures_in, size_in):
        with pytest.raises(Malformed):
            reader(b"?" + answer)
