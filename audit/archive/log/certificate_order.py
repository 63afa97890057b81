"""The certificates in a time-stamp, put into the order that DER asks for: some authorities send them in their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEQUENCE, _CONTEXT = 0x30, 0xA0
_LONG: Final = 0x80
_LENGTH_MAX: Final = 4
# TimeStampResp (RFC 3161) { status, token (RFC 5652 ContentInfo) { type, [0] { SignedData { version, digests,
# content, [0] certificates … } } } }: which child leads down at each step, and the tag it must have.
_WAY: Final = ((1, _SEQUENCE), (1, _CONTEXT), (0, _SEQUENCE), (3, _CONTEXT))


class _Element(NamedTuple):
    tag: int
    begin: int
    content: int
    end: int


def in_order(response: bytes) -> bytes:
    """Return the answer with its certificates in order; no signature covers how they stand there.

    What has another form is returned as it is: whoever reads it will say so.
    """
    try:
        here = next(_elements(response, 0, len(response)))
        for place, tag in _WAY:
            here = list(_elements(response, here.content, here.end))[place]
            if here.tag != tag:
                return response
        certificates = sorted(response[one.begin : one.end] for one in _elements(response, here.content, here.end))
    except (IndexError, StopIteration, ValueError):
        return response
    return response[: here.content] + b"".join(certificates) + response[here.end :]


def _elements(der: bytes, begin: int, end: int) -> Iterator[_Element]:
    """Yield what stands side by side between two places (X.690, 8.1). Raises ValueError or IndexError for rubbish."""
    while begin < end:
        length, content = der[begin + 1], begin + 2
        if length >= _LONG:
            content += length - _LONG
            if not 0 < length - _LONG <= _LENGTH_MAX:
                raise ValueError("no length that DER would write")
            length = int.from_bytes(der[begin + 2 : content])
        if content + length > end:
            raise ValueError("longer than what it stands in")
        yield _Element(der[begin], begin, content, content + length)
        begin = content + length
