"""Sealing: nothing opens but the box that was sealed, for the event it was sealed for."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.archive.keyring import DataKey
from audit.archive.sealing import NONCE_LENGTH, SALT_LENGTH, Altered, Part, commitment, open_box, seal, spoken

KEY = DataKey("k", bytes(range(32)))
DRAWN = bytes(range(NONCE_LENGTH + SALT_LENGTH))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


def part(value: Any) -> Part:
    return Part(spoken(value), value)


@given(VALUES)
def test_what_is_sealed_comes_back_and_its_commitment_binds_it(value: Any) -> None:
    box = seal({"text": part(value)}, KEY, b"context", DRAWN)
    salt, opened = open_box(box.sealed, KEY.key, b"context")["text"]
    assert opened == value
    assert salt == DRAWN[NONCE_LENGTH:]
    assert commitment(salt, spoken(opened)) == box.commits["text"]


@given(VALUES.filter(lambda value: not isinstance(value, str)))
def test_what_a_commitment_is_made_over_can_be_said_with_the_standard_library(value: Any) -> None:
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    assert spoken(value) == said


def test_a_commitment_is_hmac_sha256_over_the_words() -> None:
    expected = b64encode(hmac.new(b"r" * 32, "žodis".encode(), "sha256").digest()).decode()
    assert commitment(b"r" * 32, spoken("žodis")) == expected


@pytest.mark.parametrize("place", [0, 5, NONCE_LENGTH, 40, -1])
def test_a_box_with_one_flipped_bit_does_not_open(place: int) -> None:
    sealed = bytearray(seal({"text": part("words")}, KEY, b"context", DRAWN).sealed)
    sealed[place] ^= 1
    with pytest.raises(Altered):
        open_box(bytes(sealed), KEY.key, b"context")


def test_a_box_does_not_open_beside_another_event_or_under_another_key() -> None:
    sealed = seal({"text": part("words")}, KEY, b"context", DRAWN).sealed
    with pytest.raises(Altered):
        open_box(sealed, KEY.key, b"contexu")
    with pytest.raises(Altered):
        open_box(sealed, bytes(32), b"context")


def test_the_length_of_a_box_tells_the_length_of_its_words_only_to_64_bytes() -> None:
    lengths = {len(seal({"text": part("x" * n)}, KEY, b"", DRAWN).sealed) for n in range(10, 60)}
    assert len(lengths) <= 2
