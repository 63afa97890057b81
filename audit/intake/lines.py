"""Lines of a file, read one by one whatever their length: nothing longer than the cap is ever held whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from audit.intake.source import KEPT_OF_LONG

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_MAX = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_STEP = 1024 * 1024


class RawLine(NamedTuple):
    """A line without its end. Of one that is too long ``content`` is the beginning; ``length`` is always the whole."""

    number: int
    content: bytes
    length: int
    too_long: bool
    ended: bool


def lines(file: BinaryIO, line_max: int = LINE_MAX) -> Iterator[RawLine]:
    """Yield the lines of a file, counted from 1; a byte order mark before the first is passed over."""
    number = 0
    while first := file.readline(line_max + 1):
        number += 1
        if number == 1:
            first = first.removeprefix(_BOM)
        if len(first) <= line_max or first.endswith(b"\n"):
            yield _whole(number, first)
        else:
            length, ended = _pass_over(file)
            yield RawLine(number, first[:KEPT_OF_LONG], len(first) + length, too_long=True, ended=ended)


def _whole(number: int, line: bytes) -> RawLine:
    ended = line.endswith(b"\n")
    content = line.removesuffix(b"\n").removesuffix(b"\r")
    return RawLine(number, content, len(content), too_long=False, ended=ended)


def _pass_over(file: BinaryIO) -> tuple[int, bool]:
    """Read to the end of the line; return how long the rest was, without its end, and whether it ended."""
    length = 0
    while part := file.readline(_STEP):
        length += len(part)
        if part.endswith(b"\n"):
            return length - 1, True
    return length, False
