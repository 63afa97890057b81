"""Cosignatures of witnesses (C2SP tlog-cosignature, version 1): "at this time I saw this checkpoint"."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import KeyKind, SigningKey, VerifierKey
from audit.evidence.notation import NUMBER_MAX
from audit.evidence.note import Signature

if TYPE_CHECKING:
    from typing import Final

_TIME = struct.Struct(">Q")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SIZE = _TIME.size + 64


@dataclass(frozen=True)
class WitnessVerifier:
    """Checks the cosignatures of one witness."""

    key: VerifierKey

    def __post_init__(self) -> None:
        if self.key.kind is not KeyKind.COSIGNATURE:
            raise Malformed(f"The key {self.key.name} is no witness's: give a vkey whose key begins with the byte 04.")

    def check(self, text: bytes, signature: bytes) -> None:
        """Raise NotProven unless the witness cosigned the text, at whatever time it says."""
        seconds = _seconds_of(signature)
        self.key.check(_cosigned(text, seconds), signature[_TIME.size :])


def cosign(text: str, key: SigningKey, *, at: datetime) -> Signature:
    """Cosign the text of a checkpoint; ``at`` is aware, and whole seconds are kept."""
    if key.kind is not KeyKind.COSIGNATURE:
        raise Malformed(f"The key {key.name} is no witness's: cosign with the key of a witness.")
    seconds = (at - _EPOCH) // timedelta(seconds=1)
    if seconds <= 0:
        raise Malformed(f"A cosignature states a time after 1970, not {at.isoformat()}: set the clock of the witness.")
    content = _TIME.pack(seconds) + key.sign(_cosigned(text.encode(), seconds))
    return Signature(key.name, key.verifier.id, content)


def cosigned_at(signature: Signature) -> datetime:
    """Return the time a cosignature states: worth as much as the witness, once the signature is checked."""
    seconds = _seconds_of(signature.content)
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError as reason:
        raise NotProven(
            f"The witness {signature.name} states a time after the year 9999: its clock is off."
        ) from reason


def _seconds_of(signature: bytes) -> int:
    if len(signature) != _SIZE:
        raise NotProven(f"A cosignature has {_SIZE} bytes, not {len(signature)}: ask the witness for it again.")
    seconds: int = _TIME.unpack_from(signature)[0]
    if seconds > NUMBER_MAX:
        raise NotProven("A cosignature states a time of more than 63 bits: ask the witness for it again.")
    return seconds


def _cosigned(text: bytes, seconds: int) -> bytes:
    """Return what a witness signs: two lines of its own, and the text of the checkpoint."""
    return f"cosignature/v1\ntime {seconds}\n".encode() + text
