"""Sealing: the personal parts of one event in one box, each bound by a commitment that outlives the key."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.archive.keyring import DataKey

SALT_LENGTH = 32
NONCE_LENGTH = 12
_BLOCK = 64

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, tuple[bytes, Any]]).decode
_sorted_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Altered(Exception):
    """A box or an original does not open under its key: its bytes were changed, or moved from another event."""


class Box(NamedTuple):
    """What sealing gives: the bytes for the column ``sealed``, and each part's commitment in base64."""

    sealed: bytes
    commits: dict[str, str]


def spoken(value: Any) -> bytes:
    """Return a personal value as the UTF-8 text its commitment is made over.

    Text stands as it is, bytes in base64, anything else as compact JSON with sorted keys.
    """
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return b64encode(value)
    return _sorted_json(value).encode()


def spoken_ids(ids: list[list[str]]) -> bytes:
    """Return what ``spoken`` returns, for a list of (kind, id) pairs: every event has one, and this takes a tenth."""
    return _encode(ids)


def commitment(salt: bytes, said: bytes) -> str:
    """Return HMAC-SHA256(salt, said) in base64 (FIPS 198-1): binding, and silent once the salt is destroyed."""
    return b64encode(hmac.digest(salt, said, "sha256")).decode()


def event_key(key: bytes, purpose: bytes) -> bytes:
    """Derive the 32-byte key of one event or one original from a data key (HKDF-Expand, RFC 5869 section 2.3).

    The extract step is left out as section 3.3 allows: data keys are uniformly random already.
    """
    return hmac.digest(key, purpose + b"\x01", "sha256")


class Part(NamedTuple):
    """One personal part: what its commitment is made over, and what lies in the box (None: it is an original)."""

    said: bytes
    boxed: Any


def seal(parts: Mapping[str, Part], key: DataKey, context: bytes, drawn: bytes) -> Box:
    """Seal parts by name under a data key, bound to their ``context``.

    ``drawn`` is fresh randomness: the nonce, then a salt for each part in order.
    """
    commits: dict[str, str] = {}
    boxed: dict[str, tuple[bytes, Any]] = {}
    start = NONCE_LENGTH
    for name, part in parts.items():
        salt = drawn[start : (start := start + SALT_LENGTH)]
        commits[name] = commitment(salt, part.said)
        boxed[name] = (salt, part.boxed)
    plain = _encode(boxed)
    plain += b" " * (-len(plain) % _BLOCK)
    nonce = drawn[:NONCE_LENGTH]
    return Box(nonce + AESGCM(event_key(key.key, b"event" + context)).encrypt(nonce, plain, context), commits)


def open_box(sealed: bytes, key: bytes, context: bytes) -> dict[str, tuple[bytes, Any]]:
    """Return each part's salt and value. Raises Altered when the box is not what was sealed for this event."""
    try:
        plain = AESGCM(event_key(key, b"event" + context)).decrypt(
            sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], context
        )
    except InvalidTag:
        raise Altered("the sealed words were changed") from None
    return _decode(plain)


def digest(sealed: bytes) -> str:
    """Return what binds a box to its stored bytes: its SHA-256 in base64."""
    return b64encode(sha256(sealed).digest()).decode()
