"""Keys that sign notes: their names, their ids and their vkeys (C2SP signed-note), all Ed25519."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.evidence.errors import Malformed, NotProven
from audit.evidence.notation import base64_of, bytes_of, shown
from audit.evidence.points import is_honest

if TYPE_CHECKING:
    from typing import Self

ID_SIZE = 4
_ED25519_SIZE = 32
_VKEY_PARTS = 3
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")


class KeyKind(IntEnum):
    """What a key signs; the byte is the signature type of C2SP signed-note."""

    TEXT = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a name. Its text form is the vkey."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        must_be_key_name(self.name)
        if len(self.public) != _ED25519_SIZE:
            raise Malformed(f"An Ed25519 key has {_ED25519_SIZE} bytes, not {len(self.public)}: take the whole vkey.")

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read ``name+id+base64(kind, public key)``."""
        parts = vkey.split("+", _VKEY_PARTS - 1)  # base64 may hold a plus of its own, a name may not
        if len(parts) != _VKEY_PARTS:
            raise Malformed(f"A vkey has the form name+id+key, not {shown(vkey)}.")
        name, written_id, written_key = parts
        material = bytes_of(written_key)
        key = cls(name, _kind_of(material[:1], vkey), material[1:])
        if key.id.hex() != written_id:
            raise Malformed(f"The vkey {shown(vkey)} does not have the id of its key: it was altered or cut.")
        return key

    @property
    def id(self) -> bytes:
        """The four bytes that stand for this key in a note."""
        named = self.name.encode() + b"\n" + bytes((self.kind,)) + self.public
        return sha256(named).digest()[:ID_SIZE]

    @property
    def signer(self) -> tuple[str, bytes]:
        """The name and the id that together stand for this key in a note."""
        return self.name, self.id

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64_of(bytes((self.kind,)) + self.public)}"

    def check(self, message: bytes, signature: bytes) -> None:
        """Raise NotProven unless this key signed the message (RFC 8032)."""
        if not self._signed(message, signature):
            raise NotProven(f"The signature of {self.name} is not genuine: the text or the key is another.")

    def _signed(self, message: bytes, signature: bytes) -> bool:
        if not (is_honest(self.public) and is_honest(signature[:_ED25519_SIZE])):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The private half of a key. Whoever holds the seed signs in this name."""

    name: str
    kind: KeyKind
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        must_be_key_name(self.name)
        if len(self.seed) != _ED25519_SIZE:
            raise Malformed(f"The seed of an Ed25519 key has {_ED25519_SIZE} bytes, not {len(self.seed)}.")

    @classmethod
    def generate(cls, name: str, kind: KeyKind = KeyKind.TEXT) -> Self:
        """Make a key that never was before."""
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        """The public half, to hand out."""
        return VerifierKey(self.name, self.kind, self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Sign the bytes as they stand (RFC 8032)."""
        return self._private.sign(message)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def must_be_key_name(name: str) -> None:
    """Raise unless a note could carry this name: something without white space, control characters and plus."""
    if not _NAME.fullmatch(name):
        raise Malformed(f"A key is named without spaces and plus signs, like example.com/archive, not {shown(name)}.")


def _kind_of(first: bytes, vkey: str) -> KeyKind:
    try:
        return KeyKind(int.from_bytes(first))
    except ValueError as reason:
        raise Malformed(f"The vkey {shown(vkey)} is of a kind this archive cannot check: use Ed25519.") from reason
