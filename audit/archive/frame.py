"""The frame that carries an event's state and its sealed box through the library as one value."""

from __future__ import annotations

import struct

# JSON never begins with a zero byte, so no state of ours is mistaken for a frame.
MAGIC = b"\x00or1"
_OPEN, _SEALED = b"\x00", b"\x01"
_LENGTH = struct.Struct(">I")
_STATE_AT = len(MAGIC) + 1 + _LENGTH.size


def frame(state: bytes, sealed: bytes | None) -> bytes:
    """Return state and box as one value; a state without a box stays as it is.

    The frame is the magic, one byte that says whether there is a box, the state's length (u32, big-endian), the state
    and the box.
    """
    if sealed is None and not state.startswith(MAGIC):
        return state
    mark = _OPEN if sealed is None else _SEALED
    return b"".join((MAGIC, mark, _LENGTH.pack(len(state)), state, sealed or b""))


def unframe(value: bytes) -> tuple[bytes, bytes | None]:
    """Return the state and the box of a value; one without a frame is all state.

    Raises ValueError where a frame is begun but is not whole.
    """
    if not value.startswith(MAGIC):
        return value, None
    mark = value[len(MAGIC) : len(MAGIC) + 1]
    if mark not in {_OPEN, _SEALED} or len(value) < _STATE_AT:
        raise ValueError("The frame is broken: give the state and the box to frame() instead.")
    end = _STATE_AT + _LENGTH.unpack_from(value, len(MAGIC) + 1)[0]
    if len(value) < end or (mark == _OPEN and len(value) > end):
        raise ValueError("The frame is not as long as it says: give the state and the box to frame() instead.")
    return value[_STATE_AT:end], value[end:] if mark == _SEALED else None
