"""Keys: a vkey is read back exactly, and no altered one is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import KeyKind, SigningKey, VerifierKey

# The example of C2SP signed-note.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNING = SigningKey("example.com/archive", KeyKind.TEXT, bytes(range(32)))
# RFC 8032 section 7.1, test 2.
RFC_8032_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
RFC_8032_PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
RFC_8032_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def test_a_vkey_is_read_back() -> None:
    key = VerifierKey.parse(VKEY)
    assert (key.name, key.kind, key.id.hex()) == ("example.com/foo", KeyKind.TEXT, "530d903a")
    assert str(key) == VKEY


@given(st.binary(min_size=32, max_size=32), st.sampled_from(KeyKind))
def test_every_key_has_a_vkey(public: bytes, kind: KeyKind) -> None:
    key = VerifierKey("ąžuolas.example/w1", kind, public)
    assert VerifierKey.parse(str(key)) == key


def test_no_piece_of_a_vkey_is_a_vkey() -> None:
    for start in range(len(VKEY)):
        for end in range(start, len(VKEY) + 1):
            if (start, end) != (0, len(VKEY)):
                with pytest.raises(Malformed):
                    VerifierKey.parse(VKEY[start:end])


def test_no_altered_vkey_is_a_vkey() -> None:
    for place in range(len(VKEY)):
        for step in (1, 32):
            altered = VKEY[:place] + chr(ord(VKEY[place]) ^ step) + VKEY[place + 1 :]
            with pytest.raises(Malformed):
                VerifierKey.parse(altered)


@pytest.mark.parametrize("kind", [0, 2, 5, 6, 255])
def test_a_vkey_of_another_kind_is_refused_with_the_reason(kind: int) -> None:
    key = VerifierKey.parse(VKEY)
    disguised = VerifierKey("a", KeyKind.TEXT, key.public)
    object.__setattr__(disguised, "kind", kind)
    with pytest.raises(Malformed, match="cannot check"):
        VerifierKey.parse(str(disguised))


def test_a_vkey_of_another_length_is_refused_though_its_id_is_right() -> None:
    for length in (31, 33):
        disguised = VerifierKey("a", KeyKind.TEXT, bytes(32))
        object.__setattr__(disguised, "public", bytes(length))
        with pytest.raises(Malformed, match="32 bytes"):
            VerifierKey.parse(str(disguised))


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u2003b", "a\u2028b", "\x00", "\udc80"]
)
def test_a_name_a_note_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(Malformed, match="named without spaces"):
        SigningKey.generate(name)
    with pytest.raises(Malformed, match="named without spaces"):
        VerifierKey(name, KeyKind.TEXT, bytes(32))


def test_the_same_key_has_another_id_as_a_witness() -> None:
    witness = SigningKey(SIGNING.name, KeyKind.COSIGNATURE, SIGNING.seed)
    assert witness.verifier.public == SIGNING.verifier.public
    assert witness.verifier.id != SIGNING.verifier.id


def test_a_generated_key_signs_for_its_vkey() -> None:
    key = SigningKey.generate("example.com/archive")
    VerifierKey.parse(str(key.verifier)).check(b"text", key.sign(b"text"))
    assert SigningKey.generate("example.com/archive").seed != key.seed


def test_signatures_are_those_of_the_standard() -> None:
    key = SigningKey("a", KeyKind.TEXT, RFC_8032_SEED)
    assert key.verifier.public == RFC_8032_PUBLIC
    assert key.sign(b"\x72") == RFC_8032_SIGNATURE


def test_a_signature_with_a_flipped_bit_is_not_genuine() -> None:
    signature = int.from_bytes(SIGNING.sign(b"text"))
    for bit in range(512):
        with pytest.raises(NotProven):
            SIGNING.verifier.check(b"text", (signature ^ 1 << bit).to_bytes(64))


def test_a_signature_has_one_form_only() -> None:
    signature = SIGNING.sign(b"text")
    shifted = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    for altered in (signature[:32] + shifted.to_bytes(32, "little"), signature + b"\x00", signature[:-1], b""):
        with pytest.raises(NotProven):
            SIGNING.verifier.check(b"text", altered)


def test_a_private_key_does_not_show_itself() -> None:
    assert SIGNING.seed.hex() not in repr(SIGNING)
    assert repr(SIGNING.seed) not in repr(SIGNING)
    with pytest.raises(Malformed, match="32 bytes"):
        SigningKey("a", KeyKind.TEXT, bytes(31))
