from __future__ import annotations

import io
from typing import Any

from audit.intake.lines import lines


class _Endless(io.RawIOBase):
    """So many bytes of one line, made while they are read."""

    def __init__(self, length: int) -> None:
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        count = min(len(buffer), self._left)
        buffer[:count] = b"x" * count
        self._left -= count
        return count


def test_lines_end_with_lf_or_crlf_and_the_last_needs_none() -> None:
    found = list(lines(io.BytesIO(b"one\r\ntwo\n\nfour")))
    assert [(line.content, line.ended) for line in found] == [
        (b"one", True),
        (b"two", True),
        (b"", True),
        (b"four", False),
    ]


def test_a_byte_order_mark_is_passed_over_at_the_beginning_only() -> None:
    assert [line.content for line in lines(io.BytesIO(b"\xef\xbb\xbfa\n\xef\xbb\xbfb"))] == [b"a", b"\xef\xbb\xbfb"]


def test_of_a_line_of_two_hundred_megabytes_only_the_beginning_is_held() -> None:
    file = io.BufferedReader(_Endless(200 * 1024 * 1024), 1024 * 1024)
    (line,) = lines(file)
    assert (line.too_long, line.length, len(line.content)) == (True, 200 * 1024 * 1024, 64 * 1024)


def test_after_a_line_that_is_too_long_the_next_is_read() -> None:
    found = list(lines(io.BytesIO(b"x" * 100 + b"\r\nshort\n"), line_max=10))
    assert [(line.number, line.too_long, line.length) for line in found] == [(1, True, 101), (2, False, 5)]


def test_a_line_of_just_the_longest_length_is_taken() -> None:
    (line,) = lines(io.BytesIO(b"x" * 10 + b"\n"), line_max=10)
    assert (line.too_long, line.length) == (False, 10)
