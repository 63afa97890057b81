"""Numbers and bytes in text: each is written in one way, and read in no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.errors import Malformed
from audit.evidence.notation import NUMBER_MAX, base64_of, bytes_of, number_of, shown, text_of


@given(st.integers(0, NUMBER_MAX))
def test_a_number_is_read_back(number: int) -> None:
    assert number_of(str(number)) == number


@pytest.mark.parametrize(
    "text", ["", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "1 ", "1\n", "1_0", "٣", "0x1", str(2**63), "9" * 5_000]
)
def test_a_number_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        number_of(text)


@given(st.binary(max_size=100))
def test_bytes_are_read_back(content: bytes) -> None:
    assert bytes_of(base64_of(content)) == content


@pytest.mark.parametrize(
    "text",
    ["A", "AA", "AAA", "AB==", "AAB=", "AA==\n", " AA==", "AA= =", "AA===", "A-_A", "AAA=AAAA", "ĄAAA", "\ud800"],
)
def test_base64_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        bytes_of(text)


@given(st.text(max_size=12))
def test_whatever_is_read_as_base64_is_written_the_same(text: str) -> None:
    try:
        content = bytes_of(text)
    except Malformed:
        return
    assert base64_of(content) == text


def test_what_is_not_utf8_is_refused_with_the_place() -> None:
    assert text_of("ačiū".encode()) == "ačiū"
    with pytest.raises(Malformed, match="Byte 2"):
        text_of(b"ab\xff")


def test_hostile_text_is_quoted_short_and_plain() -> None:
    assert shown("a\x1b[31m\n\u202e") == "'a\\x1b[31m\\n\\u202e'"
    assert len(shown("x" * 10_000)) < 60
